"""Alert rules: what they match, when they are raised and how they are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from telemetra.domain.figures import Figures
from telemetra.domain.moment import MomentType
from telemetra.domain.rules import (
    Measure,
    MomentRule,
    Rule,
    RuleSet,
    Side,
    Threshold,
    Webhook,
    alert_id,
    mark,
)
from tests.application.samples import NOW, moment

BUSY = Threshold("busy", Measure.CHAT_COUNT, Side.ABOVE, 100, clear=80)
QUIET = Threshold("quiet", Measure.VIEWERS, Side.BELOW, 10)
HOOK = Webhook("https://example.com/", "k")


def figures(count: int = 0, viewers: float | None = None, cents: Mapping[str, int] | None = None) -> Figures:
    return Figures(count, 7, True, [], [], -0.5, 1.0, 20.0, viewers, None, None, None, {}, dict(cents or {}))


def test_a_threshold_is_raised_at_its_value_and_cleared_only_beyond_clear() -> None:
    raised, seen = False, []
    for count in (99, 100, 81, 99, 120, 80, 99, 101):
        raised = BUSY.raised(figures(count), before=raised)
        seen.append(raised)
    assert seen == [False, True, True, True, True, False, False, True]


def test_a_threshold_below_works_the_other_way_and_a_minute_without_a_figure_changes_nothing() -> None:
    raised, seen = False, []
    for viewers in (None, 11.0, 10.0, None, 9.0, 10.5, None):
        raised = QUIET.raised(figures(viewers=viewers), before=raised)
        seen.append(raised)
    assert seen == [False, False, True, True, True, False, False]


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (Measure.CHAT_COUNT, 3.0),
        (Measure.UNIQUE_CHATTERS, 7.0),
        (Measure.VIEWERS, 4.5),
        (Measure.SENTIMENT, -0.5),
        (Measure.REVENUE_CENTS, 250.0),
    ],
)
def test_every_measure_reads_its_figure(measure: Measure, expected: float) -> None:
    found = figures(3, 4.5, {"EUR": 250, "USD": 9})
    assert measure.of(found, "EUR") == expected


def test_revenue_in_a_currency_that_nobody_paid_is_none_at_all() -> None:
    assert Measure.REVENUE_CENTS.of(figures(), "JPY") == 0.0


def test_a_moment_rule_asks_for_type_and_score() -> None:
    assert MomentRule("any").matches(moment(NOW, score=0.1))
    assert MomentRule("big", min_score=0.9).matches(moment(NOW, score=0.9))
    assert not MomentRule("big", min_score=0.9).matches(moment(NOW, score=0.89))
    assert MomentRule("hype", (MomentType.HYPE,)).matches(moment(NOW))


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "threshold", "id": "a", "metric": "viewers", "when": "above", "value": 5, "clear": 6},
        {"kind": "threshold", "id": "a", "metric": "viewers", "when": "below", "value": 5, "clear": 4},
        {"kind": "threshold", "id": "a", "metric": "nothing", "when": "above", "value": 5},
        {"kind": "threshold", "id": "a", "metric": "viewers", "when": "above", "value": 1e13},
        {"kind": "threshold", "id": "A", "metric": "viewers", "when": "above", "value": 5},
        {
            "kind": "threshold",
            "id": "a",
            "metric": "viewers",
            "when": "above",
            "value": 5,
            "currency": "euro",
        },
        {"kind": "moment", "id": "a", "min_score": 1.1},
        {"kind": "moment", "id": "a", "types": ["boredom"]},
        {"kind": "moment", "id": "a", "colour": "red"},
        {"kind": "other", "id": "a"},
    ],
)
def test_a_rule_out_of_its_bounds_is_refused(rule: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(rule, Rule)


def test_rules_survive_their_stored_form() -> None:
    rules = RuleSet("aurora", (BUSY, QUIET, MomentRule("any")), HOOK, True, 3, NOW)
    assert msgspec.json.decode(msgspec.json.encode(rules), type=RuleSet) == rules


def test_rules_speak_when_there_is_a_rule_and_somebody_to_tell() -> None:
    assert RuleSet("aurora", (BUSY,), HOOK).speaks
    assert RuleSet("aurora", (BUSY,), sns=True).speaks
    assert not RuleSet("aurora", (BUSY,)).speaks
    assert not RuleSet("aurora", (), HOOK, True).speaks


def test_an_alert_is_the_same_for_the_same_rule_and_instant_only() -> None:
    names = {
        alert_id(channel, rule, at_ms)
        for channel in ("a", "b")
        for rule in (BUSY, QUIET, msgspec.structs.replace(BUSY, value=101))
        for at_ms in (NOW, NOW + 1)
    }
    assert len(names) == 12
    assert alert_id("a", BUSY, NOW) == alert_id("a", msgspec.structs.replace(BUSY), NOW)
    assert mark(BUSY) != mark(msgspec.structs.replace(BUSY, clear=79))
