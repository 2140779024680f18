"""The functions' tests load a handler by the name of its folder.

Every module is called `handler.py` (the API's is `app.py`), so none of them can be imported by name::

    def test_a_tick_reaches_the_subscriber(load_handler: LoadHandler) -> None:
        push = load_handler("push")
        push.handler(event, context)


    app = load_handler("api", "app")

Each test gets fresh modules, so nothing that one test has wired is seen by the next.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

FUNCTIONS = Path(__file__).parents[2] / "functions"

LoadHandler = Callable[..., ModuleType]


@pytest.fixture
def load_handler(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoadHandler]:
    """Return a function that loads `functions/<folder>/<module>.py`, module `handler` unless named."""
    before = set(sys.modules)

    def load(folder: str, module: str = "handler") -> ModuleType:
        path = FUNCTIONS / folder / f"{module}.py"
        monkeypatch.syspath_prepend(path.parent)
        spec = spec_from_file_location(f"functions_{folder}_{module}", path)
        assert spec is not None
        assert spec.loader is not None
        loaded = module_from_spec(spec)
        monkeypatch.setitem(sys.modules, spec.name, loaded)
        spec.loader.exec_module(loaded)
        return loaded

    yield load
    siblings = {path.stem for path in FUNCTIONS.glob("*/*.py")}
    for name in set(sys.modules) - before:
        if name in siblings:
            del sys.modules[name]
