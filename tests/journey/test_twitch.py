"""What the Twitch reader hears under faults is in the tables once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.journey.running import RunningStack
from tests.twitch.tables import on_stream, sink_of, verdict
from tests.twitch.test_faults import play


@pytest.mark.journey
def test_a_script_of_faults_is_in_the_tables_once_and_keeps_its_flags(
    stack: RunningStack, tmp_path: Path
) -> None:
    channels = ("first_live", "second_live")
    world, _ = asyncio.run(play(4, 500, tmp_path, sink_of(stack.client, stack.prefix), channels=channels))
    found = verdict(stack.client, stack.prefix, [world], on_stream(stack.client, stack.prefix, world))
    assert found.messages >= 500
    assert found.flagged
    assert found.clean, found
