"""Whether all engines computed the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

EXACT: Final = ("messages", "transactions", "windows", "top_emotes", "mood")
TOLERANCE: Final = 0.03
"""How far an approximate count of distinct chatters may be off the exact one."""

REFERENCE: Final = "naive plain"


def disagreements(runs: Sequence[dict[str, Any]]) -> list[str]:
    """Return a sentence for each total that is not the reference's; an engine may leave a total out."""
    reference = next((run["checks"] for run in runs if run["name"] == REFERENCE), None)
    if reference is None:
        return [f"no run of {REFERENCE} to compare with"]
    found: list[str] = []
    for run in runs:
        name, checks = run["name"], run["checks"]
        found.extend(
            f"{name} has {checks[key]} {key}, {REFERENCE} {reference[key]}"
            for key in EXACT
            if checks.get(key) is not None and checks[key] != reference[key]
        )
        off = abs(chatters_off(checks, reference))
        if off > TOLERANCE:
            found.append(f"{name} counts {off:.1%} other chatters than {REFERENCE}")
    return found


def chatters_off(checks: dict[str, Any], reference: dict[str, Any]) -> float:
    """Return by which share the distinct chatters differ from the reference's."""
    exact: int = reference["chatters"]
    return (int(checks["chatters"]) - exact) / exact if exact else 0.0
