"""What every directory of channels does."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Event
from typing import Any

import pytest
from msgspec.structs import replace

from telemetra.adapters.clients import client
from telemetra.adapters.cursors import cursor_after
from telemetra.adapters.dynamo_directory import DynamoDirectory
from telemetra.adapters.memory import MemoryDirectory
from telemetra.adapters.walks import SETTLED_MS
from telemetra.application.ports import Directory
from telemetra.domain.directory import Stream
from telemetra.domain.errors import ParameterError
from telemetra.domain.events import Raid
from telemetra.domain.window import HOUR_MS, MINUTE_MS
from tests.contracts.samples import NOW_MS, meta


class Hand:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.at_ms = NOW_MS

    def __call__(self) -> int:
        return self.at_ms


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture(params=["memory", "dynamodb"])
def directory(request: pytest.FixtureRequest, hand: Hand) -> Directory:
    if request.param == "dynamodb":
        return DynamoDirectory(request.getfixturevalue("table")("streams"), clock=hand)
    return MemoryDirectory(clock=hand)


def walk(directory: Directory, limit: int, meanwhile: Callable[[], None] = lambda: None) -> list[str]:
    """Return the channels of all pages in order; ``meanwhile`` happens between two pages."""
    page = directory.page(limit=limit, cursor=None)
    channels = [stream.channel for stream in page.items]
    while page.cursor is not None:
        assert len(page.items) == limit
        meanwhile()
        page = directory.page(limit=limit, cursor=page.cursor)
        channels += [stream.channel for stream in page.items]
    return channels


def test_a_channel_never_seen_has_no_entry(directory: Directory) -> None:
    assert directory.get("alpha") is None
    assert directory.page(limit=5, cursor=None).items == []
    assert directory.seen_since(0) == []
    directory.touch({})


def test_touching_notes_the_minute_of_the_newest_event(directory: Directory) -> None:
    directory.touch({"alpha": NOW_MS + 59_999})
    assert directory.get("alpha") == Stream("alpha", last_seen_ms=NOW_MS)
    directory.touch({"alpha": NOW_MS + MINUTE_MS})
    directory.touch({"alpha": NOW_MS - MINUTE_MS})
    assert directory.get("alpha") == Stream("alpha", last_seen_ms=NOW_MS + MINUTE_MS)


def test_the_newest_raid_is_kept_whatever_is_said_after_it(directory: Directory) -> None:
    directory.describe([replace(meta("alpha", NOW_MS + 5, "r"), raid=Raid("beta", 420))])
    directory.describe([meta("alpha", NOW_MS + 9, "s")])
    directory.describe([replace(meta("alpha", NOW_MS + 1, "q"), raid=Raid("gamma", 7))])
    stream = directory.get("alpha")
    assert stream is not None
    assert (stream.raid_ms, stream.raid_viewers, stream.described_ms) == (NOW_MS + 5, 420, NOW_MS + 9)


def test_another_instance_does_not_move_last_seen_back(request: pytest.FixtureRequest) -> None:
    settings = request.getfixturevalue("table")("streams")
    DynamoDirectory(settings).touch({"alpha": NOW_MS})
    DynamoDirectory(settings).touch({"alpha": NOW_MS - MINUTE_MS})
    assert DynamoDirectory(settings).get("alpha") == Stream("alpha", last_seen_ms=NOW_MS)


def test_a_minute_that_another_instance_has_noted_is_not_written_again(
    request: pytest.FixtureRequest,
) -> None:
    settings = request.getfixturevalue("table")("streams")
    statements: list[str] = []

    def booked(params: dict[str, Any], **_: Any) -> None:
        statements.extend(one["Statement"][:6] for one in params["Statements"])

    events = client("dynamodb", settings.aws_endpoint_url).meta.events
    events.register("provide-client-params.dynamodb.BatchExecuteStatement", booked)
    try:
        for _ in range(3):
            DynamoDirectory(settings).touch({"alpha": NOW_MS})
        assert statements == ["INSERT"]
        DynamoDirectory(settings).touch({"alpha": NOW_MS + MINUTE_MS})
        assert statements == ["INSERT", "UPDATE"]
    finally:
        events.unregister("provide-client-params.dynamodb.BatchExecuteStatement", booked)


def test_many_channels_are_touched_at_once(directory: Directory) -> None:
    channels = sorted(f"channel_{number}" for number in range(60))
    directory.touch(dict.fromkeys(channels[:10], NOW_MS - MINUTE_MS))
    directory.touch(dict.fromkeys(channels, NOW_MS))
    assert directory.seen_since(NOW_MS) == channels


def test_metadata_describes_a_channel(directory: Directory) -> None:
    directory.touch({"alpha": NOW_MS})
    directory.describe([meta("alpha", NOW_MS + 5), meta("beta", NOW_MS, live=False)])
    assert directory.get("alpha") == Stream(
        "alpha",
        live=True,
        title=f"Título ✨ {NOW_MS + 5}",
        category="Just Chatting",
        language="pt",
        last_seen_ms=NOW_MS,
        live_since_ms=NOW_MS + 5,
        described_ms=NOW_MS + 5,
    )
    beta = directory.get("beta")
    assert beta is not None
    assert (beta.live, beta.live_since_ms, beta.last_seen_ms) == (False, None, 0)
    directory.touch({"beta": NOW_MS})
    beta = directory.get("beta")
    assert beta is not None
    assert (beta.live, beta.last_seen_ms) == (False, NOW_MS)


def test_the_newest_metadata_wins_in_any_order_and_ties_go_by_event_id(directory: Directory) -> None:
    directory.describe([meta("alpha", NOW_MS, "b"), meta("alpha", NOW_MS - 9, "z", live=False)])
    directory.describe([meta("alpha", NOW_MS, "a", live=False), meta("alpha", NOW_MS - 1, "z", live=False)])
    stream = directory.get("alpha")
    assert stream is not None
    assert (stream.live, stream.described_ms) == (True, NOW_MS)
    directory.describe([meta("alpha", NOW_MS, "c", live=False)])
    stream = directory.get("alpha")
    assert stream is not None
    assert stream.live is False


def test_metadata_that_says_the_same_again_is_written_once_in_a_quarter_of_an_hour(
    request: pytest.FixtureRequest,
) -> None:
    settings = request.getfixturevalue("table")("streams")
    directory = DynamoDirectory(settings, clock=lambda: NOW_MS)
    same = replace(meta("alpha"), title="t")
    directory.describe([replace(same, ts=NOW_MS + number * 30_000) for number in range(10)])
    described = [directory.get("alpha")]
    directory.describe([replace(same, ts=NOW_MS + 100_000, live=False)])
    described.append(directory.get("alpha"))
    directory.describe([replace(same, ts=NOW_MS + 900_000)])
    described.append(directory.get("alpha"))
    directory.describe([replace(same, ts=NOW_MS + 910_000, live=False)])
    described.append(directory.get("alpha"))
    assert [(one.live, one.described_ms - NOW_MS) for one in described if one is not None] == [
        (True, 0),
        (True, 0),
        (True, 900_000),
        (False, 910_000),
    ]


def test_live_since_is_when_it_turned_live(directory: Directory) -> None:
    def since() -> int | None:
        stream = directory.get("alpha")
        assert stream is not None
        return stream.live_since_ms

    directory.describe([meta("alpha", NOW_MS), meta("alpha", NOW_MS + 1)])
    assert since() == NOW_MS
    directory.describe([meta("alpha", NOW_MS + 2, live=False)])
    assert since() is None
    directory.describe([meta("alpha", NOW_MS + 3), meta("alpha", NOW_MS + 3)])
    assert since() == NOW_MS + 3


@pytest.mark.parametrize("limit", [1, 4, 5, 100])
def test_pages_list_live_and_unknown_channels_first_and_each_once(
    directory: Directory, hand: Hand, limit: int
) -> None:
    channels = sorted(f"channel_{number}" for number in range(20))
    directory.touch(dict.fromkeys(channels, NOW_MS))
    directory.describe([meta(channel, live=False) for channel in channels[::3]])
    directory.describe([meta(channel) for channel in channels[1::3]])
    hand.at_ms += SETTLED_MS
    offline = channels[::3]
    assert walk(directory, limit) == [name for name in channels if name not in offline] + offline


def test_a_channel_that_turns_during_a_walk_stays_in_the_part_that_it_began_in(
    directory: Directory, hand: Hand
) -> None:
    directory.describe([meta(channel, live=channel < "d") for channel in "abcdef"])
    hand.at_ms += SETTLED_MS
    page = directory.page(limit=2, cursor=None)
    hand.at_ms += 1
    turned = NOW_MS + 1
    directory.describe([meta("a", turned, live=False), meta("c", turned, live=False), meta("e", turned)])
    rest = directory.page(limit=9, cursor=page.cursor)
    assert [stream.channel for stream in (*page.items, *rest.items)] == list("abcdef")
    assert [stream.live for stream in rest.items] == [False, False, True, False]
    hand.at_ms += SETTLED_MS
    assert walk(directory, 9) == list("beacdf")


def test_a_walk_over_1000_channels_meets_each_once_whatever_turns_and_is_written_meanwhile(
    directory: Directory, hand: Hand
) -> None:
    dice = Random(6)
    channels = [f"channel_{number:04d}" for number in range(1_000)]
    live = {channel: dice.random() < 0.5 for channel in channels}
    directory.touch(dict.fromkeys(channels, NOW_MS))
    directory.describe([meta(channel, live=live[channel]) for channel in channels])
    hand.at_ms += SETTLED_MS
    said = NOW_MS

    def meanwhile() -> None:
        nonlocal said
        for channel in dice.choices(channels, k=30):
            hand.at_ms, said = hand.at_ms + 7, said + 1
            live[channel] = not live[channel]
            directory.describe([meta(channel, said, live=live[channel])])
        directory.touch(dict.fromkeys(dice.choices(channels, k=30), hand.at_ms))

    began = [name for name in channels if live[name]] + [name for name in channels if not live[name]]
    assert walk(directory, 50, meanwhile) == began


def test_a_walk_meets_each_once_while_others_write(request: pytest.FixtureRequest) -> None:
    settings = request.getfixturevalue("table")("streams")
    channels = [f"channel_{number:03d}" for number in range(120)]
    writer, reader, over = DynamoDirectory(settings), DynamoDirectory(settings), Event()
    writer.touch(dict.fromkeys(channels, NOW_MS))
    turned = 0

    def turn() -> None:
        nonlocal turned
        dice = Random(7)
        while not over.is_set():
            turned += 1
            live = dice.random() < 0.5
            writer.describe([meta(dice.choice(channels), NOW_MS + turned, live=live)])

    with ThreadPoolExecutor(1) as pool:
        turning = pool.submit(turn)
        try:
            walks = [walk(reader, 7) for _ in range(3)]
        finally:
            over.set()
        turning.result()
    assert turned > len(channels)
    assert [sorted(met) for met in walks] == [channels] * 3


@pytest.mark.parametrize("cursor", ["%%%", cursor_after("0#alpha"), cursor_after("1#2#alpha")])
def test_a_cursor_that_was_never_handed_out_is_a_bad_parameter(directory: Directory, cursor: str) -> None:
    with pytest.raises(ParameterError, match="cursor"):
        directory.page(limit=5, cursor=cursor)


def test_channels_seen_since_an_instant_are_known_to_the_minute(directory: Directory) -> None:
    directory.touch({"alpha": NOW_MS, "beta": NOW_MS - MINUTE_MS})
    directory.describe([meta("gamma")])
    assert directory.seen_since(NOW_MS + 30_000) == ["alpha"]
    assert directory.seen_since(NOW_MS - 1) == ["alpha", "beta"]
    assert directory.seen_since(NOW_MS - 2 * HOUR_MS) == ["alpha", "beta"]
    assert directory.seen_since(NOW_MS + MINUTE_MS) == []
