"""The tables of docs/scenarios.md, made from the code: ``python -m producer.sources.scenario.tables``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from producer.sources.scenario.keys import (
    CHANGE_KEYS,
    CHANNEL_KEYS,
    MOMENT_KEYS,
    SCENARIO_KEYS,
    Form,
    Key,
)
from producer.sources.scenario.kinds import CHANGES, MOMENTS, Kind
from producer.sources.scenario.reading import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from producer.sources.scenario.spec import Range


def tables() -> dict[str, str]:
    """Return each table in Markdown by what it is of."""
    return {
        "scenario": _keys(SCENARIO_KEYS),
        "channel": _keys(CHANNEL_KEYS),
        "moment": _keys(MOMENT_KEYS),
        "change": _keys(CHANGE_KEYS),
        "moments": _kinds(MOMENTS),
        "changes": _kinds(CHANGES),
    }


def _keys(keys: Sequence[Key]) -> str:
    rows = ["| key | value | unit | bounds | usual | meaning |", "|---|---|---|---|---|---|"]
    for key in keys:
        numeric = key.form in (Form.NUMBER, Form.TIME, Form.TIMES)
        bounds = f"{plain(key.low)} to {plain(key.high)}" if numeric else ""
        usual = "required" if key.required else _range(key.usual) if key.usual else ""
        rows.append(f"| `{key.name}` | {key.form} | {key.unit} | {bounds} | {usual} | {key.about} |")
    return "\n".join(rows)


def _kinds(kinds: Mapping[str, Kind]) -> str:
    rows = ["| type | what happens | its keys and their usual values |", "|---|---|---|"]
    for name, kind in kinds.items():
        figures = [f"`{key}` {_range(each)}" for key, each in kind.figures.items()]
        words = [f"`{word}` drawn" for word in kind.words]
        rows.append(f"| `{name}` | {kind.about} | {', '.join([*figures, *words])} |")
    return "\n".join(rows)


def _range(each: Range) -> str:
    return plain(each.low) if each.low == each.high else f"{plain(each.low)} to {plain(each.high)}"


if __name__ == "__main__":
    sys.stdout.write("\n\n".join(tables().values()) + "\n")
