"""The estimates as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from local.cost.estimate import Estimate
from local.cost.prices import Prices
from local.cost.workload import Workload


def text(workload: Workload, estimates: Sequence[Estimate], prices: Prices, *, details: bool) -> str:
    """Return a table of designs by service, then what to know of it."""
    services = list(dict.fromkeys(service for one in estimates for service in one.by_service))
    width = max(map(len, (*services, "per billion events"))) + 2
    lines = [
        (
            f"{workload.events_per_s:,.0f} events/s on {workload.channels:,.0f} channels, "
            f"{workload.dashboards:,} dashboards, live refresh {workload.live_refresh_s:g} s: dollars a month"
        ),
        "",
        " " * width + "".join(f"{one.design:>20}" for one in estimates),
    ]
    for service in services:
        spent = [one.by_service.get(service) for one in estimates]
        lines.append(f"{service:{width}}" + "".join(f"{_dollars(usd):>20}" for usd in spent))
    lines += [
        f"{'a month':{width}}" + "".join(f"{_dollars(one.usd):>20}" for one in estimates),
        f"{'per billion events':{width}}"
        + "".join(f"{_dollars(one.usd_per_billion):>20}" for one in estimates),
        "",
        f"{workload.units:.1f} write units and {workload.reads:.0f} read units an active channel-minute.",
        (
            f"List prices of {prices.region}, {prices.dated}, before free tier and tax; "
            f"{sum(not price.confirmed for price in prices.of.values())} of {len(prices.of)} are not "
            "confirmed by a page: see local/cost/prices.toml."
        ),
    ]
    if details:
        for one in estimates:
            lines += ["", one.design]
            lines += [
                f"  {line.service:{width}}{line.quantity:16,.2f} {line.what:32} at {line.price:<12g}"
                f"{_dollars(line.usd):>12}"
                for line in one.lines
            ]
    return "\n".join(lines)


def figures(workload: Workload, estimates: Sequence[Estimate], prices: Prices) -> dict[str, Any]:
    """Return the same for JSON."""
    return {
        "events_per_s": workload.events_per_s,
        "channels": workload.channels,
        "dashboards": workload.dashboards,
        "live_refresh_s": workload.live_refresh_s,
        "write_units_per_channel_minute": round(workload.units, 2),
        "read_units_per_channel_minute": round(workload.reads, 2),
        "region": prices.region,
        "prices_dated": prices.dated,
        "estimates": [one.figures() for one in estimates],
    }


def _dollars(usd: float | None) -> str:
    return "-" if usd is None else f"{usd:,.2f}"
