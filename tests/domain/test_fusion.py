"""Signals fused into moments: one each, named, explained, begun and ended where it should be."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from telemetra.domain.detection import Facts
from telemetra.domain.errors import CorruptStateError, ParameterError
from telemetra.domain.fusion import NAMES, Fused, Parameters, moment_detector
from telemetra.domain.fusion.signals import SIGNALS
from telemetra.domain.moment import Moment, MomentType, Told
from telemetra.domain.revenue import RevenuePane
from telemetra.domain.summary import Summary
from telemetra.domain.tally import Tally
from telemetra.domain.window import PANE_MS
from tests.domain.evenings import LIVE, T0, Evening, steps, told

WARM = 36
UNKNOWN = Facts()


def burst(evening: Evening, panes: int = 3, count: int = 140) -> Evening:
    """Add a lively stretch in which four of ten messages hold Pog, twice each."""
    for _ in range(panes):
        emotes, repeats = Tally({"Pog": count * 8 // 10, "Kappa": 2}), Tally({"Pog": count * 4 // 10})
        evening.add(count, emotes=emotes, repeats=repeats, sentiment=count // 2 * 6_000)
    return evening


def laugh(evening: Evening) -> Evening:
    for _ in range(3):
        evening.add(120, emotes=Tally({"KEKW": 70}))
    return evening


def rage(evening: Evening) -> Evening:
    for _ in range(3):
        evening.add(120, tokens=Tally({"wtf": 50, "refund": 20}), sentiment=-60 * 5_000)
    return evening


def vote(evening: Evening) -> Evening:
    for _ in range(3):
        evening.add(110, tokens=Tally({"1": 60, "2": 35}), distinct=20, length=500)
    return evening


def paste(evening: Evening) -> Evening:
    for _ in range(4):
        evening.add(80, distinct=25, length=80 * 120)
    return evening


def bomb(evening: Evening) -> Evening:
    evening.add(45, revenue=RevenuePane({("gift", "USD"): (50, 24_950)}))
    return evening.add(60)


def unannounced(evening: Evening) -> Evening:
    evening.viewers = 1_500
    for _ in range(3):
        evening.add(130)
    return evening


@pytest.mark.parametrize(
    ("kind", "happens", "said"),
    [
        (MomentType.HYPE, burst, "40 % Pog, 126 chatters"),
        (MomentType.LAUGHTER, laugh, "58 % KEKW"),
        (MomentType.OUTRAGE, rage, "mood -0."),
        (MomentType.POLL, vote, 'a vote: "1" 55 % and "2" 32 %, chat '),
        (MomentType.COPYPASTA, paste, "of messages more than usual repeat a text, 120 characters each"),
        (MomentType.SUB_BOMB, bomb, "50 subs given, chat "),
        (MomentType.RAID, unannounced, "viewers up 50 %, as by a raid, chat "),
    ],
)
def test_what_happens_is_named_and_told(
    kind: MomentType, happens: Callable[[Evening], Evening], said: str
) -> None:
    evening = Evening().calm(WARM)
    start_ms = evening.now_ms
    (moment,) = happens(evening).calm(6).moments()
    assert (moment.type, moment.start_ms) == (kind, start_ms)
    assert said in moment.sentence
    assert start_ms <= moment.peak_ms < (moment.end_ms or 0) <= start_ms + 5 * PANE_MS
    assert 0.5 < moment.score < 1


def test_many_gifts_are_a_moment_however_little_is_written() -> None:
    evening = Evening().calm(WARM).add(3, revenue=RevenuePane({("gift", "USD"): (50, 24_950)}))
    (moment,) = evening.calm(4).moments()
    assert moment.type is MomentType.SUB_BOMB


def test_an_announced_raid_is_a_raid_whatever_the_chat_says() -> None:
    evening = Evening().calm(WARM)
    evening.facts = Facts(live=True, raid_ms=evening.now_ms, raid_viewers=420)
    (moment,) = laugh(evening).calm(5).moments()
    assert moment.type is MomentType.RAID
    assert moment.sentence.startswith("a raid of 420 viewers, chat 6.0x its usual rate, 58 % KEKW, ")


def test_a_raid_of_long_ago_explains_nothing() -> None:
    evening = Evening().calm(4)
    evening.facts = Facts(live=True, raid_ms=evening.now_ms, raid_viewers=420)
    (moment,) = burst(evening.calm(WARM)).calm(5).moments()
    assert moment.type is MomentType.HYPE


def test_a_raid_too_small_to_be_the_cause_is_not_the_type() -> None:
    evening = Evening().calm(WARM)
    evening.facts = Facts(live=True, raid_ms=evening.now_ms, raid_viewers=3)
    (moment,) = burst(evening).calm(5).moments()
    assert moment.type is MomentType.HYPE


def test_evidence_says_what_was_measured_and_what_is_usual() -> None:
    evening = burst(Evening().calm(WARM)).calm(5)
    (moment,) = evening.moments()
    by_signal = {row.signal: row for row in moment.evidence}
    rate = by_signal["chat_rate"]
    assert rate.value == 140
    assert 0 <= rate.expected_low < 20 < rate.expected_high < 60
    assert rate.surprise > 3
    assert by_signal["emote_concentration"].value == pytest.approx(0.4)
    assert set(by_signal) <= {signal.name for signal in SIGNALS}
    surprises = [row.surprise for row in moment.evidence]
    assert surprises == sorted(surprises, reverse=True)
    assert moment.words[0] == Told("Pog", emote=True, share=0.4, lift=40.0)
    assert moment.mood is not None
    assert moment.mood[0] == pytest.approx(0.1, abs=0.02)
    assert moment.mood[1] > 0.5


def test_what_fewer_than_five_chatters_may_have_written_is_not_told() -> None:
    evening = Evening().calm(WARM)
    for _ in range(3):
        evening.add(140, chatters=100, emotes=Tally({"Pog": 44}))
    (moment,) = evening.calm(4).moments()
    assert moment.words == ()
    assert "Pog" not in moment.sentence


def test_a_calm_evening_has_no_moments() -> None:
    assert Evening().calm(400).moments() == []


def test_nothing_is_told_while_the_usual_is_not_known() -> None:
    assert burst(Evening().calm(10)).calm(3).moments() == []


def test_a_few_messages_in_a_quiet_channel_are_no_moment() -> None:
    evening = Evening(usual=0, viewers=None)
    for number in range(120):
        evening.add(number % 5 == 0)
    assert evening.add(5).add(6).calm(20).moments() == []


def test_stricter_channels_and_many_moments_need_more() -> None:
    calm = Evening().calm(WARM)
    calm.facts = Facts(live=True, strictness=15.0)
    assert burst(calm).calm(5).moments() == []
    crowded = moment_detector("ensemble"), Fused("ensemble", Parameters(budget=30.0))
    evening = Evening().calm(WARM)
    for _ in range(4):
        burst(evening).calm(14)
    plain, thrifty = (len(evening.moments(detector)) for detector in crowded)
    assert (plain, thrifty < plain) == (4, True)


def test_the_echo_of_a_burst_is_no_moment_of_its_own() -> None:
    evening = burst(Evening().calm(WARM), count=200).calm(3).add(75).calm(20)
    assert len(evening.moments()) == 1


def test_a_new_usual_rate_ends_the_moment_that_it_looked_like() -> None:
    evening = Evening().calm(WARM)
    evening.usual = 120
    (moment,) = evening.calm(100).moments()
    assert moment.end_ms is not None
    assert moment.end_ms - moment.start_ms <= 40 * PANE_MS


def test_a_lull_begins_where_chat_dried_up_and_ends_when_it_is_back() -> None:
    evening = Evening().calm(WARM)
    start_ms = evening.now_ms
    for _ in range(12):
        evening.add(1)
    back_ms = evening.now_ms
    (moment,) = evening.calm(5).moments()
    assert (moment.type, moment.start_ms, moment.end_ms) == (MomentType.LULL, start_ms, back_ms)
    assert moment.sentence.startswith("chat at 6 % of its usual rate for 1")
    assert moment.sentence.endswith(" viewers still there")


def test_a_lull_that_never_ends_is_the_new_usual() -> None:
    evening = Evening().calm(WARM)
    evening.usual = 2
    (moment,) = evening.calm(230).moments()
    assert moment.type is MomentType.LULL
    assert moment.end_ms is not None


def test_a_burst_ends_the_lull_before_it() -> None:
    evening = Evening().calm(WARM)
    for _ in range(12):
        evening.add(1)
    lull, lively = burst(evening).calm(5).moments()
    assert (lull.type, lively.type) == (MomentType.LULL, MomentType.HYPE)
    assert (lull.end_ms or 0) <= lively.start_ms


def test_a_live_channel_without_any_data_has_an_outage_until_something_comes() -> None:
    evening = Evening().calm(WARM)
    start_ms = evening.now_ms
    evening.silence(9)
    back_ms = evening.now_ms
    opened = [bool(moments) for moments in steps(moment_detector("ensemble"), evening.panes)]
    assert opened.index(True) == WARM + 3
    (moment,) = evening.calm(6).moments()
    assert (moment.type, moment.start_ms, moment.end_ms) == (MomentType.OUTAGE, start_ms, back_ms)
    assert moment.sentence.startswith("live, but no data for 90 s, usually 1")


def test_an_outage_ends_when_the_stream_goes_offline_and_the_next_one_starts_afresh() -> None:
    evening = Evening().calm(WARM).silence(6)
    evening.facts = Facts(live=False)
    evening.silence(30)
    evening.facts = LIVE
    (moment,) = burst(evening, panes=2).calm(10).moments()
    assert moment.type is MomentType.OUTAGE
    assert moment.end_ms is not None


def test_missing_viewers_tell_an_outage_where_chat_is_sparse() -> None:
    evening = Evening(usual=1).calm(WARM).silence(8)
    (moment,) = evening.moments()
    assert (moment.type, moment.end_ms) == (MomentType.OUTAGE, None)


def test_silence_of_a_channel_that_never_said_it_was_live_is_a_lull_and_then_an_outage() -> None:
    evening = Evening(facts=UNKNOWN).calm(WARM).silence(9)
    (moment,) = evening.moments()
    assert moment.type is MomentType.LULL
    evening.facts = LIVE
    (moment,) = evening.silence(1).moments()
    assert moment.type is MomentType.OUTAGE


def test_viewers_that_drop_within_seconds_are_one_moment() -> None:
    evening = Evening().calm(WARM)
    start_ms = evening.now_ms
    evening.viewers = 650
    evening.calm(1)
    evening.viewers = 600
    (moment,) = evening.calm(8).moments()
    assert (moment.type, moment.start_ms) == (MomentType.VIEWER_DROP, start_ms)
    assert moment.sentence.startswith("viewers down 40 % to 59")
    assert moment.end_ms is not None


def test_viewers_that_are_not_read_any_more_do_not_keep_a_drop_open() -> None:
    evening = Evening().calm(WARM)
    evening.viewers = 600
    evening.calm(1)
    evening.viewers = None
    (moment,) = evening.calm(12).moments()
    assert moment.end_ms is not None


@pytest.mark.parametrize(("viewers", "less"), [(12, 6), (300, 260)])
def test_few_viewers_that_leave_are_no_moment(viewers: int, less: int) -> None:
    evening = Evening(viewers=viewers).calm(WARM)
    evening.viewers = less
    assert evening.calm(8).moments() == []


def test_viewers_that_leave_an_offline_channel_are_no_moment() -> None:
    evening = Evening().calm(WARM)
    evening.viewers, evening.facts = 100, Facts(live=False)
    assert evening.calm(8).moments() == []


def test_a_gap_between_panes_is_silence() -> None:
    evening = Evening().calm(WARM).silence(9).calm(4)
    sparse = [pane for pane in evening.panes if pane.summary != Summary()]
    detector = moment_detector("ensemble")
    assert told(detector, sparse) == told(detector, evening.panes)


def test_a_very_long_gap_costs_no_more_than_a_short_one() -> None:
    evening = Evening().calm(WARM)
    far = Evening(panes=list(evening.panes)).calm(1).panes[-1]
    later = type(far)(T0 + 10**6 * PANE_MS, far.summary, LIVE)
    advance = moment_detector("ensemble").advance("aurora", b"", [*evening.panes, later])
    assert advance.last_pane_ms == later.start_ms


@pytest.mark.parametrize("name", ["ewma", "ensemble"])
@pytest.mark.parametrize("cut", [1, 20, WARM + 1, WARM + 2, WARM + 5])
def test_a_stored_state_goes_on_as_if_never_stored(name: str, cut: int) -> None:
    panes = burst(Evening().calm(WARM)).calm(6).panes
    detector = moment_detector(name)
    whole = detector.advance("aurora", b"", panes)
    first = detector.advance("aurora", b"", panes[:cut])
    second = detector.advance("aurora", first.state, panes[cut - 1 :])
    newest: dict[int, Moment] = {each.start_ms: each for each in (*first.moments, *second.moments)}
    assert tuple(newest.values()) == whole.moments
    assert (second.state, second.open) == (whole.state, False)
    assert len(whole.moments) == 1


def test_an_empty_state_has_seen_no_pane() -> None:
    detector = moment_detector("ensemble")
    assert detector.last_pane_ms(b"") == 0
    assert detector.advance("aurora", b"", []).state == b""


def test_a_state_of_something_else_is_refused() -> None:
    with pytest.raises(CorruptStateError):
        moment_detector("ensemble").advance("aurora", b"\x09nonsense", [])


def test_a_name_tells_the_detector_and_every_number() -> None:
    names = {moment_detector(name).name for name in NAMES}
    names.add(Fused("ensemble", Parameters(opens=9.5)).name)
    assert len(names) == len(NAMES) + 1
    assert moment_detector("ensemble").history_panes == 60
    assert moment_detector("zscore").history_panes == 60
    with pytest.raises(ParameterError, match="'seance' is none of"):
        moment_detector("seance")


def test_a_channels_state_stays_small() -> None:
    evening = Evening()
    for number in range(600):
        count = 20 + evening.random.randrange(20)
        words = Tally({f"word{(number * 7 + place) % 90}": 9 - place for place in range(8)})
        evening.add(count, tokens=words)
    state = moment_detector("ensemble").advance("aurora", b"", evening.panes).state
    assert len(state) < len(SIGNALS) * 2_048 / 4
