"""An alert on its way: its payload, its signature and its one attempt at a receiver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import msgspec

from telemetra import __version__
from telemetra.application.alert_ports import Delivered, Webhooks
from telemetra.application.signing import ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, signature
from telemetra.domain.errors import DeliveryError
from telemetra.domain.rules import Rule
from telemetra.domain.window import SECOND_MS

SCHEMA: Final = "alert.v1"


@dataclass(frozen=True, slots=True)
class Sender:
    """Where posts go out, and the secret that signs them."""

    webhooks: Webhooks
    secret: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What an alert is about.

    Attributes:
        channel: channel id.
        kind: ``moment``, ``threshold`` or ``test``.
        at_ms: start of the moment or of the minute.
        sentence: what a person would say of it.
    """

    channel: str
    kind: str
    at_ms: int
    sentence: str


def alert_payload(alert_id: str, about: Subject, rule: Rule | None, **more: object) -> dict[str, Any]:
    """Return what a receiver gets; ``alert_id`` is the same for every attempt at the same alert."""
    return {
        "schema": SCHEMA,
        "id": alert_id,
        "type": about.kind,
        "stream_id": about.channel,
        "at_ms": about.at_ms,
        "sentence": about.sentence,
        "rule": None if rule is None else msgspec.to_builtins(rule),
        **more,
    }


def posted(sender: Sender, url: str, alert: dict[str, Any], now_ms: int) -> Delivered:
    """Post an alert once, signed; say how it went."""
    body = msgspec.json.encode(alert)
    timestamp_s = now_ms // SECOND_MS
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"Telemetra/{__version__}",
        ID_HEADER: str(alert["id"]),
        TIMESTAMP_HEADER: str(timestamp_s),
        SIGNATURE_HEADER: signature(sender.secret, timestamp_s, body),
    }
    try:
        status = sender.webhooks.post(url, headers, body)
    except DeliveryError as error:
        return Delivered(None, str(error))
    outcome = Delivered(status, None)
    return outcome if outcome.ok else Delivered(status, f"the receiver answered {status}")
