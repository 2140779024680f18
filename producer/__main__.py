"""The command: ``python -m producer run | scenarios | replay | load | tail``."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError

from producer import (
    forget_command,
    load_command,
    recompute_command,
    redrive_command,
    replay_command,
    run_command,
    scenarios_command,
)
from producer.console import (
    fail,
    kinesis,
    settings,
    stoppable,
)
from producer.options import Endpoint, Prefix
from producer.tail import Arrival, Tail, Wanted
from producer.twitch_command import MOCK_EXAMPLES, TWITCH_EXAMPLES, mock_twitch, twitch
from telemetra.adapters.clock import now_ms
from telemetra.domain.events import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator


_SHOWN = 5

_TAIL_EXAMPLES = """\b
Examples:
  python -m producer tail --stream chat --channel aurora_plays
  python -m producer tail --from-start --expect 100 --timeout 10 --json
"""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Make, replay and watch the events of live channels.",
)

app.command(epilog=load_command.EXAMPLES)(load_command.load)
app.command(epilog=run_command.EXAMPLES)(run_command.run)
app.command(epilog=scenarios_command.EXAMPLES)(scenarios_command.scenarios)

app.command(epilog=replay_command.EXAMPLES)(replay_command.replay)
app.command(epilog=recompute_command.EXAMPLES)(recompute_command.recompute)
app.command(epilog=redrive_command.EXAMPLES)(redrive_command.redrive)
app.command(epilog=forget_command.EXAMPLES)(forget_command.forget)


@app.command(epilog=_TAIL_EXAMPLES)
def tail(
    *,
    stream: Annotated[list[Kind] | None, typer.Option(help="Only this stream; may be repeated.")] = None,
    channel: Annotated[str | None, typer.Option(help="Only this channel.")] = None,
    from_start: Annotated[
        bool, typer.Option("--from-start", help="Begin with the oldest record kept, not with the next.")
    ] = False,
    expect: Annotated[int | None, typer.Option(min=1, help="Stop after so many events.")] = None,
    timeout: Annotated[float, typer.Option(min=0, help="Stop after so many seconds; 0: on Ctrl-C.")] = 0,
    prefix: Prefix = None,
    endpoint: Endpoint = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object an event.")] = False,
) -> None:
    """Show events as they arrive, with shard, sequence number and age.

    `./telemetra tail --news CHANNEL` follows minutes and moments through the API instead.

    With --expect, exit code 1 says that fewer came before --timeout.
    """
    found = settings()
    name = prefix or found.prefix
    wanted = Wanted(tuple(stream or Kind), channel, from_start=from_start)
    with stoppable() as beat:
        client = kinesis(endpoint or found.aws_endpoint_url or None)
        watch = Tail(client, lambda kind: f"{name}-{kind}", wanted, beat, now_ms)
        seen = _show(watch.arrivals(timeout or None), expect, as_json=as_json)
    if expect is not None and seen < expect:
        reason = f"{seen} of {expect} events came within {timeout:g} s"
        raise fail(reason)


app.command(epilog=TWITCH_EXAMPLES)(twitch)
app.command(epilog=MOCK_EXAMPLES)(mock_twitch)


def _show(arrivals: Iterator[Arrival], expect: int | None, *, as_json: bool) -> int:
    """Print up to ``expect`` arrivals and return how many came."""
    seen = 0
    try:
        for arrival in islice(arrivals, expect):
            typer.echo(arrival.as_json() if as_json else arrival.as_text())
            seen += 1
    except (BotoCoreError, ClientError) as error:
        reason = f"cannot read the streams: {error}"
        raise fail(reason) from error
    return seen


if __name__ == "__main__":
    app()
