"""The live run: the legs, the polls, and the beat that sends what is ready."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import httpx

from producer.event import Viewer
from producer.pack import pack, slices
from producer.sources.twitch.emote_lists import EmoteLists
from producer.sources.twitch.emotes import EmoteBook
from producer.sources.twitch.eventsub_client import EventSubClient, wanted_of
from producer.sources.twitch.helix import Helix, HelixError
from producer.sources.twitch.intake import Intake
from producer.sources.twitch.irc_client import CHANNELS_A_CONNECTION, IrcClient, Pace
from producer.sources.twitch.journal import Journal
from producer.sources.twitch.merge import HOLD_MS
from producer.sources.twitch.tally import Tally
from producer.sources.twitch.values import Change

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from pathlib import Path
    from random import Random

    from producer.sink import Sink
    from producer.sources.twitch.endpoints import Endpoints
    from producer.sources.twitch.eventsub import Notification
    from producer.sources.twitch.irc import Message
    from producer.sources.twitch.oauth import Tokens

BEAT_S: Final = 1.0
POLL_S: Final = 30.0

_WIDTH_MS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Wiring:
    """What a live run stands on.

    Attributes:
        where: addresses.
        folder: of caches and journals.
        now_ms: the wall clock.
        rng: for names and waits.
        hold_ms: how long a message waits for the leg that knows more.
        poll_s: between two looks at the viewers.
        beat_s: between two sends.
    """

    where: Endpoints
    folder: Path
    now_ms: Callable[[], int]
    rng: Random
    hold_ms: int = HOLD_MS
    poll_s: float = POLL_S
    beat_s: float = BEAT_S


class Live:
    """Reads ``channels`` and sends their events to ``sink`` until stopped.

    Without ``tokens`` it reads chat only, anonymously.
    """

    def __init__(self, channels: Sequence[str], sink: Sink, wiring: Wiring, tokens: Tokens | None) -> None:
        self.tally = Tally()
        self.emotes = EmoteBook()
        self._channels = tuple(channels)
        self._sink = sink
        self._wiring = wiring
        self._tokens = tokens
        journal = Journal(wiring.folder)
        self.intake = Intake(
            self.emotes, journal.write, self.tally, presume_live=tokens is None, hold_ms=wiring.hold_ms
        )
        self._rooms: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    async def run(self, stop: asyncio.Event) -> None:
        """Read and send until ``stop``; what is ready by then goes out.

        Raises:
            SinkError: the streams take nothing.
            UnauthenticatedError: the token is not accepted and cannot be refreshed.
            HelixError: Helix does not say who the channels are.
        """
        async with httpx.AsyncClient(timeout=15) as http:
            legs: list[Callable[[], Coroutine[None, None, None]]] = [self._irc, lambda: self._emotes(http)]
            if self._tokens:
                helix = Helix(
                    http, self._wiring.where.helix, self._tokens, tally=self.tally, now_ms=self._wiring.now_ms
                )
                identity = await self._tokens.identify()
                ids = await helix.users(self._channels)
                for missing in set(self._channels) - set(ids):
                    self.tally.add(f"unknown_channel.{missing}")
                legs += [lambda: self._eventsub(helix, ids, identity.user_id), lambda: self._viewers(helix)]
            over = asyncio.Event()
            beats = asyncio.ensure_future(self._beats(over))
            try:
                await _until(stop, [beats, *(asyncio.ensure_future(leg()) for leg in legs)], spare=beats)
            finally:
                over.set()
                await beats

    async def _irc(self) -> None:
        pace = Pace()
        groups = [
            self._channels[first : first + CHANNELS_A_CONNECTION]
            for first in range(0, len(self._channels), CHANNELS_A_CONNECTION)
        ]
        clients = [
            IrcClient(
                self._wiring.where.irc,
                group,
                heard=self._heard,
                tally=self.tally,
                pace=pace,
                rng=self._wiring.rng,
            )
            for group in groups
        ]
        await asyncio.gather(*(client.run() for client in clients))

    async def _eventsub(self, helix: Helix, ids: dict[str, str], user_id: str) -> None:
        lists = [wanted_of(broadcaster_id, user_id) for broadcaster_id in ids.values()]
        wanted = [one for group in zip(*lists, strict=False) for one in group]
        wanted += [one for group in lists for one in group if one not in wanted]
        client = EventSubClient(
            self._wiring.where.eventsub,
            helix,
            wanted=wanted,
            heard=self._notified,
            tally=self.tally,
            rng=self._wiring.rng,
        )
        await client.run()

    def _heard(self, message: Message) -> None:
        self.tally.add("irc.messages")
        if message.command == "ROOMSTATE" and (room := message.tags.get("room-id")):
            self._rooms.put_nowait((message.channel, room))
        self.intake.irc(message, self._wiring.now_ms(), _beat_ms())

    def _notified(self, note: Notification) -> None:
        self.tally.add("eventsub.notifications")
        self.intake.eventsub(note, self._wiring.now_ms(), _beat_ms())

    async def _viewers(self, helix: Helix) -> None:
        while True:
            try:
                live = {stream.user_login.lower(): stream for stream in await helix.streams(self._channels)}
            except HelixError:
                self.tally.add("helix.failed")
            else:
                now = self._wiring.now_ms()
                for channel in self._channels:
                    stream = live.get(channel)
                    offline = Change(channel, now, f"{channel}-{now}-meta", live=False)
                    self.intake.change(stream.change(now) if stream else offline, now)
                    if stream:
                        event_id = f"{stream.id}-{now}"
                        viewers = max(0, stream.viewer_count)
                        self.intake.event(Viewer(event_id, channel, now, viewers), now)
            await asyncio.sleep(self._wiring.poll_s)

    async def _emotes(self, http: httpx.AsyncClient) -> None:
        folder = self._wiring.folder / "emotes"
        lists = EmoteLists(http, self._wiring.where, folder, self.tally, self._wiring.now_ms)
        await lists.fill(self.emotes)
        while True:
            channel, room = await self._rooms.get()
            if room.isalnum():
                await lists.fill(self.emotes, channel, room)

    async def _beats(self, over: asyncio.Event) -> None:
        while not over.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(self._wiring.beat_s):
                    await over.wait()
            await self._send()
        await self._send(last=True)

    async def _send(self, *, last: bool = False) -> None:
        lines = self.intake.lines(self._wiring.now_ms(), _beat_ms(), last=last)
        records = [record for part in slices(lines, _WIDTH_MS) for record in pack(part.lines)]
        if records:
            await asyncio.to_thread(self._sink.send, records)


async def _until(stop: asyncio.Event, tasks: list[asyncio.Task[None]], spare: asyncio.Task[None]) -> None:
    """Wait for ``stop`` or the first error, which is raised; then cancel all but ``spare``."""
    stopping = asyncio.ensure_future(stop.wait())
    try:
        done, _ = await asyncio.wait({stopping, *tasks}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        ending = [stopping, *(task for task in tasks if task is not spare)]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
    for task in done:
        task.result()


def _beat_ms() -> int:
    return int(asyncio.get_running_loop().time() * 1000)
