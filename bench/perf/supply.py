"""Payloads made by another process, so that making them counts neither as CPU time nor as memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.perf.payloads import Packing, payloads

_SIZE_BYTES = 4


@contextmanager
def supply(path: Path, packing: Packing, limit: int | None = None) -> Iterator[Iterator[bytes]]:
    """Give an iterator over the payloads of a file, at most ``limit`` of them.

    Raises:
        ValueError: the file cannot be packed.
    """
    with TemporaryDirectory(prefix="telemetra-bench-") as folder:
        stock = Path(folder) / "payloads"
        maker = get_context("spawn").Process(target=_make, args=(path, packing, limit, stock))
        maker.start()
        maker.join()
        if maker.exitcode:
            message = "its lines are not events of the contract, see above"
            raise ValueError(message)
        yield _stocked(stock)


def _stocked(stock: Path) -> Iterator[bytes]:
    with stock.open("rb") as file:
        while size := file.read(_SIZE_BYTES):
            yield file.read(int.from_bytes(size, "big"))


def _make(path: Path, packing: Packing, limit: int | None, stock: Path) -> None:
    with stock.open("wb") as file:
        for payload in islice(payloads(path, packing), limit):
            file.write(len(payload).to_bytes(_SIZE_BYTES, "big"))
            file.write(payload)
