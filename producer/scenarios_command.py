"""The command ``scenarios``: what there is to play, and what each one plants."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from producer.console import fail, settings
from producer.sources.scenario import START_MS, ScenarioError, find, names, run
from producer.sources.scenario.kinds import CHANGES, MOMENTS

if TYPE_CHECKING:
    from producer.sources.scenario import Run, Spec

EXAMPLES = """\b
Examples:
  python -m producer scenarios
  python -m producer scenarios raid --seed 3
  python -m producer scenarios my-evening.toml
  python -m producer scenarios --json
"""


def scenarios(
    name: Annotated[
        str | None, typer.Argument(help="A name of the list, or a TOML file of your own.")
    ] = None,
    *,
    seed: Annotated[
        int | None, typer.Option(help="Draws the ranges.", show_default="TELEMETRA_SEED, 7")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the scenarios, or explain one: its channels, planted moments and changes.

    A file of your own is checked at the same time; docs/scenarios.md says how to write one.
    """
    number = settings().seed if seed is None else seed
    try:
        specs = [find(each) for each in ([name] if name else names())]
    except ScenarioError as error:
        raise fail(str(error), 2) from error
    if not name:
        typer.echo(json.dumps([_entry(spec) for spec in specs]) if as_json else _listed(specs))
        return
    (spec,) = specs
    whole = run(spec, number)
    typer.echo(json.dumps(_plan(spec, whole)) if as_json else _explained(spec, whole, number))


def _entry(spec: Spec) -> dict[str, Any]:
    """Return one scenario of the list."""
    parts = [each.type for channel in spec.channels for each in channel.moments]
    parts += [each.type for channel in spec.channels for each in channel.changes]
    return {
        "name": spec.name,
        "about": spec.about,
        "channels": len(spec.channels),
        "lasts_ms": spec.lasts_ms,
        "history_ms": spec.history_ms,
        "parts": list(dict.fromkeys(parts)),
    }


def _listed(specs: list[Spec]) -> str:
    width = max(len(spec.name) for spec in specs)
    rows = [f"{spec.name:<{width}}  {spec.about}" for spec in specs]
    return "\n".join([*rows, "", "`scenarios NAME` explains one; `run --scenario NAME` plays it."])


def _plan(spec: Spec, whole: Run) -> dict[str, Any]:
    """Return what ``whole`` plants, times from its start."""
    scenario = whole.scenario
    return {
        **_entry(spec),
        "seed": scenario.seed,
        "cast": [
            {
                "channel": channel.name,
                "viewers": round(channel.viewers),
                "rate": round(channel.rate, 2),
                "moments": [
                    {
                        "type": moment.type,
                        "start_ms": moment.start_ms - START_MS,
                        "peak_ms": moment.peak_ms - START_MS,
                        "end_ms": moment.end_ms - START_MS,
                        "factor": round(moment.factor, 2),
                    }
                    for moment in whole.moments
                    if moment.channel == channel.name
                ],
                "changes": [
                    {
                        "type": change.type,
                        "start_ms": change.start_ms - START_MS,
                        "end_ms": None if change.stays else change.end_ms - START_MS,
                    }
                    for change in channel.changes
                ],
            }
            for channel in scenario.channels
        ],
    }


def _explained(spec: Spec, whole: Run, seed: int) -> str:
    plan = _plan(spec, whole)
    lines = [
        f"{spec.name}: {spec.about}",
        f"{_clock(spec.lasts_ms)} long"
        + (f", live from {_clock(spec.history_ms)} on" if spec.history_ms else "")
        + f"; with seed {seed}:",
    ]
    for channel in plan["cast"]:
        lines += [
            "",
            f"  {channel['channel']}: {channel['viewers']:,} viewers, {channel['rate']:g} messages a second",
        ]
        parts = [(each["start_ms"], _moment_line(each)) for each in channel["moments"]]
        parts += [(each["start_ms"], _change_line(each)) for each in channel["changes"]]
        lines += [line for _, line in sorted(parts)] or ["    nothing planted"]
    told = {part: (MOMENTS | CHANGES)[part].about for part in plan["parts"]}
    if told:
        lines += ["", *(f"  {part}: {about}" for part, about in told.items())]
    return "\n".join(lines)


def _moment_line(each: dict[str, Any]) -> str:
    factor = f", chat x{each['factor']:.3g} at {_clock(each['peak_ms'])}" if each["factor"] != 1 else ""
    return f"    {_clock(each['start_ms']):>8} - {_clock(each['end_ms']):<8} {each['type']}{factor}"


def _change_line(each: dict[str, Any]) -> str:
    end = "" if each["end_ms"] is None else _clock(each["end_ms"])
    return f"    {_clock(each['start_ms']):>8} - {end:<8} {each['type']} (no moment)"


def _clock(at_ms: int) -> str:
    """Return ``m:ss``, or ``h:mm:ss`` from an hour on.

    Example:
        >>> _clock(975_000), _clock(3_600_000)
        ('16:15', '1:00:00')
    """
    minutes, seconds = divmod(at_ms // 1_000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
