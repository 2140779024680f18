"""The report of a load as one HTML page: figures, bars and plots, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

WIDTH: Final = 720
HEIGHT: Final = 200
EDGE: Final = 44
COLOURS: Final = ("#2563eb", "#dc2626", "#059669", "#d97706", "#7c3aed", "#0f766e")

Points = Sequence[tuple[float, float]]

STYLE: Final = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:780px;margin:2rem auto;padding:0 1rem;color:#111}"
    "table{border-collapse:collapse}td,th{padding:.2rem .8rem;border-bottom:1px solid #ddd;text-align:right}"
    "td:first-child,th:first-child{text-align:left}.kept{color:#047857}.missed{color:#b91c1c}"
    "svg{width:100%;height:auto}svg text{font-size:11px;fill:#444}"
)


def page(figures: Mapping[str, Any], plots: Sequence[str]) -> str:
    """Return the page."""
    verdict = "kept" if figures["kept"] else "missed"
    rows = "".join(_row(f"{part} {name}", value) for part, name, value in _flat(figures))
    bars = "".join(
        f"<tr class={'kept' if bar['kept'] else 'missed'}><td>{escape(bar['what'])}<td>{bar['found']}"
        f"<td>{bar['bar']}</tr>"
        for bar in figures["bars"]
    )
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>Load</title><style>{STYLE}</style>"
        f"<h1>Load: {escape(figures['title'])}</h1><p class={verdict}>Bars {verdict}.</p>"
        f"<table><tr><th>bar<th>found<th>at most</tr>{bars}</table>{''.join(plots)}"
        f"<h2>Figures</h2><table>{rows}</table></html>\n"
    )


def plot(title: str, unit: str, lines: Mapping[str, Points]) -> str:
    """Return a line plot as inline SVG; axes start at 0."""
    every = [point for points in lines.values() for point in points]
    most_x = max((x for x, _ in every), default=1) or 1
    most_y = max((y for _, y in every), default=1) or 1
    across, down = WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE
    drawn = []
    for number, (name, points) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(
            f"{EDGE + across * x / most_x:.1f},{HEIGHT - EDGE - down * y / most_y:.1f}" for x, y in points
        )
        drawn.append(
            f'<polyline fill="none" stroke="{colour}" stroke-width="1.5" points="{path}"/>'
            f'<text x="{EDGE + 110 * number}" y="{HEIGHT - 6}" style="fill:{colour}">{escape(name)}</text>'
        )
    base = HEIGHT - EDGE
    return (
        f'<h2>{escape(title)}</h2><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(title)}"><path d="M{EDGE} {EDGE}V{base}H{WIDTH - EDGE}" fill="none" '
        f'stroke="#999"/><text x="4" y="{EDGE - 8}">{most_y:,.0f} {escape(unit)}</text>'
        f'<text x="{WIDTH - EDGE - 30}" y="{base + 14}">{most_x:,.0f}</text>'
        f'<text x="{EDGE - 12}" y="{base + 14}">0</text>{"".join(drawn)}</svg>'
    )


def _flat(figures: Mapping[str, Any]) -> list[tuple[str, str, Any]]:
    return [
        (part, name, value)
        for part, values in figures.items()
        if isinstance(values, Mapping)
        for name, value in values.items()
    ]


def _row(name: str, value: object) -> str:
    text = f"{value:,}" if isinstance(value, int | float) else str(value)
    return f"<tr><td>{escape(name)}<td>{escape(text)}</tr>"
