"""The commands ``twitch`` and ``mock-twitch``."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Annotated, Final, TypeVar

import httpx
import typer

from producer.console import Usage, fail, kinesis, kinesis_sink, note, settings, stoppable, totals_of
from producer.sources.twitch.endpoints import Endpoints
from producer.sources.twitch.helix import HelixError
from producer.sources.twitch.live import Live, Wiring
from producer.sources.twitch.oauth import Grant, OAuth, TokenFile, Tokens
from producer.sources.twitch.standin.play import Show, run_show
from producer.sources.twitch.values import FrameError
from telemetra.adapters.clock import now_ms
from telemetra.domain.errors import ParameterError, UnauthenticatedError
from telemetra.domain.events import is_channel

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from producer.play import SystemBeat
    from producer.sink import Sink
    from producer.sources.twitch.oauth import DeviceCode
    from telemetra.config import Settings

_T = TypeVar("_T")
_FOREVER_S: Final = 1e9

TWITCH_EXAMPLES = """\b
Examples:
  python -m producer twitch --channel NAME --anonymous
  python -m producer twitch --login
  python -m producer twitch --channel NAME --channel OTHER
"""

MOCK_EXAMPLES = """\b
Examples:
  python -m producer mock-twitch --port 8090 --channel demo_channel
  TELEMETRA_TWITCH_URL=http://127.0.0.1:8090 python -m producer twitch --channel demo_channel
