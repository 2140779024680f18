"""Events of one channel, put on the streams as plain JSON, as any producer may."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import httpx

from telemetra.adapters.clock import now_ms
from telemetra.domain.window import MINUTE_MS, floor_to
from tests.journey.running import RunningStack

Event = dict[str, Any]
EMOTES = ("KEKW", "PogChamp", "LUL", "monkaS")
HISTORY_MINUTES = 15
A_CALL = 500


def chat(channel: str, ts: int, number: int) -> Event:
    """Return a message with an emote by one of ten users."""
    emote = EMOTES[number % len(EMOTES)]
    return {
        "schema": "chat.v1", "event_id": f"{channel}-c-{ts}-{number}", "channel": channel, "ts": ts,
        "user_id": f"u{number % 10}", "user": f"user{number % 10}", "text": f"that was great {emote}",
        "emotes": [emote], "badges": [], "bits": 0,
    }  # fmt: skip


def viewer(channel: str, ts: int, viewers: int) -> Event:
    """Return a viewer count."""
    return {
        "schema": "viewer.v1",
        "event_id": f"{channel}-v-{ts}",
        "channel": channel,
        "ts": ts,
        "viewers": viewers,
    }


def meta(channel: str, ts: int) -> Event:
    """Return the start of a stream."""
    return {
        "schema": "stream_meta.v1", "event_id": f"{channel}-m-{ts}", "channel": channel, "ts": ts,
        "live": True, "title": "An evening of tests", "category": "Software", "language": "en",
    }  # fmt: skip


def put(stack: RunningStack, events: Iterable[Event]) -> None:
    """Put each event on the stream of its schema as a record of its own."""
    by_stream: dict[str, list[Event]] = {}
    for event in events:
        by_stream.setdefault(event["schema"].removesuffix(".v1"), []).append(event)
    for kind, batch in by_stream.items():
        records = [{"Data": json.dumps(event).encode(), "PartitionKey": event["channel"]} for event in batch]
        for start in range(0, len(records), A_CALL):
            answer = stack.client("kinesis").put_records(
                StreamName=f"{stack.prefix}-{kind}", Records=records[start : start + A_CALL]
            )
            assert answer["FailedRecordCount"] == 0


def history(channel: str, *, viewers: int) -> list[Event]:
    """Return the channel's last quarter of an hour: six messages and one viewer count a minute."""
    now = now_ms()
    first = floor_to(now, MINUTE_MS) - HISTORY_MINUTES * MINUTE_MS
    starts = range(first, now - MINUTE_MS, MINUTE_MS)
    talk = [chat(channel, start + 9_000 * each, each) for start in starts for each in range(6)]
    counts = [viewer(channel, start + 30_000, viewers) for start in starts]
    return [meta(channel, first), *talk, *counts, viewer(channel, now, viewers), chat(channel, now, 0)]


def fill(stack: RunningStack, channel: str, *, viewers: int = 1_234) -> None:
    """Give the channel its history and wait until the API tells it."""
    put(stack, history(channel, viewers=viewers))

    def told() -> bool:
        answer = httpx.get(f"{stack.url}/api/v1/streams/{channel}/metrics", timeout=10)
        return len(answer.json()["items"]) >= HISTORY_MINUTES

    stack.wait_for(told, 60)
