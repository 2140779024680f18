"""Posting to receivers: one address, judged before it is connected to, and little time."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from telemetra.adapters.webhooks import HttpWebhooks, Resolve, is_public, resolved
from telemetra.domain.errors import DeliveryError

HERE = "127.0.0.1"


class Receiver(ThreadingHTTPServer):
    """Answers every post with ``status``; ``seen`` holds what came."""

    daemon_threads = True

    def __init__(self, status: int = 204) -> None:
        super().__init__((HERE, 0), Answer)
        self.status = status
        self.seen: list[tuple[str, dict[str, str], bytes]] = []


class Answer(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base
        """Say nothing."""


@contextmanager
def serving(server: Receiver) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    with serving(server):
        yield server


def address(server: Receiver, scheme: str = "http", host: str = HERE) -> str:
    return f"{scheme}://{host}:{server.server_address[1]}"


def test_a_post_carries_path_query_headers_and_body(receiver: Receiver) -> None:
    status = HttpWebhooks(loopback=True).post(f"{address(receiver)}/a?b=1", {"X-Two": "2"}, b"{}")
    ((path, headers, body),) = receiver.seen
    assert (status, path, headers["X-Two"], body) == (204, "/a?b=1", "2", b"{}")
    assert headers["Host"] == address(receiver).removeprefix("http://")


def test_a_redirect_is_an_answer_and_not_followed(receiver: Receiver) -> None:
    receiver.status = 302
    assert HttpWebhooks(loopback=True).post(address(receiver), {}, b"") == 302
    assert [path for path, _, _ in receiver.seen] == ["/"]


@pytest.mark.parametrize(
    "found",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.5.4",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "0.0.0.0",  # noqa: S104 - refused here
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fd00:ec2::254",
        "fec0::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:1::1",
    ],
)
def test_an_address_that_is_not_public_is_refused_before_it_is_connected_to(found: str) -> None:
    webhooks = HttpWebhooks(loopback=False, resolve=lambda host, port: ["8.8.8.8", found])
    with pytest.raises(DeliveryError, match=r"receiver\.example is not public"):
        webhooks.post("https://receiver.example/", {}, b"")


@pytest.mark.parametrize("found", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111"])
def test_a_public_address_is_public(found: str) -> None:
    assert is_public(ip_address(found))


def test_a_name_is_resolved_once_and_that_address_connected_to(receiver: Receiver) -> None:
    answers = iter([[HERE]])
    webhooks = HttpWebhooks(loopback=True, resolve=lambda host, port: next(answers))
    assert webhooks.post(address(receiver, host="nowhere.invalid"), {}, b"") == 204


def test_a_name_without_an_address_is_a_failed_delivery() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    resolvers: list[Resolve] = [unknown, lambda host, port: []]
    for resolve in resolvers:
        with pytest.raises(DeliveryError, match=r"nowhere\.invalid"):
            HttpWebhooks(loopback=False, resolve=resolve).post("https://nowhere.invalid/", {}, b"")


def test_plain_http_is_for_this_machine_only() -> None:
    webhooks = HttpWebhooks(loopback=True, resolve=lambda host, port: ["8.8.8.8"])
    with pytest.raises(DeliveryError, match="without TLS"):
        webhooks.post("http://receiver.example/", {}, b"")


def test_the_resolver_knows_this_machine() -> None:
    assert resolved(HERE, 80) == [HERE]


def test_a_receiver_that_is_not_there_is_a_failed_delivery() -> None:
    with socket.socket() as taken:
        taken.bind((HERE, 0))
        url = f"http://{HERE}:{taken.getsockname()[1]}/"
        with pytest.raises(DeliveryError, match="ConnectionRefusedError"):
            HttpWebhooks(loopback=True).post(url, {}, b"")


def test_a_receiver_that_answers_a_byte_at_a_time_is_hung_up_on() -> None:
    gone = threading.Event()

    def drip(listener: socket.socket) -> None:
        stream, _ = listener.accept()
        with stream:
            stream.settimeout(10)
            try:
                while not gone.wait(0.02):
                    stream.sendall(b"H")
            except OSError:
                gone.set()

    with socket.create_server((HERE, 0)) as listener:
        thread = threading.Thread(target=drip, args=(listener,))
        thread.start()
        url = f"http://{HERE}:{listener.getsockname()[1]}/"
        try:
            with pytest.raises(DeliveryError, match=r"within 0\.2 s"):
                HttpWebhooks(loopback=True, timeout_s=0.2).post(url, {}, b"{}")
            assert gone.wait(10)
        finally:
            gone.set()
            thread.join()


def certified(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return the contexts of a server with a certificate for ``name``, and of a client that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = datetime(2020, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cafile=str(file))


def test_the_certificate_must_be_of_the_name_and_not_of_the_address(tmp_path: Path) -> None:
    server, trust = certified(tmp_path, "receiver.example")
    receiver = Receiver()
    receiver.socket = server.wrap_socket(receiver.socket, server_side=True)
    with serving(receiver):
        webhooks = HttpWebhooks(loopback=True, resolve=lambda host, port: [HERE], tls=trust)
        assert webhooks.post(address(receiver, "https", "receiver.example"), {}, b"{}") == 204
        with pytest.raises(DeliveryError, match="SSLCertVerificationError"):
            webhooks.post(address(receiver, "https", "other.example"), {}, b"{}")
        distrust = HttpWebhooks(loopback=True, resolve=lambda host, port: [HERE])
        with pytest.raises(DeliveryError, match="SSLCertVerificationError"):
            distrust.post(address(receiver, "https", "receiver.example"), {}, b"{}")
    assert len(receiver.seen) == 1
