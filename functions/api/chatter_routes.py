"""The route that counts chatters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from telemetra.adapters.clock import now_ms
from telemetra.adapters.dynamo_metrics import DynamoMetricStore
from telemetra.adapters.dynamo_panes import DynamoPaneStore
from telemetra.application.access import caller_of
from telemetra.application.answers import JSON, Answer, hand_over
from telemetra.application.query import Query, ceil_to, channel_id
from telemetra.application.recall import Body, Recall
from telemetra.application.representation import uniques_item
from telemetra.application.selection import UNIQUES_FIELDS, page_json
from telemetra.application.uniques import SPANS, USUAL_SPANS, Uniques
from telemetra.config import Settings
from telemetra.domain.window import MINUTE_MS, PANE_MS, floor_to

if TYPE_CHECKING:
    from chalice.app import Chalice, Request, Response

View = Callable[..., Answer]


@dataclass(frozen=True, slots=True)
class Counter:
    """What this route stands on."""

    settings: Settings
    uniques: Uniques
    recall: Recall = field(default_factory=Recall)


@cache
def wire() -> Counter:
    """Build the use case once a container."""
    settings = Settings.from_env()
    return Counter(settings, Uniques(DynamoMetricStore(settings), DynamoPaneStore(settings)))


def add_routes(app: Chalice, answered: Callable[[View], Callable[..., Response]]) -> None:
    """Add the route to the app; ``answered`` makes a route of a view."""
    app.route("/api/v1/streams/{stream_id}/uniques", methods=["GET"])(answered(uniques))


def uniques(request: Request, stream_id: str) -> Answer:
    """Count the different chatters of the last minutes."""
    channel, now, at = channel_id(stream_id), now_ms(), wire()
    caller_of(request.context.get("authorizer"), access=at.settings.access).require(channel)
    given = request.query_params
    query = Query({name: given.getlist(name) for name in given} if given else {})
    newest_ms = floor_to(now, PANE_MS) + PANE_MS
    end_ms = min(ceil_to(query.instant("to", newest_ms), MINUTE_MS), newest_ms)
    spans = [int(each) for each in query.names("minutes", SPANS) or USUAL_SPANS]
    fields = query.names("fields", UNIQUES_FIELDS)

    def made() -> Body:
        items = [uniques_item(span) for span in at.uniques(channel, end_ms, spans)]
        return Body(JSON, page_json(items, None, fields), life_ms=PANE_MS)

    afresh = "no-cache" in request.headers.get("cache-control", "")
    body = at.recall((channel, end_ms, *spans, *fields), now, made, afresh=afresh)
    return hand_over(body, if_none_match=request.headers.get("if-none-match"))
