"""The examples of the page about the API do what they say."""

from __future__ import annotations

import re

import pytest

from telemetra.adapters.clock import now_ms
from tests.house.repository import ROOT
from tests.journey.running import RunningStack
from tests.journey.test_counting import chat, put

PAGE = (ROOT / "docs/api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
CHANNEL = "documented"


def test_every_block_of_the_page_is_an_example_that_is_run() -> None:
    assert len(EXAMPLES) == len(re.findall(r"^```\w", PAGE, flags=re.MULTILINE)) == 3


@pytest.mark.journey
@pytest.mark.parametrize("example", EXAMPLES, ids=["reading", "writing", "following"])
def test_an_example_runs(stack: RunningStack, example: str) -> None:
    put(stack, *[chat(CHANNEL, now_ms() - number * 100, f"hello {number}") for number in range(5)])
    exec(compile(example, "docs/api.md", "exec"), {"URL": stack.url, "CHANNEL": CHANNEL})  # noqa: S102
