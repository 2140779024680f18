"""What is taken away so that the verdict must call an experiment red: one mark, retry or spill."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.chaos.faults import Faults
from local.child import LAYER

NOTHING = Faults()
LEFT_OUT = shutil.ignore_patterns("__pycache__")


@dataclass(frozen=True, slots=True)
class Patch:
    """Source text of the layer that is replaced in a copy of it.

    Attributes:
        file: below the package.
        before: text that is there exactly once.
        after: what stands there instead.
    """

    file: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Sabotage:
    """One protection less.

    Attributes:
        what: which one, in a few words.
        patches: changes of the functions' code.
        producer: whether it is the experiment's own sender that goes without.
        faults: what the emulator does besides.
    """

    what: str
    patches: tuple[Patch, ...] = ()
    producer: bool = False
    faults: Faults = NOTHING


def sabotaged_layer(patches: Sequence[Patch], directory: Path) -> Path:
    """Copy the layer with the patches applied; return the copy.

    Raises:
        ValueError: see ``patched``.
    """
    layer = directory / "layer"
    package = layer / "python" / "telemetra"
    shutil.copytree(LAYER / "telemetra", package, ignore=LEFT_OUT)
    for patch in patches:
        path = package / patch.file
        path.write_text(patched(path.read_text(encoding="utf-8"), patch), encoding="utf-8")
    return layer


def patched(source: str, patch: Patch) -> str:
    """Return source with the text replaced.

    Raises:
        ValueError: the text is not there exactly once, so that the sabotage would be none.
    """
    if source.count(patch.before) != 1:
        message = f"{patch.before!r} is {source.count(patch.before)} times in {patch.file}, not once"
        raise ValueError(message)
    return source.replace(patch.before, patch.after)
