"""Reading, writing and testing a channel's alert rules."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from telemetra.application.alert_ports import RuleStore, Target, Webhooks
from telemetra.application.delivery import Sender, Subject, alert_payload, posted
from telemetra.application.signing import receiver, webhook_secret
from telemetra.domain.errors import (
    ConditionFailedError,
    ConditionMissingError,
    NotFoundError,
    ParameterError,
    TooLargeError,
)
from telemetra.domain.rules import MOST_RULES, Rule, RuleSet, Webhook

MOST_BYTES: Final = 16 * 1024
"""Size of the rules of a channel as they are sent."""

_KEY_ID_BYTES: Final = 8


class WantedWebhook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where alerts shall be posted; ``new_secret`` replaces the secret that signs them."""

    url: Annotated[str, Meta(min_length=1, max_length=2_000)]
    new_secret: bool = False


class WantedRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a channel's rules shall be, whole."""

    rules: Annotated[tuple[Rule, ...], Meta(max_length=MOST_RULES)]
    webhook: WantedWebhook | None = None
    sns: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """The rules as they are answered, and their entity tag."""

    item: dict[str, Any]
    tag: str


class KeepRules:
    """The use cases of the routes of rules."""

    def __init__(
        self,
        store: RuleStore,
        webhooks: Webhooks,
        master: Callable[[], bytes],
        *,
        loopback: bool,
        new_key: Callable[[], str] = lambda: secrets.token_hex(_KEY_ID_BYTES),
    ) -> None:
        """Take the ports; ``master`` reads the deployment's secret, ``loopback`` allows this machine."""
        self._store = store
        self._webhooks = webhooks
        self._master = master
        self._loopback = loopback
        self._new_key = new_key

    def read(self, channel: str) -> Shown:
        """Return the rules of a channel; one that has none has no rule, no receiver and version 0."""
        return _shown(self._store.get(channel))

    def write(self, channel: str, body: bytes, if_match: str | None, now_ms: int) -> Shown:
        """Replace the rules of a channel; a secret made by this is in the answer and never again.

        Raises:
            ConditionMissingError: ``if_match`` is None.
            ConditionFailedError: it is not the tag of the newest rules.
            TooLargeError, ParameterError: the body is too long, or not rules.
        """
        if if_match is None:
            message = "If-Match is missing: send the ETag that GET rules answered"
            raise ConditionMissingError(message)
        wanted = _wanted(body)
        stored = self._store.get(channel)
        if _tag(stored) not in [part.strip() for part in if_match.split(",")]:
            raise _moved(stored)
        webhook, secret = self._webhook(channel, wanted.webhook, stored.webhook)
        rules = RuleSet(channel, wanted.rules, webhook, wanted.sns, stored.version + 1, now_ms)
        if not self._store.put(rules):
            raise _moved(self._store.get(channel))
        return _shown(rules, secret)

    def test(self, channel: str, now_ms: int) -> dict[str, Any]:
        """Post a made-up alert to the channel's webhook and say how that went.

        Raises:
            NotFoundError: the channel has no webhook.
        """
        webhook = self._store.get(channel).webhook
        if webhook is None:
            message = f"channel {channel!r} has no webhook: PUT rules with one first"
            raise NotFoundError(message)
        about = Subject(channel, "test", now_ms, "This is a test.")
        alert = alert_payload(f"test_{self._new_key()}", about, None)
        sender = Sender(self._webhooks, webhook_secret(self._master(), channel, webhook.key_id))
        outcome = posted(sender, webhook.url, alert, now_ms)
        return {
            "id": alert["id"],
            "target": Target.WEBHOOK.value,
            "delivered": outcome.ok,
            "status": outcome.status,
            "detail": outcome.detail,
        }

    def _webhook(
        self, channel: str, wanted: WantedWebhook | None, stored: Webhook | None
    ) -> tuple[Webhook | None, str | None]:
        """Return the webhook to store, and its secret when that is new."""
        if wanted is None:
            return None, None
        url = receiver(wanted.url, loopback=self._loopback)
        if stored is not None and not wanted.new_secret:
            return Webhook(url, stored.key_id), None
        key_id = self._new_key()
        return Webhook(url, key_id), webhook_secret(self._master(), channel, key_id)


def _wanted(body: bytes) -> WantedRules:
    if len(body) > MOST_BYTES:
        message = f"the rules have {len(body)} bytes: at most {MOST_BYTES} are taken"
        raise TooLargeError(message)
    try:
        wanted = msgspec.json.decode(body, type=WantedRules)
    except (msgspec.DecodeError, UnicodeError) as error:
        message = f"the body is not a set of rules: {error}"
        raise ParameterError(message) from error
    names = [rule.id for rule in wanted.rules]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        message = f"rules holds {', '.join(twice)} twice: an id names one rule"
        raise ParameterError(message)
    return wanted


def _moved(stored: RuleSet) -> ConditionFailedError:
    return ConditionFailedError(f"the rules are at {_tag(stored)}: read them, then change them again")


def _tag(rules: RuleSet) -> str:
    return f'"rules-{rules.version}"'


def _shown(rules: RuleSet, secret: str | None = None) -> Shown:
    webhook: dict[str, Any] | None = None
    if rules.webhook is not None:
        webhook = {"url": rules.webhook.url, "key_id": rules.webhook.key_id}
        if secret is not None:
            webhook["secret"] = secret
    item = {
        "stream_id": rules.channel,
        "version": rules.version,
        "updated_ms": rules.updated_ms,
        "rules": [msgspec.to_builtins(rule) for rule in rules.rules],
        "webhook": webhook,
        "sns": rules.sns,
    }
    return Shown(item, _tag(rules))
