"""Errors as HTTP problem details (RFC 9457)."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from telemetra.domain.errors import (
    ConditionFailedError,
    ConditionMissingError,
    ContentionError,
    NotFoundError,
    NotPermittedError,
    ParameterError,
    StoreUnavailableError,
    TooLargeError,
    UnauthenticatedError,
)

STATUSES: Final[dict[type[Exception], HTTPStatus]] = {
    ParameterError: HTTPStatus.BAD_REQUEST,
    UnauthenticatedError: HTTPStatus.UNAUTHORIZED,
    NotPermittedError: HTTPStatus.FORBIDDEN,
    NotFoundError: HTTPStatus.NOT_FOUND,
    ContentionError: HTTPStatus.CONFLICT,
    ConditionFailedError: HTTPStatus.PRECONDITION_FAILED,
    TooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ConditionMissingError: HTTPStatus.PRECONDITION_REQUIRED,
    StoreUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Errors whose message is meant for the caller; any other is ours, and its message stays in the log."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong with one request.

    Attributes:
        status: HTTP status.
        detail: a sentence for the caller.
        instance: path of the request.
    """

    status: HTTPStatus
    detail: str
    instance: str

    def item(self) -> dict[str, object]:
        """Return the JSON object."""
        return {
            "type": "about:blank",
            "title": self.status.phrase,
            "status": self.status.value,
            "detail": self.detail,
            "instance": self.instance,
        }


def problem_of(error: Exception, path: str) -> Problem:
    """Return the problem that an error is to its caller."""
    for kind, status in STATUSES.items():
        if isinstance(error, kind):
            return Problem(status, str(error), path)
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "The request failed; the log says why.", path)
