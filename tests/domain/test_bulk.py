"""Orders and sets of many rows at once."""

from __future__ import annotations

import numpy as np
import pytest

from telemetra.domain.bulk import stable_order


@pytest.mark.parametrize("scale", [1, 1 << 40, 1 << 60])
def test_equal_numbers_stay_in_order_however_large_they_are(scale: int) -> None:
    values = np.array([3, 1, 3, 0, 1, 3], np.int64) * scale
    assert stable_order(values).tolist() == [3, 1, 4, 0, 2, 5]


def test_nothing_is_in_order() -> None:
    assert stable_order(np.zeros(0, np.int64)).tolist() == []
