"""What is kept of denied and privileged calls."""

from __future__ import annotations

import pytest

from telemetra.application.audit import audit_of, socket_audit

AT = {"resourcePath": "/r", "httpMethod": "PUT", "authorizer": {"principalId": "me", "role": "admin"}}


@pytest.mark.parametrize(("status", "outcome"), [(200, "done"), (412, "failed"), (403, "denied")])
def test_a_change_is_kept_with_its_outcome(status: int, outcome: str) -> None:
    assert audit_of({"requestContext": AT, "path": "/r/1", "queryStringParameters": {"x": "y"}}, status) == {
        "outcome": outcome,
        "subject": "me",
        "role": "admin",
        "method": "PUT",
        "path": "/r/1",
        "status": status,
    }


@pytest.mark.parametrize(
    ("route", "status", "kept"),
    [("/streams", 200, False), ("/streams", 401, True), ("/streams/{stream_id}/rules", 200, True)],
)
def test_a_reading_is_kept_when_it_is_denied_or_of_what_is_private(
    route: str, status: int, kept: bool
) -> None:
    event = {"requestContext": {"resourcePath": route}, "httpMethod": "GET"}
    assert (audit_of(event, status) is not None) == kept


def test_a_socket_without_a_context_is_nobodys() -> None:
    assert socket_audit(None, "CONNECT", "aurora") == {
        "outcome": "denied",
        "subject": None,
        "role": None,
        "method": "CONNECT",
        "path": "/ws",
        "channel": "aurora",
    }
