"""One error tree: everything that Telemetra raises on purpose."""

from __future__ import annotations

from enum import StrEnum


class TelemetraError(Exception):
    """Base of every error raised on purpose; the message names the offending value."""


class Reason(StrEnum):
    """Why a line or a record cannot be counted."""

    BASE64 = "base64"
    ZSTD = "zstd"
    GZIP = "gzip"
    SIZE = "size"
    EMPTY = "empty"
    JSON = "json"
    SCHEMA = "schema"
    CHANNEL = "channel"
    STREAM = "stream"
    FUTURE = "future"
    PAST = "past"


class EventError(TelemetraError):
    """An event line breaks the contract of ``events/``; retrying cannot help.

    Attributes:
        reason: why, in one word.
    """

    def __init__(self, reason: Reason, message: str) -> None:
        """Keep ``reason`` beside the sentence."""
        super().__init__(message)
        self.reason = reason


class RecordError(EventError):
    """A record cannot be unpacked at all, so it is rejected whole."""


class CorruptStateError(TelemetraError):
    """Stored bytes are not what the encoder wrote: wrong version, truncated or out of range."""


class ParameterError(TelemetraError):
    """A request names a value outside its bounds; the message names the bound."""


class StoreUnavailableError(TelemetraError):
    """The store answered with throttling or an outage; the whole batch may be retried."""


class ContentionError(TelemetraError):
    """A conditional write kept losing against other writers; the whole batch may be retried."""


class NotPermittedError(TelemetraError):
    """The caller is known but may not do this."""


class UnauthenticatedError(TelemetraError):
    """The caller showed no valid token; the message says how to get one."""


class NotFoundError(TelemetraError):
    """There is nothing of that name."""


class ConditionMissingError(TelemetraError):
    """A change came without saying which version it changes."""


class ConditionFailedError(TelemetraError):
    """A change names a version that is not the newest; read it, then change it again."""


class TooLargeError(TelemetraError):
    """A request has more bytes than are taken."""


class DeliveryError(TelemetraError):
    """An alert did not reach its receiver; it may do so later."""
