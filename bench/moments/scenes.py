"""The shows of the scenario engine: its files, played with figures inside and outside the tuned range."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bench.moments.show import Event, Planted, Show, folded
from producer.event import to_line
from producer.sources.scenario import Spec, find, read, run
from producer.sources.scenario.spec import ChannelSpec, MomentSpec, Range
from telemetra.domain.events import decode_line

FILES: Final = (
    "calm", "category-switch", "clutch", "copypasta", "laughter", "lull", "mix", "offline-chat", "outage",
    "outrage", "poll", "quiet", "raid", "ramp", "slow-mode", "sub-bomb", "viewer-drop",
)  # fmt: skip
"""Scenarios whose truth has every moment that a channel may have."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How a scenario's figures are moved.

    Attributes:
        factor: what the rise of a burst above the usual rate is multiplied by.
        lasts: what the length of a moment is multiplied by.
        viewers: what the viewers are multiplied by, and the chat with them.
        noise: what the restlessness of the usual chat is multiplied by.
    """

    factor: float = 1.0
    lasts: float = 1.0
    viewers: float = 1.0
    noise: float = 1.0


TUNED: Final = (Figures(),)
"""What the detector was tuned on."""

OUTSIDE: Final = (
    Figures(factor=0.8, viewers=0.5),
    Figures(factor=1.5, lasts=0.8, noise=1.3),
    Figures(factor=1.0, lasts=1.3, viewers=3.0, noise=0.8),
)
"""What it never saw."""


def moved(spec: Spec, by: Figures) -> Spec:
    """Return a scenario with its figures moved."""
    return replace(spec, channels=tuple(_channel(channel, by) for channel in spec.channels))


def _channel(channel: ChannelSpec, by: Figures) -> ChannelSpec:
    return replace(
        channel,
        viewers=_scaled(channel.viewers, by.viewers),
        noise=_scaled(channel.noise, by.noise),
        moments=tuple(_moment(moment, by) for moment in channel.moments),
    )


def _moment(moment: MomentSpec, by: Figures) -> MomentSpec:
    figures = dict(moment.figures)
    factor = figures.get("factor")
    if factor is not None and factor.low > 1:
        figures["factor"] = Range(*(1 + (bound - 1) * by.factor for bound in factor))
    figures["lasts"] = _scaled(figures["lasts"], by.lasts)
    return replace(moment, figures=figures)


def _scaled(figure: Range, by: float) -> Range:
    return Range(figure.low * by, figure.high * by)


def played(spec: Spec, seed: int) -> Iterator[Show]:
    """Play a scenario through decoding and folding; yield a show a channel."""
    playing = run(spec, seed)
    by_channel: defaultdict[str, list[Event]] = defaultdict(list)
    for event in playing:
        by_channel[event.channel].append(decode_line(to_line(event).data))
    truth = playing.truth()
    for channel, told in sorted(truth.channels.items()):
        planted = [Planted(one.type, one.start_ms, one.end_ms) for one in told.moments]
        panes = folded(by_channel[channel], truth.start_ms, truth.end_ms)
        name = f"{spec.name} {seed} {channel}"
        yield Show(name, spec.name, truth.start_ms, truth.end_ms, panes, planted)


def scenes(seeds: Iterable[int], moves: Iterable[Figures], file: Path | None = None) -> Iterator[Show]:
    """Yield the shows of every scenario, or of one file, for all seeds and figures."""
    specs = [find(name) for name in FILES] if file is None else [read(file)]
    for by in moves:
        for spec in specs:
            for seed in seeds:
                yield from played(moved(spec, by), seed)
