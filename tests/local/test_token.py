"""`token` and `share` print what opens the running stack, and nothing else."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import httpx
import pytest
from typer.testing import CliRunner

from local.__main__ import app
from local.access import LIFE_MS, RENEW_MS, Signer
from local.errors import LocalError
from local.token_command import LONGEST_MS, life_ms
from telemetra.application.access import Role
from telemetra.application.tokens import SOCKET_AUDIENCE, TokenRing
from tests.application.samples import NOW
from tests.local.conftest import Command


@pytest.mark.journey
def test_what_is_printed_opens_the_stack_that_lets_no_browser_in_by_itself(command: Command) -> None:
    assert command("up", "--no-producer", "--detach", "--no-auto-login").returncode == 0
    url = f"http://127.0.0.1:{command.port}"
    try:
        assert "Set-Cookie" not in httpx.get(url).headers
        assert httpx.get(f"{url}/api/v1/me").status_code == 401
        printed = command("token", "--role", "moderator", "--channel", "aurora", "--ttl", "30m")
        assert printed.stdout.count("\n") == 1
        headers = {"Authorization": f"Bearer {printed.stdout.strip()}"}
        found = httpx.get(f"{url}/api/v1/me", headers=headers).json()
        assert (found["role"], found["channels"]) == ("moderator", ["aurora"])
        link = urlsplit(command("share", "aurora", "--view", "moments", "--ttl", "8h").stdout.strip())
        assert (f"{link.scheme}://{link.netloc}", link.path) == (url, "/c/aurora")
        headers = {"Authorization": f"Bearer {link.fragment.removeprefix('token=')}"}
        found = httpx.get(f"{url}/api/v1/me", headers=headers).json()
        assert (found["role"], found["channels"], found["view"]) == ("viewer", ["aurora"], "moments")
        status = json.loads(command("status", "--json").stdout)
        assert status["health"] in {"ok", "degraded"}
    finally:
        command("down", "--purge")


def test_a_length_of_time_has_a_unit_and_bounds() -> None:
    assert [life_ms(text, LONGEST_MS) for text in ("60s", "1m", "8h")] == [60_000, 60_000, 28_800_000]
    for text in ("", "59s", "1", "h", "-1h", "366d", "1w"):
        with pytest.raises(LocalError, match="is expected"):
            life_ms(text, LONGEST_MS)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("token", "--channel", "Not-One"), "stream_id"),
        (("token", "--ttl", "soon"), "--ttl"),
        (("share", "aurora", "--view", "rules"), "no view"),
        (("share", "*"), "one channel"),
    ],
)
def test_a_wish_that_cannot_be_is_named_with_its_fix(arguments: tuple[str, ...], said: str) -> None:
    ended = CliRunner().invoke(app, arguments)
    assert isinstance(ended.exception, LocalError)
    assert said in str(ended.exception)
    assert ended.exception.fix


class Clock:
    now = NOW

    def __call__(self) -> int:
        return self.now


def test_a_signer_renews_before_its_token_ends() -> None:
    ring, clock = TokenRing(lambda: [b"s" * 64]), Clock()
    signer = Signer(lambda: ring, clock=clock)
    first, ticket = signer.token(), signer.ticket()
    assert ring.verify(first, now_ms=NOW).role is Role.ADMIN
    assert ring.verify(ticket, now_ms=NOW, audience=SOCKET_AUDIENCE).caller.expires_ms
    clock.now += LIFE_MS - RENEW_MS - 1
    assert signer.token() == first
    clock.now += 1
    assert signer.token() != first
