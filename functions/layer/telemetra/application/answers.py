"""HTTP answers: compact JSON, strong ETags, conditional requests and problem details."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import blake2b
from http import HTTPStatus
from typing import Any, Final

import msgspec

from telemetra.application.problems import Problem

JSON: Final = "application/json"
PROBLEM_JSON: Final = "application/problem+json"

CHANGING: Final = "no-cache"
"""Cache directive of an answer that includes now: keep it, but ask again each time."""

CLOSED: Final = "max-age=60"
"""Cache directive of an answer about the past, which only a late event can still change."""

_TAG_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and text of one answer."""

    status: int
    headers: dict[str, str]
    body: str


def answer(payload: Any, *, cache: str, if_none_match: str | None) -> Answer:
    """Return the payload as JSON, or 304 without a body when the caller has it already."""
    body = msgspec.json.encode(payload)
    tag = f'"{blake2b(body, digest_size=_TAG_BYTES).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": cache}
    if if_none_match is not None and _matches(tag, if_none_match):
        return Answer(HTTPStatus.NOT_MODIFIED.value, headers, "")
    return Answer(HTTPStatus.OK.value, {"Content-Type": JSON, **headers}, body.decode())


def refusal(problem: Problem) -> Answer:
    """Return a problem as an answer."""
    headers = {"Content-Type": PROBLEM_JSON, "Cache-Control": "no-store"}
    if problem.status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if problem.status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = "1"
    return Answer(problem.status.value, headers, msgspec.json.encode(problem.item()).decode())


def origin_headers(origin: str | None, allowed: Collection[str]) -> dict[str, str]:
    """Return what lets a page of ``origin`` read the answer; ``*`` among the allowed lets every page."""
    headers = {"Vary": "Authorization, Origin"}
    if origin is not None and (origin in allowed or "*" in allowed):
        headers |= {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": "ETag"}
    return headers


def _matches(tag: str, if_none_match: str) -> bool:
    known = [part.strip().removeprefix("W/") for part in if_none_match.split(",")]
    return tag in known or "*" in known
