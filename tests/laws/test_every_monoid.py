"""One suite for every aggregate of the domain; a new one joins by being written."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from inspect import getmembers, isclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import telemetra.domain
from telemetra.domain.clock import Clock
from tests.laws.strategies import FOLDS


def _aggregates() -> set[type]:
    modules = (
        import_module(f"telemetra.domain.{module.name}")
        for module in pkgutil.iter_modules(telemetra.domain.__path__)
    )
    return {
        member for module in modules for _, member in getmembers(module, isclass) if hasattr(member, "merge")
    }


AGGREGATES = sorted(_aggregates(), key=lambda aggregate: aggregate.__name__)


def test_every_aggregate_has_laws() -> None:
    assert set(AGGREGATES) == set(FOLDS)


def _folded(aggregate: type) -> st.SearchStrategy[Any]:
    items, fold = FOLDS[aggregate]
    return st.lists(items, max_size=8).map(fold)


@pytest.mark.parametrize("aggregate", AGGREGATES)
@given(data=st.data())
def test_the_zero_is_neutral(aggregate: type, data: st.DataObject) -> None:
    value = data.draw(_folded(aggregate))
    assert aggregate().merge(value) == value == value.merge(aggregate())


@pytest.mark.parametrize("aggregate", AGGREGATES)
@given(data=st.data())
def test_merging_is_associative_and_commutes(aggregate: type, data: st.DataObject) -> None:
    one, two, three = (data.draw(_folded(aggregate)) for _ in range(3))
    assert one.merge(two).merge(three) == one.merge(two.merge(three))
    assert one.merge(two) == two.merge(one)


@pytest.mark.parametrize("aggregate", AGGREGATES)
@given(data=st.data())
def test_any_split_gives_the_fold_of_the_whole(aggregate: type, data: st.DataObject) -> None:
    items, fold = FOLDS[aggregate]
    left, right = (data.draw(st.lists(items, max_size=8)) for _ in range(2))
    assert fold(left).merge(fold(right)) == fold(left + right)


@pytest.mark.parametrize("aggregate", AGGREGATES)
@given(data=st.data())
def test_bytes_are_canonical_and_come_back_equal(aggregate: type, data: st.DataObject) -> None:
    items, fold = FOLDS[aggregate]
    things = data.draw(st.lists(items, max_size=8))
    value, again = fold(things), fold(things[::-1])
    if hasattr(aggregate, "encode"):
        assert aggregate.decode(value.encode()) == value  # type: ignore[attr-defined]
        assert value.encode() == again.encode()
    else:
        assert aggregate.unpacked(value.packed()) == value  # type: ignore[attr-defined]
        assert value.packed() == again.packed()


def test_a_clock_is_no_aggregate_but_absorbs() -> None:
    assert Clock().absorb([]) == Clock()
