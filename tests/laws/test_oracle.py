"""Whatever happens on the way, what is published equals one plain pass over the events."""

from __future__ import annotations

import pytest

from tests.laws.oracle import judge

SCHEDULES = 200


@pytest.mark.parametrize("seed", range(SCHEDULES))
def test_a_schedule_of_faults_changes_nothing(seed: int) -> None:
    assert judge(seed) == []
