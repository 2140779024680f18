"""An example of every shape; tests hold each against its schema."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

import msgspec

from telemetra import __version__
from telemetra.application.contract import alert_operations as alerts
from telemetra.application.contract import frames, shapes
from telemetra.application.contract import session_operations as sessions
from telemetra.application.contract.values import Json
from telemetra.application.feedback import WantedVerdict
from telemetra.application.login import WantedLogin
from telemetra.application.rules import WantedRules, WantedWebhook
from telemetra.application.session import WantedShare
from telemetra.domain.feedback import Verdict
from telemetra.domain.moment import MomentType
from telemetra.domain.rules import Measure, MomentRule, Side, Threshold

AT_MS: Final = 1_795_456_800_000
SIGNED: Final = "eyJhbGciOiJFZERTQSJ9.e30.c2ln"
CHANNEL: Final = "aurora_plays"

VIEWERS: Final = shapes.Viewers(1480, 1602, 1520.5, 1597)
SENTIMENT: Final = shapes.Sentiment(0.2143, 0.6117)
EMOTE: Final = shapes.EmoteCount("Pog", 96)
REVENUE: Final = shapes.Revenue({"USD": 2495, "EUR": 499}, {"sub": 4, "cheer": 2})
METRIC: Final = shapes.Metric(
    start="2026-11-23T18:00:00Z",
    start_ms=AT_MS,
    end_ms=AT_MS + 60_000,
    final=True,
    revision=0,
    version=23,
    chat_count=412,
    unique_chatters=187,
    unique_exact=True,
    viewers=VIEWERS,
    sentiment=SENTIMENT,
    emotes=[EMOTE],
    message_length=23.71,
    revenue=REVENUE,
)
UNIQUES: Final = shapes.Uniques(60, AT_MS - 3_600_000, AT_MS, 4_812, unique_exact=False)
EVIDENCE: Final = shapes.Evidence("chat_rate", 61.0, 4.0, 16.0, 9.5)
TOLD: Final = shapes.Told("Pog", emote=True, share=0.31, lift=8.5)
TURN: Final = shapes.Turn(0.12, 0.48)
MOMENT: Final = shapes.Moment(
    id=str(AT_MS),
    type="hype",
    start_ms=AT_MS,
    peak_ms=AT_MS + 10_000,
    end_ms=AT_MS + 40_000,
    score=0.93,
    sentence="Chat at 6.1x its usual rate",
    version=5,
    feedback=None,
    evidence=[EVIDENCE],
    words=[TOLD],
    mood=TURN,
)
CHANNEL_ENTRY: Final = shapes.Channel(
    CHANNEL, live=True, title="Any% run", category="Games", language="en", last_seen_ms=AT_MS,
    live_since_ms=AT_MS - 7_200_000,
)  # fmt: skip
DEPENDENCIES: Final = shapes.Dependencies("ok", "ok")
SHARD: Final = shapes.ShardLag("chat", "shardId-000000000000", 0, stalled=False)
TERMS: Final = frames.Subscription("viewer", AT_MS + 7_200_000)
BEAT: Final = frames.Heartbeat(AT_MS)
FAULT: Final = frames.Fault("bad_stream_id", "stream_id is 'Not One': [a-z0-9_]{1,64} is expected")
THRESHOLD: Final = Threshold("busy", Measure.CHAT_COUNT, Side.ABOVE, 600.0, 400.0)
MOMENT_RULE: Final = MomentRule("hype", (MomentType.HYPE,), 0.9)
WEBHOOK: Final = alerts.ShownWebhook("https://alerts.example/telemetra", "0f1e2d3c4b5a6978")

DETAILS: Final = {
    400: "limit is '0': a whole number from 1 to 100 is expected",
    401: "Send the header Authorization: Bearer SIGNED.",
    403: "the token does not cover channel 'pixel_forge'",
    404: "No such route.",
    409: "it was changed meanwhile: read it again",
    412: "it was changed meanwhile: read it again",
    413: "the body has more bytes than are taken",
    415: "Unsupported Media Type.",
    428: "send If-Match with the ETag that was read",
    429: "Wait a second, then try again.",
    500: "The request failed; the log says why.",
    503: "throttled",
}


def problem(status: int) -> Json:
    """Return the example of a refusal."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": DETAILS[status],
        "instance": "/api/v1/streams",
    }


EXAMPLES: Final[dict[str, Any]] = {
    type(each).__name__: msgspec.json.decode(msgspec.json.encode(each))
    for each in (
        VIEWERS,
        SENTIMENT,
        EMOTE,
        REVENUE,
        METRIC,
        UNIQUES,
        EVIDENCE,
        TOLD,
        TURN,
        MOMENT,
        CHANNEL_ENTRY,
        shapes.Alive("ok"),
        DEPENDENCIES,
        SHARD,
        shapes.Health("ok", __version__, DEPENDENCIES, [SHARD], AT_MS),
        THRESHOLD,
        MOMENT_RULE,
        WEBHOOK,
        alerts.ChannelRules(CHANNEL, 3, AT_MS, [THRESHOLD, MOMENT_RULE], WEBHOOK, sns=False),
        alerts.DeliveryTest("test_1f", "webhook", delivered=True, status=204, detail="taken"),
        alerts.Judged(CHANNEL, str(AT_MS), "confirm", 1.19),
        sessions.Me("twitch:1234", "broadcaster", [CHANNEL], AT_MS, None, sees_revenue=True),
        sessions.Ticket(SIGNED, AT_MS + 60_000),
        sessions.SharedLink(CHANNEL, "live", SIGNED, AT_MS, f"#token={SIGNED}"),
        sessions.LoginBegun("https://id.twitch.tv/oauth2/authorize?client_id=1", SIGNED, AT_MS),
        sessions.SignedIn(SIGNED, AT_MS, "broadcaster", [CHANNEL]),
        WantedShare(),
        WantedLogin("a1b2", SIGNED, "v" * 43),
        WantedVerdict(Verdict.CONFIRM),
        WantedWebhook(WEBHOOK.url),
        WantedRules((THRESHOLD, MOMENT_RULE), WantedWebhook(WEBHOOK.url)),
        frames.Subscribe(CHANNEL),
        frames.Unsubscribe(CHANNEL),
        frames.Ping(),
        TERMS,
        BEAT,
        FAULT,
        frames.Subscribed(CHANNEL, 0, TERMS),
        frames.LiveWindow(CHANNEL, 23, METRIC),
        frames.Minute(CHANNEL, 23, METRIC),
        frames.MomentNews(CHANNEL, 5, MOMENT),
        frames.Pong(None, 0, BEAT),
        frames.ErrorMessage("Not One", 0, FAULT),
    )
}
EXAMPLES["Problem"] = problem(400)
EXAMPLES["Document"] = {
    "openapi": "3.1.0",
    "info": {"title": "Telemetra", "version": __version__},
    "components": {"schemas": {}},
}


def of(name: str) -> Any:
    """Return the example of a component; that of a page holds one whole item."""
    if name in EXAMPLES:
        return EXAMPLES[name]
    if name.endswith("Part"):
        whole = EXAMPLES[name.removesuffix("Part")]
        return dict(list(whole.items())[:3])
    return {"items": [EXAMPLES[name.removesuffix("Page")]], "cursor": None}
