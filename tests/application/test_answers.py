"""Answers: JSON with a strong tag, or a problem."""

from __future__ import annotations

import json
from http import HTTPStatus

import pytest

from telemetra.application.answers import CHANGING, CLOSED, answer, origin_headers, preflight, refusal
from telemetra.application.problems import Problem, problem_of
from telemetra.domain.errors import (
    NotPermittedError,
    ParameterError,
    StoreUnavailableError,
    UnauthenticatedError,
)


def test_json_is_compact() -> None:
    assert answer({"status": "ok"}, cache=CHANGING, if_none_match=None).body == '{"status":"ok"}'


def test_the_tag_is_that_of_the_body() -> None:
    first, same, other = (answer(value, cache=CLOSED, if_none_match=None) for value in ([1], [1], [2]))
    assert first.headers["ETag"] == same.headers["ETag"] != other.headers["ETag"]
    assert first.headers["Cache-Control"] == "max-age=60"


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_a_caller_that_has_the_body_gets_none(form: str) -> None:
    tag = answer([1], cache=CHANGING, if_none_match=None).headers["ETag"]
    found = answer([1], cache=CHANGING, if_none_match=form.format(tag))
    assert (found.status, found.body) == (304, "")
    assert found.headers == {"ETag": tag, "Cache-Control": "no-cache"}


def test_a_caller_that_has_another_body_gets_this_one() -> None:
    assert answer([1], cache=CHANGING, if_none_match='"other"').status == 200


@pytest.mark.parametrize(
    ("error", "status", "detail"),
    [
        (ParameterError("limit is '0'"), 400, "limit is '0'"),
        (UnauthenticatedError("no token"), 401, "no token"),
        (NotPermittedError("not yours"), 403, "not yours"),
        (StoreUnavailableError("throttled"), 503, "throttled"),
        (KeyError("secret internals"), 500, "The request failed; the log says why."),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_error_is_a_problem_that_tells_what_the_caller_may_know(
    error: Exception, status: int, detail: str
) -> None:
    found = refusal(problem_of(error, "/api/v1/streams"))
    assert found.headers["Content-Type"] == "application/problem+json"
    assert json.loads(found.body) == {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": "/api/v1/streams",
    }


def test_a_refusal_says_what_would_help() -> None:
    asked = refusal(Problem(HTTPStatus.UNAUTHORIZED, "no token", "/"))
    busy = refusal(Problem(HTTPStatus.SERVICE_UNAVAILABLE, "throttled", "/"))
    assert asked.headers["WWW-Authenticate"] == "Bearer"
    assert busy.headers["Retry-After"] == "1"


@pytest.mark.parametrize(
    ("origin", "allowed", "may_read"),
    [
        (None, ("*",), False),
        ("https://a.example", (), False),
        ("https://a.example", ("https://b.example",), False),
        ("https://a.example", ("https://a.example",), True),
        ("https://a.example", ("*",), True),
    ],
)
def test_only_pages_of_allowed_origins_may_read(
    origin: str | None, allowed: tuple[str, ...], may_read: bool
) -> None:
    headers = origin_headers(origin, allowed)
    assert headers.get("Access-Control-Allow-Origin") == (origin if may_read else None)
    assert "Origin" in headers["Vary"]


def test_a_listed_origin_passes_the_preflight_and_others_do_not() -> None:
    allowed = {"https://a.example"}
    found = preflight("https://a.example", allowed, "/x")
    assert (found.status, found.body) == (204, "")
    assert found.headers["Access-Control-Allow-Origin"] == "https://a.example"
    assert "Authorization" in found.headers["Access-Control-Allow-Headers"]
    assert "Origin" in found.headers["Vary"]
    for origin in ("https://b.example", "null", None):
        found = preflight(origin, allowed, "/x")
        assert found.status == 403
        assert "Access-Control-Allow-Origin" not in found.headers
