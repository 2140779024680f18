"""A set is exact to its bound, then a sketch whose bytes do not tell how it came about."""

from __future__ import annotations

from functools import reduce
from random import Random

import pytest

from telemetra.domain.distinct import EXACT_BOUND, Distinct
from telemetra.domain.errors import CorruptStateError


def hashes(size: int, seed: int = 7) -> list[int]:
    return Random(seed).sample(range(2**40), size)


@pytest.mark.parametrize("size", [0, 1, EXACT_BOUND])
def test_a_set_within_the_bound_is_exact(size: int) -> None:
    found = Distinct.of(hashes(size) * 2)
    assert (found.finish(), found.exact) == (size, True)


def test_one_member_more_makes_an_estimate() -> None:
    found = Distinct.of(hashes(EXACT_BOUND + 1))
    assert not found.exact
    assert found.finish() == pytest.approx(EXACT_BOUND + 1, rel=0.03)


@pytest.mark.parametrize("size", [EXACT_BOUND + 1, 2_000, 20_000])
def test_equal_sets_have_equal_bytes_in_whatever_order_they_were_built(size: int) -> None:
    members = hashes(size)
    whole = Distinct.of(members)
    parts = [Distinct.of(members[part::9]) for part in range(9)]
    backwards = reduce(Distinct.merge, reversed(parts), Distinct())
    nested = reduce(Distinct.merge, parts[:4]).merge(reduce(Distinct.merge, parts[4:]))
    assert whole == backwards == nested == whole.merge(whole)
    assert whole == Distinct().add(members[:50]).add(members[50:])


def test_thirty_thousand_in_six_panes_stay_within_the_stated_error() -> None:
    errors = []
    for seed in range(20):
        members, random = hashes(30_000, seed), Random(seed)
        panes: list[list[int]] = [[] for _ in range(6)]
        for member in members:
            for pane in random.sample(panes, random.randrange(1, 4)):
                pane.append(member)
        merged = reduce(Distinct.merge, map(Distinct.of, panes))
        assert len(merged.sketch) <= 4_200
        errors.append(merged.finish() / 30_000 - 1)
    assert (sum(error**2 for error in errors) / len(errors)) ** 0.5 <= 0.011


@pytest.mark.parametrize("size", [0, 3, EXACT_BOUND, 5_000])
def test_a_packed_set_comes_back(size: int) -> None:
    found = Distinct.of(hashes(size))
    assert Distinct.unpacked(found.packed()) == found


ONE = (1).to_bytes(5, "big")


@pytest.mark.parametrize(
    "form",
    [
        (b"cut", b""),
        (ONE, Distinct.of(hashes(300)).sketch),
        (ONE + ONE, b""),
        (b"".join(value.to_bytes(5, "big") for value in range(EXACT_BOUND + 1)), b""),
        (b"", b"no sketch"),
        (b"", Distinct.of(hashes(300)).sketch[:20]),
    ],
    ids=["cut", "both", "twice", "too many", "no sketch", "half a sketch"],
)
def test_what_no_set_packs_to_is_corrupt(form: tuple[bytes, bytes]) -> None:
    with pytest.raises(CorruptStateError, match="distinct"):
        Distinct.unpacked(form)
