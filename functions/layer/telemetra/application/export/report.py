"""A report as one HTML file that needs nothing else: no script, no font, no image from anywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from telemetra.application.contract import shapes
from telemetra.application.query import Series
from telemetra.application.representation import iso

WIDTH: Final = 960
HEIGHT: Final = 160
TOP_EMOTES: Final = 10

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE: Final = """
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1,h2{line-height:1.2}dl{display:flex;flex-wrap:wrap;gap:1rem 2rem}dt{opacity:.7}dd{margin:0;font-size:1.4rem}
svg{width:100%;height:auto;background:#8881}polyline{fill:none;stroke:#7c4dff;stroke-width:2}
line{stroke:#e8590c;stroke-width:2}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.25rem .5rem;border-bottom:1px solid #8884;vertical-align:top}
""".replace("\n", "")


@dataclass(frozen=True, slots=True)
class Report:
    """What a report is about; items and moments oldest first."""

    channel: str
    series: Series
    items: Sequence[shapes.Metric]
    moments: Sequence[shapes.Moment]


def report_html(report: Report) -> str:
    """Return the file."""
    span = report.series.range
    title = f"{report.channel}, {iso(span.start_ms)} to {iso(span.end_ms)}"
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(report.channel)}</h1>",
        f"<p>{escape(title)}, by {escape(report.series.grain)}. Times are UTC.</p>",
        _figures(report),
        _chart(report, "Messages", lambda item: item.chat_count),
        _chart(report, "Viewers", lambda item: item.viewers.mean if item.viewers else None),
        _moments(report),
        _rows(report),
        "</body></html>",
    ]
    return "\n".join(parts)


def _figures(report: Report) -> str:
    emotes: Counter[str] = Counter()
    cents: Counter[str] = Counter()
    for item in report.items:
        emotes.update({emote.name: emote.count for emote in item.emotes})
        if isinstance(item.revenue, shapes.Revenue):
            cents.update(item.revenue.cents)
    peak = max((item.viewers.max for item in report.items if item.viewers), default=None)
    figures = [
        ("Messages", f"{sum(item.chat_count for item in report.items):,}"),
        ("Most viewers", "-" if peak is None else f"{peak:,}"),
        ("Moments", f"{len(report.moments)}"),
        *((f"Revenue {currency}", f"{amount / 100:,.2f}") for currency, amount in sorted(cents.items())),
    ]
    shown = "".join(f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>" for name, value in figures)
    most = ", ".join(f"{escape(name)} ({count:,})" for name, count in emotes.most_common(TOP_EMOTES))
    return f"<dl>{shown}</dl><p>Top emotes: {most or 'none'}</p>"


def _chart(report: Report, title: str, value: Callable[[shapes.Metric], float | None]) -> str:
    span = report.series.range
    scale = WIDTH / (span.end_ms - span.start_ms)
    known = [((item.start_ms - span.start_ms) * scale, value(item)) for item in report.items]
    points = [(x, figure) for x, figure in known if figure is not None]
    if not points:
        return f"<h2>{title}</h2><p>No data.</p>"
    most = max(figure for _, figure in points) or 1
    line = " ".join(f"{x:.1f},{HEIGHT - figure / most * HEIGHT:.1f}" for x, figure in points)
    marks = "".join(
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{HEIGHT}"><title>{escape(said)}</title></line>'
        for x, said in (
            ((moment.peak_ms - span.start_ms) * scale, moment.sentence) for moment in report.moments
        )
    )
    label = f"{title}, at most {most:,.0f}"
    return (
        f'<h2>{title}</h2><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">'
        f'{marks}<polyline points="{line}"/></svg><p>At most {most:,.0f}; the upright lines are moments.</p>'
    )


def _moments(report: Report) -> str:
    rows = "".join(
        f"<tr><td>{iso(moment.start_ms)}</td><td>{escape(moment.type)}</td><td>{moment.score:.2f}</td>"
        f"<td>{escape(moment.sentence)}</td></tr>"
        for moment in report.moments
    )
    head = "<tr><th>Start</th><th>Type</th><th>Score</th><th>What stood out</th></tr>"
    return f"<h2>Moments</h2><table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _rows(report: Report) -> str:
    rows = "".join(
        f"<tr><td>{item.start}</td><td>{item.chat_count:,}</td><td>{item.unique_chatters:,}</td>"
        f"<td>{'' if item.viewers is None else f'{item.viewers.mean:,.0f}'}</td>"
        f"<td>{'' if item.sentiment.mean is None else f'{item.sentiment.mean:+.2f}'}</td></tr>"
        for item in report.items
    )
    head = "<tr><th>Start</th><th>Messages</th><th>Chatters</th><th>Viewers</th><th>Mood</th></tr>"
    return f"<h2>All rows</h2><table><thead>{head}</thead><tbody>{rows}</tbody></table>"
