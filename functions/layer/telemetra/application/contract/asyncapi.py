"""The AsyncAPI 3 document of the WebSocket, made of the frames."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import msgspec

from telemetra import __version__
from telemetra.application.contract import examples, frames
from telemetra.application.contract.values import REFERENCE, Json, closed, text

RECEIVED: Final[dict[str, type]] = {
    "subscribe": frames.Subscribe,
    "unsubscribe": frames.Unsubscribe,
    "ping": frames.Ping,
}
SENT: Final[dict[str, type]] = {
    "subscribed": frames.Subscribed,
    "live": frames.LiveWindow,
    "minute": frames.Minute,
    "moment": frames.MomentNews,
    "pong": frames.Pong,
    "error": frames.ErrorMessage,
}

_HELP: Final = """A client subscribes, waits for `subscribed`, then fetches by REST the range that it shows,
asking with `Cache-Control: no-cache`; of two items with the same grain and start the
larger version wins, so that duplicates, another order and gaps do no harm. A frame has at
most 32 KB, a message 128 KB; a connection ends after 10 minutes of silence and after 2
hours: open the next one before. When its token has expired it is told so (`error` with the
code `expired`) and closed. A connection holds at most 20
subscriptions and says at most 120 messages a minute. All that one tick brings comes as one
frame: a message, or an array of messages (`together`)."""

_TOGETHER: Final = "Together"
_MOST_TOGETHER: Final = 1_000


@cache
def asyncapi_text() -> str:
    """Return the document as JSON."""
    return msgspec.json.encode(asyncapi()).decode()


def asyncapi() -> Json:
    """Return the document."""
    both = {**RECEIVED, **SENT}
    _, found = msgspec.json.schema_components(list(both.values()), ref_template=REFERENCE)
    schemas = closed(found)
    for name, schema in schemas.items():
        schema["examples"] = [examples.of(name)]
    schemas[_TOGETHER] = _together()
    ticket = {
        "type": "object",
        "properties": {
            "ticket": {
                **text("^[A-Za-z0-9_.-]+$", 2_000),
                "description": "A token, or a ticket of `POST /api/v1/ws-ticket`.",
            },
        },
        "additionalProperties": False,
    }
    channels = {
        "news": _channel("/ws", "Subscribe to channels one by one.", ticket),
        "channelNews": {
            **_channel("/ws/live/{stream_id}", "Start with a subscription to one channel.", ticket),
            "parameters": {"stream_id": {"description": "The channel.", "examples": [examples.CHANNEL]}},
        },
    }
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Telemetra live", "version": __version__, "description": " ".join(_HELP.split())},
        "defaultContentType": "application/json",
        "servers": {"origin": {"host": "127.0.0.1:3000", "protocol": "ws", "description": "The one origin."}},
        "channels": channels,
        "operations": {
            "say": _operation("receive", "What a client may say.", [*RECEIVED]),
            "hear": _operation("send", "What a client is told.", [*SENT, "together"]),
        },
        "components": {
            "messages": {
                **{name: _message(name, shape.__name__, shape.__doc__ or "") for name, shape in both.items()},
                "together": _message("together", _TOGETHER, schemas[_TOGETHER]["description"]),
            },
            "schemas": dict(sorted(schemas.items())),
        },
    }


def _channel(address: str, summary: str, query: Json) -> Json:
    return {
        "address": address,
        "summary": summary,
        "messages": {
            name: {"$ref": f"#/components/messages/{name}"} for name in (*RECEIVED, *SENT, "together")
        },
        "bindings": {"ws": {"method": "GET", "query": query, "bindingVersion": "0.1.0"}},
    }


def _operation(action: str, summary: str, told: list[str]) -> Json:
    return {
        "action": action,
        "summary": summary,
        "channel": {"$ref": "#/channels/news"},
        "messages": [{"$ref": f"#/channels/news/messages/{name}"} for name in told],
    }


def _message(name: str, schema: str, summary: str) -> Json:
    example = _together_example() if schema == _TOGETHER else examples.of(schema)
    return {
        "name": name,
        "summary": " ".join(summary.split()),
        "payload": {"$ref": REFERENCE.format(name=schema)},
        "examples": [{"payload": example}],
    }


def _together() -> Json:
    """Describe a frame of several messages, which is no shape of its own in the code."""
    return {
        "description": "All that one tick brings, in order, when that is more than one message.",
        "type": "array",
        "minItems": 2,
        "maxItems": _MOST_TOGETHER,
        "items": {"anyOf": [{"$ref": REFERENCE.format(name=shape.__name__)} for shape in SENT.values()]},
        "examples": [_together_example()],
    }


def _together_example() -> list[Any]:
    return [examples.of("LiveWindow"), examples.of("Minute")]
