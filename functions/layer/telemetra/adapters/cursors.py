"""Opaque cursors: where a listing goes on."""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode

from telemetra.domain.errors import ParameterError


def cursor_after(position: str) -> str:
    """Return the cursor that goes on after ``position``.

    >>> position_of(cursor_after("1#alpha"))
    '1#alpha'
    """
    return urlsafe_b64encode(position.encode()).decode().rstrip("=")


def position_of(cursor: str) -> str:
    """Undo ``cursor_after``; raises ``ParameterError`` when no cursor of ours reads so."""
    try:
        return b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except ValueError as error:
        message = f"cursor {cursor[:80]!r} is none that was handed out"
        raise ParameterError(message) from error


def start_of(cursor: str) -> int:
    """Return the opening pane that a cursor stands at; raises ``ParameterError``."""
    position = position_of(cursor)
    if not position.isdecimal():
        message = f"cursor {cursor[:80]!r} is not one of moments"
        raise ParameterError(message)
    return int(position)
