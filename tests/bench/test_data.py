"""The evaluation sets are fetched once, verified, continued, and never believed unseen."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bench.convert import chat, goemotions, windows
from bench.data import SOURCES, main, read_sources

SERIES = b"timestamp,value\n" + b"2014-04-01 00:00:00,20.0\n" * 5_000
COMMENTS = b"so sad\t1\ta1\nwell\t2\ta2\nboth\t1,3\ta3\nfine\t3\ta4\nunclear\t0\ta5\n"
LABELLED = b"id\tlabel\ttext\na1\t-1\tso sad\na2\t0\twell\na4\t1\tfine\n"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Host:
    """A file host: what it has, what it was asked, and after how many bytes it hangs up."""

    def __init__(self) -> None:
        self.files = {"/r/c/series.csv": SERIES, "/r/c/dev.tsv": COMMENTS}
        self.ranges: list[str | None] = []
        self.hang_up_after: int | None = None
        self.address = ""


@pytest.fixture
def host() -> Iterator[Host]:
    state = Host()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            state.ranges.append(asked)
            data = state.files.get(self.path)
            if data is None:
                self.send_error(404)
                return
            start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
            if start >= len(data):
                self.send_error(416)
                return
            self.send_response(206 if asked else 200)
            self.send_header("Content-Length", str(len(data) - start))
            self.end_headers()
            end = None if state.hang_up_after is None else start + state.hang_up_after
            self.wfile.write(data[start:end])

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield state
        server.shutdown()
        thread.join()


@pytest.fixture
def sources(host: Host, tmp_path: Path) -> Path:
    files = [
        {"path": "nab/series.csv", "url": "r/c/series.csv", "sha256": sha256(SERIES)},
        {
            "path": "sentiment/dev.tsv",
            "url": "r/c/dev.tsv",
            "raw_sha256": sha256(COMMENTS),
            "convert": "goemotions",
            "sha256": sha256(LABELLED),
        },
    ]
    path = tmp_path / "sources.json"
    path.write_text(json.dumps({"base": host.address, "files": files}), "utf-8")
    return path


@pytest.fixture
def fetch(sources: Path, tmp_path: Path) -> list[str]:
    return ["--sources", str(sources), "--into", str(tmp_path / "data")]


def test_files_arrive_verified_and_converted(
    fetch: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(fetch) == 0
    assert (tmp_path / "data/nab/series.csv").read_bytes() == SERIES
    assert (tmp_path / "data/sentiment/dev.tsv").read_bytes() == LABELLED
    assert "2 of 2 files are in" in capsys.readouterr().out
    assert list((tmp_path / "data").rglob("*.part")) == []


def test_what_is_there_and_right_is_not_fetched_again(fetch: list[str], host: Host, tmp_path: Path) -> None:
    assert main(fetch) == 0
    (tmp_path / "data/nab/series.csv").write_bytes(b"spoilt")
    asked = len(host.ranges)
    assert main(fetch) == 0
    assert len(host.ranges) == asked + 1
    assert (tmp_path / "data/nab/series.csv").read_bytes() == SERIES


def test_a_transfer_that_breaks_off_goes_on_where_it_stopped(
    fetch: list[str], host: Host, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    host.hang_up_after = 10
    assert main(fetch) == 1
    assert "series.csv: peer closed connection" in capsys.readouterr().err
    host.hang_up_after = None
    assert main(fetch) == 0
    assert "bytes=30-" in host.ranges
    assert (tmp_path / "data/nab/series.csv").read_bytes() == SERIES


def test_a_complete_part_is_used_without_asking_for_more(
    fetch: list[str], host: Host, tmp_path: Path
) -> None:
    part = tmp_path / "data/nab/series.csv.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(SERIES)
    assert main(fetch) == 0
    assert f"bytes={len(SERIES)}-" in host.ranges


def test_a_changed_file_is_thrown_away_and_named_with_both_sums(
    fetch: list[str], host: Host, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    host.files["/r/c/series.csv"] = b"other"
    assert main(fetch) == 1
    said = capsys.readouterr()
    assert f"series.csv has SHA-256 {sha256(b'other')}, not {sha256(SERIES)}" in said.err
    assert "1 of 2 files" in said.out
    assert not list((tmp_path / "data/nab").iterdir())


def test_a_missing_file_is_named_and_the_others_still_arrive(
    fetch: list[str], host: Host, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del host.files["/r/c/series.csv"]
    assert main(fetch) == 1
    assert "/r/c/series.csv: 404 Not Found" in capsys.readouterr().err
    assert (tmp_path / "data/sentiment/dev.tsv").is_file()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "No such file"),
        ("[]", "is no list of sources: TypeError"),
        ("{", "is no list of sources: JSONDecodeError"),
        (
            '{"base": "", "files": [{"path": "../x", "url": "", "sha256": ""}]}',
            "'../x' leads out of the folder",
        ),
    ],
)
def test_a_manifest_that_is_none_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None, complaint: str
) -> None:
    path = tmp_path / "sources.json"
    if content is not None:
        path.write_text(content, "utf-8")
    assert main(["--sources", str(path), "--into", str(tmp_path / "data")]) == 1
    assert complaint in capsys.readouterr().err


def test_every_source_names_a_commit_and_the_sums_of_what_comes_and_what_is_kept() -> None:
    for source in read_sources(SOURCES):
        repository_commit = source.address.split("/")[3:6]
        assert len(repository_commit[2]) == 40, source.path
        assert len(source.sha256) == 64, source.path
        assert (source.convert is None) == (source.raw_sha256 is None), source.path


def test_comments_of_one_clear_group_are_kept() -> None:
    assert goemotions(COMMENTS, {}) == LABELLED


def test_anomaly_windows_of_other_series_are_left_out() -> None:
    assert json.loads(windows(b'{"a": [["x", "y"]], "b": []}', {"series": ["a"]})) == {"a": [["x", "y"]]}


def test_a_chat_log_keeps_no_name_and_no_link() -> None:
    def said(user: str, text: str, **more: Any) -> dict[str, Any]:
        commenter = {"_id": user, "name": f"{user}name", "display_name": f"{user.upper()}name"}
        message = {"body": text, **more}
        return {"content_offset_seconds": 1.0004, "commenter": commenter, "message": message}

    document = [
        {"channel": {"name": "somebody"}},
        said("ada", "hi @bobname, see https://example.org/x", user_badges=[{"_id": "subscriber"}]),
        said("bob", "ADAName somebody @other LUL", fragments=[{"text": "LUL", "emoticon": {}}], bits_spent=5),
    ]
    log = chat(json.dumps(document).encode(), {}).decode().splitlines()
    assert log == [
        '{"t":1.0,"u":"u0001","m":"hi @u0002, see <url>","sub":1}',
        '{"t":1.0,"u":"u0002","m":"u0001 somebody @user LUL","e":["LUL"],"bits":5}',
    ]
