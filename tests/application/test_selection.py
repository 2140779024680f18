"""Items as JSON and as a table."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

from telemetra.application.access import Role
from telemetra.application.representation import row_item
from telemetra.application.selection import metrics_csv, page_json
from telemetra.domain.summary import Summary
from tests.application.samples import NOW, chat, revenue, row, viewers

SUMMARY = Summary.of([chat(4, emotes={"=cmd": 3, "Pog": 1}), viewers(NOW, 9), revenue(499)])
MINUTE = replace(row(NOW, chat(4)), summary=SUMMARY)


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_table_has_a_column_for_each_figure() -> None:
    (found,) = table(metrics_csv([row_item(MINUTE, Role.ADMIN)]))
    assert found == {
        "start": "2026-11-23T18:00:00Z",
        "start_ms": str(NOW),
        "end_ms": str(NOW + 60_000),
        "final": "true",
        "revision": "0",
        "version": "6",
        "chat_count": "4",
        "unique_chatters": "1",
        "unique_exact": "true",
        "viewers_min": "9",
        "viewers_max": "9",
        "viewers_mean": "9.0",
        "viewers_last": "9",
        "sentiment_mean": "0.5",
        "sentiment_coverage": "0.5",
        "emotes": "'=cmd:3 Pog:1",
        "message_length": "12.5",
        "revenue_cents": "USD:499",
        "revenue_counts": "sub:1",
    }


def test_a_table_for_a_viewer_has_no_column_of_money() -> None:
    (found,) = table(metrics_csv([row_item(MINUTE, Role.VIEWER)]))
    assert not [name for name in found if name.startswith("revenue")]


def test_what_was_never_measured_is_empty() -> None:
    (found,) = table(metrics_csv([row_item(row(NOW, revenue(1)), Role.VIEWER)], ("viewers", "sentiment")))
    assert found == {
        "viewers_min": "",
        "viewers_max": "",
        "viewers_mean": "",
        "viewers_last": "",
        "sentiment_mean": "",
        "sentiment_coverage": "0.0",
    }


def test_a_page_leaves_out_what_may_not_be_seen() -> None:
    found = json.loads(page_json([row_item(MINUTE, Role.VIEWER)], "next", ("chat_count", "revenue")))
    assert found == {"items": [{"chat_count": 4}], "cursor": "next"}
