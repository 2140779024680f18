"""What the one origin answers when nothing of ours does."""

from __future__ import annotations

import httpx
import pytest

from tests.journey.running import RunningStack


@pytest.mark.journey
def test_health_is_exactly_what_monitors_expect(stack: RunningStack) -> None:
    assert httpx.get(f"{stack.url}/health").text == '{"status":"ok"}'


@pytest.mark.journey
@pytest.mark.parametrize("path", ["/api/v1/nowhere", "/api/v1/streams/aurora/nothing"])
def test_an_unknown_route_is_a_404_problem(stack: RunningStack, path: str) -> None:
    answer = httpx.get(stack.url + path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "No such route.",
    }
