"""What a post to a socket means, answer by answer."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Event, Thread

import pytest

from telemetra.adapters.memory import MemorySockets
from telemetra.adapters.sockets import ApiGatewaySockets
from telemetra.application.ports import Mail, Outcome, Receipt
from telemetra.config import Settings
from telemetra.domain.errors import StoreUnavailableError


class Gateway(HTTPServer):
    """The management endpoint of a WebSocket stage; a connection is named by the status it answers with."""

    posts: list[tuple[str, bytes]]


class Answer(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        status = int(self.path.rpartition("/")[2])
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.posts.append((self.path, body))
        self.send_response(status)
        if status == 410:
            self.send_header("x-amzn-ErrorType", "GoneException")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_DELETE(self) -> None:
        self.do_POST()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by the base class
        """Say nothing."""


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with Gateway(("127.0.0.1", 0), Answer) as server:
        server.posts = []
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def sockets(gateway: Gateway) -> ApiGatewaySockets:
    endpoint = f"http://127.0.0.1:{gateway.server_port}/live"
    return ApiGatewaySockets(Settings.from_env({"TELEMETRA_SOCKET_ENDPOINT": endpoint}))


def test_a_taken_message_went_to_the_stage_of_the_socket(
    sockets: ApiGatewaySockets, gateway: Gateway
) -> None:
    assert sockets.post("200", '{"text":"✨"}'.encode())
    assert gateway.posts == [("/live/@connections/200", '{"text":"✨"}'.encode())]


def test_a_socket_that_hung_up_is_gone(sockets: ApiGatewaySockets) -> None:
    assert not sockets.post("410", b"{}")


@pytest.mark.parametrize("status", ["403", "413"])
def test_any_other_answer_is_an_unavailable_store(sockets: ApiGatewaySockets, status: str) -> None:
    with pytest.raises(StoreUnavailableError, match=f"post to {status}"):
        sockets.post(status, b"{}")


def test_without_an_endpoint_every_socket_is_gone() -> None:
    assert not ApiGatewaySockets(Settings.from_env({})).post("200", b"{}")


def test_memory_posts_to_all_but_the_gone() -> None:
    sockets = MemorySockets(gone=["c=2"])
    assert [sockets.post(name, b"{}") for name in ("c=1", "c=2")] == [True, False]
    assert sockets.posted == [("c=1", b"{}")]


def test_a_socket_is_closed_after_its_last_mail(sockets: ApiGatewaySockets, gateway: Gateway) -> None:
    assert sockets.deliver([Mail("200", [b"bye"], last=True)]) == [Receipt(1, Outcome.SENT)]
    assert gateway.posts == [("/live/@connections/200", b"bye"), ("/live/@connections/200", b"")]


def test_closing_a_socket_that_hung_up_is_no_failure(sockets: ApiGatewaySockets) -> None:
    sockets.close("410")
    ApiGatewaySockets(Settings.from_env({})).close("200")
    with pytest.raises(StoreUnavailableError, match="close 403"):
        sockets.close("403")


@pytest.mark.parametrize("store", ["memory", "gateway"])
def test_mail_to_many_is_told_apart_socket_by_socket(store: str, sockets: ApiGatewaySockets) -> None:
    sender = sockets if store == "gateway" else MemorySockets(gone=["410"])
    mail = [Mail("200", [b"1", b"2"]), Mail("410", [b"1", b"2"]), Mail("201", [])]
    assert sender.deliver(mail) == [
        Receipt(2, Outcome.SENT),
        Receipt(0, Outcome.GONE),
        Receipt(0, Outcome.SENT),
    ]


def test_a_post_that_fails_stops_the_mail_of_its_socket_only(sockets: ApiGatewaySockets) -> None:
    found = sockets.deliver([Mail("403", [b"1", b"2"]), Mail("200", [b"1"])])
    assert found == [Receipt(0, Outcome.FAILED), Receipt(1, Outcome.SENT)]


def test_a_slow_socket_delays_none_but_itself(sockets: ApiGatewaySockets, gateway: Gateway) -> None:
    order: list[str] = []
    slow, done = Event(), Event()

    def post(connection: str, message: bytes) -> bool:
        if connection == "slow":
            slow.wait(10)
        order.append(connection)
        if len(order) == 3:
            slow.set()
        return True

    sockets.post = post  # type: ignore[method-assign]

    def deliver() -> None:
        sockets.deliver([Mail(name, [b""]) for name in ("slow", "a", "b", "c")])
        done.set()

    Thread(target=deliver).start()
    assert done.wait(10)
    assert order[-1] == "slow"
