"""The use cases of rules: written whole, on a condition, with a secret shown once."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

import pytest

from telemetra.adapters.memory_alerts import MemoryRules, MemoryWebhooks
from telemetra.application.rules import MOST_BYTES, KeepRules
from telemetra.application.signing import receiver, webhook_secret
from telemetra.domain.errors import (
    ConditionFailedError,
    ConditionMissingError,
    NotFoundError,
    ParameterError,
    TooLargeError,
)
from telemetra.domain.rules import MOST_RULES, RuleSet
from tests.application.samples import CHANNEL, NOW

MASTER = b"m" * 64
HOOK = {"url": "https://receiver.example/a"}
BUSY = {"kind": "threshold", "id": "busy", "metric": "chat_count", "when": "above", "value": 100}
NONE = '"rules-0"'


class Desk:
    """The use cases over memory ports; keys are named k1, k2 ..."""

    def __init__(self, *, loopback: bool = False) -> None:
        self.store, self.webhooks, numbers = MemoryRules(), MemoryWebhooks(), count(1)
        self.keep = KeepRules(
            self.store,
            self.webhooks,
            lambda: MASTER,
            loopback=loopback,
            new_key=lambda: f"k{next(numbers)}",
        )

    def put(self, tag: str | None, **body: Any) -> Any:
        return self.keep.write(CHANNEL, json.dumps({"rules": []} | body).encode(), tag, NOW)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_channel_without_rules_has_an_empty_set_at_version_0(desk: Desk) -> None:
    shown = desk.keep.read(CHANNEL)
    assert shown.tag == NONE
    assert shown.item == {
        "stream_id": CHANNEL,
        "version": 0,
        "updated_ms": 0,
        "rules": [],
        "webhook": None,
        "sns": False,
    }


def test_what_is_written_is_read_back_without_the_secret(desk: Desk) -> None:
    written = desk.put(NONE, rules=[BUSY], webhook=HOOK, sns=True)
    secret = written.item["webhook"].pop("secret")
    assert secret == webhook_secret(MASTER, CHANNEL, "k1")
    assert written.item["rules"] == [BUSY]
    assert written.item["webhook"] == {**HOOK, "key_id": "k1"}
    assert desk.keep.read(CHANNEL) == written
    assert written.tag == '"rules-1"'


def test_the_secret_stays_until_a_new_one_is_asked_for(desk: Desk) -> None:
    desk.put(NONE, webhook=HOOK)
    moved = desk.put('"rules-1"', webhook={"url": "https://elsewhere.example"})
    assert moved.item["webhook"] == {"url": "https://elsewhere.example", "key_id": "k1"}
    renewed = desk.put('"rules-2"', webhook={**HOOK, "new_secret": True})
    assert renewed.item["webhook"]["secret"] == webhook_secret(MASTER, CHANNEL, "k2")
    assert desk.put('"rules-3"').item["webhook"] is None
    assert desk.put('"rules-4"', webhook=HOOK).item["webhook"]["key_id"] == "k3"


def test_a_change_names_the_version_it_changes(desk: Desk) -> None:
    with pytest.raises(ConditionMissingError, match="If-Match"):
        desk.put(None)
    desk.put(NONE)
    for tag in (NONE, "*", 'W/"rules-1"', '"rules-2"', ""):
        with pytest.raises(ConditionFailedError, match='"rules-1"'):
            desk.put(tag)
    assert desk.put('"x", "rules-1"').item["version"] == 2


class RacedRules(MemoryRules):
    """Another writer comes between the read and the write."""

    def put(self, rules: RuleSet) -> bool:
        super().put(rules)
        return super().put(rules)


def test_the_slower_of_two_writers_is_refused(desk: Desk) -> None:
    desk.keep = KeepRules(RacedRules(), desk.webhooks, lambda: MASTER, loopback=False)
    with pytest.raises(ConditionFailedError, match='"rules-1"'):
        desk.put(NONE)


@pytest.mark.parametrize(
    "body",
    [
        {"rules": "all"},
        {"rules": [BUSY, BUSY]},
        {"rules": [{**BUSY, "id": f"rule-{number}"} for number in range(MOST_RULES + 1)]},
        {"rules": [{**BUSY, "value": None}]},
        {"webhook": {"url": "https://a.example", "secret": "mine"}},
        {"webhook": {"url": "http://a.example"}},
        {"sns": "yes"},
        {"more": 1},
    ],
)
def test_a_body_that_is_no_set_of_rules_is_refused(desk: Desk, body: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        desk.put(NONE, **body)
    assert desk.store.get(CHANNEL).version == 0


def test_bytes_that_are_no_json_and_too_many_of_them_are_refused(desk: Desk) -> None:
    for body in (b"", b"\xff", b"{"):
        with pytest.raises(ParameterError):
            desk.keep.write(CHANNEL, body, NONE, NOW)
    with pytest.raises(TooLargeError, match=str(MOST_BYTES)):
        desk.keep.write(CHANNEL, b" " * (MOST_BYTES + 1), NONE, NOW)


def test_a_test_posts_a_signed_alert_and_says_how_it_went(desk: Desk) -> None:
    with pytest.raises(NotFoundError, match="no webhook"):
        desk.keep.test(CHANNEL, NOW)
    desk.put(NONE, webhook=HOOK)
    found = desk.keep.test(CHANNEL, NOW)
    assert found == {"id": "test_k2", "target": "webhook", "delivered": True, "status": 204, "detail": None}
    ((url, headers, body),) = desk.webhooks.posted
    assert (url, json.loads(body)["type"]) == (HOOK["url"], "test")
    assert headers["Telemetra-Signature"].startswith("v1=")
    desk.webhooks.status = 500
    assert desk.keep.test(CHANNEL, NOW)["detail"] == "the receiver answered 500"
    desk.webhooks.status = None
    assert desk.keep.test(CHANNEL, NOW)["delivered"] is False


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example",
        "ftp://a.example",
        "https://",
        "https://user@a.example",
        "https://user:word@a.example",
        "https://a.example/#part",
        "https://a.example:port",
        "https://[::1",
        "https://a.example/ path",
        "https://a.example/" + "x" * 2048,
        "",
        "http://127.0.0.1:80",
    ],
)
def test_an_address_that_is_not_plain_https_is_refused(url: str) -> None:
    with pytest.raises(ParameterError, match=r"webhook\.url"):
        receiver(url, loopback=False)


def test_this_machine_is_a_receiver_only_where_that_is_allowed() -> None:
    for url in ("http://127.0.0.1:8080/x", "http://localhost/", "https://a.example/"):
        assert receiver(url, loopback=True) == url
    with pytest.raises(ParameterError, match="https is expected"):
        receiver("http://10.0.0.1/", loopback=True)


def test_keys_are_made_up_anew_each_time() -> None:
    keep = KeepRules(MemoryRules(), MemoryWebhooks(), lambda: MASTER, loopback=False)
    body = json.dumps({"rules": [], "webhook": HOOK}).encode()
    keys = {keep.write(f"channel_{number}", body, NONE, NOW).item["webhook"]["key_id"] for number in range(9)}
    assert len(keys) == 9
