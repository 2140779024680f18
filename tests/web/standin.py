"""The built dashboard with made-up answers: no cloud, one channel a state, ready in a moment."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "web"
Standin = Callable[[str], str]


@contextmanager
def standin(mode: str, *arguments: str) -> Iterator[str]:
    """Serve on a free port; `mode` is one of those of `npm run standin`. Yields the address."""
    node = shutil.which("node")
    if node is None:
        pytest.fail("node is needed: it builds the dashboard too")
    command = [node, "dev/standin.mjs", "0", mode, *arguments]
    with subprocess.Popen(command, cwd=WEB, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            said = server.stdout.readline()
            address = re.match(r"http://127\.0\.0\.1:\d+", said)
            assert address is not None, f"the stand-in said {said!r}"
            yield address[0]
        finally:
            server.kill()


@pytest.fixture(scope="session")
def standins() -> Iterator[Standin]:
    """Address of a stand-in of a mode, started once."""
    known: dict[str, str] = {}
    with ExitStack() as open_ones:

        def address(mode: str) -> str:
            if mode not in known:
                known[mode] = open_ones.enter_context(standin(mode))
            return known[mode]

        yield address
