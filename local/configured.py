"""`telemetra config show`: what each setting is, and where that comes from."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from local.child import ROOT
from local.settings import surroundings
from telemetra.config import SETTINGS, environment, read_dotenv

SECRETS = ("SECRET", "TOKEN")
HIDDEN = "(set, not shown)"

app = typer.Typer(no_args_is_help=True, help="Look at the settings.")


@dataclass(frozen=True, slots=True)
class Shown:
    """One setting as it is in force.

    Attributes:
        source: ``default``, ``.env`` or ``environment``.
    """

    name: str
    value: str
    source: str
    help: str


def in_force(dotenv: Path = ROOT / ".env") -> list[Shown]:
    """Return every setting that a person may set, in the order of the table.

    Raises:
        SettingError: `.env` has a line that is no setting.
    """
    written, given = read_dotenv(dotenv), environment()
    found = []
    for setting in SETTINGS:
        if setting.deployed:
            continue
        if setting.name in given:
            value, source = given[setting.name], "environment"
        elif setting.name in written:
            value, source = written[setting.name], ".env"
        else:
            value, source = setting.default, "default"
        if value and setting.name.endswith(SECRETS):
            value = HIDDEN
        found.append(Shown(setting.name, value, source, setting.help))
    return found


@app.command()
def show(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Print every setting, where it comes from, and what it means; secrets are not shown.

    \b
    Examples:
      ./telemetra config show
      TELEMETRA_PORT=8080 ./telemetra config show --json
    """  # noqa: D301 - the escape keeps the lines of the examples apart
    around = surroundings()
    found = in_force()
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], indent=1))
        return
    width = max(len(one.name) for one in found)
    for one in found:
        typer.echo(f"{one.name:{width}}  {one.value or '(empty)'}  [{one.source}]")
        typer.echo(f"{'':{width}}  {one.help}")
    for warning in around.warnings:
        typer.echo(f"warning: {warning}", err=True)


@app.callback()
def settings() -> None:
    """Look at the settings."""
