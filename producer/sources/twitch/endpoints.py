"""Where Twitch and the emote providers are, or a stand-in of all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from producer.client import is_loopback
from telemetra.domain.errors import ParameterError


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Addresses without a trailing slash."""

    irc: str = "wss://irc-ws.chat.twitch.tv:443"
    eventsub: str = "wss://eventsub.wss.twitch.tv/ws"
    helix: str = "https://api.twitch.tv/helix"
    oauth: str = "https://id.twitch.tv/oauth2"
    bttv: str = "https://api.betterttv.net/3/cached"
    ffz: str = "https://api.frankerfacez.com/v1"
    seventv: str = "https://7tv.io/v3"

    @classmethod
    def of(cls, base: str) -> Self:
        """Return the addresses of the stand-in at ``base``, or Twitch's own when it is empty.

        Raises:
            ParameterError: ``base`` is not on this machine; tokens go nowhere else.

        Example:
            >>> Endpoints.of("http://127.0.0.1:8090").eventsub
            'ws://127.0.0.1:8090/ws'
        """
        if not base:
            return cls()
        parts = urlsplit(base)
        if parts.scheme != "http" or not is_loopback(base):
            message = f"TELEMETRA_TWITCH_URL is {base!r}: a stand-in at http://127.0.0.1:PORT is expected"
            raise ParameterError(message)
        http, ws = f"http://{parts.netloc}", f"ws://{parts.netloc}"
        return cls(
            irc=f"{ws}/irc",
            eventsub=f"{ws}/ws",
            helix=f"{http}/helix",
            oauth=f"{http}/oauth2",
            bttv=f"{http}/bttv",
            ffz=f"{http}/ffz",
            seventv=f"{http}/7tv",
        )
