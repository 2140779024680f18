"""The command: what it sends, what it shows, and what it says when something is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner, Result

from producer.__main__ import app
from telemetra.domain.events import Kind, decode_line

SAMPLE = Path(__file__).parents[2] / "events/samples/chat.jsonl"


def invoke(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=stdin)


@pytest.fixture
def streams(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("TELEMETRA_PREFIX", "test")
    with mock_aws():
        client = boto3.client("kinesis")
        for kind in Kind:
            client.create_stream(StreamName=f"test-{kind}", ShardCount=1)
        yield


@pytest.mark.usefixtures("streams")
def test_a_chat_log_plays_on_the_channel_of_its_name_unless_told_otherwise(tmp_path: Path) -> None:
    log = tmp_path / "My Stream 3.jsonl"
    log.write_bytes(SAMPLE.read_bytes())
    assert invoke("replay", str(log)).exit_code == 0
    assert invoke("tail", "--from-start", "--channel", "my_stream_3", "--expect", "301").exit_code == 0


@pytest.mark.usefixtures("streams")
def test_what_is_replayed_can_be_tailed() -> None:
    sent = invoke("replay", str(SAMPLE), "--channel", "demo", "--json")
    assert sent.exit_code == 0
    totals = json.loads(sent.stdout)
    assert totals["events"] == {"chat": 301}
    assert totals["dropped"] == totals["unsent"] == totals["retried"] == 0
    assert "first event at" in sent.stderr
    seen = invoke("tail", "--from-start", "--channel", "demo", "--expect", "301", "--timeout", "5", "--json")
    assert seen.exit_code == 0
    arrivals = [json.loads(row) for row in seen.stdout.splitlines()]
    assert len(arrivals) == 301
    assert {"stream", "shard", "sequence", "age_ms", "event"} == set(arrivals[0])
    assert arrivals[0]["shard"] == "shardId-000000000000"


@pytest.mark.usefixtures("streams")
def test_a_tail_that_misses_what_it_expects_fails() -> None:
    invoke("replay", str(SAMPLE), "--channel", "demo")
    seen = invoke("tail", "--from-start", "--stream", "viewer", "--expect", "1", "--timeout", "0.1")
    assert seen.exit_code == 1
    assert "0 of 1 events came within 0.1 s" in seen.stderr


@pytest.mark.usefixtures("streams")
def test_the_demo_writes_its_truth_and_goes_live(tmp_path: Path) -> None:
    truth = tmp_path / "truth.json"
    ran = invoke(
        "run", "--scenario", "demo", "--rate", "0.2", "--seconds", "0.1", "--truth", str(truth), "--json"
    )
    assert ran.exit_code == 0, ran.output
    told = json.loads(truth.read_text())
    assert sum(told["events"].values()) == json.loads(ran.stdout)["sent"]
    assert told["scenario"] == "demo"
    assert "60 minutes of history" in ran.stderr


@pytest.mark.usefixtures("streams")
def test_a_scenario_without_its_past_just_goes_live(tmp_path: Path) -> None:
    truth = tmp_path / "truth.json"
    arguments = ("--scenario", "raid", "--no-history", "--seconds", "0.1", "--truth", str(truth), "--json")
    ran = invoke("run", *arguments)
    assert ran.exit_code == 0, ran.output
    assert json.loads(ran.stdout)["sent"] < 50
    assert "history" not in ran.stderr
    assert json.loads(truth.read_text())["scenario"] == "raid"


def test_a_scenario_is_written_to_a_file_whole_with_its_truth(tmp_path: Path) -> None:
    out, truth = tmp_path / "raid.ndjson", tmp_path / "raid.ndjson.truth.json"
    start = ("--start", "2026-11-23T18:00:00Z")
    assert invoke("run", "--scenario", "raid", *start, "--out", str(out)).exit_code == 0
    rows, told = out.read_bytes().splitlines(), json.loads(truth.read_text())
    assert len(rows) == sum(told["events"].values())
    assert told["end_ms"] - told["start_ms"] == 40 * 60_000
    assert [len(channel["minutes"]) for channel in told["channels"].values()] == [40, 40]
    assert told["channels"]["aurora_plays"]["moments"][0]["type"] == "raid"
    minute = told["channels"]["aurora_plays"]["minutes"][0]
    chat = [
        event for event in map(json.loads, rows)
        if event["schema"] == "chat.v1" and event["channel"] == "aurora_plays"
        and event["ts"] - minute["start_ms"] < 60_000
    ]  # fmt: skip
    assert minute["chat_count"] == len(chat)
    assert minute["unique_chatters"] == len({event["user_id"] for event in chat})


@pytest.mark.usefixtures("streams")
def test_totals_are_a_sentence_without_json() -> None:
    ran = invoke("run", "--rate", "10", "--channel", "solo", "--seconds", "0.2")
    assert ran.exit_code == 0
    assert ran.stdout.startswith("sent ")
    assert "0 dropped" in ran.stdout


def test_the_same_seed_and_start_write_the_same_file(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one", "two")]
    for file in files:
        arguments = ("--seed", "3", "--start", "2026-11-23T18:00:00Z", "--seconds", "30", "--out", str(file))
        assert invoke("run", "--scenario", "lively", *arguments).exit_code == 0
    assert files[0].read_bytes() == files[1].read_bytes()
    for row in files[0].read_bytes().splitlines():
        decode_line(row)


@pytest.mark.parametrize("command", ["run", "scenarios", "replay", "tail"])
def test_help_teaches_by_example(command: str) -> None:
    shown = invoke(command, "--help").stdout
    assert "Examples:" in shown
    assert f"python -m producer {command}" in shown


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("replay", "missing.jsonl"), "cannot read missing.jsonl: No such file"),
        (("replay", str(SAMPLE), "--channel", "Bad Name"), "expected 1 to 64 of a-z, 0-9 and _"),
        (("replay", str(SAMPLE), "--speed", "fast"), "expected a number from 0.1 to 100000, or max"),
        (("replay", str(SAMPLE), "--start", "tomorrow"), "expected ISO 8601"),
        (("replay", str(SAMPLE), "--channel", "a", "--original-time"), "has no times of its own"),
        (("replay", "x", "--start", "2026-11-23", "--original-time"), "exclude each other"),
        (("run", "--channel", "Bad Name"), "expected 1 to 64 of a-z, 0-9 and _"),
        (("run", "--rate", "0"), "0"),
        (("run", "--scenario", "riad"), "did you mean raid?"),
        (("run", "--scenario", "./missing.toml"), "cannot read missing.toml: No such file"),
    ],
)
def test_a_wrong_option_is_a_sentence_and_exit_code_2(arguments: tuple[str, ...], sentence: str) -> None:
    ran = invoke(*arguments)
    assert ran.exit_code == 2
    assert sentence in " ".join(ran.stderr.replace("│", " ").split())


def test_a_log_without_a_usable_line_says_which_and_why(tmp_path: Path) -> None:
    ran = invoke("replay", "-", "--channel", "a", stdin=b"{oops\n[1]\n")
    assert ran.exit_code == 1
    assert "-:1: expected a JSON object" in ran.stderr
    assert "-:2: expected a JSON object, not list" in ran.stderr
    assert "skipped 2 of 2 lines" in ran.stderr
    assert "holds no usable event" in ran.stderr


@pytest.mark.usefixtures("streams")
def test_a_log_older_than_a_day_is_sent_with_a_warning() -> None:
    row = b'{"schema":"viewer.v1","event_id":"v","channel":"a","ts":1000000000000,"viewers":9}\n'
    ran = invoke("replay", "-", "--original-time", stdin=row)
    assert ran.exit_code == 0
    assert "every event is more than 24 h old" in ran.stderr


@pytest.mark.usefixtures("streams")
def test_a_tail_of_a_missing_stream_is_a_sentence_and_exit_code_1() -> None:
    ran = invoke("tail", "--prefix", "nowhere", "--timeout", "1")
    assert ran.exit_code == 1
    assert "cannot read the streams" in ran.stderr
    assert "nowhere-chat" in ran.stderr


@pytest.mark.usefixtures("streams")
def test_a_missing_stream_is_a_sentence_and_exit_code_1() -> None:
    ran = invoke("replay", str(SAMPLE), "--channel", "a", "--prefix", "nowhere")
    assert ran.exit_code == 1
    assert "cannot put records on stream nowhere-chat" in ran.stderr
    assert "unsent" in ran.stdout
