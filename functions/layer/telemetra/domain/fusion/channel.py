"""One channel, pane after pane: learn what is usual, open, carry on and end its one moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log2, sqrt
from typing import Final

from telemetra.domain.chat import ChatPane
from telemetra.domain.detection import Observation
from telemetra.domain.detectors import Reading, SignalDetector
from telemetra.domain.fusion.gauges import (
    DIGITS,
    DUPLICATES,
    EVERY,
    LENGTH,
    MOOD,
    NONE,
    ONLY_VIEWERS,
    RATE,
    UNIQUES,
    VIEWERS,
    Gauges,
    Readings,
    evidence,
    fused,
    raiders_of,
)
from telemetra.domain.fusion.habits import learned, told
from telemetra.domain.fusion.kinds import kind_of
from telemetra.domain.fusion.memory import Memory, Running
from telemetra.domain.fusion.parameters import SAYS, Parameters
from telemetra.domain.fusion.picture import Picture, Voices, gifts, mean_mood, voices
from telemetra.domain.fusion.sentence import Story, sentence
from telemetra.domain.fusion.signals import ENOUGH
from telemetra.domain.moment import Evidence, Moment, MomentType, Told
from telemetra.domain.window import MINUTE_MS, PANE_MS, SECOND_MS

_SPARSE: Final = 3.0
"""Messages a pane below which a pane without any data is an ordinary one."""

_NOTHING: Final = Voices(0, 0, 0)
_FEW_VIEWERS: Final = 20
_LOST_SIGHT: Final = 6
_STEADY: Final = 0.97
_BACK: Final = 0.6

QUIET: Final = frozenset({MomentType.LULL.value, MomentType.OUTAGE.value, MomentType.VIEWER_DROP.value})
"""Moments of something missing; all others are lively."""


class Channel:
    """Scores the panes of one channel; mutates the memory that it is given."""

    def __init__(
        self,
        name: str,
        memory: Memory,
        detectors: Sequence[SignalDetector],
        parameters: Parameters,
    ) -> None:
        """Go on from a memory."""
        self._name = name
        self._memory = memory
        self._at = parameters
        self._gauges = Gauges(detectors, memory.scorers)
        self._heard = _NOTHING

    def remembered(self) -> Memory:
        """Return the memory with the states of all signals."""
        self._memory.scorers = self._gauges.encode()
        return self._memory

    def step(self, pane: Observation) -> Iterator[Moment]:
        """Score the next pane; yield the moments that it opened, changed or ended."""
        memory = self._memory
        memory.last_ms = pane.start_ms
        self._count_silence(pane)
        if memory.silence and pane.facts.live is False:
            yield from self._rest()
            return
        blind = pane.silent and memory.rate > _SPARSE
        learning = self._learning(pane)
        readings = self._gauges.read(pane, blind=blind, learning=learning)
        if learning != ONLY_VIEWERS:
            memory.rate = max(0.0, readings[RATE][1].expected)
        surprise = fused(pane, readings, self._known(pane), self._at)
        self._heard = voices(pane.chat) if pane.chat.count else _NOTHING
        surprise += self._spoken(pane.chat) if surprise else 0.0
        self._count_lack(pane)
        if memory.running is not None:
            yield self._carry_on(memory.running, pane, readings, surprise)
        if memory.running is None:
            yield from self._open(pane, readings, surprise)
        if memory.running is None and not self._lacking():
            if not learning:
                self._gauges.read(pane, blind=blind)
            self._learn(pane)
        self._pass(pane)

    def _learning(self, pane: Observation) -> frozenset[int]:
        """Return the signals to learn from right away: none of a pane that may open a moment."""
        memory, at = self._memory, self._at
        if memory.running is not None or self._lacking():
            return ONLY_VIEWERS
        lively = pane.chat.count > at.suspect * memory.rate + at.suspect_more
        return NONE if memory.seen >= at.warm_up and (lively or self._lost(pane) >= at.drop) else EVERY

    def _count_silence(self, pane: Observation) -> None:
        memory = self._memory
        if not pane.silent:
            memory.silence, memory.missing = 0, 0.0
            return
        if not memory.silence:
            memory.silent_ms = pane.start_ms
        memory.silence += 1
        memory.missing += memory.rate
        if memory.silence > 1:
            memory.viewers = []

    def _rest(self) -> Iterator[Moment]:
        """Let a pane pass in which the stream is off the air: nothing is missing, nothing is learned."""
        memory = self._memory
        memory.silence, memory.missing, memory.deficit = 0, 0.0, 0.0
        memory.settle = self._at.settle
        memory.viewers = []
        if memory.running is not None:
            memory.running.end_ms = max(memory.running.end_ms, memory.silent_ms)
            yield self._ended(memory.running)

    def _known(self, pane: Observation) -> tuple[float, float]:
        """Return what a gift of many subscriptions and an announced raid add to the surprise."""
        came = raiders_of(pane, self._at)
        great = came > 0 and came >= self._at.raid_share * min(self._memory.viewers, default=0)
        return bool(self._bomb(pane)) * self._at.bomb_adds, great * self._at.raid_adds

    def _bomb(self, pane: Observation) -> int:
        """Return how many subscriptions were given away, when that was a bomb; else 0."""
        given = gifts(pane.summary)
        usual = self._memory.usual.gifts * pane.chat.count
        return given if given >= self._at.bomb + self._at.bomb_usual * usual else 0

    def _spoken(self, chat: ChatPane) -> float:
        """Return what it adds that chat speaks with one voice."""
        if chat.count < ENOUGH:
            return 0.0
        beyond = self._memory.usual.beyond(chat.count, self._heard)
        return sum(says.adds for says in SAYS if getattr(beyond, says.what) >= says.least)

    def _lacking(self) -> bool:
        """Say whether the chat has fallen behind so far that it is not to be learned from."""
        return self._memory.deficit > self._memory.rate > 0

    def _count_lack(self, pane: Observation) -> None:
        memory = self._memory
        before = memory.deficit
        most = 2 * self._lull_at()
        memory.deficit = min(most, max(0.0, before + self._at.lull_below * memory.rate - pane.chat.count))
        if not before and memory.deficit:
            memory.lacking_ms = pane.start_ms

    def _lull_at(self) -> float:
        return self._at.lull_panes * self._memory.rate + self._at.lull_messages

    def _carry_on(
        self,
        running: Running,
        pane: Observation,
        readings: Readings,
        surprise: float,
    ) -> Moment:
        running.panes += 1
        if running.type == MomentType.LULL and self._is_outage(pane):
            running.type = MomentType.OUTAGE
        surpassed = surprise >= self._opens(pane)
        if running.type in QUIET:
            calm = surpassed or self._is_over(pane, running)
        else:
            calm = surprise < self._at.hysteresis * self._at.opens
        if calm is not None:
            running.calm = running.calm + 1 if calm else 0
        if calm is False:
            running.end_ms = pane.start_ms + PANE_MS
        self._describe(pane, readings, surprise, running)
        over = running.calm >= (1 if running.type == MomentType.OUTAGE else self._at.hold)
        longest = self._at.lull_longest if running.type in QUIET else self._at.longest
        over = over or (surpassed and running.type in QUIET)
        if running.panes >= longest:
            self._gauges.forget_rate()
            over = True
        return self._ended(running) if over else self._moment(running, None)

    def _is_over(self, pane: Observation, running: Running) -> bool | None:
        """Say whether what was missing is there again in this pane; None when the pane does not tell."""
        memory = self._memory
        if running.type == MomentType.OUTAGE:
            return not memory.silence
        if running.type == MomentType.LULL:
            return pane.chat.count >= _BACK * memory.rate
        if not pane.summary.viewers.count:
            return True if memory.unread > _LOST_SIGHT else None
        return pane.summary.viewers.last[2] >= _STEADY * (running.low or 0.0)

    def _is_outage(self, pane: Observation) -> bool:
        memory, at = self._memory, self._at
        if pane.facts.live is not True or memory.silence < at.outage_panes:
            return False
        unread = memory.cadence and memory.silence >= 3 * memory.cadence + 2
        return bool(memory.missing >= at.outage_messages or unread)

    def _opens(self, pane: Observation) -> float:
        crowded = self._at.budget * log2(1.0 + max(0.0, self._memory.recent - 1.0))
        return max(1.0, self._at.opens + crowded + pane.facts.strictness)

    def _open(self, pane: Observation, readings: Readings, surprise: float) -> Iterator[Moment]:
        memory, at = self._memory, self._at
        if memory.seen < at.warm_up or memory.settle:
            return
        start_ms = pane.start_ms
        if self._is_outage(pane):
            running = Running(MomentType.OUTAGE, memory.silent_ms, start_ms, start_ms + PANE_MS)
        elif surprise >= self._opens(pane) and (not memory.guard or surprise >= at.guarded * memory.height):
            running = Running(MomentType.HYPE, start_ms, start_ms, start_ms + PANE_MS)
        elif memory.deficit >= self._lull_at() and memory.rate > 0 and pane.facts.live is not False:
            running = Running(MomentType.LULL, memory.lacking_ms, start_ms, start_ms + PANE_MS)
        elif self._dropped(pane, readings[VIEWERS][1]):
            running = Running(MomentType.VIEWER_DROP, start_ms, start_ms, start_ms + PANE_MS)
        else:
            return
        memory.recent += 1.0
        memory.running = running
        running.panes = 1
        if memory.viewers:
            dropped = running.type == MomentType.VIEWER_DROP
            running.viewers = float(max(memory.viewers) if dropped else min(memory.viewers))
            memory.viewers = [] if dropped else memory.viewers
        self._describe(pane, readings, surprise, running)
        yield self._moment(running, None)

    def _dropped(self, pane: Observation, reading: Reading) -> bool:
        if not pane.summary.viewers.count or pane.facts.live is False:
            return False
        before, lost = max(self._memory.viewers, default=0), self._lost(pane)
        surprising = reading.side < 0 and reading.surprise >= self._at.drop_surprise
        surprising = surprising or lost * before >= self._at.drop_noise * sqrt(before)
        return before >= _FEW_VIEWERS and lost >= self._at.drop and surprising

    def _lost(self, pane: Observation) -> float:
        """Return the share of the viewers that is lost since the last few panes."""
        before = max(self._memory.viewers, default=0)
        return 1.0 - pane.summary.viewers.last[2] / before if before and pane.summary.viewers.count else 0.0

    def _describe(
        self,
        pane: Observation,
        readings: Readings,
        surprise: float,
        running: Running,
    ) -> None:
        """Take a pane into the moment: its sums always, its evidence when it is the strongest so far."""
        memory = self._memory
        chat = pane.chat
        running.sums.add(chat, self._heard)
        running.raiders = max(running.raiders, raiders_of(pane, self._at))
        running.gifts = max(running.gifts, self._bomb(pane))
        viewers = pane.summary.viewers.last[2] if pane.summary.viewers.count else None
        if viewers is not None:
            if running.viewers:
                running.step = max(running.step, viewers / running.viewers - 1.0)
                running.drop = max(running.drop, 1.0 - viewers / running.viewers)
            running.low = viewers if running.low is None else min(running.low, viewers)
        quiet = running.type in QUIET
        height = {
            MomentType.OUTAGE.value: memory.missing + memory.silence,
            MomentType.LULL.value: memory.deficit,
            MomentType.VIEWER_DROP.value: 100 * running.drop,
        }.get(running.type, surprise)
        stronger = height > running.peak
        rate = chat.count / max(memory.rate, 1.0)
        if stronger:
            running.peak, running.peak_ms = height, pane.start_ms
            running.rate = running.sums.messages / running.panes / max(memory.rate, 1.0) if quiet else rate
            running.crowd = chat.chatters.finish() - readings[UNIQUES][1].expected
            running.evidence = evidence(readings)
            running.words = [] if quiet else [_packed(word) for word in told(memory.habits, chat)]
            running.score = self._score(running)
        usual, mood = readings[MOOD][1].expected, mean_mood(running.sums)
        running.mood = None if mood is None else (round(usual, DIGITS), round(mood, DIGITS))
        picture = self._picture(readings, running)
        kind = kind_of(picture)
        if stronger or kind.value != running.type:
            running.type = kind.value
            end_ms = pane.start_ms + PANE_MS
            story = Story(
                picture=picture,
                words=[Told(*word) for word in running.words],
                chatters=chat.chatters.finish(),
                viewers=viewers if viewers is not None else next(iter(memory.viewers[-1:]), None),
                raiders=running.raiders,
                span_s=(end_ms - running.start_ms) // SECOND_MS,
                usual_a_minute=memory.rate * MINUTE_MS / PANE_MS,
            )
            running.sentence = sentence(kind, story)

    def _score(self, running: Running) -> float:
        half = {
            MomentType.OUTAGE.value: self._at.outage_messages,
            MomentType.LULL.value: self._lull_at(),
            MomentType.VIEWER_DROP.value: 100 * self._at.drop,
        }.get(running.type, self._at.opens)
        return round(running.peak / (running.peak + half), DIGITS)

    def _picture(self, readings: Readings, running: Running) -> Picture:
        if running.type == MomentType.OUTAGE:
            return Picture(silent=float(max(self._memory.silence, 1)), rate=running.rate)
        if running.type == MomentType.LULL:
            return Picture(lacking=max(1.0, self._memory.deficit), rate=running.rate)
        if running.type == MomentType.VIEWER_DROP:
            return Picture(drop=max(0.01, running.drop), rate=running.rate)
        sums, usual = running.sums, self._memory.usual
        every = max(sums.messages, 1)
        mood = mean_mood(sums)
        length = sums.length / every
        expected = readings[LENGTH][1].expected
        return Picture(
            raid=running.raiders / max(running.crowd, 1.0),
            step=running.step,
            gifts=float(running.gifts),
            rate=running.rate,
            votes=sums.votes / every - usual.votes,
            repeated=sums.duplicates / every - readings[DUPLICATES][1].expected,
            length=length,
            longer=length / expected if expected > 0 else 1.0,
            laughter=sums.laughter / every - usual.laughter,
            anger=sums.anger / every - usual.anger,
            mood=mood or 0.0,
            mood_shift=0.0 if mood is None else mood - readings[MOOD][1].expected,
        )

    def _ended(self, running: Running) -> Moment:
        memory = self._memory
        memory.running = None
        memory.guard, memory.height = self._at.guard, running.peak
        if running.type in QUIET:
            memory.height, memory.deficit = 0.0, 0.0
        return self._moment(running, running.end_ms)

    def _learn(self, pane: Observation) -> None:
        """Learn what is usually said."""
        memory, chat = self._memory, pane.chat
        if chat.count < ENOUGH:
            return
        memory.learned += 1
        weight = max(1.0 / memory.learned, 1.0 / self._at.word_memory)
        memory.usual.learn(pane.summary, self._heard, weight)
        memory.habits = learned(memory.habits, chat, weight, self._at.words)

    def _pass(self, pane: Observation) -> None:
        """Let the pane become past."""
        memory = self._memory
        memory.seen += not pane.silent
        memory.settle = max(0, memory.settle - 1)
        memory.guard = max(0, memory.guard - 1)
        memory.recent *= 0.5 ** (1.0 / self._at.memory)
        memory.unread += 1
        if pane.summary.viewers.count:
            gap, memory.unread = memory.unread, 0
            memory.cadence = gap if not memory.cadence else memory.cadence + 0.1 * (gap - memory.cadence)
            memory.viewers = [*memory.viewers, pane.summary.viewers.last[2]][-self._at.drop_panes :]

    def _moment(self, running: Running, end_ms: int | None) -> Moment:
        return Moment(
            channel=self._name,
            start_ms=running.start_ms,
            peak_ms=running.peak_ms,
            end_ms=end_ms,
            type=MomentType(running.type),
            score=running.score,
            sentence=running.sentence,
            evidence=tuple(Evidence(*row) for row in running.evidence),
            version=running.panes,
            words=tuple(Told(*word) for word in running.words),
            mood=running.mood,
        )


def _packed(word: Told) -> tuple[str, bool, float, float]:
    return word.name, word.emote, word.share, word.lift
