"""What every store of channel states does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from telemetra.adapters.dynamo_states import DynamoStateStore
from telemetra.adapters.memory import MemoryStateStore
from telemetra.application.ports import StateChange, StateStore
from tests.contracts.samples import NOW_MS, state


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest) -> StateStore:
    if request.param == "dynamodb":
        return DynamoStateStore(request.getfixturevalue("table")("detectors"), clock=lambda: NOW_MS)
    return MemoryStateStore()


def test_absent_channels_are_left_out(store: StateStore) -> None:
    assert store.load(["alpha"]) == {}
    assert store.load([]) == {}
    assert store.write([]) == set()


def test_what_was_written_is_read_back_exactly(store: StateStore) -> None:
    assert store.write([StateChange(0, state("alpha", 1))]) == set()
    assert store.write([StateChange(1, state("alpha", 2))]) == set()
    assert store.load(["alpha", "beta"]) == {"alpha": state("alpha", 2)}


@pytest.mark.parametrize("before", [0, 1, 3])
def test_a_writer_that_read_another_version_is_refused(store: StateStore, before: int) -> None:
    store.write([StateChange(0, state("alpha", 1))])
    store.write([StateChange(1, state("alpha", 2))])
    assert store.write([StateChange(before, state("alpha", 9))]) == {"alpha"}
    assert store.load(["alpha"]) == {"alpha": state("alpha", 2)}


def test_an_update_of_a_state_that_is_gone_is_refused(store: StateStore) -> None:
    assert store.write([StateChange(1, state("alpha", 2))]) == {"alpha"}
    assert store.load(["alpha"]) == {}


def test_a_hundred_and_twenty_channels_are_judged_one_by_one(store: StateStore) -> None:
    channels = [f"channel_{number}" for number in range(120)]
    store.write([StateChange(0, state(channel, 7)) for channel in channels[::50]])
    refused = store.write([StateChange(0, state(channel, 1)) for channel in channels])
    assert refused == set(channels[::50])
    assert store.load(channels) == {
        channel: state(channel, 7 if channel in refused else 1) for channel in channels
    }


def test_a_budget_stays_whatever_writes_the_state(store: StateStore) -> None:
    assert isinstance(store, DynamoStateStore | MemoryStateStore)
    store.tune("alpha", 0.5)
    assert store.load(["alpha"]) == {}
    store.write([StateChange(0, state("alpha", 1))])
    assert store.load(["alpha"])["alpha"].budget == 1.0
    store.tune("alpha", 0.25)
    assert store.write([StateChange(1, state("alpha", 2))]) == set()
    assert store.load(["alpha"]) == {"alpha": replace(state("alpha", 2), budget=0.25)}
