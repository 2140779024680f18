"""What every register of sockets does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from telemetra.adapters.dynamo_connections import DynamoConnections
from telemetra.adapters.memory import MemoryConnections
from telemetra.application.ports import Connections, Greeting, Subscription
from tests.contracts.samples import NOW_MS

LATER_MS = NOW_MS + 7_200_000


@pytest.fixture(params=["memory", "dynamodb"])
def make(request: pytest.FixtureRequest) -> Callable[[Callable[[], int]], Connections]:
    if request.param == "dynamodb":
        settings = request.getfixturevalue("table")("connections")
        return lambda clock: DynamoConnections(settings, clock=clock)
    return lambda clock: MemoryConnections(clock=clock)


@pytest.fixture
def connections(make: Callable[[Callable[[], int]], Connections]) -> Connections:
    return make(lambda: NOW_MS)


def interest(connection: str, channel: str = "alpha", expires_ms: int = LATER_MS) -> Subscription:
    return Subscription(connection, channel, "viewer", expires_ms)


def test_a_socket_has_the_role_it_was_opened_with(connections: Connections) -> None:
    connections.open("c=1", "broadcaster", LATER_MS)
    assert connections.role("c=1") == "broadcaster"
    assert connections.role("c=2") is None


def test_opening_a_socket_subscribes_it_to_nothing(connections: Connections) -> None:
    connections.open("c=1", "viewer", LATER_MS)
    assert connections.subscribers("alpha") == []


def test_subscribing_twice_changes_nothing(connections: Connections) -> None:
    connections.subscribe(interest("c=1"))
    connections.subscribe(interest("c=1"))
    connections.subscribe(interest("c=2"))
    connections.subscribe(interest("c=2", "beta"))
    assert connections.subscribers("alpha") == [interest("c=1"), interest("c=2")]
    assert connections.subscribers("beta") == [interest("c=2", "beta")]


def test_unsubscribing_twice_changes_nothing(connections: Connections) -> None:
    connections.open("c=1", "viewer", LATER_MS)
    connections.subscribe(interest("c=1"))
    connections.subscribe(interest("c=1", "beta"))
    connections.unsubscribe("c=1", "alpha")
    connections.unsubscribe("c=1", "alpha")
    assert connections.subscribers("alpha") == []
    assert connections.subscribers("beta") == [interest("c=1", "beta")]
    assert connections.role("c=1") == "viewer"


def test_closing_forgets_the_socket_and_its_interests_only(connections: Connections) -> None:
    for connection in ("c=1", "c=2"):
        connections.open(connection, "viewer", LATER_MS)
        connections.subscribe(interest(connection))
        connections.subscribe(interest(connection, "beta"))
    connections.close("c=1")
    connections.close("c=1")
    assert connections.role("c=1") is None
    assert connections.role("c=2") == "viewer"
    assert connections.subscribers("alpha") == [interest("c=2")]


def test_a_socket_that_has_expired_has_no_role_and_is_listed_until_it_is_closed(
    make: Callable[[Callable[[], int]], Connections],
) -> None:
    now = [NOW_MS]
    connections = make(lambda: now[0])
    connections.open("c=1", "viewer", NOW_MS + 1)
    connections.subscribe(interest("c=1", expires_ms=NOW_MS + 1))
    assert connections.role("c=1") == "viewer"
    assert len(connections.subscribers("alpha")) == 1
    now[0] += 1
    assert connections.role("c=1") is None
    assert connections.subscribers("alpha") == [interest("c=1", expires_ms=NOW_MS + 1)]
    connections.close("c=1")
    assert connections.subscribers("alpha") == []


def test_hundreds_of_subscribers_are_listed_to_the_last(connections: Connections) -> None:
    wanted = [interest(f"c={number:03d}") for number in range(300)]
    for one in wanted:
        connections.subscribe(one)
    assert connections.subscribers("alpha") == wanted


def test_the_messages_of_a_socket_are_counted_by_the_minute(connections: Connections) -> None:
    connections.open("c=1", "viewer", LATER_MS)
    assert [connections.hear("c=1", minute) for minute in (7, 7, 7, 8, 8)] == [1, 2, 3, 1, 2]
    assert connections.hear("c=2", 7) is None


def test_a_socket_that_has_expired_is_not_heard(connections: Connections) -> None:
    connections.open("c=1", "viewer", NOW_MS)
    assert connections.hear("c=1", 7) is None


def test_a_confirmation_is_claimed_once(connections: Connections) -> None:
    connections.open("c=1", "viewer", LATER_MS)
    connections.subscribe(interest("c=1"), Greeting.OWED)
    connections.subscribe(interest("c=1", "beta"))
    assert connections.interests("c=1") == {"alpha": Greeting.OWED, "beta": Greeting.ASKED}
    claims = [connections.greet("c=1", "alpha", Greeting.OWED, Greeting.SENT) for _ in range(2)]
    assert claims == [True, False]
    assert connections.interests("c=1")["alpha"] is Greeting.SENT
    assert not connections.greet("c=2", "alpha", Greeting.OWED, Greeting.SENT)
