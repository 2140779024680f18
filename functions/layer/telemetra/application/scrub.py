"""Words that only one user said, and the user's names, taken out of the stored counts of words.

A row counts words, and a word that nobody else used would still be that user's. Where the row's count of a
word is not above the user's own, the word goes; where others used it too, its count stays as it was. All
other aggregates stay. Panes go first: whoever merges them again arrives at rows that are clean.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import msgspec

from telemetra.application.forget import Cell
from telemetra.application.ports import PaneChange, PaneStore, StateChange, StateStore
from telemetra.application.recompute import CorrectableStore
from telemetra.domain.chat import ChatPane
from telemetra.domain.errors import ContentionError
from telemetra.domain.events import Chat
from telemetra.domain.fusion import forget_words
from telemetra.domain.metrics import MetricRow
from telemetra.domain.partial import Partial
from telemetra.domain.tally import Tally
from telemetra.domain.window import MINUTE_MS, PANE_MS, Grain, floor_to

ATTEMPTS: Final = 8
"""Rounds of read and conditional write before a row that keeps moving is given up."""

_Spans: TypeAlias = dict[str, list[int]]


@dataclass(slots=True)
class Scrubbed:
    """What was taken out: words of rows, counted row by row."""

    rows: int = 0
    words: int = 0


class _Own:
    """The user's own words by channel and time, and what the user is called."""

    def __init__(self, said: Iterable[tuple[str, int, str]], names: Collection[str]) -> None:
        self._names = [name.casefold() for name in names if name]
        self._words: defaultdict[tuple[str, int, int], Counter[str]] = defaultdict(Counter)
        for channel, ts, text in said:
            words = list(_words(channel, ts, text))
            for span_ms in (PANE_MS, *(grain.span_ms for grain in Grain)):
                self._words[channel, span_ms, floor_to(ts, span_ms)].update(words)

    def out_of(self, tally: Tally, channel: str, span_ms: int, start_ms: int) -> Tally:
        """Return the tally of an interval without what is the user's alone; the same one when nothing is."""
        own = self._words.get((channel, span_ms, start_ms), Counter())
        kept = {
            word: count
            for word, count in tally.counts.items()
            if count > own.get(word, 0) and not self.names_in(word)
        }
        return tally if len(kept) == len(tally.counts) else Tally(kept, tally.error)

    def words_of(self, channel: str) -> set[str]:
        """Return every word that the user wrote in a channel."""
        return {word for (name, _, _), words in self._words.items() if name == channel for word in words}

    def names_in(self, word: str) -> bool:
        """Say whether a word holds a name of the user."""
        folded = word.casefold()
        return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", folded) for name in self._names)


class Scrub:
    """The part of the use case ``forget`` that is about tables."""

    def __init__(self, panes: PaneStore, metrics: CorrectableStore, states: StateStore) -> None:
        """Take the ports of the tables."""
        self._panes = panes
        self._metrics = metrics
        self._states = states

    def __call__(
        self,
        cells: Iterable[Cell],
        said: Iterable[tuple[str, int, str]],
        names: Collection[str],
        *,
        write: bool = True,
    ) -> Scrubbed:
        """Take the words out of the panes, minutes, hours and days that hold ``cells``.

        Args:
            cells: channels and minutes in which the user wrote or was named.
            said: channel, instant and text of what the user wrote.
            names: of the user.
            write: False only counts.

        Raises:
            StoreUnavailableError: a table is down or throttled.
            ContentionError: a row kept moving; run it again.
        """
        own, done = _Own(said, names), Scrubbed()
        minutes: defaultdict[str, set[int]] = defaultdict(set)
        for channel, start_ms in cells:
            minutes[channel].add(start_ms)
        for channel, starts in sorted(minutes.items()):
            for start_ms in sorted(starts):
                self._scrub_panes(own, done, channel, start_ms, write=write)
            for grain in Grain:
                for start_ms in sorted({floor_to(start, grain.span_ms) for start in starts}):
                    self._scrub_row(own, done, grain, channel, start_ms, write=write)
            self._scrub_habits(own, done, channel, starts, write=write)
        return done

    def _scrub_panes(self, own: _Own, done: Scrubbed, channel: str, start_ms: int, *, write: bool) -> None:
        for _ in range(ATTEMPTS):
            changes = []
            for key, before in self._panes.span(channel, start_ms, start_ms + MINUTE_MS):
                if isinstance(before.content, ChatPane):
                    tokens = own.out_of(before.content.tokens, channel, PANE_MS, key.start_ms)
                    if tokens is not before.content.tokens:
                        change = PaneChange(key, before, _with(before, tokens))
                        changes.append((change, before.content.tokens, tokens))
            wanted = [change for change, _, _ in changes]
            refused = self._panes.write(wanted) if write and wanted else set()
            for change, tokens, left in changes:
                if change.key not in refused:
                    _count(done, tokens, left)
            if not refused:
                return
        message = f"panes of {channel} at {start_ms} moved {ATTEMPTS} times while written"
        raise ContentionError(message)

    def _scrub_row(
        self, own: _Own, done: Scrubbed, grain: Grain, channel: str, start_ms: int, *, write: bool
    ) -> None:
        for _ in range(ATTEMPTS):
            rows: Sequence[MetricRow] = self._metrics.span(
                channel, grain, start_ms, start_ms + grain.span_ms, consistent=True
            )
            for row in rows:
                chat = row.summary.chat
                tokens = own.out_of(chat.tokens, channel, grain.span_ms, start_ms)
                if tokens is chat.tokens:
                    return
                summary = msgspec.structs.replace(
                    row.summary, chat=msgspec.structs.replace(chat, tokens=tokens)
                )
                after = replace(row, summary=summary, revision=row.revision + 1)
                if not write or not self._metrics.correct([after]):
                    _count(done, chat.tokens, tokens)
                    return
            if not rows:
                return
        message = f"the {grain} {start_ms} of {channel} moved {ATTEMPTS} times while written"
        raise ContentionError(message)

    def _scrub_habits(
        self, own: _Own, done: Scrubbed, channel: str, starts: Iterable[int], *, write: bool
    ) -> None:
        """Take out of what the detector learned the words that no row of these minutes counts any more."""
        said = own.words_of(channel)
        for start_ms in starts:
            for row in self._metrics.span(
                channel, Grain.MINUTE, start_ms, start_ms + MINUTE_MS, consistent=True
            ):
                tokens = row.summary.chat.tokens
                said -= own.out_of(tokens, channel, MINUTE_MS, start_ms).counts.keys()
        for _ in range(ATTEMPTS):
            state = self._states.load([channel]).get(channel)
            if state is None:
                return
            detector, gone = forget_words(
                state.detector_name, state.detector, lambda word: word in said or own.names_in(word)
            )
            after = replace(state, version=state.version + 1, detector=detector)
            if not gone or not write or not self._states.write([StateChange(state.version, after)]):
                done.rows += bool(gone)
                done.words += gone
                return
        message = f"the state of {channel} moved {ATTEMPTS} times while written"
        raise ContentionError(message)


def _with(before: Partial, tokens: Tally) -> Partial:
    content = msgspec.structs.replace(before.content, tokens=tokens)
    return msgspec.structs.replace(before, content=content, version=before.version + 1)


def _count(done: Scrubbed, before: Tally, tokens: Tally) -> None:
    done.rows += 1
    done.words += len(before.counts) - len(tokens.counts)


def _words(channel: str, ts: int, text: str) -> Mapping[str, int]:
    """Return the words of one message as a pane counts them."""
    return ChatPane.of([Chat("", channel, ts, "", "", text)], lambda _: 0).tokens.counts
