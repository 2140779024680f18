"""IRC lines with Twitch's tags, as values (IRCv3 message tags, RFC 1459 grammar)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from producer.sources.twitch.values import FrameError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LINE: Final = 16 * 1024
"""Longest line that is read, in bytes; Twitch's own limit is 8,191 of tags and 512 of message."""

_COMMAND: Final = re.compile(r"[A-Z]{1,32}|[0-9]{3}")
_ESCAPES: Final = {":": ";", "s": " ", "\\": "\\", "r": "\r", "n": "\n"}
_SHOWN: Final = 80


@dataclass(frozen=True, slots=True)
class Message:
    """One line.

    Attributes:
        command: in capitals, or three digits.
        params: the last one may hold spaces.
        tags: unescaped; the last of equal names wins.
        nick: who sent it; empty for the server.
    """

    command: str
    params: tuple[str, ...] = ()
    tags: dict[str, str] = field(default_factory=dict)
    nick: str = ""

    @property
    def channel(self) -> str:
        """The channel without ``#``; empty when the line is of none."""
        name = self.params[0] if self.params else ""
        return name[1:].lower() if name.startswith("#") else ""

    @property
    def text(self) -> str:
        """The text after the channel; empty without one."""
        return self.params[1] if len(self.params) > 1 else ""


def lines(frame: bytes) -> Iterator[bytes]:
    """Yield the lines of a WebSocket frame, which ends each with CR LF."""
    for line in frame.replace(b"\r", b"\n").split(b"\n"):
        if line:
            yield line


def parse(line: bytes) -> Message:
    r"""Parse one line; bytes that are not UTF-8 become U+FFFD.

    Raises:
        FrameError: too long, or without a command.

    Example:
        >>> parse(rb"@id=1;display-name=A\sB :a!a@a PRIVMSG #chan :hello you").tags["display-name"]
        'A B'
        >>> parse(b"PING :tmi.twitch.tv")
        Message(command='PING', params=('tmi.twitch.tv',), tags={}, nick='')
    """
    if len(line) > MAX_LINE:
        message = f"a line of {len(line)} bytes; at most {MAX_LINE} are read"
        raise FrameError(message)
    rest = line.decode("utf-8", "replace").rstrip("\r\n")
    tags: dict[str, str] = {}
    nick = ""
    if rest.startswith("@"):
        raw, _, rest = rest[1:].partition(" ")
        tags = _tags(raw)
        rest = rest.lstrip(" ")
    if rest.startswith(":"):
        prefix, _, rest = rest[1:].partition(" ")
        nick = prefix.partition("!")[0] if "!" in prefix else ""
        rest = rest.lstrip(" ")
    head, colon, trailing = rest.partition(" :")
    command, *params = head.split() or [""]
    if not _COMMAND.fullmatch(command.upper()):
        message = f"no command in {line[:_SHOWN]!r}"
        raise FrameError(message)
    return Message(command.upper(), (*params, trailing) if colon else tuple(params), tags, nick)


def _tags(raw: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in raw.split(";"):
        name, _, value = part.partition("=")
        if name:
            found[name] = _unescaped(value) if "\\" in value else value
    return found


def _unescaped(value: str) -> str:
    r"""Undo the escapes; an unknown one drops its backslash, a dangling one is dropped.

    Example:
        >>> _unescaped(r"a\sb\:c\\d\qe" + "\\")
        'a b;c\\dqe'
    """
    out: list[str] = []
    letters = iter(value)
    for letter in letters:
        if letter != "\\":
            out.append(letter)
        elif escaped := next(letters, ""):
            out.append(_ESCAPES.get(escaped, escaped))
    return "".join(out)
