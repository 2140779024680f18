"""Reading scenario files (TOML): every fault is a sentence with the file, the key and what was expected."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, NoReturn

from producer.sources.scenario.keys import (
    CHANGE_KEYS,
    CHANNEL_KEYS,
    MOMENT_KEYS,
    SCENARIO_KEYS,
    Form,
    Key,
)
from producer.sources.scenario.kinds import ANSWERS, CHANGES, MOMENTS, PASTA, Kind
from producer.sources.scenario.spec import ChangeSpec, ChannelSpec, MomentSpec, Range, Spec
from telemetra.domain.events import MAX_TEXT, is_channel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

_MOST_CHANNELS: Final = 1_000
_MANY_TEXTS: Final = 20


class ScenarioError(ValueError):
    """A scenario cannot be used; the message names the file, the key and what was expected."""


def read(path: Path) -> Spec:
    """Read one file.

    Raises:
        ScenarioError: it cannot be read, or what it says cannot be played.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        message = f"cannot read {path}: {reason}"
        raise ScenarioError(message) from error
    return parse(text, name=path.stem, file=path.name)


def parse(text: str, *, name: str, file: str) -> Spec:
    """Return what the TOML ``text`` says; ``file`` is what errors call it.

    Raises:
        ScenarioError: as ``read``.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{file}: not TOML: {error}"
        raise ScenarioError(message) from error
    return _spec(_Place(file, ""), table, name)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a file we are, such as ``channel[2].moment[1]``."""

    file: str
    path: str

    def at(self, name: str, number: int | None = None) -> _Place:
        part = name if number is None else f"{name}[{number}]"
        return _Place(self.file, f"{self.path}.{part}" if self.path else part)

    def refuse(self, said: str) -> NoReturn:
        message = f"{self.file}: {self.path}{' ' if self.path else ''}{said}"
        raise ScenarioError(message)

    def expected(self, value: object, wanted: str) -> NoReturn:
        self.refuse(f"= {_shown(value)}: expected {wanted}")


def _spec(place: _Place, table: Mapping[str, Any], name: str) -> Spec:
    found = _values(place, table, SCENARIO_KEYS)
    channels = tuple(
        _channel(place.at("channel", number), each) for number, each in enumerate(found["channel"], start=1)
    )
    if not 1 <= len(channels) <= _MOST_CHANNELS:
        place.at("channel").refuse(f"has {len(channels)} tables: expected 1 to {_MOST_CHANNELS}")
    named = [channel.name for channel in channels if channel.name]
    for twice in {each for each in named if named.count(each) > 1}:
        place.at("channel").refuse(f"has two tables named {twice!r}: expected one")
    history_ms, lasts_ms = found.get("history", 0), found["lasts"]
    if history_ms > lasts_ms:
        place.at("history").refuse("is longer than lasts: expected at most that")
    return Spec(name, found["about"], lasts_ms, history_ms, channels)


def _channel(place: _Place, table: Mapping[str, Any]) -> ChannelSpec:
    found = _values(place, table, CHANNEL_KEYS)
    name = found.get("name", "")
    if name and not is_channel(name):
        place.at("name").expected(name, "1 to 64 of a-z, 0-9 and _")
    ranges = {key.name: found.get(key.name, key.usual) for key in CHANNEL_KEYS if key.usual}
    return ChannelSpec(
        **ranges,
        name=name,
        even=found.get("even", False),
        moments=tuple(
            _moment(place.at("moment", number), each)
            for number, each in enumerate(found.get("moment", ()), start=1)
        ),
        changes=tuple(
            _change(place.at("change", number), each)
            for number, each in enumerate(found.get("change", ()), start=1)
        ),
    )


def _moment(place: _Place, table: Mapping[str, Any]) -> MomentSpec:
    found = _values(place, table, MOMENT_KEYS)
    kind = _kind(place, found, MOMENTS, ("type", "at", "every"))
    figures = _figures(found, kind, MOMENT_KEYS)
    if "rise" in figures and figures["rise"].high > figures["lasts"].low:
        place.at("rise").refuse("is longer than lasts: expected at most that")
    return MomentSpec(
        found["type"], figures, found.get("every", 0), found.get("emote", ""), _texts(place, found)
    )


def _texts(place: _Place, found: Mapping[str, Any]) -> tuple[str, ...]:
    texts = (found[PASTA],) if PASTA in found else tuple(found.get(ANSWERS, ()))
    key = PASTA if PASTA in found else ANSWERS
    if any(not text.strip() or len(text) > MAX_TEXT for text in texts):
        place.at(key).refuse(f"holds a text that is empty or too long: expected 1 to {MAX_TEXT} characters")
    if ANSWERS in found and not 2 <= len(texts) <= _MANY_TEXTS:  # noqa: PLR2004 - a vote has two sides
        place.at(ANSWERS).refuse(f"has {len(texts)} texts: expected 2 to {_MANY_TEXTS}")
    return texts


