"""Each rule names its moment, and what has a plain cause is never sold as hype."""

from __future__ import annotations

import pytest

from telemetra.domain.fusion.kinds import KINDS, kind_of
from telemetra.domain.fusion.picture import Picture
from telemetra.domain.moment import MomentType

HYPE = {"rate": 6.0, "length": 12.0, "longer": 1.0}
CASES = [
    (MomentType.OUTAGE, {"silent": 4.0}),
    (MomentType.LULL, {"lacking": 30.0, "rate": 0.1}),
    (MomentType.VIEWER_DROP, {"drop": 0.3}),
    (MomentType.RAID, HYPE | {"raid": 0.8}),
    (MomentType.RAID, HYPE | {"step": 0.3}),
    (MomentType.SUB_BOMB, HYPE | {"gifts": 20.0}),
    (MomentType.POLL, HYPE | {"votes": 0.6, "longer": 0.3}),
    (MomentType.COPYPASTA, HYPE | {"repeated": 0.5, "length": 110.0, "longer": 4.0}),
    (MomentType.OUTRAGE, HYPE | {"mood": -0.4, "mood_shift": -0.5}),
    (MomentType.OUTRAGE, HYPE | {"anger": 0.3}),
    (MomentType.LAUGHTER, HYPE | {"laughter": 0.5}),
    (MomentType.HYPE, HYPE),
]


@pytest.mark.parametrize(("kind", "features"), CASES, ids=[f"{kind}-{len(f)}" for kind, f in CASES])
def test_a_picture_is_named_by_the_first_rule_that_fits(kind: MomentType, features: dict[str, float]) -> None:
    assert kind_of(Picture(**features)) is kind


def test_every_type_has_a_rule_and_the_last_takes_whatever_is_left() -> None:
    assert {kind.type for kind in KINDS} == set(MomentType)
    assert kind_of(Picture()) is MomentType.HYPE


@pytest.mark.parametrize(
    ("cause", "effect", "named"),
    [
        ({"raid": 0.5}, {"laughter": 0.6}, MomentType.RAID),
        ({"raid": 0.5}, {"votes": 0.6, "longer": 0.3}, MomentType.RAID),
        ({"gifts": 50.0}, {"step": 0.3}, MomentType.SUB_BOMB),
        ({"votes": 0.5, "longer": 0.3}, {"laughter": 0.2}, MomentType.POLL),
        ({"repeated": 0.5, "length": 90.0, "longer": 3.0}, {"laughter": 0.3}, MomentType.COPYPASTA),
    ],
)
def test_a_plain_cause_wins_over_what_it_makes_the_chat_do(
    cause: dict[str, float], effect: dict[str, float], named: MomentType
) -> None:
    assert kind_of(Picture(**(HYPE | effect | cause))) is named


def test_a_word_that_is_no_longer_than_usual_chat_is_no_vote() -> None:
    assert kind_of(Picture(**(HYPE | {"votes": 0.6, "longer": 1.2}))) is MomentType.HYPE


def test_laughter_at_something_bad_is_no_outrage() -> None:
    bitter = {"mood": -0.4, "mood_shift": -0.5, "laughter": 0.4}
    assert kind_of(Picture(**(HYPE | bitter))) is MomentType.LAUGHTER
