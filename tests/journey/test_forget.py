"""After `forget` no stored object, message, file or row holds the user, and every count stays."""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zstandard

from local.embedded import embedded
from local.settings import surroundings
from producer.pack import Packed
from producer.spill import Spill
from telemetra.adapters.clock import now_ms
from telemetra.adapters.compact import expand
from telemetra.domain.events import Kind
from telemetra.domain.window import HOUR_MS, MINUTE_MS, floor_to
from tests.journey.running import RunningStack
from tests.journey.test_counting import ROOT, chat, minutes, put, replay_is_through, settled

USER, NAME, TEXT = "u_zephyrine_9", "Zephyrine_Q", "quetzalcoatl feathers everywhere"
NEEDLES = tuple(needle.lower().encode() for needle in (USER, NAME, TEXT, "quetzalcoatl"))
CHANNEL = "forgetful"
MESSAGES = 40


@pytest.fixture
def archiving(tmp_path: Path) -> Iterator[RunningStack]:
    with embedded(tmp_path / "stack", archive=True) as started:
        yield RunningStack.of(started, surroundings().child_environment({}))


def stored(stack: RunningStack, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield all that is kept, by what keeps it: objects, rejects, rows and files."""
    s3, sqs, dynamodb = (stack.client(name) for name in ("s3", "sqs", "dynamodb"))
    for bucket in (entry["Name"] for entry in s3.list_buckets()["Buckets"]):
        for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", ()):
            yield bucket, s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
    for queue in sqs.list_queues().get("QueueUrls", ()):
        taken = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=0)
        for message in taken.get("Messages", ()):
            data = json.loads(message["Body"]).get("data", "")
            yield queue, message["Body"].encode() + b64decode(data if isinstance(data, str) else "")
    for table in dynamodb.list_tables()["TableNames"]:
        yield from ((table, value) for value in values(dynamodb, table))
    for path in folder.rglob("*"):
        if path.is_file():
            yield str(path), path.read_bytes()


def values(dynamodb: Any, table: str) -> Iterator[bytes]:
    """Yield every value of every row, expanded."""
    for page in dynamodb.get_paginator("scan").paginate(TableName=table):
        for item in page["Items"]:
            for value in (value for attribute in item.values() for value in attribute.values()):
                yield expand(value) if isinstance(value, bytes) else repr(value).encode()


def unpacked(body: bytes) -> bytes:
    """Return the bytes with everything in them that is packed, plain."""
    parts, at = [body], body.find(b"\x28\xb5\x2f\xfd")
    while at >= 0:
        reader = zstandard.ZstdDecompressor().stream_reader(body[at:])
        try:
            parts.append(reader.read())
        except zstandard.ZstdError:
            parts.append(b"")
        at = body.find(b"\x28\xb5\x2f\xfd", at + 1)
    return b"\n".join(parts)


def finds(stack: RunningStack, folder: Path) -> set[str]:
    """Return the places that hold the user."""
    return {
        place
        for place, content in stored(stack, folder)
        if any(needle in unpacked(content).lower() for needle in NEEDLES)
    }


def forget(stack: RunningStack, folder: Path, *options: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "producer", "forget", "--user", USER, "--json", *options], cwd=ROOT,
        env={**stack.environment, "TELEMETRA_STATE_DIR": str(folder)},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def recomputed(stack: RunningStack) -> dict[str, Any]:
    """Compare the archive with the tables."""
    done = subprocess.run(
        [sys.executable, "-m", "producer", "recompute", "--channel", CHANNEL, "--json"],
        cwd=ROOT, env=stack.environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def write(stack: RunningStack, folder: Path, at_ms: int) -> None:
    """Let the user and others write to everything that keeps."""
    theirs = [
        chat(CHANNEL, at_ms + 700 * n, f"words {n}", user_id=f"u{n}", user=f"viewer_{n}")
        for n in range(MESSAGES - 4)
    ]
    own = [chat(CHANNEL, at_ms + 15_000 * n, TEXT, user_id=USER, user=NAME) for n in range(3)]
    mention = chat(CHANNEL, at_ms + 900, f"@{NAME} hi {NAME.lower()}", user_id="u1")
    lines = [json.dumps(event).encode() for event in (*theirs, *own, mention)]
    put(stack, zstandard.compress(b"\n".join(lines[::2])), zstandard.compress(b"\n".join(lines[1::2])))
    put(stack, json.dumps(chat(CHANNEL, at_ms, TEXT, user_id=USER, user=NAME, bits="many")).encode())
    packed = zstandard.compress(json.dumps(own[0]).encode() + b"\n" + json.dumps(theirs[0]).encode())
    spill = Spill(folder / "spill" / "telemetra-1")
    spill.append([Packed(Kind.CHAT, "7", packed, 2, 400)])
    spill.close()
    (folder / "twitch").mkdir()
    note = {"channel": CHANNEL, "ts": at_ms, "what": "ban", "user_id": USER}
    (folder / "twitch" / "removals.ndjson").write_text(json.dumps(note) + "\n")


@pytest.mark.journey
def test_a_forgotten_user_is_nowhere_and_every_count_stays(archiving: RunningStack, tmp_path: Path) -> None:
    stack, folder, at_ms = archiving, tmp_path / "state", floor_to(now_ms() - HOUR_MS, MINUTE_MS)
    write(stack, folder, at_ms)
    settled(stack, CHANNEL, at_ms, MESSAGES)
    stack.wait_for(lambda: recomputed(stack)["minutes"] and not recomputed(stack)["behind"], 90)
    parts = ("-archive-", "rejects", "-panes", "-metrics", ".spill", "removals")
    stack.wait_for(lambda: all(any(part in place for place in finds(stack, folder)) for part in parts), 90)
    looked = forget(stack, folder, "--dry-run")
    before = minutes(stack, CHANNEL, at_ms)
    done = forget(stack, folder, "--login", NAME)
    assert looked["events"] == done["events"] == 6
    assert done["mentions"] == 1
    assert all(done[part]["changed"] for part in ("archive", "rejects", "spill", "journal"))
    replay_is_through(stack)
    assert finds(stack, folder) == set()

    def counts(items: dict[int, dict[str, Any]]) -> dict[int, tuple[int, int]]:
        return {start: (item["chat_count"], item["unique_chatters"]) for start, item in items.items()}

    assert counts(minutes(stack, CHANNEL, at_ms)) == counts(before)
    again = forget(stack, folder, "--login", NAME)
    assert (again["events"], again["mentions"], again["tables"]["words"]) == (0, 0, 0)
    found = recomputed(stack)
    assert (found["differences"], found["erased"]) == ([], 1)
