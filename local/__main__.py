"""The `telemetra` command."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from local import doctor as checks
from local import examples
from local import smoke as proof
from local import status as state_of
from local.configured import app as config
from local.cost.command import cost
from local.errors import LocalError
from local.forward import hand_over
from local.logs import logs
from local.news_command import FLAG
from local.news_command import app as follow
from local.progress import Progress
from local.publish import publish
from local.settings import Surroundings, surroundings
from local.state import StateLock
from local.stopping import stop_running
from local.supervisor import Plan
from local.token_command import share, token
from local.up import Wishes, run_detached, run_here

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Live channel telemetry, with its whole cloud on this machine.",
)
FORWARDED = {"ignore_unknown_options": True, "allow_extra_args": True}
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def _around() -> Surroundings:
    around = surroundings()
    for warning in around.warnings:
        typer.echo(f"warning: {warning}", err=True)
    return around


@app.command(epilog=examples.UP)
def up(  # noqa: PLR0917 - one parameter for each option
    detach: Annotated[bool, typer.Option("--detach", help="Return once it is ready.")] = False,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port of the dashboard.")] = None,
    producer: Annotated[bool, typer.Option("--producer/--no-producer", help="Play events.")] = True,
    demo: Annotated[bool, typer.Option("--demo/--no-demo", help="Fill an empty stack with a past.")] = True,
    scenario: Annotated[str | None, typer.Option(help="Name or file; see `scenarios`.")] = None,
    rate: Annotated[float | None, typer.Option(min=0, help="Messages a second, busiest channel.")] = None,
    channels: Annotated[int | None, typer.Option(min=1, max=1000, help="How many.")] = None,
    seed: Annotated[int | None, typer.Option(help="Same seed, same events.")] = None,
    replay: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Play a file instead.")
    ] = None,
    speed: Annotated[float, typer.Option(min=0.1, help="Times real time, with --replay.")] = 1.0,
    archive: Annotated[
        bool, typer.Option("--archive", help="Keep raw records, to replay and recompute.")
    ] = False,
    auto_login: Annotated[
        bool, typer.Option("--auto-login/--no-auto-login", help="Let a browser here in without a token.")
    ] = True,
    websocket: Annotated[
        bool, typer.Option("--websocket/--no-websocket", help="Without it the page polls.")
    ] = True,
    cloud_url: Annotated[
        str, typer.Option(help="A cloud that runs already, such as LocalStack's http://127.0.0.1:4566.")
    ] = "",
    layer: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="The built layer; needed with --cloud-url."),
    ] = None,
) -> None:
    """Start everything and print the link; Ctrl-C stops it and keeps the data."""
    around, progress = _around(), Progress()
    settings = around.settings
    wishes = Wishes(
        producer=producer,
        demo=demo,
        scenario=scenario or settings.scenario,
        rate=settings.rate if rate is None else rate,
        channels=channels or settings.channels,
        seed=settings.seed if seed is None else seed,
        replay=replay,
        speed=speed,
    )
    wishes.check()
    if detach:
        given = [argument for argument in sys.argv[2:] if argument != "--detach"]
        raise typer.Exit(run_detached(around, given, progress))
    plan = Plan(
        port or settings.port,
        settings.cloud_port,
        settings.prefix,
        archive=archive,
        access=settings.access,
        auto_login=auto_login,
        websocket=websocket,
        cloud_url=cloud_url,
        layer=layer,
    )
    raise typer.Exit(run_here(around, plan, wishes, progress))


@app.command(epilog=examples.DOWN)
def down(purge: Annotated[bool, typer.Option("--purge", help="Delete the data too.")] = False) -> None:
    """Stop everything; the data stays unless --purge."""
    state = _around().state
    typer.echo(stop_running(state))
    if purge:
        state.purge()
        typer.echo(f"Deleted {state.path}.")


@app.command(epilog=examples.STATUS)
def status(as_json: AsJson = False) -> None:
    """Say what runs, and how far behind it is."""
    report = state_of.report(_around().state)
    typer.echo(json.dumps(report, indent=1) if as_json else state_of.text(report))
    raise typer.Exit(0 if report["running"] else 3)


@app.command(epilog=examples.DOCTOR)
def doctor(as_json: AsJson = False) -> None:
    """Check this machine; each finding names its fix."""
    findings = checks.examine(_around())
    typer.echo(json.dumps([finding.plain() for finding in findings]) if as_json else checks.text(findings))
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


@app.command(epilog=examples.SMOKE)
def smoke(as_json: AsJson = False) -> None:
    """Prove the running stack end to end."""
    proven = proof.prove(_around().state)
    typer.echo(json.dumps([step.plain() for step in proven]) if as_json else proof.text(proven))
    raise typer.Exit(0 if all(step.ok for step in proven) else 1)


@app.command(epilog=examples.SEED)
def seed() -> None:
    """Send the last hour of the demo to the running stack."""
    around = _around()
    demo = ("--scenario", "demo", "--seconds", "0.001", "--truth", str(around.state.truth))
    hand_over(around, ("run", *demo))


@app.command(epilog=examples.RESET)
def reset() -> None:
    """Stop everything and delete the data; the next `up` starts afresh."""
    state = _around().state
    typer.echo(stop_running(state))
    if state.path.is_dir():
        with StateLock(state):
            state.forget()
    typer.echo("The data is deleted; `./telemetra up` starts afresh.")


app.command()(cost)
app.command()(publish)
app.command()(logs)
app.add_typer(config, name="config")


app.command()(token)
app.command()(share)


def _forwarded(name: str, sentence: str) -> None:
    @app.command(name, help=sentence, add_help_option=False, context_settings=FORWARDED)
    def forward(context: typer.Context) -> None:
        hand_over(_around(), [name, *context.args])


_forwarded("run", "Play a made-up scenario to the running stack, as `python -m producer run` does.")
_forwarded("scenarios", "List and explain the scenarios; check one of your own.")
_forwarded("replay", "Play a log to the running stack, as `python -m producer replay` does.")
_forwarded("load", "Send chat at a fixed rate to the running stack, to measure with.")
_forwarded("recompute", "Rebuild minutes from the archive and compare them with the tables.")
_forwarded("redrive", "Look at rejected lines, and send them again once they are corrected.")
_forwarded("forget", "Take a user out of what is stored, and say what remains.")
_forwarded("twitch", "Read live Twitch channels into the running stack.")
_forwarded("mock-twitch", "Stand in for Twitch on this machine.")


@app.command("tail", add_help_option=False, context_settings=FORWARDED)
def tail(context: typer.Context) -> None:
    """Show events as they arrive, or with --news what the API tells of a channel."""
    if FLAG in context.args:
        follow(args=[word for word in context.args if word != FLAG], prog_name=f"telemetra tail {FLAG}")
    else:
        hand_over(_around(), ["tail", *context.args])


def main() -> None:
    """Run the command; a fault that a person can mend is one sentence and its fix."""
    try:
        app(prog_name="telemetra")
    except LocalError as error:
        typer.echo(f"error: {error}\n  fix: {error.fix}", err=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
