"""One line a step, with its time: drawn on a terminal, plain elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console


class Step:
    """A step under way; notes say what it found."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


class Progress:
    """Tells a person what is happening and how long it took."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, soft_wrap=True)
        self._started = time.monotonic()

    def elapsed_s(self) -> float:
        """Seconds since the command began to work."""
        return time.monotonic() - self._started

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Show a step while it runs and its time when it is over."""
        began = time.monotonic()
        step = Step()
        try:
            if self.console.is_terminal:
                with self.console.status(f"{name} ..."):
                    yield step
            else:
                yield step
        except BaseException:
            self._line("[red]x[/red]" if self.console.is_terminal else "FAILED", name, began, step)
            raise
        self._line("[green]ok[/green]" if self.console.is_terminal else "ok", name, began, step)

    def say(self, text: str = "") -> None:
        self.console.print(text)

    def warn(self, text: str) -> None:
        self.console.print(
            f"[yellow]warning:[/yellow] {text}" if self.console.is_terminal else f"warning: {text}"
        )

    def _line(self, mark: str, name: str, began: float, step: Step) -> None:
        notes = f"  {', '.join(step.notes)}" if step.notes else ""
        self.console.print(f"{mark:<6} {name:<22} {time.monotonic() - began:6.1f} s{notes}")


class Silent(Progress):
    """Says nothing, for stacks that tests start."""

    def __init__(self) -> None:
        super().__init__(Console(quiet=True))
