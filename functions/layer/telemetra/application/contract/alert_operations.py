"""The operations of alert rules and of feedback."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

from telemetra.application.contract.operation import JSON, STREAM, STREAM_ID, Operation, Parameter
from telemetra.application.contract.shapes import Count, Instant, StreamId, Text, Verdict
from telemetra.application.contract.values import text
from telemetra.application.feedback import WantedVerdict
from telemetra.application.rules import WantedRules
from telemetra.domain.rules import MOST_RULES, Rule

MomentId: TypeAlias = Annotated[str, Meta(pattern="^[0-9]{1,15}$", examples=["1795456800000"])]


class ShownWebhook(msgspec.Struct, frozen=True):
    """Where alerts are posted; the secret that signs them is shown once, when it is made."""

    url: Annotated[str, Meta(max_length=2_000)]
    key_id: Annotated[str, Meta(pattern="^[0-9a-f]{16}$")]
    secret: Annotated[str, Meta(max_length=200)] | UnsetType = UNSET


class ChannelRules(msgspec.Struct, frozen=True):
    """What is worth telling of a channel, and who is told."""

    stream_id: StreamId
    version: Count
    updated_ms: Instant
    rules: Annotated[list[Rule], Meta(max_length=MOST_RULES)]
    webhook: ShownWebhook | None
    sns: bool


class DeliveryTest(msgspec.Struct, frozen=True):
    """How a made-up alert was received."""

    id: Annotated[str, Meta(pattern="^[A-Za-z0-9_]{1,80}$")]
    target: Literal["webhook"]
    delivered: bool
    status: Annotated[int, Meta(ge=100, le=599)] | None
    detail: Text


class Judged(msgspec.Struct, frozen=True):
    """A verdict on a moment, and the factor on the channel's alarm budget that follows from all of them."""

    stream_id: StreamId
    moment_id: MomentId
    verdict: Verdict | None
    budget: Annotated[float, Meta(ge=0.25, le=4)]


IF_MATCH: Final = Parameter(
    "If-Match",
    "The ETag of the rules that are replaced.",
    text('^"rules-[0-9]{1,15}"$', 40),
    '"rules-0"',
    "header",
    required=True,
)
MOMENT_ID: Final = Parameter(
    "moment_id", "The moment's id.", text("^[0-9]{1,15}$", 15), "1795456800000", "path", required=True
)

ALERT_OPERATIONS: Final = (
    Operation(
        "POST",
        f"{STREAM}/moments/{{moment_id}}/feedback",
        "giveFeedback",
        "Confirm or reject a moment; for moderators and above.",
        {JSON: Judged},
        (STREAM_ID, MOMENT_ID),
        WantedVerdict,
        (404,),
    ),
    Operation(
        "GET",
        f"{STREAM}/rules",
        "readRules",
        "Return the alert rules of a channel; for its broadcaster.",
        {JSON: ChannelRules},
        (STREAM_ID,),
    ),
    Operation(
        "PUT",
        f"{STREAM}/rules",
        "writeRules",
        "Replace the alert rules of a channel; for its broadcaster.",
        {JSON: ChannelRules},
        (STREAM_ID, IF_MATCH),
        WantedRules,
        (412, 428),
    ),
    Operation(
        "POST",
        f"{STREAM}/rules/test",
        "testWebhook",
        "Post a made-up alert to the channel's webhook; for its broadcaster.",
        {JSON: DeliveryTest},
        (STREAM_ID,),
        refusals=(404,),
    ),
)
