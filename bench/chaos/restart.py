"""The emulator is killed and started again: what was not in its last snapshot is gone, and nothing else."""

from __future__ import annotations

import os
import signal
from collections import Counter
from pathlib import Path
from typing import Final

from bench.chaos.ground import Sitting, ground
from bench.chaos.sabotage import Sabotage
from bench.chaos.traffic import counted
from bench.chaos.troubles import spilling
from bench.chaos.verdict import Minutes, Verdict
from local.waiting import holds_within
from producer.event import Line
from producer.pack import pack
from producer.sink import SinkError
from producer.spill import Spill

NAME: Final = "emulator-kill"
RATE: Final = 200.0
PART_S: Final = 4.0


def emulator_kill(directory: Path, sabotage: Sabotage | None = None) -> Verdict:
    """Stop a stack in order, start it, kill its emulator under load, start it again, and go on.

    Four parts are sent: one before the snapshot, one after it, one while the emulator is away, one after its
    return. The second is what the kill may cost; the others must be counted exactly.
    """
    state = directory / "state"
    with ground(state) as at:
        sitting = Sitting(at, NAME, sabotage=sabotage)
        sink = at.sink()
        sitting.play(RATE, PART_S, lambda lines: sink.send(pack(lines)))
        kept: Minutes = Counter(sitting.truth)
        at.lag_ms(20)
    lost: Minutes = Counter()
    with ground(state) as at:
        sitting.ground = at
        sink = at.sink()
        spill = Spill(directory / "spill")
        careful = spilling(at, spill)

        def sent(lines: list[Line]) -> None:
            sink.send(pack(lines))
            lost.update(counted(lines))

        sitting.play(RATE, PART_S, sent)
        holds_within(lambda: at.counts(sitting.channels, sitting.truth) == sitting.truth, 20, every_s=0.5)
        os.kill(at.stack.run.groups["cloud"], signal.SIGKILL)

        def kept_back(lines: list[Line]) -> None:
            if sitting.careless:
                at.sink().deliver(pack(lines), 1, 0.0)
            else:
                careful.send(pack(lines))

        sitting.play(RATE, PART_S, kept_back)
        held = careful.totals.held
        spill.close()
    with ground(state) as at:
        sitting.ground = at
        sitting.truth = sitting.truth - lost
        found = at.counts(sitting.channels, kept)
        if found != kept:
            sitting.complaints.append(f"{found.total()} of the {kept.total()} of the snapshot are back")
        try:
            again = spilling(at, Spill(directory / "spill"))
            sitting.play(RATE, PART_S, lambda lines: again.send(pack(lines)))
            again.close()
        except SinkError as error:
            sitting.complaints.append(str(error))
        sitting.facts |= {"lost_with_the_snapshot": lost.total(), "held_while_away": held}
        return sitting.verdict()