"""


def twitch(
    *,
    channel: Annotated[
        list[str] | None, typer.Option(help="Login name of a channel; may be repeated.")
    ] = None,
    anonymous: Annotated[
        bool, typer.Option("--anonymous", help="Read chat only, even where a token is at hand.")
    ] = False,
    login: Annotated[
        bool, typer.Option("--login", help="Get a token by the device flow, store it, and end.")
    ] = False,
    seconds: Annotated[float, typer.Option(min=0, help="Stop after so long; 0: on Ctrl-C.")] = 0,
    prefix: Annotated[
        str | None,
        typer.Option(help="First part of the stream names.", show_default="TELEMETRA_PREFIX, telemetra"),
    ] = None,
    endpoint: Annotated[
        str | None,
        typer.Option(help="Address of Kinesis.", show_default="AWS_ENDPOINT_URL, else AWS itself"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the totals as one JSON object.")] = False,
) -> None:
    """Read live Twitch channels: chat without any account; viewers, payments and changes with a token."""
    found = settings()
    try:
        where = Endpoints.of(found.twitch_url)
    except ParameterError as error:
        raise fail(str(error), 2) from error
    folder = Path(found.state_dir) / "twitch"
    if login:
        asyncio.run(_login(found, where, TokenFile(folder / "token.json")))
        return
    names = _names(channel)
    wiring = Wiring(where, folder, now_ms, Random())
    with stoppable() as beat:
        sink = kinesis_sink(kinesis(endpoint or found.aws_endpoint_url or None), found, prefix, beat)
        with totals_of(sink, as_json=as_json):
            try:
                reading = _read(
                    names, sink, wiring, found=None if anonymous else found, beat=beat, seconds=seconds
                )
                asyncio.run(reading)
            except (UnauthenticatedError, HelixError, FrameError, httpx.HTTPError) as error:
                raise fail(str(error) or type(error).__name__) from error


def mock_twitch(
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0: any free one.")] = 8090,
    channel: Annotated[list[str] | None, typer.Option(help="Name a channel; may be repeated.")] = None,
    rate: Annotated[float, typer.Option(min=0.01, max=10_000, help="Messages a second, all channels.")] = 20,
    messages: Annotated[int, typer.Option(min=0, help="End after so many; 0: on Ctrl-C.")] = 0,
    faults: Annotated[
        int | None, typer.Option(help="Play the faults of this seed: drops, hand-overs, duplicates, ...")
    ] = None,
    seed: Annotated[int, typer.Option(help="Same seed, same messages.")] = 7,
) -> None:
    """Stand in for Twitch on this machine: IRC, EventSub, Helix, OAuth and emote lists on one port."""
    show = Show(
        port=port,
        channels=_names(channel or ["demo_channel"]),
        rate=rate,
        messages=messages,
        faults=faults,
        seed=seed,
    )
    with stoppable() as beat:
        try:
            told = asyncio.run(_beside(beat, run_show(show, now_ms, note)))
        except OSError as error:
            reason = f"cannot listen on 127.0.0.1:{port}: {error.strerror}"
            raise fail(reason) from error
    if told is not None:
        typer.echo(json.dumps(told))


def _names(channels: list[str] | None) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.lower().lstrip("#") for name in channels or ()))
    for name in names:
        if not is_channel(name):
            message = f"--channel {name!r}: expected 1 to 64 of a-z, 0-9 and _"
            raise Usage(message)
    if not names:
        message = "--channel is needed: the login name of a channel"
        raise Usage(message)
    return names


async def _login(found: Settings, where: Endpoints, file: TokenFile) -> None:
    if not found.twitch_client_id:
        reason = "TELEMETRA_TWITCH_CLIENT_ID is empty: register an application at dev.twitch.tv/console"
        raise fail(reason, 2)

    def show(code: DeviceCode) -> None:
        note(f"open {code.verification_uri} and enter {code.user_code}")

    async with httpx.AsyncClient(timeout=15) as http:
        oauth = OAuth(http, where.oauth, found.twitch_client_id, found.twitch_client_secret)
        try:
            file.save(await oauth.device(show))
        except (UnauthenticatedError, FrameError, httpx.HTTPError) as error:
            raise fail(str(error) or type(error).__name__) from error
    note("logged in; the token is stored for its owner only")


async def _read(
    names: tuple[str, ...],
    sink: Sink,
    wiring: Wiring,
    *,
    found: Settings | None,
    beat: SystemBeat,
    seconds: float,
) -> None:
    """Read until the beat stops; ``found`` None reads anonymously."""
    async with httpx.AsyncClient(timeout=15) as http:
        tokens = _tokens(http, wiring, found) if found else None
        note(f"reading {', '.join(names)}" + ("" if tokens else ": chat only, without a token"))
        live = Live(names, sink, wiring, tokens)
        stop = asyncio.Event()
        waiting = asyncio.ensure_future(_set_when_stopped(beat, stop, seconds))
        try:
            await live.run(stop)
        finally:
            beat.stop()
            await waiting
            sink.totals.dropped += live.tally["dropped"]
            note(json.dumps({"twitch": live.tally.plain()}))


def _tokens(http: httpx.AsyncClient, wiring: Wiring, found: Settings) -> Tokens | None:
    """Return the token of the settings, else the stored one, else None."""
    oauth = OAuth(http, wiring.where.oauth, found.twitch_client_id, found.twitch_client_secret)
    if found.twitch_token:
        return Tokens(oauth, Grant(found.twitch_token), None)
    file = TokenFile(wiring.folder / "token.json")
    grant = file.load()
    return Tokens(oauth, grant, file) if grant else None


async def _set_when_stopped(beat: SystemBeat, stop: asyncio.Event, seconds: float) -> None:
    await asyncio.to_thread(beat.wait, seconds or _FOREVER_S)
    stop.set()


async def _beside(beat: SystemBeat, work: Coroutine[None, None, _T]) -> _T | None:
    """Return what ``work`` gives, or None when the beat stops first."""
    stop = asyncio.Event()
    waiting = asyncio.ensure_future(_set_when_stopped(beat, stop, 0))
    task = asyncio.ensure_future(work)
    await asyncio.wait({waiting, task}, return_when=asyncio.FIRST_COMPLETED)
    beat.stop()
    await waiting
    if not task.done():
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return None
    return task.result()
