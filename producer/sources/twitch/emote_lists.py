"""The lists of BetterTTV, FrankerFaceZ and 7TV: fetched, cached for a time, and done without if need be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import httpx
import msgspec

from producer.sources.twitch.emotes import bttv_names, ffz_names, seventv_names
from producer.sources.twitch.values import FrameError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from producer.sources.twitch.emotes import EmoteBook
    from producer.sources.twitch.endpoints import Endpoints
    from producer.sources.twitch.tally import Tally

TTL_MS: Final = 6 * 3_600_000

_MISSING: Final = 404


class Cached(msgspec.Struct):
    """A list and when it was fetched."""

    fetched_ms: int
    names: tuple[str, ...]


class EmoteLists:
    """Fills an ``EmoteBook``; a provider that fails leaves the cached list, however old."""

    def __init__(
        self, http: httpx.AsyncClient, where: Endpoints, folder: Path, tally: Tally, now_ms: Callable[[], int]
    ) -> None:
        self._http = http
        self._where = where
        self._folder = folder
        self._tally = tally
        self._now_ms = now_ms

    async def fill(self, book: EmoteBook, channel: str = "", user_id: str = "") -> None:
        """Teach ``book`` the global names, or those of ``channel``, whose Twitch id is ``user_id``."""
        names: list[str] = []
        for provider, url, reader in self._sources(user_id):
            names += await self._list(f"{provider}-{user_id or 'global'}", url, reader)
        book.learn(names, channel)

    def _sources(self, user_id: str) -> tuple[tuple[str, str, Callable[[bytes], tuple[str, ...]]], ...]:
        bttv = f"users/twitch/{user_id}" if user_id else "emotes/global"
        ffz = f"room/id/{user_id}" if user_id else "set/global"
        seven = f"users/twitch/{user_id}" if user_id else "emote-sets/global"
        return (
            ("bttv", f"{self._where.bttv}/{bttv}", bttv_names),
            ("ffz", f"{self._where.ffz}/{ffz}", ffz_names),
            ("7tv", f"{self._where.seventv}/{seven}", seventv_names),
        )

    async def _list(self, name: str, url: str, reader: Callable[[bytes], tuple[str, ...]]) -> tuple[str, ...]:
        path = self._folder / f"{name}.json"
        cached = _load(path)
        if cached and 0 <= self._now_ms() - cached.fetched_ms < TTL_MS:
            return cached.names
        try:
            answer = await self._http.get(url, timeout=10)
            if answer.status_code != _MISSING:
                answer.raise_for_status()
            names = () if answer.status_code == _MISSING else reader(answer.content)
        except (httpx.HTTPError, FrameError):
            self._tally.add(f"emotes.failed.{name.partition('-')[0]}")
            return cached.names if cached else ()
        self._folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(msgspec.json.encode(Cached(self._now_ms(), names)))
        return names


def _load(path: Path) -> Cached | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Cached)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None
