"""What every directory of channels does."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from telemetra.adapters.clients import client
from telemetra.adapters.dynamo_directory import DynamoDirectory
from telemetra.adapters.memory import MemoryDirectory
from telemetra.application.ports import Directory
from telemetra.domain.directory import Stream
from telemetra.domain.errors import ParameterError
from telemetra.domain.events import Raid
from telemetra.domain.window import HOUR_MS, MINUTE_MS
from tests.contracts.samples import NOW_MS, meta


@pytest.fixture(params=["memory", "dynamodb"])
def directory(request: pytest.FixtureRequest) -> Directory:
    if request.param == "dynamodb":
        return DynamoDirectory(request.getfixturevalue("table")("streams"), clock=lambda: NOW_MS)
    return MemoryDirectory()


def walk(directory: Directory, limit: int) -> list[str]:
    """Return the channels of all pages in order."""
    page = directory.page(limit=limit, cursor=None)
    channels = [stream.channel for stream in page.items]
    while page.cursor is not None:
        assert len(page.items) == limit
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


def test_metadata_that_says_the_same_again_is_written_once_in_five_minutes(
    request: pytest.FixtureRequest,
) -> None:
    settings = request.getfixturevalue("table")("streams")
    directory = DynamoDirectory(settings, clock=lambda: NOW_MS)
    same = replace(meta("alpha"), title="t")
    directory.describe([replace(same, ts=NOW_MS + number * 30_000) for number in range(10)])
    described = [directory.get("alpha")]
    directory.describe([replace(same, ts=NOW_MS + 100_000, live=False)])
    described.append(directory.get("alpha"))
    directory.describe([replace(same, ts=NOW_MS + 300_000)])
    described.append(directory.get("alpha"))
    directory.describe([replace(same, ts=NOW_MS + 310_000, live=False)])
    described.append(directory.get("alpha"))
    assert [(one.live, one.described_ms - NOW_MS) for one in described if one is not None] == [
        (True, 0),
        (True, 0),
        (True, 300_000),
        (False, 310_000),
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
def test_pages_list_live_and_unknown_channels_first_and_each_once(directory: Directory, limit: int) -> None:
    channels = sorted(f"channel_{number}" for number in range(20))
    directory.touch(dict.fromkeys(channels, NOW_MS))
    directory.describe([meta(channel, live=False) for channel in channels[::3]])
    directory.describe([meta(channel) for channel in channels[1::3]])
    offline = channels[::3]
    assert walk(directory, limit) == [name for name in channels if name not in offline] + offline


def test_a_cursor_that_was_never_handed_out_is_a_bad_parameter(directory: Directory) -> None:
    with pytest.raises(ParameterError, match="cursor"):
        directory.page(limit=5, cursor="%%%")


def test_channels_seen_since_an_instant_are_known_to_the_minute(directory: Directory) -> None:
    directory.touch({"alpha": NOW_MS, "beta": NOW_MS - MINUTE_MS})
    directory.describe([meta("gamma")])
    assert directory.seen_since(NOW_MS + 30_000) == ["alpha"]
    assert directory.seen_since(NOW_MS - 1) == ["alpha", "beta"]
    assert directory.seen_since(NOW_MS - 2 * HOUR_MS) == ["alpha", "beta"]
    assert directory.seen_since(NOW_MS + MINUTE_MS) == []
