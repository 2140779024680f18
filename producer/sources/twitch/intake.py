"""From frames to lines: parse, merge, place in time. No sockets, no clock of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from producer.event import Chat, Transaction, to_line
from producer.sources.payments import cheer
from producer.sources.twitch import chat_lines, notifications
from producer.sources.twitch.channels import Channels
from producer.sources.twitch.merge import HOLD_MS, Merger
from producer.sources.twitch.values import (
    Arrival,
    Change,
    FrameError,
    Leg,
    Notice,
    Removal,
    Sighting,
    payment_sighting,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from producer.event import Event, Line
    from producer.sources.twitch.emotes import EmoteBook
    from producer.sources.twitch.eventsub import Notification
    from producer.sources.twitch.irc import Message
    from producer.sources.twitch.merge import Seen
    from producer.sources.twitch.tally import Tally
    from producer.sources.twitch.values import Fact

AHEAD_MS: Final = 30_000
BEHIND_MS: Final = 3_600_000
PAYMENT_PAIR_MS: Final = 30_000

_ANONYMOUS: Final = "274598607"
_MAX_WAITING: Final = 500_000


class Intake:
    """Takes what the legs hear and gives contract lines, each event once.

    Args:
        emotes: names of third-party emotes.
        keep: takes removals and notices.
        tally: counts what was bad or corrected.
        presume_live: nothing else says whether a channel is live, so that its first message does.
        hold_ms: how long a message waits for the leg that knows more.
    """

    def __init__(
        self,
        emotes: EmoteBook,
        keep: Callable[[Removal | Notice], None],
        tally: Tally,
        *,
        presume_live: bool,
        hold_ms: int = HOLD_MS,
    ) -> None:
        self.chats = Merger(hold_ms)
        self.others = Merger(0, PAYMENT_PAIR_MS)
        self._emotes = emotes
        self._keep = keep
        self._tally = tally
        self._presume_live = presume_live
        self._channels = Channels()
        self._waiting: list[Line] = []

    def irc(self, message: Message, now_ms: int, beat_ms: int) -> None:
        """Take an IRC message that arrived at ``now_ms``, ``beat_ms`` on the monotonic clock."""
        try:
            facts = chat_lines.facts_of(message, self._emotes, now_ms)
        except FrameError:
            self._tally.add("irc.bad")
            return
        self._take(facts, now_ms, beat_ms)

    def eventsub(self, note: Notification, now_ms: int, beat_ms: int) -> None:
        """Take an EventSub notification."""
        try:
            facts = notifications.facts_of(note, self._emotes)
        except FrameError:
            self._tally.add("eventsub.bad")
            return
        self._take(facts, now_ms, beat_ms)

    def change(self, change: Change, now_ms: int) -> None:
        """Take what is known of a channel."""
        self._take((change,), now_ms, 0)

    def event(self, event: Event, now_ms: int) -> None:
        """Take an event that only one source has."""
        if len(self._waiting) >= _MAX_WAITING:
            self._tally.add("dropped")
            return
        self._waiting.append(to_line(self._placed(event, now_ms)))

    def lines(self, now_ms: int, beat_ms: int, *, last: bool = False) -> list[Line]:
        """Return what is ready, by event time; everything when it is the ``last`` call."""
        self._tell(self.chats.drain() if last else self.chats.take(beat_ms), now_ms, beat_ms)
        self._tell(self.others.drain() if last else self.others.take(beat_ms), now_ms, beat_ms)
        ready, self._waiting = self._waiting, []
        return sorted(ready, key=lambda line: line.ts)

    def _take(self, facts: Iterable[Fact], now_ms: int, beat_ms: int) -> None:
        for fact in facts:
            match fact:
                case Sighting(event=Chat()):
                    self.chats.see(fact, beat_ms)
                case Sighting():
                    self.others.see(fact, beat_ms)
                case Change():
                    if told := self._channels.change(fact):
                        self.event(told, now_ms)
                case Removal():
                    self._tally.add(f"removals.{fact.what}")
                    self._keep(fact)
                case Notice():
                    self._tally.add("notices.known" if fact.known else "notices.unknown")
                    self._keep(fact)

    def _tell(self, events: Iterable[Seen], now_ms: int, beat_ms: int) -> None:
        for event in events:
            if isinstance(event, Arrival):
                self.event(self._channels.raided(event), now_ms)
                continue
            self.event(event, now_ms)
            if isinstance(event, Chat):
                if event.bits:
                    self.others.see(payment_sighting(Leg.IRC, _cheer(event)), beat_ms)
                if self._presume_live and not self._channels.is_known(event.channel):
                    change = Change(event.channel, event.ts, f"{event.event_id}-live", live=True)
                    self._take((change,), now_ms, beat_ms)

    def _placed(self, event: Event, now_ms: int) -> Event:
        """Return ``event``, at its arrival where its own time is further off than a clock may be."""
        if -BEHIND_MS <= event.ts - now_ms <= AHEAD_MS:
            return event
        self._tally.add("clock.corrected")
        return msgspec.structs.replace(event, ts=now_ms)


def _cheer(chat: Chat) -> Transaction:
    paid = cheer(chat)
    return msgspec.structs.replace(paid, user_id="") if paid.user_id == _ANONYMOUS else paid
