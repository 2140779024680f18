"""The page of measured results, made of their JSON and of nothing else: equal results give an equal page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any, Final

from bench.agree import REFERENCE, chatters_off

OURS: Final = "telemetra zstd"

_SMALL: Final = 200_000
_HEAD: Final = """\
# Performance

Made by `make bench` from `bench/results`; edit neither by hand. `make bench BENCH_EVENTS=50000` is a small
run, which goes to `build/bench` instead. Compare CPU seconds per million events: the clock also shows what
else the machine was doing.

The job, the same for all and on the same file: per channel and 60-second window sliding by 10 seconds the
messages, distinct chatters, most used emotes, mood, mean and peak viewers, and transactions. All engines
run in one sitting, in turns, each run in a process of its own; the figures are medians. Totals of messages,
transactions, windows and uses of the three most used emotes are equal in every run, or there would be no
page; chatters are approximate in DuckDB and Spark.

What to bear in mind:

- The peers look mood up in a lexicon of some thirty words. Telemetra scores with thousands, emotes,
  negation and boosters, and also keeps token counts, message lengths, distinct texts and the marks against
  double counting. This **favours the peers**.
- DuckDB and Spark read lines of JSON from a file. Telemetra and naive take what Lambda gets: the runtime's
  own decode of the invocation, base64 and, when packed, zstd are in their figures. Making the records is
  not.
- DuckDB reads the whole file at once and answers once. Spark runs ten micro-batches with event-time windows
  and a watermark; the start of its session is not counted, the warming-up of its JVM is. Its UDFs are plain
  Python ones; Arrow UDFs took a tenth less CPU time on 150,000 events.
- Telemetra was tuned on such generated events with 200 channels; 2,000 channels are the check on that.
- Nothing here ran on AWS.
"""


def render(results: Sequence[dict[str, Any]]) -> str:
    """Return the page, in Markdown."""
    return "\n".join([_HEAD, *(_section(result) for result in results)])


def _section(result: dict[str, Any]) -> str:
    shape, machine, runs = result["shape"], result["machine"], result["runs"]
    revision = result["revision"]
    names = list(
        dict.fromkeys(run["name"] for run in sorted(runs, key=lambda run: bool("spark" in run["name"])))
    )
    groups = {name: [run for run in runs if run["name"] == name] for name in names}
    reference = groups[REFERENCE][0]["checks"]
    checks = ", ".join(
        f"{reference[key]:,} {key.replace('_', ' ')}" for key in ("messages", "transactions", "windows")
    )
    small = shape["events"] < _SMALL
    parts = [
        f"## {shape['events']:,} events, {shape['channels']:,} channels",
        "",
        (
            f"{result['bytes'] / shape['events']:.0f} bytes an event, {shape['minutes']} minutes, "
            f"{shape['late']:.1%} late. Sums over the windows: {checks}."
            f"{f' Code: {revision}.' if revision else ''}"
        ),
        (
            f"Machine: {machine['processor']}, {machine['cores']} cores, {machine['system']}, "
            f"Python {machine['python']}; load average before the runs {result['load']} (median)."
        ),
        *(["", "A run this small measures mostly what each engine costs before its first event."] * small),
        "",
        *_table(groups, reference),
        "",
        *_comparisons(groups),
        *(f"- {name} was not run: {reason}." for name, reason in sorted(result["missing"].items())),
        "",
    ]
    return "\n".join(parts)


def _table(groups: dict[str, list[dict[str, Any]]], reference: dict[str, Any]) -> Iterable[str]:
    base = _cost(groups[OURS])
    yield (
        "| engine | runs | CPU-s per million events (least to most) | to windows, against packed Telemetra "
        "| events/s by the clock | peak MiB | chatters off |"
    )
    yield "|---|---|---|---|---|---|---|"
    for name, runs in groups.items():
        costs = sorted(_costs(runs))
        spread = f" ({costs[0]:.2f} to {costs[-1]:.2f})" if len(costs) > 1 else ""
        clock = (
            f"{median(run['events_per_s'] for run in runs if 'wall_s' in run):,.0f}"
            if "wall_s" in runs[0]
            else "-"
        )
        off = f"{median(chatters_off(run['checks'], reference) for run in runs):+.2%}"
        peak = median(run["peak_rss_mb"] for run in runs)
        engine = runs[0].get("engine", "")
        label = f"**{name}**" if name.startswith("telemetra") else f"{name}{f' ({engine})' if engine else ''}"
        yield (
            f"| {label} | {len(runs)} | {median(costs):.2f}{spread} | {median(costs) / base:.2f}x "
            f"| {clock} | {peak:,.0f} | {off} |"
        )


def _comparisons(groups: dict[str, list[dict[str, Any]]]) -> Iterable[str]:
    packed = _cost(groups[OURS])
    for packing in ("zstd", "plain"):
        ours, naive = groups[f"telemetra {packing}"], groups[f"naive {packing}"]
        panes, windows = _panes(ours), _cost(ours)
        to_floor = median(run["to_floor"] for run in ours)
        yield (
            f"- {packing}: {1e6 / panes:,.0f} events a CPU second to panes, {1e6 / windows:,.0f} to windows; "
            f"{to_floor * panes / windows:.2f}x and {to_floor:.2f}x the floor: the runtime's decode, "
            f"base64, unpacking and a typed decode of the same bytes. Naive on the same records costs "
            f"{_panes(naive) / panes:.2f}x to panes and {_cost(naive) / windows:.2f}x to windows."
        )
    for name, runs in groups.items():
        if name.startswith(("duckdb", "spark")):
            yield f"- {name} costs {_cost(runs) / packed:.2f}x packed Telemetra, to the same windows."


def _costs(runs: Iterable[dict[str, Any]]) -> list[float]:
    return [run["cpu_s"] / run["events"] * 1e6 for run in runs]


def _cost(runs: Iterable[dict[str, Any]]) -> float:
    """Return the median CPU seconds per million events, to windows."""
    return median(_costs(runs))


def _panes(runs: Sequence[dict[str, Any]]) -> float:
    """Return the median CPU seconds per million events, to panes."""
    spent: list[float] = [run["cpu_s"] - run["stages"]["windows"] for run in runs]
    return median(spent) / float(runs[0]["events"]) * 1e6
