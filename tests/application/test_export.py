"""Files: clip lists that an editor reads back, and reports that need nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from telemetra.adapters.memory import MemoryDirectory, MemoryMomentStore, MemoryPaneStore
from telemetra.application.access import Role
from telemetra.application.export import MOST_MOMENTS, Asked, Export, export_of
from telemetra.application.history import History
from telemetra.application.listings import MomentsPage
from telemetra.application.query import Query, Range, Series
from telemetra.application.recall import Body
from telemetra.domain.errors import ParameterError
from telemetra.domain.events import StreamMeta
from telemetra.domain.moment import Moment
from telemetra.domain.summary import Summary
from telemetra.domain.window import HOUR_MS, MINUTE_MS
from tests.application.samples import CHANNEL, NOW, chat, moment, revenue, row, rows, viewers

SPAN = Series("minute", Range(NOW, NOW + 2 * HOUR_MS))
EVENT = re.compile(
    r"(\d{3})  AX       V     C        "
    r"(\d\d:\d\d:\d\d:\d\d) (\d\d:\d\d:\d\d:\d\d) (\d\d:\d\d:\d\d:\d\d) (\d\d:\d\d:\d\d:\d\d)"
)


class Desk:
    """Memory ports around the export."""

    def __init__(self, *moments: Moment) -> None:
        self.moments = MemoryMomentStore()
        self.moments.write(moments)
        self.directory = MemoryDirectory()
        said = Summary.of([chat(9, emotes={"<b>": 4}), viewers(NOW, 100), revenue(499)])
        self.metrics = rows(replace(row(NOW, chat(9)), summary=said), row(NOW + MINUTE_MS, revenue(5)))

    def make(self, form: str, *, role: Role = Role.ADMIN, fps: int = 30, zero_ms: int | None = None) -> Body:
        export = Export(History(self.metrics, MemoryPaneStore()), MomentsPage(self.moments), self.directory)
        return export(CHANNEL, role, Asked(form, SPAN, 15_000, fps, zero_ms), NOW + 3 * HOUR_MS)


def read_back(text: str, fps: int) -> list[tuple[float, float, float, float]]:
    """Return source in and out, record in and out of each event, in seconds; numbers count up from 1."""
    events = [found for line in text.splitlines() if (found := EVENT.fullmatch(line))]
    assert [int(event[1]) for event in events] == list(range(1, len(events) + 1))

    def seconds(code: str) -> float:
        hours, minutes, rest, frames = (int(part) for part in code.split(":"))
        assert frames < fps
        return hours * 3600 + minutes * 60 + rest + frames / fps

    return [(seconds(e[2]), seconds(e[3]), seconds(e[4]), seconds(e[5])) for e in events]


@pytest.mark.parametrize("fps", [24, 30, 60])
def test_the_clips_of_a_list_are_read_back_at_their_moments(fps: int) -> None:
    first = moment(NOW + 30 * MINUTE_MS, end_ms=NOW + 31 * MINUTE_MS)
    desk = Desk(first, moment(NOW + 90 * MINUTE_MS))
    found = desk.make("edl", fps=fps, zero_ms=NOW + 10 * MINUTE_MS)
    assert read_back(found.text, fps) == [
        (20 * 60 - 15, 21 * 60, 0, 75),
        (80 * 60 - 15, 80 * 60 + 10, 75, 100),
    ]
    assert found.text.startswith(f"TITLE: {CHANNEL}\nFCM: NON-DROP FRAME\n")
    assert "* FROM CLIP NAME: hype 0.90 2026-11-23T18:30:00Z" in found.text
    assert "* COMMENT: chat 6.1x its usual rate" in found.text


def test_timecodes_count_from_when_the_stream_went_live() -> None:
    desk = Desk(moment(NOW + 30 * MINUTE_MS))
    desk.directory.describe(
        [StreamMeta("e", CHANNEL, NOW - HOUR_MS, live=True, title="t", category="c", language="en")]
    )
    assert read_back(desk.make("edl").text, 30)[0][0] == 90 * 60 - 15


def test_timecodes_of_a_stream_that_is_over_count_from_the_range() -> None:
    assert read_back(Desk(moment(NOW + 30 * MINUTE_MS)).make("edl").text, 30)[0][0] == 30 * 60 - 15


def test_a_clip_does_not_begin_before_the_stream_nor_is_one_cut_from_before_it() -> None:
    desk = Desk(moment(NOW), moment(NOW + 5_000, end_ms=NOW + 20_000))
    assert read_back(desk.make("edl", zero_ms=NOW + 1).text, 30)[0][0] == 0
    assert len(read_back(desk.make("edl", zero_ms=NOW + 1).text, 30)) == 1


def test_a_list_takes_so_many_moments_and_no_more() -> None:
    desk = Desk(*[moment(NOW + number * 10_000) for number in range(MOST_MOMENTS + 1)])
    with pytest.raises(ParameterError, match="more than 500 moments"):
        desk.make("edl")


class Outside(HTMLParser):
    """Collects whatever a page would load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "link", "img", "iframe", "object", "base"}:
            self.found.append(tag)
        self.found += [name for name, _ in attrs if name in {"src", "href"} or name.startswith("on")]


def test_a_report_stands_alone_and_shows_text_as_text() -> None:
    said = replace(moment(NOW + MINUTE_MS), sentence="<script>alert(1)</script>")
    text = Desk(said).make("html").text
    outside = Outside()
    outside.feed(text)
    assert outside.found == []
    assert "&lt;script&gt;" in text
    assert "&lt;b&gt; (4)" in text
    assert "Revenue USD" in text
    assert "default-src &#x27;none&#x27;" in text or "default-src 'none'" in text


def test_the_charts_of_a_report_are_drawings_with_a_mark_for_each_moment() -> None:
    text = Desk(moment(NOW + MINUTE_MS)).make("html").text
    drawings = [ElementTree.fromstring(found) for found in re.findall(r"<svg.*?</svg>", text, re.DOTALL)]
    assert [drawing.attrib["aria-label"] for drawing in drawings] == [
        "Messages, at most 9",
        "Viewers, at most 100",
    ]
    assert [len(drawing.findall("line")) for drawing in drawings] == [1, 1]


def test_a_report_of_nothing_says_so() -> None:
    desk = Desk()
    desk.metrics = rows()
    text = desk.make("html", role=Role.VIEWER).text
    assert text.count("No data.") == 2
    assert "Revenue" not in text


def test_only_a_stretch_whose_rows_are_final_is_closed() -> None:
    assert Desk().make("csv").closed
    desk = Desk()
    desk.metrics = rows(replace(row(NOW, chat(1)), final=False))
    assert not desk.make("csv").closed


def test_what_is_not_said_has_its_usual_value() -> None:
    asked = export_of(Query({"format": ["edl"]}), NOW)
    assert (asked.fps, asked.lead_in_ms, asked.stream_start_ms) == (30, 15_000, None)
    assert asked.series.range.end_ms - asked.series.range.start_ms == 24 * HOUR_MS
    assert export_of(Query({"format": ["edl"], "stream_start": [str(NOW)]}), NOW).stream_start_ms == NOW


def test_a_report_for_a_viewer_shows_no_money() -> None:
    text = Desk().make("html", role=Role.VIEWER).text
    assert "Messages" in text
    assert "Revenue" not in text
