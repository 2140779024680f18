"""Picture the dashboard for the documents, from the stand-in's made-up answers.

python -m tests.web.screenshots [--to DIR]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from local.child import ROOT
from tests.web.chromium import found, launched
from tests.web.standin import standin
from tests.web.states import shown, states

PICTURES: Final = (
    ("live-1280", "live", 1280, 800, "dark"),
    ("live-2560", "live", 2560, 1440, "light"),
    ("live-360", "live", 360, 740, "dark"),
    ("past-1280", "past", 1280, 800, "dark"),
    ("moment-1280", "drawer", 1280, 800, "light"),
    ("compare-1280", "compare", 1280, 800, "dark"),
    ("channels-1280", "directory", 1280, 800, "light"),
    ("export-1280", "export", 1280, 800, "dark"),
    ("alerts-1280", "alerts", 1280, 800, "dark"),
    ("offline-1280", "offline", 1280, 800, "light"),
    ("reconnecting-1280", "reconnecting", 1280, 800, "dark"),
    ("empty-1280", "empty", 1280, 800, "contrast"),
)
SETTLED_MS: Final = 2_500
PASSING_MS: Final = 300
"""Tries that fail in a row soon become polling."""
MOST_BYTES: Final = 6_000_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pictures and print their sizes; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.web.screenshots", description=__doc__)
    parser.add_argument("--to", type=Path, default=ROOT / "docs/screenshots")
    chosen = parser.parse_args(arguments)
    path = found()
    if path is None:
        parser.error("no Chromium on PATH and CHROMIUM names none")
    known = {state.name: state for state in states()}
    addresses: dict[str, str] = {}
    total = 0
    with ExitStack() as servers, launched(path) as browser:
        for name, which, width, height, theme in PICTURES:
            state = known[which]
            if state.mode not in addresses:
                addresses[state.mode] = servers.enter_context(standin(state.mode))
            page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
            page.add_init_script(f"localStorage.setItem('telemetra.theme', '{theme}')")
            page.goto(addresses[state.mode] + state.path)
            shown(page, state)
            page.wait_for_timeout(PASSING_MS if which == "reconnecting" else SETTLED_MS)
            picture = page.screenshot(path=chosen.to / f"{name}.png")
            page.close()
            total += len(picture)
            print(f"{len(picture) / 1_000:8.0f} KB  {name}.png")
    print(f"{total / 1_000:8.0f} KB  in all (at most {MOST_BYTES // 1_000})")
    return 0 if total <= MOST_BYTES else 1


if __name__ == "__main__":
    sys.exit(main())
