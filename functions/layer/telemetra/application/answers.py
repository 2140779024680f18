"""HTTP answers: media type, strong ETags, conditional requests and problem details."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import blake2b
from http import HTTPStatus
from typing import Any, Final

import msgspec

from telemetra.application.problems import Problem
from telemetra.application.recall import Body

JSON: Final = "application/json"
CSV: Final = "text/csv; charset=utf-8"
PROBLEM_JSON: Final = "application/problem+json"

CHANGING: Final = "no-cache"
"""Cache directive of an answer that includes now: keep it, but ask again each time."""

CLOSED: Final = "max-age=60"
"""Cache directive of an answer about the past, which only a late event can still change."""

EXPOSED: Final = "ETag, Retry-After, X-Request-Id"
"""Headers that a page of an allowed origin may read."""

_TAG_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and text of one answer."""

    status: int
    headers: dict[str, str]
    body: str


def answer(payload: Any, *, cache: str, if_none_match: str | None) -> Answer:
    """Return the payload as JSON, or 304 without a body when the caller has it already."""
    body = Body(JSON, msgspec.json.encode(payload).decode(), closed=cache == CLOSED)
    return hand_over(body, if_none_match=if_none_match)


def hand_over(body: Body, *, if_none_match: str | None) -> Answer:
    """Return the body, or 304 without it when the caller has it already."""
    tag = f'"{blake2b(body.text.encode(), digest_size=_TAG_BYTES).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": CLOSED if body.closed else CHANGING}
    if if_none_match is not None and _matches(tag, if_none_match):
        return Answer(HTTPStatus.NOT_MODIFIED.value, headers, "")
    headers["Content-Type"] = body.kind
    if body.name:
        headers["Content-Disposition"] = f'attachment; filename="{body.name}"'
    return Answer(HTTPStatus.OK.value, headers, body.text)


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
        headers |= {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": EXPOSED}
    return headers


def preflight(origin: str | None, allowed: Collection[str], path: str) -> Answer:
    """Answer a browser that asks whether a page of ``origin`` may call; one that is not listed may not."""
    headers = origin_headers(origin, allowed)
    if "Access-Control-Allow-Origin" not in headers:
        sentence = f"pages of {(origin or 'no origin')[:80]!r} may not call: see AllowedOrigins"
        found = refusal(Problem(HTTPStatus.FORBIDDEN, sentence, path))
        return Answer(found.status, found.headers | headers, found.body)
    asked = {
        "Access-Control-Allow-Methods": "GET, POST, PUT",
        "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match, If-None-Match",
        "Access-Control-Max-Age": "600",
    }
    return Answer(HTTPStatus.NO_CONTENT.value, headers | asked, "")


def _matches(tag: str, if_none_match: str) -> bool:
    known = [part.strip().removeprefix("W/") for part in if_none_match.split(",")]
    return tag in known or "*" in known
