"""A progress bar on the error output, on a terminal only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from producer.event import Line

_EVERY: Final = 50


def shown(lines: Iterable[Line], total: int | None, console: Console | None = None) -> Iterator[Line]:
    """Yield ``lines`` and show how many there were, how fast, and how long it will take.

    Args:
        lines: what is played.
        total: how many there are; None when they have no end.
        console: where to draw; the error output by default, and nowhere when that is no terminal.
    """
    screen = console or Console(stderr=True)
    if not screen.is_terminal:
        yield from lines
        return
    columns = (
        TextColumn("replay"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=screen, transient=False) as progress:
        task = progress.add_task("replay", total=total, rate="")
        done = 0
        for done, line in enumerate(lines, start=1):
            yield line
            if done % _EVERY == 0:
                speed = progress.tasks[0].speed
                progress.update(task, completed=done, rate=f"{speed:,.0f} events/s" if speed else "")
        progress.update(task, completed=done)
