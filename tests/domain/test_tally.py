"""A tally is exact to its bound, then keeps the heavy hitters and says how far off it may be."""

from __future__ import annotations

from collections import Counter
from functools import reduce
from random import Random

import numpy as np
import pytest

from telemetra.domain.chat import ChatPane
from telemetra.domain.errors import CorruptStateError
from telemetra.domain.tally import TALLY_KEYS, Column, Counts, Sliced, Tally, packed_entries


def zipf(size: int, seed: int) -> list[str]:
    random = Random(seed)
    return [f"w{int(1 / (random.random() + 1e-6))}" for _ in range(size)]


def test_names_within_the_bound_are_counted_exactly() -> None:
    names = [f"w{number % TALLY_KEYS}" for number in range(1_000)]
    parts = [Tally().add(names[part::7]) for part in range(7)]
    merged = reduce(Tally.merge, parts, Tally())
    assert dict(merged.counts) == Counter(names)
    assert merged.error == 0


@pytest.mark.parametrize("parts", [1, 6, 60])
def test_beyond_the_bound_the_truth_lies_within_the_error_and_the_top_is_found(parts: int) -> None:
    names = zipf(60_000, parts)
    truth = Counter(names)
    tally = reduce(Tally.merge, (Tally().add(names[part::parts]) for part in range(parts)))
    assert len(tally.counts) <= TALLY_KEYS
    assert all(tally.counts.get(name, 0) <= count <= tally.counts.get(name, 0) + tally.error
               for name, count in truth.items())  # fmt: skip
    assert [name for name, _ in tally.top(10)] == [name for name, _ in truth.most_common(10)]


def test_a_million_different_names_stay_inside_the_size_bound() -> None:
    heavy = [f"hit{rank}" for rank in range(10) for _ in range(20_000 - 1_500 * rank)]
    tally = Tally()
    for part in range(20):
        tally = tally.add([f"x{part}_{number}" for number in range(50_000)] + heavy[part::20])
    assert len(tally.counts) <= TALLY_KEYS
    assert len(ChatPane(tokens=tally).encode()) < 10_000
    assert [name for name, _ in tally.top(10)] == [f"hit{rank}" for rank in range(10)]


def test_the_top_is_by_count_then_name() -> None:
    assert Tally({"b": 2, "a": 2, "c": 3}).top(2) == [("c", 3), ("a", 2)]


def test_an_empty_tally_with_an_error_is_not_the_zero() -> None:
    assert Tally({"a": 1}).merge(Tally({}, 3)) == Tally({"a": 1}, 3)


def test_a_part_of_a_column_reads_as_a_mapping() -> None:
    entries = packed_entries(np.array([3, 1, 2]), np.array([7, 5, 9]))
    counts = Sliced(Column(["", "a", "b", "c"], entries), 1, 3)
    assert (len(counts), list(counts), counts["b"], counts.get("c")) == (2, ["a", "b"], 9, None)
    assert (dict(counts.items()), list(counts.values()), repr(counts)) == (
        {"a": 5, "b": 9},
        [5, 9],
        "{'a': 5, 'b': 9}",
    )


def test_counts_in_two_lists_read_as_a_mapping() -> None:
    counts = Counts(["a", "b"], [1, 2])
    assert counts == {"a": 1, "b": 2} == dict(counts)
    assert (counts["b"], len(counts), list(counts.values()), repr(counts)) == (
        2,
        2,
        [1, 2],
        "{'a': 1, 'b': 2}",
    )
    assert counts["a"] == 1
    assert counts.get("c") is None


@pytest.mark.parametrize(
    "form",
    [(-1, [], []), (0, ["a"], []), (0, ["b", "a"], [1, 1]), (0, ["a", "a"], [1, 1]), (0, ["a"], [0]),
     (0, [f"{number:04}" for number in range(TALLY_KEYS + 1)], [1] * (TALLY_KEYS + 1))],
    ids=["error", "lengths", "order", "twice", "nothing", "too many"],
)  # fmt: skip
def test_what_no_tally_packs_to_is_corrupt(form: tuple[int, list[str], list[int]]) -> None:
    with pytest.raises(CorruptStateError, match="tally"):
        Tally.unpacked(form)
