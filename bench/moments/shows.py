"""The shows that moments are measured on: real logs with planted moments, and calm ones."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from bench.moments.plant import TYPES, Stage, chat, poisson
from bench.moments.show import Show, folded
from telemetra.domain.events import Chat
from telemetra.domain.window import MINUTE_MS, SECOND_MS

AS_IT_WAS: Final = "log as it was"
"""Group of the logs that keep their own moments: what is found there beyond the planted may be right."""

LOGS: Final = ("log1", "log3", "log6")
START_MS: Final = 1_795_392_000_000

_LEAD_MS: Final = 7 * MINUTE_MS
_MEMORY: Final = 0.967
_RESTLESS: Final = 0.45
_APART_MS: Final = (5 * MINUTE_MS, 8 * MINUTE_MS)


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a log."""

    at_ms: int
    user: str
    text: str
    emotes: tuple[str, ...]


def read_log(path: Path) -> list[Line]:
    """Read a log of chat: ``t`` seconds, ``u`` user, ``m`` text, ``e`` emotes."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    return [
        Line(round(row["t"] * SECOND_MS), row["u"], row["m"][:500], tuple(row.get("e", ()))) for row in rows
    ]


def _played(rng: Random, log: Sequence[Line], start_ms: int, end_ms: int) -> list[Chat]:
    """Play a log from a random place on, over and over, until the end."""
    span_ms = log[-1].at_ms + SECOND_MS
    found: list[Chat] = []
    base = start_ms - rng.randrange(span_ms)
    while base < end_ms:
        found += [
            chat(rng, base + line.at_ms, line.user, line.text, line.emotes)
            for line in log
            if start_ms <= base + line.at_ms < end_ms
        ]
        base += span_ms
    return found


def _shuffled(rng: Random, log: Sequence[Line], start_ms: int, end_ms: int) -> list[Chat]:
    """Say the lines of a log in random order, at its rate, as restlessly as real chat without its moments.

    The logarithm of the rate wanders by 0.45 with a memory of half a minute: panes then vary as much beside
    their mean as those of the logs do (variance 5 to 8 times the mean).
    """
    rate = len(log) / (log[-1].at_ms / SECOND_MS)
    found, pace = [], 0.0
    for at_ms in range(start_ms, end_ms, SECOND_MS):
        pace = _MEMORY * pace + rng.gauss(0, _RESTLESS * math.sqrt(1 - _MEMORY**2))
        for _ in range(poisson(rng, rate * math.exp(pace - _RESTLESS**2 / 2))):
            line = rng.choice(log)
            found.append(chat(rng, at_ms + rng.randrange(SECOND_MS), line.user, line.text, line.emotes))
    return found


def _stage(rng: Random, log: Sequence[Line], end_ms: int, *, as_it_was: bool) -> Stage:
    """Return a stage with a log as its usual chat."""
    rate = len(log) / (log[-1].at_ms / SECOND_MS)
    people = [line.user for line in log]
    chats = (_played if as_it_was else _shuffled)(rng, log, START_MS, end_ms)
    return Stage(rng, rate, people, rng.randrange(150, 6_000), chats)


def planted(name: str, log: Sequence[Line], seed: int, *, strength: float, as_it_was: bool = False) -> Show:
    """Return a show of every type once, minutes apart, in an order of the seed's.

    Args:
        name: of the log.
        log: its lines.
        seed: same seed, same show.
        strength: of what is planted.
        as_it_was: whether the log keeps its order and with it moments of its own, which nobody has labelled.
    """
    rng = Random(f"{name}/{seed}")
    order = rng.sample(TYPES, len(TYPES))
    at_ms = START_MS + _LEAD_MS
    starts = []
    for _ in order:
        starts.append(at_ms + rng.randrange(0, 20_000, 250))
        at_ms += rng.randrange(*_APART_MS, SECOND_MS)
    end_ms = at_ms - at_ms % MINUTE_MS
    made = _stage(rng, log, end_ms, as_it_was=as_it_was)
    for kind, start_ms in zip(order, starts, strict=True):
        made.plant(kind, start_ms, strength)
    every_ms = rng.choice((5_000, 10_000, 30_000))
    events = made.events(START_MS, end_ms, every_ms=every_ms, raids_told=rng.random() < 0.7)
    made.planted.sort(key=lambda one: one.start_ms)
    group = AS_IT_WAS if as_it_was else "log"
    return Show(f"{name} {seed}", group, START_MS, end_ms, folded(events, START_MS, end_ms), made.planted)


def calm(group: str, name: str, log: Sequence[Line], seed: int, *, strength: float) -> Show:
    """Return an hour in which nothing happens but what its group is called after."""
    rng = Random(f"{group}/{name}/{seed}")
    end_ms = START_MS + 60 * MINUTE_MS
    made = _stage(rng, log, end_ms, as_it_was=False)
    _CALM[group](made, end_ms, strength)
    events = made.events(START_MS, end_ms, every_ms=rng.choice((5_000, 10_000, 30_000)), raids_told=True)
    return Show(f"{group} {name}", group, START_MS, end_ms, folded(events, START_MS, end_ms), made.planted)


def _ramp(made: Stage, end_ms: int, strength: float) -> None:
    """Grow evenly from a third of the rate to all of it, or ebb away."""
    grows = made.rng.random() < 0.7
    least = 0.35 / strength

    def keep(at_ms: int) -> float:
        done = (at_ms - START_MS) / (end_ms - START_MS)
        done = done if grows else 1 - done
        return math.exp(math.log(least) * (1 - done))

    made.chats = [one for one in made.chats if made.rng.random() < keep(one.ts)]


def _quiet(made: Stage, end_ms: int, strength: float) -> None:
    """Leave a message every ten to forty seconds."""
    keep = made.rng.uniform(0.025, 0.1) / strength / max(made.rate, 0.5)
    made.thin(START_MS, end_ms, keep)


def _category_switch(made: Stage, end_ms: int, strength: float) -> None:
    """Change the rate and who is there, from one minute to the next."""
    at_ms = START_MS + made.rng.randrange(20, 35) * MINUTE_MS
    if made.rng.random() < 0.5:
        made.thin(at_ms, end_ms, made.rng.uniform(0.55, 0.8))
    else:
        made.thin(START_MS, at_ms, made.rng.uniform(0.55, 0.8) / strength)
    made.crowds.append((at_ms, made.rng.uniform(-0.12, 0.1), 0))


def _poll(made: Stage, _: int, strength: float) -> None:
    """Hold a vote every ten minutes."""
    for minute in range(12, 60, 10):
        made.plant("poll", START_MS + minute * MINUTE_MS + made.rng.randrange(20_000), strength)


_CALM: Final = {"ramp": _ramp, "quiet": _quiet, "category-switch": _category_switch, "poll": _poll}


def shows(folder: Path, seeds: Iterable[int], strength: float) -> Iterator[Show]:
    """Yield every show of every log and seed."""
    for name in LOGS:
        log = read_log(folder / f"{name}.jsonl")
        for seed in seeds:
            yield planted(name, log, seed, strength=strength)
            for group in _CALM:
                yield calm(group, name, log, seed, strength=strength)


def untold(folder: Path, seeds: Iterable[int]) -> Iterator[Show]:
    """Yield the logs as they were, with moments planted between those of their own."""
    for name in LOGS:
        log = read_log(folder / f"{name}.jsonl")
        for seed in seeds:
            yield planted(name, log, seed, strength=1.0, as_it_was=True)
