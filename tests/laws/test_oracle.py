"""Whatever happens on the way, what is published equals one plain pass over the events."""

from __future__ import annotations

import pytest

from tests.laws.oracle import differences
from tests.laws.world import World

SCHEDULES = 200


@pytest.mark.parametrize("seed", range(SCHEDULES))
def test_a_schedule_of_faults_changes_nothing(seed: int) -> None:
    world = World(seed, crowd=2000 if seed % 4 == 0 else 40).run()
    assert differences(world) == []
