"""Whose a request is, and where it goes."""

from __future__ import annotations

import pytest

from local.edge_rules import Route, is_own_host, is_own_origin, route, security_headers


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("/health", Route("api")),
        ("/api/v1/streams", Route("api")),
        ("/api", Route("object", "index.html")),
        ("/healthz", Route("object", "index.html")),
        ("/ws", Route("socket")),
        ("/ws/", Route("socket")),
        ("/ws/live/luna_plays", Route("socket", "luna_plays")),
        ("/ws/live/luna_plays/", Route("socket", "luna_plays")),
        ("/ws/live/", Route("nowhere")),
        ("/ws/live/Luna", Route("nowhere")),
        ("/ws/live/luna/more", Route("nowhere")),
        ("/ws/other", Route("nowhere")),
        ("/wsx", Route("object", "index.html")),
        ("/", Route("object", "index.html")),
        ("/docs", Route("object", "docs.html")),
        ("/docs/", Route("object", "docs.html")),
        ("/luna_plays/moments", Route("object", "index.html")),
        ("/assets/app-1a2b.js", Route("object", "assets/app-1a2b.js")),
        ("/config.json", Route("object", "config.json")),
        ("/../other/secret.txt", Route("nowhere")),
        ("/a//b.js", Route("nowhere")),
        ("/a\\..\\b.js", Route("nowhere")),
    ],
)
def test_a_path_goes_where_the_distribution_sends_it(path: str, where: Route) -> None:
    assert route(path) == where


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:3000", "localhost", "LOCALHOST:8080"])
def test_this_machine_is_its_own_host(host: str) -> None:
    assert is_own_host(host)


@pytest.mark.parametrize("host", [None, "", "evil.example", "localhost.evil.example", "127.0.0.1.nip.io"])
def test_another_host_is_not(host: str | None) -> None:
    assert not is_own_host(host)


@pytest.mark.parametrize("origin", [None, "http://127.0.0.1:3000", "http://localhost:5173"])
def test_a_page_of_this_machine_or_none_is_its_own_origin(origin: str | None) -> None:
    assert is_own_origin(origin)


@pytest.mark.parametrize(
    "origin", ["null", "", "https://evil.example", "http://localhost.evil.example", "file://"]
)
def test_another_page_is_not(origin: str) -> None:
    assert not is_own_origin(origin)


def test_the_page_may_load_only_what_is_its_own() -> None:
    policy = security_headers(3000)["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "connect-src 'self' ws://127.0.0.1:3000 ws://localhost:3000" in policy
    assert "script-src" not in policy
    assert "*" not in policy
