"""Chat in a table: CSV whose columns are named by the caller."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec

from producer.sources.replay_chat import MAX_SECONDS, BadLine, LogLine, chat_of
from telemetra.domain.errors import EventError, ParameterError, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from producer.event import Line

FIELDS: Final = {
    "t": "time: seconds, H:MM:SS, epoch seconds or ms, or ISO 8601",
    "u": "user",
    "m": "message",
    "e": "emotes, separated by blanks",
    "bits": "bits",
    "sub": "subscriber: 1, true or yes",
    "mod": "moderator: 1, true or yes",
}
"""What a column may be."""

_NEEDED: Final = ("t", "u", "m")
_YES: Final = frozenset({"1", "true", "yes", "y", "t"})
_EPOCH_MS: Final = 10**11


def columns_of(text: str) -> dict[str, str]:
    """Read ``t=offset,u=user,m=message``.

    Raises:
        ParameterError: a part is not of that form, or names no field of ours.

    Example:
        >>> columns_of("t=offset, m=message")
        {'t': 'offset', 'm': 'message'}
    """
    columns: dict[str, str] = {}
    for part in text.split(","):
        field, equals, name = (piece.strip() for piece in part.partition("="))
        if not equals or not name or field not in FIELDS:
            known = ", ".join(f"{name} ({sense})" for name, sense in FIELDS.items())
            message = f"--columns {part.strip()!r}: expected FIELD=COLUMN with one of {known}"
            raise ParameterError(message)
        columns[field] = name
    return columns


def read_csv(
    rows: Iterable[bytes], columns: Mapping[str, str], channel: str | None
) -> Iterator[tuple[Line | BadLine, bool]]:
    """Yield the lines of a table, each with whether its time counts from the start of the log.

    The first row names the columns; one that ``columns`` does not name may carry a field's own name.
    """
    text = [row.decode("utf-8-sig" if first else "utf-8", "replace") for first, row in _marked(rows)]
    head = text[0] if text else ""
    delimiter = max(",;\t", key=head.count)
    table = csv.reader(text, delimiter=delimiter)
    names = [name.strip() for name in next(table, [])]
    place = {field: names.index(columns.get(field, field)) for field in FIELDS if _has(names, columns, field)}
    missing = [field for field in (*_NEEDED, *columns) if field not in place]
    if missing:
        wanted = ", ".join(columns.get(field, field) for field in dict.fromkeys(missing))
        found = ", ".join(names) or "nothing"
        example = "--columns t=offset,u=user,m=message"
        yield BadLine(1, f"expected a header with {wanted}, not with {found}; say which: {example}"), True
        return
    while True:
        try:
            cells = next(table)
        except StopIteration:
            return
        except csv.Error as error:
            yield BadLine(table.line_num, f"expected a row of a table: {error}"), True
            continue
        if cells:
            yield _line(cells, place, table.line_num, channel)


def _marked(rows: Iterable[bytes]) -> Iterator[tuple[bool, bytes]]:
    return ((number == 0, row) for number, row in enumerate(rows))


def _has(names: list[str], columns: Mapping[str, str], field: str) -> bool:
    return columns.get(field, field) in names


def _line(
    cells: list[str], place: Mapping[str, int], number: int, channel: str | None
) -> tuple[Line | BadLine, bool]:
    if len(cells) <= max(place.values()):
        return BadLine(number, f"expected at least {max(place.values()) + 1} columns, not {len(cells)}"), True
    row = {field: cells[at] for field, at in place.items()}
    try:
        seconds, at_ms = _time(row["t"])
        fields = {
            "t": seconds,
            "u": row["u"],
            "m": row["m"],
            "e": row.get("e", "").split(),
            "bits": int(row.get("bits") or 0),
            "sub": row.get("sub", "").lower() in _YES,
            "mod": row.get("mod", "").lower() in _YES,
        }
        said = msgspec.convert(fields, LogLine)
        return chat_of(said, "\t".join(cells).encode(), number, channel, at_ms=at_ms), at_ms is None
    except (msgspec.ValidationError, ValueError, EventError) as error:
        return BadLine(number, f"expected time, user and message: {error}"), True


def _time(text: str) -> tuple[float, int | None]:
    """Return seconds from the start, and the instant in ms where the text names one.

    Example:
        >>> _time("12.5"), _time("1:02:03"), _time("1970-01-02T00:00:00Z"), _time("1700000000")
        ((12.5, None), (3723.0, None), (0.0, 86400000), (0.0, 1700000000000))
    """
    text = text.strip()
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if number > MAX_SECONDS:
        return 0.0, round(number) if number > _EPOCH_MS else round(number * 1000)
    if number >= 0:
        return number, None
    parts = text.split(":")
    if len(parts) in {2, 3} and all(part.replace(".", "", 1).isdigit() for part in parts):
        seconds = 0.0
        for part in parts:
            seconds = seconds * 60 + float(part)
        return seconds, None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"{text!r} is no time (seconds, H:MM:SS, epoch or ISO 8601)"
        raise EventError(Reason.SCHEMA, message) from error
    return 0.0, round((instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp() * 1000)
