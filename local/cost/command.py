"""`telemetra cost`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from local.cloud import Cloud
from local.cost.designs import DESIGNS
from local.cost.measured import measure
from local.cost.prices import list_prices
from local.cost.report import figures, text
from local.cost.workload import Workload
from local.errors import LocalError
from local.settings import surroundings
from local.watch import Watch
from telemetra.adapters.clock import now_ms

USUAL = Workload()


def cost(  # noqa: PLR0917 - one parameter for each option
    events_per_second: Annotated[
        float, typer.Option(min=0.001, help="Events of all kinds, on average.")
    ] = USUAL.events_per_s,
    events_per_channel: Annotated[
        float, typer.Option(min=0.001, help="Events a second of one active channel.")
    ] = USUAL.events_per_channel_s,
    event_bytes: Annotated[float, typer.Option(min=1, help="JSON of one event.")] = USUAL.event_bytes,
    packing: Annotated[float, typer.Option(min=1, help="Raw to packed bytes.")] = USUAL.packing,
    live_refresh: Annotated[
        float, typer.Option(min=1, max=60, help="Seconds between live windows.")
    ] = USUAL.live_refresh_s,
    dashboards: Annotated[int, typer.Option(min=0, help="Sockets open all month.")] = USUAL.dashboards,
    retention_hours: Annotated[
        int, typer.Option(min=24, max=168, help="Of the streams.")
    ] = USUAL.retention_hours,
    archive_days: Annotated[
        int, typer.Option(min=0, help="Raw records in S3; 0 is no archive.")
    ] = USUAL.archive_days,
    measured: Annotated[
        bool, typer.Option("--measured", help="Take load and write units from the running stack.")
    ] = False,
    design: Annotated[
        list[str] | None, typer.Option(help=f"One of {', '.join(DESIGNS)}; may be repeated.")
    ] = None,
    details: Annotated[bool, typer.Option("--details", help="Print every line.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Estimate the monthly bill from list prices, and what other designs would cost.

    \b
    Examples:
      ./telemetra cost --events-per-second 10000
      ./telemetra cost --events-per-second 10000 --live-refresh 1 --dashboards 1000
      ./telemetra cost --measured --details
    """  # noqa: D301 - the escape keeps the lines of the examples apart
    chosen = list(dict.fromkeys(design or DESIGNS))
    for name in chosen:
        if name not in DESIGNS:
            message = f"{name} is no design; there are {', '.join(DESIGNS)}"
            raise typer.BadParameter(message, param_hint="--design")
    rate, channel_rate, units = events_per_second, events_per_channel, None
    if measured:
        rate, channel_rate, units = _running()
    workload = Workload(
        events_per_s=rate,
        events_per_channel_s=channel_rate,
        event_bytes=event_bytes,
        packing=packing,
        live_refresh_s=1.0 if measured else live_refresh,
        dashboards=dashboards,
        retention_hours=retention_hours,
        archive_days=archive_days,
        write_units=units,
    )
    prices = list_prices()
    estimates = [DESIGNS[name](workload, prices) for name in chosen]
    if as_json:
        typer.echo(json.dumps(figures(workload, estimates, prices), indent=1))
    else:
        typer.echo(text(workload, estimates, prices, details=details))


def _running() -> tuple[float, float, float]:
    """Return events a second, events a second and channel, and write units of the running stack."""
    run = surroundings().state.live_run()
    if run is None:
        message = "nothing is running that could be measured"
        raise LocalError(message, fix="Start it with `./telemetra up`, or leave --measured out.")
    cloud = Cloud(run.endpoint_url)
    watch = Watch(cloud, run.url, run.prefix)
    found = measure(watch, cloud.client("dynamodb"), run.prefix, now_ms())
    return found.messages_per_s, found.messages_per_s / found.channels, found.write_units
