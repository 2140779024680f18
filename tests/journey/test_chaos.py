"""The cheapest experiments of ``bench.chaos``, on stacks of their own; the rest is `make prove-chaos`."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.chaos.__main__ import run
from bench.chaos.experiments import EXPERIMENTS
from bench.chaos.ground import Sitting, ground
from bench.chaos.sabotage import sabotaged_layer

CHEAP = {one.name: one for one in EXPERIMENTS if one.name in {"poison", "duplicate"}}


@pytest.mark.journey
def test_what_is_sent_twice_or_cannot_be_read_changes_no_count(tmp_path: Path) -> None:
    with ground(tmp_path / "state") as at:
        verdicts = {name: run(one, Sitting(at, name, channels=one.channels)) for name, one in CHEAP.items()}
    assert {name: verdict.reasons for name, verdict in verdicts.items()} == {"poison": (), "duplicate": ()}


@pytest.mark.journey
def test_without_the_ring_of_known_records_the_verdict_is_red(tmp_path: Path) -> None:
    one = CHEAP["duplicate"]
    layer = sabotaged_layer(one.sabotage.patches, tmp_path)
    with ground(tmp_path / "state", layer) as at:
        verdict = run(one, Sitting(at, one.name, channels=one.channels, sabotage=one.sabotage))
    assert verdict.doubled > 0
    assert not verdict.green
