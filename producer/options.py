"""Options that several commands share, and how their texts are read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from producer.console import Usage

Prefix = Annotated[
    str | None,
    typer.Option(
        help="First part of the stream names; `./telemetra ... --stack NAME` asks a deployment for it.",
        show_default="TELEMETRA_PREFIX, telemetra",
    ),
]
Endpoint = Annotated[
    str | None, typer.Option(help="Address of Kinesis.", show_default="AWS_ENDPOINT_URL, else AWS itself")
]
Json = Annotated[bool, typer.Option("--json", help="Print the totals as one JSON object.")]
Salt = Annotated[
    int, typer.Option(min=1, max=64, help="Spread the chat of each channel over this many partition keys.")
]
Start = Annotated[
    str | None, typer.Option(help="Time of the first event, ISO 8601, such as 2026-11-23T18:00:00Z.")
]


def instant(text: str, option: str = "--start") -> int:
    """Return epoch ms of ISO 8601 text; without a zone it is UTC."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"{option} {text!r}: expected ISO 8601, such as 2026-11-23T18:00:00Z"
        raise Usage(message) from error
    return round((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp() * 1000)


def iso(at_ms: int) -> str:
    """Return epoch ms as ISO 8601 with milliseconds."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
