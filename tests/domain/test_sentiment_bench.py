"""The sentiment benchmark reports on a file or says what is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.sentiment import macro_f1, main

GOOD = "id\tmean_rating\tlabel\ttext\n1\t3\t1\tlove it\n2\t-3\t-1\tawful, sad\n3\t0\t0\tthe door\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "comments.tsv"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_one_json_object_holds_the_figures(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(table), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["accuracy"] == report["macro_f1"] == 1.0
    assert report["comments_per_s"] > 0
    assert report["comments_per_s_reference"] > 0


def test_without_json_there_is_a_small_table(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(table)]) == 0
    assert "macro_f1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "No such file"),
        (b"id\tlabel\n1\t0\n", "no column text"),
        (b"", "no column label and no column text"),
        (b"label\ttext\n", "no comments"),
        (b"label\ttext\n2\thi\n", "comments.tsv:2: label '2'"),
        (b"label\ttext\n1\n", "comments.tsv:2: 1 columns, the header has 2"),
        (b"label\ttext\n1\t\xff\n", "not UTF-8 at byte 13"),
    ],
)
def test_a_bad_file_is_named_with_its_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, complaint: str
) -> None:
    path = tmp_path / "comments.tsv"
    if content is not None:
        path.write_bytes(content)
    assert main(["--data", str(path), "--json"]) == 2
    assert complaint in capsys.readouterr().err


def test_chat_without_labels_is_timed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "chat.jsonl"
    path.write_text('{"m": "x", "e": ["LUL"]}\n{"text": "the door", "emotes": []}\n{"viewers": 3}\n', "utf-8")
    assert main(["--chat", str(path), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["comments"], report["coverage"]) == (2, 0.5)
    assert "macro_f1" not in report


@pytest.mark.parametrize(
    ("content", "complaint"), [("not json\n", "chat.jsonl:1: not a JSON object"), ("\n", "no comments")]
)
def test_bad_chat_is_named_with_its_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, complaint: str
) -> None:
    path = tmp_path / "chat.jsonl"
    path.write_text(content, encoding="utf-8")
    assert main(["--chat", str(path)]) == 2
    assert complaint in capsys.readouterr().err


def test_macro_f1_averages_the_labels_that_occur() -> None:
    assert macro_f1([(1, 1), (1, 0), (-1, -1), (-1, -1)]) == pytest.approx((2 / 3 + 1) / 2)
