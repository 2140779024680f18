"""The commands around the archive and the load: what they do, and what they say when they cannot."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from moto import mock_aws
from typer.testing import CliRunner, Result

from producer import recompute_command
from producer.__main__ import app
from producer.sink import KinesisSink
from telemetra.adapters import clients
from telemetra.adapters.clock import now_ms
from telemetra.adapters.s3 import S3Archive
from telemetra.application.ports import Record
from telemetra.application.recompute import Difference, Findings
from telemetra.config import Settings
from telemetra.domain.events import Kind
from telemetra.domain.metrics import MetricKey
from telemetra.domain.window import Grain

SAMPLE = Path(__file__).parents[2] / "events/samples/chat.jsonl"
EVENT = '{"schema":"viewer.v1","event_id":"%d","channel":"%s","ts":%d,"viewers":9}'


def invoke(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=stdin)


@pytest.fixture
def streams(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("TELEMETRA_PREFIX", "test")
    monkeypatch.setenv("TELEMETRA_STATE_DIR", str(tmp_path))
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    clients.client.cache_clear()
    with mock_aws():
        client = boto3.client("kinesis")
        for kind in Kind:
            client.create_stream(StreamName=f"test-{kind}", ShardCount=1)
        yield
    clients.client.cache_clear()


@pytest.fixture
def archive(streams: None, monkeypatch: pytest.MonkeyPatch) -> S3Archive:
    monkeypatch.setenv("TELEMETRA_ARCHIVE_BUCKET", "kept")
    monkeypatch.setenv("TELEMETRA_USER_KEY_SECRET_ARN", "some-secret")
    boto3.client("s3").create_bucket(Bucket="kept")
    return S3Archive(replace(Settings.from_env(), archive_bucket="kept"))


def test_what_was_archived_is_replayed_once_on_another_channel(archive: S3Archive) -> None:
    at_ms = now_ms()
    lines = [(EVENT % (n, "ab"[n % 2], at_ms + n)).encode() for n in range(6)]
    records = [
        Record(Kind.VIEWER, "shardId-000000000000", 10 + n, at_ms, b"\n".join(lines[n * 3 : n * 3 + 3]))
        for n in range(2)
    ]
    archive.put([*records, Record(Kind.VIEWER, "shardId-000000000000", 12, at_ms, records[0].data)])
    archive.put(records[1:])
    sent = invoke("replay", "--archive", "--only", "a", "--channel", "again", "--json")
    assert sent.exit_code == 0, sent.output
    assert json.loads(sent.stdout)["events"] == {"viewer": 3}
    whole = invoke("replay", "--archive", "--from", "2020-01-01", "--to", "2100-01-01", "--json")
    assert json.loads(whole.stdout)["events"] == {"viewer": 6}


@pytest.mark.usefixtures("archive")
def test_an_empty_archive_is_a_sentence() -> None:
    ran = invoke("replay", "--archive")
    assert ran.exit_code == 1
    assert "archive holds no usable event" in ran.stderr


@pytest.mark.usefixtures("archive")
def test_an_archive_that_cannot_be_read_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEMETRA_ARCHIVE_BUCKET", "gone")
    assert "cannot read the archive: list gone" in invoke("replay", "--archive").stderr
    ran = invoke("recompute")
    assert ran.exit_code == 1
    assert "cannot recompute: " in ran.stderr


@pytest.mark.usefixtures("streams")
@pytest.mark.parametrize("command", [("replay", "--archive"), ("recompute",)])
def test_a_deployment_without_an_archive_says_how_to_have_one(command: tuple[str, ...]) -> None:
    ran = invoke(*command)
    assert ran.exit_code == 1
    assert "test keeps no archive here; deploy with EnableArchive=true" in ran.stderr


@pytest.mark.usefixtures("streams")
def test_a_part_of_a_log_is_played() -> None:
    part = invoke("replay", str(SAMPLE), "--channel", "a", "--from", "0:10", "--to", "20", "--json")
    whole = invoke("replay", str(SAMPLE), "--channel", "a", "--json")
    assert 0 < json.loads(part.stdout)["sent"] < json.loads(whole.stdout)["sent"]
    none = invoke("replay", str(SAMPLE), "--channel", "a", "--from", "9:00:00")
    assert none.exit_code == 1
    assert "no event lies there; the log is" in none.stderr


@pytest.mark.usefixtures("streams")
def test_a_table_on_standard_input_is_played() -> None:
    table = b"when,who,what\n1,mira,hi\nx,bo,hi\n2,bo,hello\n"
    ran = invoke(
        "replay", "-", "--columns", "t=when,u=who,m=what", "--channel", "a", "--speed", "1000", "--json",
        stdin=table,
    )  # fmt: skip
    assert ran.exit_code == 0, ran.output
    totals = json.loads(ran.stdout)
    assert (totals["sent"], totals["read"], totals["skipped"]) == (2, 2, 1)
    assert "-:3: expected time, user and message" in ran.stderr


@pytest.mark.usefixtures("streams")
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_load_says_how_late_it_went_out(options: tuple[str, ...]) -> None:
    ran = invoke("load", "--rate", "50", "--seconds", "1", *options)
    assert ran.exit_code == 0, ran.output
    assert '"sent": 50' in ran.stdout if options else "sent 50 events" in ran.stdout
    assert "late_ms_p50" in ran.stderr if options else "offered 50 a second" in ran.stderr


def test_a_stream_that_is_away_at_the_end_is_exit_code_1_and_nothing_is_lost(
    streams: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("producer.spilling.GRACE_S", 0.1)
    monkeypatch.setattr("producer.spilling.PATIENCE_S", 0.1)
    refused = EndpointConnectionError(endpoint_url="http://127.0.0.1:9")
    monkeypatch.setattr(KinesisSink, "_put", lambda _, __, heads: ({one.key for one in heads}, str(refused)))
    ran = invoke("replay", str(SAMPLE), "--channel", "a", "--json")
    assert ran.exit_code == 1
    totals = json.loads(ran.stdout)
    assert (totals["sent"], totals["held"], totals["spilled"]) == (0, 301, 301)
    assert "301 events could not be sent yet" in ran.stderr
    assert len(list(tmp_path.glob("spill/test-*/0/*.spill"))) == 1


@pytest.mark.parametrize("command", ["load", "replay", "recompute"])
def test_help_teaches_by_example(command: str) -> None:
    shown = invoke(command, "--help").stdout
    assert "Examples:" in shown
    assert f"python -m producer {command}" in shown


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("replay",), "say either a FILE (- for standard input) or --archive"),
        (("replay", "x", "--archive"), "say either a FILE"),
        (("replay", "x", "--only", "a"), "--only goes with --archive"),
        (("replay", "x", "--loop"), "--loop needs --speed"),
        (("replay", "x", "--speed", "0.01"), "expected a number from 0.1"),
        (("replay", "x", "--columns", "q=1"), "expected FIELD=COLUMN"),
        (("replay", str(SAMPLE), "--from", "noon"), "--from 'noon': expected ISO 8601"),
        (("recompute", "--channel", "Bad Name"), "expected 1 to 64 of a-z"),
        (("recompute", "--from", "2026-01-02", "--to", "2026-01-01"), "is not after --from"),
        (("load", "--rate", "0"), "0"),
    ],
)
def test_a_wrong_option_is_a_sentence_and_exit_code_2(arguments: tuple[str, ...], sentence: str) -> None:
    ran = invoke(*arguments)
    assert ran.exit_code == 2
    assert sentence in " ".join(ran.stderr.replace("│", " ").split())


FOUND = Findings(
    minutes=9,
    differences=[Difference(MetricKey("a", Grain.MINUTE, 1_795_392_000_000), {"chat.count": (1, 2)}, None)],
)


@pytest.fixture
def found(archive: S3Archive, monkeypatch: pytest.MonkeyPatch) -> Callable[[Findings], None]:
    def install(findings: Findings) -> None:
        monkeypatch.setattr(recompute_command, "_compared", lambda *_, **__: (7, findings))

    return install


def test_differences_are_a_table_or_json_and_exit_code_1(found: Callable[[Findings], None]) -> None:
    found(FOUND)
    shown = invoke("recompute")
    assert shown.exit_code == 1
    assert "2026-11-23T00:00:00.000Z" in shown.stdout
    assert "7 records, 9 minutes compared, 1 differences, 0 repaired" in shown.stdout
    told = json.loads(invoke("recompute", "--json").stdout)
    assert told["differences"][0]["fields"] == {"chat.count": {"stored": "1", "archive": "2"}}


def test_what_was_repaired_or_agrees_is_exit_code_0(found: Callable[[Findings], None]) -> None:
    found(replace(FOUND, repaired=1))
    assert invoke("recompute", "--repair").exit_code == 0
    found(Findings())
    assert invoke("recompute").exit_code == 0