def _change(place: _Place, table: Mapping[str, Any]) -> ChangeSpec:
    found = _values(place, table, CHANGE_KEYS)
    kind = _kind(place, found, CHANGES, ("type", "at"))
    return ChangeSpec(found["type"], _figures(found, kind, CHANGE_KEYS), found.get("category", ""))


def _kind(place: _Place, found: Mapping[str, Any], kinds: Mapping[str, Kind], common: Sequence[str]) -> Kind:
    """Return the type, having checked that it knows every key."""
    name = found["type"]
    if name not in kinds:
        place.at("type").expected(name, f"{', '.join(kinds)}{nearest(name, kinds)}")
    kind = kinds[name]
    known = (*common, *kind.figures, *kind.words)
    for key in found:
        if key not in known:
            place.at(key).refuse(f"means nothing to a {name}: expected {', '.join(known)}")
    return kind


def _figures(found: Mapping[str, Any], kind: Kind, keys: Iterable[Key]) -> dict[str, Range]:
    """Return the ranges of one moment or change, times in ms."""
    forms = {key.name: key.form for key in keys}
    usual = {
        name: Range(each.low * 1_000, each.high * 1_000) if forms[name] is Form.TIMES else each
        for name, each in kind.figures.items()
    }
    return {"at": found["at"], **{name: found.get(name, each) for name, each in usual.items()}}


def _values(place: _Place, table: Mapping[str, Any], keys: Sequence[Key]) -> dict[str, Any]:
    """Return the values of a table, read and checked by key."""
    known = {key.name: key for key in keys}
    for name in table:
        if name not in known:
            place.at(name).refuse(f"is not a key here: expected {', '.join(known)}{nearest(name, known)}")
    for key in keys:
        if key.required and key.name not in table:
            place.at(key.name).refuse(f"is missing: expected {_wanted(key)}")
    return {name: _value(place.at(name), known[name], value) for name, value in table.items()}


def _value(place: _Place, key: Key, value: object) -> Any:
    """Read one value; times become ms."""
    right: Any = None
    if (key.form is Form.TEXT and isinstance(value, str) and value.strip()) or (
        key.form is Form.FLAG and isinstance(value, bool)
    ):
        right = value
    elif key.form in (Form.TEXTS, Form.TABLES) and isinstance(value, list):
        kind = str if key.form is Form.TEXTS else dict
        right = value if all(isinstance(each, kind) for each in value) else None
    elif key.form is Form.TIME:
        seconds = _seconds(value)
        right = None if seconds is None or not key.low <= seconds <= key.high else round(seconds * 1_000)
    elif key.form in (Form.NUMBER, Form.TIMES):
        right = _range(key, value)
    if right is None:
        place.expected(value, _wanted(key))
    return right


def _range(key: Key, value: object) -> Range | None:
    ends = value if isinstance(value, list) else [value, value]
    read = [_seconds(end) if key.form is Form.TIMES else _number(end) for end in ends]
    if len(read) != 2 or read[0] is None or read[1] is None:  # noqa: PLR2004 - a range has two ends
        return None
    low, high = read[0], read[1]
    if not key.low <= low <= high <= key.high:
        return None
    return Range(low * 1_000, high * 1_000) if key.form is Form.TIMES else Range(low, high)


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _seconds(value: object) -> float | None:
    """Return seconds of a number, ``m:ss`` or ``h:mm:ss``; None for anything else.

    Example:
        >>> _seconds(90), _seconds("1:30"), _seconds("1:00:00"), _seconds("1:75")
        (90, 90.0, 3600.0, None)
    """
    if not isinstance(value, str):
        return _number(value)
    parts = value.split(":")
    if not 2 <= len(parts) <= 3 or not all(part.isascii() and part.isdigit() for part in parts):  # noqa: PLR2004
        return None
    if any(int(part) >= 60 for part in parts[1:]):  # noqa: PLR2004 - seconds and minutes
        return None
    total = 0.0
    for part in parts:
        total = total * 60 + int(part)
    return total


def _wanted(key: Key) -> str:
    bounds = f"from {plain(key.low)} to {plain(key.high)}"
    return {
        Form.TEXT: "a text",
        Form.TEXTS: "a list of texts",
        Form.FLAG: "true or false",
        Form.TABLES: f"tables, [[{key.name}]] each",
        Form.NUMBER: f"a number {bounds}, or a range [low, high] within",
        Form.TIME: f'seconds {bounds}, such as 90 or "1:30"',
        Form.TIMES: f'seconds {bounds}, such as 90 or "1:30", or a range [low, high] within',
    }[key.form]


def plain(figure: float) -> str:
    """Write a bound for people.

    Example:
        >>> plain(1_000_000), plain(0.05)
        ('1,000,000', '0.05')
    """
    return f"{figure:,.10g}"


def nearest(name: object, known: Iterable[str]) -> str:
    """Return ``; did you mean X?`` when something known is near ``name``, else nothing."""
    near = get_close_matches(str(name), list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004 - of a line
