"""What every store of rules does."""

from __future__ import annotations

import pytest

from telemetra.adapters.dynamo_directory import DynamoDirectory
from telemetra.adapters.dynamo_rules import DynamoRules
from telemetra.adapters.memory_alerts import MemoryRules
from telemetra.application.alert_ports import RuleStore
from telemetra.domain.rules import AlertState, Measure, MomentRule, RuleSet, Side, Threshold, Webhook
from tests.contracts.samples import NOW_MS, meta

BUSY = Threshold("busy", Measure.CHAT_COUNT, Side.ABOVE, 100.5, clear=-1e-9, currency="EUR")
HOOK = Webhook("https://receiver.example/alerts?a=1", "k1")
RULES = RuleSet("alpha", (BUSY, MomentRule("big", min_score=0.5)), HOOK, True, 1, NOW_MS)


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest) -> RuleStore:
    if request.param == "dynamodb":
        return DynamoRules(request.getfixturevalue("table")("streams"), clock=lambda: NOW_MS)
    return MemoryRules()


def test_a_channel_without_rules_is_at_version_0(store: RuleStore) -> None:
    assert store.get("alpha") == RuleSet("alpha")
    assert store.state("alpha") == (AlertState(), 0)


def test_rules_are_read_back_exactly(store: RuleStore) -> None:
    assert store.put(RULES)
    assert store.get("alpha") == RULES
    assert store.get("beta").version == 0


@pytest.mark.parametrize("version", [1, 3, 4])
def test_rules_that_follow_another_version_are_refused(store: RuleStore, version: int) -> None:
    store.put(RULES)
    second = RuleSet("alpha", version=2)
    assert store.put(second)
    if version != 3:
        assert not store.put(RuleSet("alpha", (BUSY,), version=version))
    assert store.get("alpha") == second


def test_those_who_could_tell_somebody_are_found(store: RuleStore) -> None:
    store.put(RULES)
    store.put(RuleSet("beta", (), HOOK, version=1))
    assert store.speaking({"alpha", "beta", "gamma"}) == {"alpha"}
    assert store.speaking(set()) == set()


def test_a_state_moves_only_from_where_it_was_read(store: RuleStore) -> None:
    first, second = AlertState(NOW_MS, {"busy.1": 5}, {"alert_1": 6}), AlertState(NOW_MS + 1)
    assert store.advance("alpha", first, before=0)
    assert not store.advance("alpha", second, before=0)
    assert store.state("alpha") == (first, 1)
    assert store.advance("alpha", second, before=1)
    assert not store.advance("alpha", first, before=1)
    assert store.state("alpha") == (second, 2)


def test_rules_states_and_the_directory_leave_one_another_alone(request: pytest.FixtureRequest) -> None:
    settings = request.getfixturevalue("table")("streams")
    store, directory = DynamoRules(settings), DynamoDirectory(settings)
    directory.describe([meta("alpha")])
    described = directory.get("alpha")
    store.put(RULES)
    store.advance("alpha", AlertState(7), before=0)
    assert directory.get("alpha") == described
    directory.touch({"alpha": NOW_MS, "gamma": NOW_MS})
    assert (store.get("alpha"), store.state("alpha")) == (RULES, (AlertState(7), 1))
    store.put(RuleSet("beta", version=1))
    assert [stream.channel for stream in directory.page(limit=9, cursor=None).items] == [
        "alpha",
        "beta",
        "gamma",
    ]
