"""Emote names: Twitch's own by position, third-party ones by whole token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from producer.sources.twitch.values import FrameError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

OFFLINE: Final = frozenset(
    {
        "AYAYA", "BASED", "Bedge", "BibleThump", "BOOBA", "catJAM", "Clap", "Clueless", "Copege",
        "COPIUM", "D:", "DinkDonk", "EZ", "FeelsBadMan", "FeelsGoodMan", "FeelsRainMan",
        "FeelsStrongMan", "FeelsWeirdMan", "forsenE", "gachiHYPER", "GIGACHAD", "HUH", "HYPERS",
        "ICANT", "KEKL", "KEKW", "LETSGO", "LUL", "LULW", "Madge", "modCheck", "monkaGIGA", "monkaHmm",
        "MonkaS", "monkaS", "monkaW", "NODDERS", "NOPERS", "NOTED", "OMEGALUL", "PauseChamp",
        "peepoClap", "peepoHappy", "peepoSad", "pepeD", "Pepega", "PepeHands", "pepeJAM", "PepeLaugh",
        "PETTHE", "Pog", "PogChamp", "POGGERS", "POGSLIDE", "PogU", "ppOverheat", "Prayge", "RainTime",
        "SadCat", "Sadge", "Stare", "Susge", "TriHard", "WICKED", "WideHardo", "widepeepoHappy", "xdd",
    }
)  # fmt: skip
"""Names of long-lived global and shared emotes, for when no list can be fetched."""

_MAX_NAMES: Final = 20_000
_MAX_NAME: Final = 100


class EmoteBook:
    """Third-party emote names by channel; a channel that is not known has the global ones."""

    def __init__(self, everywhere: Iterable[str] = OFFLINE) -> None:
        self._everywhere = frozenset(everywhere)
        self._channels: dict[str, frozenset[str]] = {}

    def learn(self, names: Iterable[str], channel: str = "") -> None:
        """Replace the names of ``channel``, or the global ones; the offline set stays among these."""
        if channel:
            self._channels[channel] = frozenset(names)
        else:
            self._everywhere = OFFLINE | frozenset(names)

    def knows(self, channel: str, token: str) -> bool:
        """Say whether ``token`` is an emote in ``channel``; case matters."""
        return token in self._everywhere or token in self._channels.get(channel, ())

    def names(self, channel: str, text: str, placed: list[tuple[int, int, str]]) -> tuple[str, ...]:
        """Return all emote names of ``text`` in order.

        Args:
            channel: whose names count beside the global ones.
            text: the message.
            placed: ``(start, end, name)`` of Twitch's own, by position, which no token overlaps.

        Example:
            >>> EmoteBook().names("c", "KEKW Kappa KEKWait KEKW", [(5, 10, "Kappa")])
            ('KEKW', 'Kappa', 'KEKW')
        """
        taken = {start for start, _, _ in placed}
        found = list(placed)
        at = 0
        for token in text.split(" "):
            if token and at not in taken and self.knows(channel, token):
                found.append((at, at + len(token), token))
            at += len(token) + 1
        return tuple(name for _, _, name in sorted(found))


class _Bttv(msgspec.Struct):
    code: str


class _BttvUser(msgspec.Struct):
    channelEmotes: tuple[_Bttv, ...]  # noqa: N815 - the provider's name
    sharedEmotes: tuple[_Bttv, ...] = ()  # noqa: N815 - the provider's name


class _Named(msgspec.Struct):
    name: str


class _FfzSet(msgspec.Struct):
    emoticons: tuple[_Named, ...] = ()


class _Ffz(msgspec.Struct):
    sets: dict[str, _FfzSet] = {}


class _SevenSet(msgspec.Struct):
    emotes: tuple[_Named, ...] = ()


class _SevenUser(msgspec.Struct):
    emote_set: _SevenSet | None = None


def bttv_names(body: bytes) -> tuple[str, ...]:
    """Read a list of BetterTTV, global (an array) or of a channel (an object).

    Raises:
        FrameError: it is neither.
    """
    found = _decoded(body, tuple[_Bttv, ...] | _BttvUser)
    emotes = (*found.channelEmotes, *found.sharedEmotes) if isinstance(found, _BttvUser) else found
    return _kept(emote.code for emote in emotes)


def ffz_names(body: bytes) -> tuple[str, ...]:
    """Read a list of FrankerFaceZ, of a room or global.

    Raises:
        FrameError: it is neither.
    """
    found: _Ffz = _decoded(body, _Ffz)
    return _kept(emote.name for one in found.sets.values() for emote in one.emoticons)


def seventv_names(body: bytes) -> tuple[str, ...]:
    """Read a list of 7TV: an emote set, or a user who has one.

    Raises:
        FrameError: it is neither.
    """
    fields: Mapping[str, Any] = _decoded(body, dict[str, Any])
    if "emote_set" in fields:
        user: _SevenUser = _decoded(body, _SevenUser)
        return _kept(emote.name for emote in (user.emote_set or _SevenSet()).emotes)
    found: _SevenSet = _decoded(body, _SevenSet)
    return _kept(emote.name for emote in found.emotes)


def _decoded(body: bytes, wanted: Any) -> Any:
    try:
        return msgspec.json.decode(body, type=wanted)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        message = f"not an emote list: {error}"
        raise FrameError(message) from error


def _kept(names: Iterable[str]) -> tuple[str, ...]:
    """Return what can be a token, at most ``_MAX_NAMES``."""
    usable = (name for name in names if 0 < len(name) <= _MAX_NAME and not any(map(str.isspace, name)))
    return tuple(dict.fromkeys(usable))[:_MAX_NAMES]
