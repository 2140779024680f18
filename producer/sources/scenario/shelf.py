"""The scenarios that come with Telemetra, and those of the user: found by name or by file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from producer.sources.scenario.reading import ScenarioError, nearest, read

if TYPE_CHECKING:
    from producer.sources.scenario.spec import Spec

SHELF: Final = Path(__file__).parents[2] / "scenarios"
"""Where ours are; every file is one scenario by its name."""


def names() -> list[str]:
    """Return the names of ours, in order."""
    return sorted(path.stem for path in SHELF.glob("*.toml"))


def find(name: str) -> Spec:
    """Return one of ours by name, or the file that ``name`` is the path of.

    Raises:
        ScenarioError: there is none, with the nearest name; or its file is wrong.
    """
    path = Path(name)
    if path.suffix == ".toml" or len(path.parts) > 1:
        return read(path)
    known = names()
    if name not in known:
        message = (
            f"no scenario is called {name!r}: expected {', '.join(known)}, or the path of a .toml file"
            f"{nearest(name, known)}"
        )
        raise ScenarioError(message)
    return read(SHELF / f"{name}.toml")
