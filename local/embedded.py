"""A stack of one's own, for tests and measurements: free ports, a directory of its own, no producer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.cloud import EMULATOR
from local.ports import some_free
from local.progress import Silent
from local.settings import surroundings
from local.state import StateDir
from local.supervisor import Plan, Stack


@contextmanager
def embedded(
    directory: Path,
    *,
    prefix: str = "telemetra",
    emulator: str = EMULATOR,
    archive: bool = False,
    access: str = "open",
    layer: Path | None = None,
) -> Iterator[Stack]:
    """Run a stack in ``directory`` until the block ends.

    Args:
        directory: its state directory.
        prefix: of all names.
        emulator: module to run as the embedded cloud.
        archive: keep raw records too.
        access: ``token`` asks callers of the API for one, as `up` does.
        layer: a layer to deploy in the place of our own.

    Raises:
        LocalError: it did not start.
    """
    plan = Plan(some_free(), some_free(), prefix, emulator, archive, access, layer=layer)
    with Stack(surroundings(Path("/dev/null")), StateDir(directory), plan, Silent()) as stack:
        yield stack
