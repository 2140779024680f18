"""Stored bytes are made shorter where it pays and read back exactly."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetra.adapters.compact import WORTH_BYTES, expand, squeeze
from telemetra.domain.errors import CorruptStateError

NAMES = bytes((1,)) + b"".join(f"name{number % 60} ".encode() for number in range(400))


@given(st.binary(max_size=3000))
def test_what_was_squeezed_is_expanded_exactly(content: bytes) -> None:
    data = bytes((1,)) + content
    assert expand(squeeze(data)) == data


def test_names_that_repeat_become_shorter() -> None:
    assert len(squeeze(NAMES)) < len(NAMES) // 2
    assert expand(squeeze(NAMES)) == NAMES


def test_hashes_and_short_values_stay_as_they_are() -> None:
    hashes = bytes((1,)) + Random(7).randbytes(2 * WORTH_BYTES)
    assert squeeze(hashes) == hashes
    assert squeeze(NAMES[: WORTH_BYTES - 1]) == NAMES[: WORTH_BYTES - 1]


def test_a_frame_cut_short_is_corrupt() -> None:
    with pytest.raises(CorruptStateError, match="stored value"):
        expand(squeeze(NAMES)[:-3])
