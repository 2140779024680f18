"""The baseline detector: one burst is one moment, and a stored state goes on as if never stored."""

from __future__ import annotations

import pytest

from telemetra.domain.chat import ChatPane
from telemetra.domain.detection import Observation
from telemetra.domain.errors import CorruptStateError
from telemetra.domain.moment import Moment
from telemetra.domain.summary import Summary
from telemetra.domain.tally import Tally
from telemetra.domain.window import PANE_MS
from telemetra.domain.zscore import ZScore

T0 = 1_700_000_000_000
CALM = [9, 11, 10, 8, 12, 10, 9, 11, 10, 12, 8, 10, 11, 9, 10]


def panes(counts: list[int], start: int = 0) -> list[Observation]:
    return [
        Observation(
            T0 + (start + at) * PANE_MS,
            Summary(ChatPane(count=count, emotes=Tally({"KEKW": count // 2 or 1}))),
        )
        for at, count in enumerate(counts)
    ]


def test_a_calm_chat_has_no_moments() -> None:
    advance = ZScore().advance("aurora", b"", panes(CALM * 4))
    assert advance.moments == ()
    assert not advance.open


def test_a_burst_is_one_moment_with_its_start_peak_and_end() -> None:
    advance = ZScore().advance("aurora", b"", panes([*CALM, 60, 90, 70, 12, 10, 10]))
    (moment,) = advance.moments
    start_ms = T0 + len(CALM) * PANE_MS
    assert (moment.start_ms, moment.peak_ms, moment.end_ms) == (
        start_ms,
        start_ms + PANE_MS,
        start_ms + 3 * PANE_MS,
    )
    assert moment.sentence.startswith("chat 9.0x its usual rate, 50 % KEKW")
    assert 0.5 < moment.score < 1
    assert moment.evidence[0].value == 90


def test_a_running_moment_has_no_end_yet() -> None:
    advance = ZScore().advance("aurora", b"", panes([*CALM, 60]))
    (moment,) = advance.moments
    assert advance.open
    assert moment.end_ms is None


@pytest.mark.parametrize("cut", range(1, 21))
def test_a_stored_state_goes_on_as_if_never_stored(cut: int) -> None:
    everything = panes([*CALM, 60, 90, 70, 12, 10, 10])
    whole = ZScore().advance("aurora", b"", everything)
    first = ZScore().advance("aurora", b"", everything[:cut])
    second = ZScore().advance("aurora", first.state, everything[cut - 1 :])
    newest: dict[int, Moment] = {moment.start_ms: moment for moment in (*first.moments, *second.moments)}
    assert tuple(newest.values()) == whole.moments
    assert second.state == whole.state


def test_panes_between_count_as_silence() -> None:
    gap = [*panes(CALM), *panes([10], start=len(CALM) + 5)]
    filled = panes([*CALM, 0, 0, 0, 0, 0, 10])
    assert ZScore().advance("aurora", b"", gap).state == ZScore().advance("aurora", b"", filled).state


def test_a_gap_longer_than_the_history_costs_no_more_than_the_history() -> None:
    advance = ZScore(history=5).advance("aurora", b"", [*panes(CALM), *panes([10], start=10_000_000)])
    assert advance.last_pane_ms == T0 + 10_000_000 * PANE_MS


def test_an_empty_state_has_seen_no_pane() -> None:
    assert ZScore().last_pane_ms(b"") == 0
    assert ZScore().advance("aurora", b"", []).state == b""


def test_a_state_of_something_else_is_refused() -> None:
    with pytest.raises(CorruptStateError):
        ZScore().advance("aurora", b"\x09nonsense", [])
