"""REST by Chalice, and the handlers of the WebSocket routes, in one package.

API Gateway's routing key is the path of the template, so every route here is listed there too.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cache, wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

import msgspec
from chalice.app import Chalice, Response
from chatter_routes import add_routes as add_chatter_routes
from rule_routes import add_routes as add_rule_routes
from session_routes import add_routes as add_session_routes

from telemetra import __version__
from telemetra.adapters.clock import now_ms
from telemetra.adapters.dynamo_connections import DynamoConnections
from telemetra.adapters.dynamo_directory import DynamoDirectory
from telemetra.adapters.dynamo_metrics import DynamoMetricStore
from telemetra.adapters.dynamo_moments import DynamoMomentStore
from telemetra.adapters.dynamo_panes import DynamoPaneStore
from telemetra.adapters.dynamo_progress import DynamoProgress
from telemetra.adapters.dynamo_states import DynamoStateStore
from telemetra.adapters.kinesis_shards import KinesisShards
from telemetra.adapters.sockets import ApiGatewaySockets
from telemetra.adapters.sqs import SqsTicks
from telemetra.application.access import Caller, caller_of
from telemetra.application.answers import (
    CHANGING,
    CSV,
    JSON,
    Answer,
    answer,
    hand_over,
    origin_headers,
    preflight,
    refusal,
)
from telemetra.application.audit import audit_of, socket_audit
from telemetra.application.contract.asyncapi import asyncapi_text
from telemetra.application.contract.openapi import openapi_text
from telemetra.application.export import Export, export_of
from telemetra.application.health import REMEMBERED_MS, HealthReport
from telemetra.application.history import History
from telemetra.application.listings import MOST_ITEMS, USUAL_ITEMS, MomentFilter, MomentsPage, StreamsPage
from telemetra.application.live import Live
from telemetra.application.problems import Problem, problem_of
from telemetra.application.query import LIVE, Query, Range, channel_id
from telemetra.application.recall import Body, Recall
from telemetra.application.representation import moment_item, row_item, stream_item, window_item
from telemetra.application.selection import (
    CHANNEL_FIELDS,
    METRIC_FIELDS,
    MOMENT_FIELDS,
    metrics_csv,
    page_json,
)
from telemetra.application.sockets import AnswerMessage, OpenSocket, Socket
from telemetra.config import Settings
from telemetra.domain.errors import TelemetraError
from telemetra.domain.moment import MomentType
from telemetra.domain.window import PANE_MS, Grain, floor_to
from telemetra.observe import Metric, Observer

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from chalice.app import Request

    from telemetra.application.ports import Connections

OBSERVER = Observer("api")


@dataclass(frozen=True, slots=True)
class Rest:
    """What the REST routes stand on."""

    settings: Settings
    history: History
    live: Live
    streams: StreamsPage
    moments: MomentsPage
    health: HealthReport
    export: Export
    recall: Recall = field(default_factory=Recall)


@dataclass(frozen=True, slots=True)
class Door:
    """What the WebSocket routes stand on."""

    settings: Settings
    connections: Connections
    open: OpenSocket
    answer: AnswerMessage


@cache
def wire() -> Rest:
    """Build the use cases of REST once a container."""
    settings = Settings.from_env()
    panes, metrics, directory = (
        DynamoPaneStore(settings),
        DynamoMetricStore(settings),
        DynamoDirectory(settings),
    )
    history, moments = History(metrics, panes), MomentsPage(DynamoMomentStore(settings))
    return Rest(
        settings=settings,
        history=history,
        live=Live(panes),
        streams=StreamsPage(directory),
        moments=moments,
        export=Export(history, moments, directory),
        health=HealthReport(
            directory,
            metrics,
            DynamoStateStore(settings),
            DynamoProgress(settings),
            KinesisShards(settings),
            version=__version__,
        ),
    )


@cache
def wire_sockets() -> Door:
    """Build the use cases of the sockets once a container."""
    settings = Settings.from_env()
    connections, ticks = DynamoConnections(settings), SqsTicks(settings)
    return Door(
        settings=settings,
        connections=connections,
        open=OpenSocket(connections, ticks),
        answer=AnswerMessage(connections, ticks, ApiGatewaySockets(settings)),
    )


class Api(Chalice):
    """Chalice, with problem details for its own refusals too and one line of log a request."""

    def __init__(self) -> None:
        super().__init__(app_name="telemetra", configure_logs=False)
        self.failures: list[str] = []
        self.counted: list[Metric] = []

    def __call__(self, event: dict[str, Any], context: LambdaContext | None) -> dict[str, Any]:
        """Answer one request of API Gateway."""
        self.failures.clear()
        self.counted.clear()
        with OBSERVER.invocation(context) as tally:
            at = event.get("requestContext", {})
            path, request_id = at.get("resourcePath", ""), at.get("requestId", "")
            known = path in self.routes
            result: dict[str, Any] = self._preflight(event) or super().__call__(event, context)
            if "Vary" not in result["headers"]:
                status = HTTPStatus(result["statusCode"]) if known else HTTPStatus.NOT_FOUND
                problem = Problem(status, f"{status.phrase}.", event.get("path", path))
                result = _response(refusal(problem)).to_dict()
            if request_id:
                result["headers"]["X-Request-Id"] = request_id
            tally.fact("request_id", request_id)
            tally.fact("route", path)
            tally.fact("status", result["statusCode"])
            if entry := audit_of(event, result["statusCode"]):
                tally.fact("audit", entry)
            for metric in self.counted:
                tally.count(metric)
            if self.failures:
                tally.fact("error", self.failures[0])
        return result

    def _preflight(self, event: dict[str, Any]) -> dict[str, Any] | None:
        """Answer what browsers ask before a call from another origin; None for any other request."""
        if event.get("httpMethod") != "OPTIONS":
            return None
        given = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        found = preflight(given.get("origin"), wire().settings.allowed_origins, event.get("path", ""))
        response: dict[str, Any] = Response(found.body, dict(found.headers), found.status).to_dict()
        return response


app = Api()


def answered(view: Callable[..., Answer]) -> Callable[..., Response]:
    """Make a route of a view: its answer becomes a response, its error a problem."""

    @wraps(view)
    def route(**ids: str) -> Response:
        request = cast("Request", app.current_request)
        try:
            found = view(request, **ids)
        except Exception as error:  # noqa: BLE001
            problem = problem_of(error, request.to_original_event()["path"])
            if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                app.failures.append("".join(traceback.format_exception(error)))
            found = refusal(problem)
        return _response(found, request.headers.get("origin"))

    return route


@app.route("/health", methods=["GET"])
@answered
def alive(request: Request) -> Answer:
    """Say that the API is there."""
    return answer({"status": "ok"}, cache=CHANGING, if_none_match=request.headers.get("if-none-match"))


@app.route("/api/v1/openapi.json", methods=["GET"])
@answered
def openapi(request: Request) -> Answer:
    """Return the description of these routes."""
    return _remembered(request, "openapi", lambda: Body(JSON, openapi_text(), closed=True))


@app.route("/api/v1/asyncapi.json", methods=["GET"])
@answered
def asyncapi(request: Request) -> Answer:
    """Return the description of the WebSocket."""
    return _remembered(request, "asyncapi", lambda: Body(JSON, asyncapi_text(), closed=True))


@app.route("/api/v1/health", methods=["GET"])
@answered
def health(request: Request) -> Answer:
    """Say how the product is."""

    def made() -> Body:
        report = msgspec.json.encode(wire().health(now_ms())).decode()
        return Body(JSON, report, life_ms=REMEMBERED_MS)

    return _remembered(request, "health", made)


@app.route("/api/v1/streams", methods=["GET"])
@answered
def streams(request: Request) -> Answer:
    """List the channels, live ones first."""
    query, caller, now = _query(request), _caller(request), now_ms()
    limit = query.whole("limit", MOST_ITEMS, low=1, high=MOST_ITEMS)
    cursor, fields = query.text("cursor"), query.names("fields", CHANNEL_FIELDS)

    def made() -> Body:
        page = wire().streams(caller, limit=limit, cursor=cursor)
        return Body(JSON, page_json([stream_item(found, now) for found in page.items], page.cursor, fields))

    return _remembered(request, ("streams", caller.channels, limit, cursor, fields), made)


@app.route("/api/v1/streams/{stream_id}/metrics", methods=["GET"])
@answered
def metrics(request: Request, stream_id: str) -> Answer:
    """Return a series of a channel."""
    channel, role, now = channel_id(stream_id), _reader(request, stream_id).role, now_ms()
    query = _query(request)
    asked, fields = query.series(now), query.names("fields", METRIC_FIELDS)
    form = query.choice("format", ("json", "csv"))
    start, end = asked.range.start_ms, asked.range.end_ms

    def made() -> Body:
        if asked.grain == LIVE:
            items = [window_item(window, role) for window in wire().live(channel, start, end)]
        else:
            items = [row_item(row, role) for row in wire().history(channel, Grain(asked.grain), start, end)]
        closed = end <= now and all(item.final for item in items)
        if form == "csv":
            return Body(CSV, metrics_csv(items, fields), closed)
        return Body(JSON, page_json(items, None, fields), closed)

    return _remembered(request, ("metrics", channel, asked, role.sees_revenue, form, fields), made)


@app.route("/api/v1/streams/{stream_id}/moments", methods=["GET"])
@answered
def moments(request: Request, stream_id: str) -> Answer:
    """List the moments of a channel, newest first."""
    channel, query, now = channel_id(stream_id), _query(request), now_ms()
    _reader(request, channel)
    asked = query.range(Range(0, floor_to(now, PANE_MS) + PANE_MS))
    kind = query.choice("type", list(MomentType))
    wanted = MomentFilter(None if kind is None else MomentType(kind), query.share("min_score"))
    limit, cursor = query.whole("limit", USUAL_ITEMS, low=1, high=MOST_ITEMS), query.text("cursor")
    fields = query.names("fields", MOMENT_FIELDS)

    def made() -> Body:
        page = wire().moments(channel, asked, wanted, limit=limit, cursor=cursor)
        closed = asked.end_ms <= now and all(moment.end_ms is not None for moment in page.items)
        return Body(
            JSON, page_json([moment_item(found) for found in page.items], page.cursor, fields), closed
        )

    return _remembered(request, ("moments", channel, asked, wanted, limit, cursor, fields), made)


@app.route("/api/v1/streams/{stream_id}/export", methods=["GET"])
@answered
def export(request: Request, stream_id: str) -> Answer:
    """Return a stretch of a channel as a file: a table, a report or a list of clips."""
    channel, role, now = channel_id(stream_id), _reader(request, stream_id).role, now_ms()
    asked = export_of(_query(request), now)

    def made() -> Body:
        return wire().export(channel, role, asked, now)

    return _remembered(request, ("export", channel, role.sees_revenue, asked), made)


add_chatter_routes(app, answered)
add_rule_routes(app, answered)
add_session_routes(app, answered)


def connect(event: dict[str, Any], context: LambdaContext | None) -> dict[str, int]:
    """Take a socket in; a status other than 200 refuses the handshake."""
    with Observer("connect").invocation(context) as tally:
        query = event.get("queryStringParameters") or {}
        stream_id = query.get("stream_id")
        try:
            wire_sockets().open(_socket(event), stream_id or None)
        except TelemetraError as error:
            tally.fact("refused", str(error))
            tally.fact("audit", socket_audit(_context(event), "CONNECT", stream_id))
            return {"statusCode": problem_of(error, "$connect").status.value}
        tally.count(Metric.SOCKETS_OPENED)
    return {"statusCode": HTTPStatus.OK.value}


def message(event: dict[str, Any], context: LambdaContext | None) -> dict[str, int]:
    """Answer a message over the socket itself."""
    with Observer("message").invocation(context) as tally:
        answered = wire_sockets().answer(_socket(event), event.get("body") or "")
        tally.fact("answered", answered)
        if answered in {"forbidden", "expired"}:
            tally.fact("audit", socket_audit(_context(event), "MESSAGE", None))
    return {"statusCode": HTTPStatus.OK.value}


def disconnect(event: dict[str, Any], context: LambdaContext | None) -> dict[str, int]:
    """Forget a socket that has closed."""
    with Observer("disconnect").invocation(context) as tally:
        wire_sockets().connections.close(event["requestContext"]["connectionId"])
        tally.count(Metric.SOCKETS_CLOSED)
    return {"statusCode": HTTPStatus.OK.value}


def _context(event: dict[str, Any]) -> Mapping[str, Any] | None:
    context: Mapping[str, Any] | None = event["requestContext"].get("authorizer")
    return context


def _socket(event: dict[str, Any]) -> Socket:
    at = event["requestContext"]
    caller = caller_of(at.get("authorizer"), access=wire_sockets().settings.access)
    now = now_ms()
    return Socket(at["connectionId"], caller, at.get("connectedAt") or now, now)


def _query(request: Request) -> Query:
    given = request.query_params
    return Query({name: given.getlist(name) for name in given} if given else {})


def _caller(request: Request) -> Caller:
    return caller_of(request.context.get("authorizer"), access=wire().settings.access)


def _reader(request: Request, channel: str) -> Caller:
    caller = _caller(request)
    caller.require(channel)
    return caller


def _remembered(request: Request, key: Hashable, made: Callable[[], Body]) -> Answer:
    headers = request.headers
    afresh = "no-cache" in headers.get("cache-control", "")
    outcome = [Metric.CACHE_HITS]

    def missed() -> Body:
        outcome[0] = Metric.CACHE_MISSES
        return made()

    body = wire().recall(key, now_ms(), missed, afresh=afresh)
    app.counted += outcome
    return hand_over(body, if_none_match=headers.get("if-none-match"))


def _response(found: Answer, origin: str | None = None) -> Response:
    headers: dict[str, str | list[str]] = {
        **found.headers,
        **origin_headers(origin, wire().settings.allowed_origins),
    }
    return Response(found.body, headers, found.status)
