"""`tail --news`: what the API tells of a channel, as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Annotated

import msgspec
import typer

from local.access import signer
from local.cloud import Cloud
from local.errors import LocalError
from local.settings import surroundings
from telemetra.adapters.clock import now_ms
from telemetra.application.contract import frames, shapes
from telemetra.application.query import channel_id
from telemetra.client import ApiError, AsyncClient, Live
from telemetra.client.calls import Token
from telemetra.domain.errors import ParameterError
from telemetra.domain.window import MINUTE_MS

FLAG = "--news"
Shown = Callable[[frames.ServerMessage], str]

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def news(  # noqa: PLR0917 - one parameter for each option
    channel: Annotated[str, typer.Argument(help="The channel to follow.")],
    since: Annotated[int, typer.Option(min=0, max=1440, help="Begin so many minutes ago.")] = 5,
    count: Annotated[int, typer.Option(min=0, help="Stop after so many; 0: on Ctrl-C.")] = 0,
    url: Annotated[str, typer.Option(help="Another deployment than the one that runs here.")] = "",
    token: Annotated[str, typer.Option(help="Token for --url; none where access is open.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a message.")] = False,
) -> None:
    """Follow a channel: its live window, its minutes as they close or are revised, its moments.

    A cut is mended: what was missed is fetched, and nothing is shown twice.

    Examples:
      ./telemetra tail --news aurora_plays
      ./telemetra tail --news aurora_plays --since 60 --json
    """
    try:
        name = channel_id(channel)
    except ParameterError as error:
        msg = f"{error}."
        raise LocalError(msg, fix="`./telemetra status` names the live channels.") from error
    origin, shown = _deployment(url, token)
    try:
        asyncio.run(_follow(AsyncClient(origin, shown), name, since, count, as_line if as_json else as_text))
    except ApiError as error:
        msg = f"{origin} does not tell of {name}: {error}"
        raise LocalError(msg, fix="Check --url, and the role and channels of --token.") from error
    except KeyboardInterrupt:
        return


def as_line(message: frames.ServerMessage) -> str:
    """Return one JSON object."""
    return msgspec.json.encode(message).decode()


def as_text(message: frames.ServerMessage) -> str:
    """Return one line for people.

    >>> from telemetra.application.contract import examples
    >>> as_text(frames.Minute("aurora", 3, examples.METRIC))[:40]
    '18:00:00  minute  412 messages, 187 chat'
    """
    match message:
        case frames.Minute(data=metric):
            kind = "minute" if metric.final else "minute so far"
            return f"{_at(metric.start_ms)}  {kind}  {_figures(metric)}"
        case frames.LiveWindow(data=metric):
            return f"{_at(metric.end_ms)}  last 60 s  {_figures(metric)}"
        case frames.MomentNews(data=moment):
            state = "begins" if moment.end_ms is None else "ended"
            return f"{_at(moment.start_ms)}  {moment.type} {state} ({moment.score:.2f})  {moment.sentence}"
        case _:
            return ""


def _figures(metric: shapes.Metric) -> str:
    viewers = "no" if metric.viewers is None else f"{metric.viewers.last:,}"
    mood = "-" if metric.sentiment.mean is None else f"{metric.sentiment.mean:+.2f}"
    return (
        f"{metric.chat_count:,} messages, {metric.unique_chatters:,} chatters, {viewers} viewers, mood {mood}"
    )


def _at(instant_ms: int) -> str:
    return datetime.fromtimestamp(instant_ms / 1000, UTC).strftime("%H:%M:%S")


async def _follow(api: AsyncClient, channel: str, since: int, count: int, shown: Shown) -> None:
    """Print the news; an API that is not there, or does not take the token, is told before that."""
    async with api:
        await api.get("/api/v1/me")
        live = Live(api, channel, since_ms=(now_ms() // MINUTE_MS - since) * MINUTE_MS)
        async for line in lines(live, shown, count):
            typer.echo(line)


async def lines(live: Live, shown: Shown, count: int = 0) -> AsyncIterator[str]:
    """Yield a line for each message that is news, for ever or until there were so many."""
    seen = 0
    async with aclosing(live.news()) as told:
        async for message in told:
            yield shown(message)
            seen += 1
            if seen == count:
                return


def _deployment(url: str, token: str) -> tuple[str, Token]:
    """Return the origin to ask and the token to show: those given, or the running stack's."""
    if url:
        return url, token or None
    run = surroundings().state.live_run()
    if run is None:
        msg = "Nothing is running here."
        raise LocalError(msg, fix="Start with `./telemetra up`, or name a deployment: --url and --token.")
    return run.url, signer(Cloud(run.endpoint_url), run.prefix).token
