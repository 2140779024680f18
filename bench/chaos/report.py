"""What the experiments have shown, for scripts and for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.chaos.experiments import Experiment
from bench.chaos.verdict import Verdict


def judged(
    wanted: Sequence[Experiment], honest: Mapping[str, Sequence[Verdict]], red: Mapping[str, Verdict]
) -> dict[str, Any]:
    """Return what is recorded; ``kept`` says whether all is as it should be."""
    rows = [
        {
            "name": one.name,
            "hypothesis": one.hypothesis,
            "kept": all(verdict.green for verdict in honest.get(one.name, ()))
            and (one.name not in red or not red[one.name].green),
            "runs": [verdict.figures() for verdict in honest.get(one.name, ())],
            "sabotage": {"what": one.sabotage.what, **red[one.name].figures()} if one.name in red else None,
        }
        for one in wanted
    ]
    return {"kept": all(row["kept"] for row in rows), "experiments": rows}


def table(figures: Mapping[str, Any]) -> str:
    """Return the experiments as a table of Markdown."""
    lines = [
        "| experiment | green | events a run | lost | doubled | lag after, ms | without | then |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in figures["experiments"]:
        runs, red = row["runs"], row["sabotage"]
        sums = {name: sum(run[name] for run in runs) for name in ("events", "lost", "doubled")}
        cells = [
            row["name"],
            f"{sum(run['green'] for run in runs)} of {len(runs)}",
            f"{sums['events'] // max(1, len(runs)):,}",
            f"{sums['lost']}",
            f"{sums['doubled']}",
            f"{max((run['lag_ms'] or 0 for run in runs), default=0):,}",
            red["what"] if red else "not tried",
            ", ".join(red["reasons"]) or "green" if red else "",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, "", "all as believed" if figures["kept"] else "NOT all as believed"])
