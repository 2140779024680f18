"""Feedback shifts a channel's budget, within bounds, and takes its shift back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from telemetra.domain.feedback import LARGEST_SHIFT, VERDICTS_A_DOUBLING, Verdict, budget

verdicts = st.lists(st.sampled_from(Verdict), max_size=60)


@given(verdicts)
def test_the_shift_is_bounded(said: list[Verdict]) -> None:
    assert 1 / LARGEST_SHIFT <= budget(said) <= LARGEST_SHIFT


@given(verdicts, st.sampled_from(Verdict))
def test_a_verdict_shifts_its_own_way_and_its_withdrawal_takes_that_back(
    said: list[Verdict], verdict: Verdict
) -> None:
    before, after = budget(said), budget([*said, verdict])
    assert after >= before if verdict is Verdict.CONFIRM else after <= before
    withdrawn = [*said, verdict]
    withdrawn.remove(verdict)
    assert budget(withdrawn) == before


@given(verdicts)
def test_the_order_of_verdicts_does_not_matter(said: list[Verdict]) -> None:
    assert budget(reversed(said)) == budget(said)


def test_as_many_of_each_change_nothing_and_a_surplus_doubles() -> None:
    assert budget([Verdict.CONFIRM, Verdict.REJECT] * 9) == 1.0
    assert budget([Verdict.CONFIRM] * VERDICTS_A_DOUBLING) == 2.0
    assert budget([Verdict.REJECT] * VERDICTS_A_DOUBLING) == 0.5
