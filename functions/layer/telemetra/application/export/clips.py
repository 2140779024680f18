"""Clip lists in the CMX 3600 form that editors import: one event a moment.

Timecodes count from the start of the stream, without dropped frames. A clip begins a lead-in before its
moment and ends with it; the clips follow each other on the timeline.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from telemetra.application.representation import iso
from telemetra.domain.moment import Moment
from telemetra.domain.window import HOUR_MS, MINUTE_MS, PANE_MS, SECOND_MS


@dataclass(frozen=True, slots=True)
class Cut:
    """How moments are cut.

    Attributes:
        stream_start_ms: instant of timecode zero.
        lead_in_ms: how long before its moment a clip begins.
        fps: frames a second.
    """

    stream_start_ms: int
    lead_in_ms: int
    fps: int


def clip_list(channel: str, moments: Sequence[Moment], cut: Cut) -> str:
    """Return the list of clips, oldest first; moments from before the stream's start are left out."""
    lines = [
        f"TITLE: {channel}",
        "FCM: NON-DROP FRAME",
        f"* STREAM START: {iso(cut.stream_start_ms)}  FPS: {cut.fps}",
        "",
    ]
    at_ms, number = 0, 0
    for moment in moments:
        end_ms = (moment.peak_ms + PANE_MS if moment.end_ms is None else moment.end_ms) - cut.stream_start_ms
        begin_ms = max(moment.start_ms - cut.lead_in_ms - cut.stream_start_ms, 0)
        if moment.start_ms < cut.stream_start_ms:
            continue
        number += 1
        length_ms = end_ms - begin_ms
        times = (begin_ms, end_ms, at_ms, at_ms + length_ms)
        lines += [
            f"{number:03}  AX       V     C        {' '.join(timecode(time, cut.fps) for time in times)}",
            f"* FROM CLIP NAME: {moment.type.value} {moment.score:.2f} {iso(moment.start_ms)}",
            f"* COMMENT: {' '.join(moment.sentence.split())}",
            "",
        ]
        at_ms += length_ms
    return "\n".join(lines)


def timecode(at_ms: int, fps: int) -> str:
    """Return a length of time as hours, minutes, seconds and frames.

    >>> timecode(3_723_500, 30)
    '01:02:03:15'
    """
    rest = at_ms % HOUR_MS
    frames = at_ms % SECOND_MS * fps // SECOND_MS
    hours, minutes, seconds = at_ms // HOUR_MS, rest // MINUTE_MS, rest % MINUTE_MS // SECOND_MS
    return f"{hours:02}:{minutes:02}:{seconds:02}:{frames:02}"
