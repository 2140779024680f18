"""The experiments: what is believed, what is done to the stack, and what is taken away to see it fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bench.chaos import payloads, troubles
from bench.chaos.faults import Faults
from bench.chaos.ground import Sitting
from bench.chaos.restart import NAME as RESTART
from bench.chaos.sabotage import Patch, Sabotage

ADVANCE: Final = "application/advance.py"
NO_RING: Final = Patch(
    ADVANCE,
    "row.ring if row else _inherited(sisters)",
    "() if row else ()",
)
NO_UPTO: Final = Patch(ADVANCE, "row.upto if row else -1 for row", "-1 for row")


@dataclass(frozen=True, slots=True)
class Experiment:
    """One fault.

    Attributes:
        hypothesis: what is believed to hold although it happens.
        inject: plays traffic with the fault, and books what is true; None: it brings stacks of its own.
        channels: how many it plays on.
    """

    name: str
    hypothesis: str
    inject: Callable[[Sitting], None] | None
    sabotage: Sabotage
    channels: int = 4


EXPERIMENTS: Final = (
    Experiment(
        "poison",
        "Lines and records that cannot be read are rejected one by one, and what is around them counts.",
        payloads.poison,
        Sabotage(
            "rejects are not kept",
            (
                Patch(
                    "application/aggregate.py",
                    "self._rejects.send(batch.rejects)",
                    "batch.rejects.clear()",
                ),
            ),
        ),
    ),
    Experiment(
        "duplicate",
        "A record that is put again in the same bytes, at once or later, counts once.",
        payloads.duplicate,
        Sabotage("the ring of known records is empty", (NO_RING,)),
    ),
    Experiment(
        "reorder",
        "An event that comes after its minute has closed still lands in it, and the minute is revised.",
        payloads.reorder,
        Sabotage(
            "a closed minute is not revised",
            (
                Patch(
                    "application/closing.py",
                    "(minute in changed or (moved and minute >= state.settled_ms))",
                    "(moved and minute >= state.settled_ms)",
                ),
            ),
        ),
    ),
    Experiment(
        "throttle-stream",
        "Records that the stream refuses are sent again, in order, until each is taken.",
        troubles.throttle_stream,
        Sabotage("the sender does not send again", producer=True),
    ),
    Experiment(
        "throttle-tables",
        "Writes that the tables throttle are tried again, and those that stay refused fail the delivery.",
        troubles.throttle_tables,
        Sabotage(
            "a throttled write counts as done",
            (
                Patch(
                    "adapters/partiql.py",
                    'throttled[key] = error["Code"]',
                    "outcomes[key] = Outcome.DONE",
                ),
            ),
        ),
    ),
    Experiment(
        "crash",
        "A function that dies amid its writes, or after them, is called again; nothing counts twice.",
        troubles.crash,
        Sabotage("rows have no marks of what is in them", (NO_RING, NO_UPTO)),
        channels=30,
    ),
    Experiment(
        RESTART,
        "A killed emulator loses what came after its last snapshot; what was saved, and what the producer "
        "held back, counts exactly.",
        None,
        Sabotage("the producer has no spill", producer=True),
    ),
    Experiment(
        "reshard",
        "Records that are sent again across a split or a merge of shards count once.",
        payloads.reshard,
        Sabotage(
            "a new shard's rows do not know what its sisters folded",
            (Patch(ADVANCE, "row.ring if row else _inherited(sisters)", "row.ring if row else ()"),),
        ),
    ),
    Experiment(
        "gone-sockets",
        "Sockets whose end was never told are forgotten at their first 410, and nothing waits for them.",
        troubles.gone_sockets,
        Sabotage(
            "a socket that is gone is not forgotten",
            (
                Patch(
                    "application/push.py",
                    "self._at.connections.close(connection)",
                    "continue",
                ),
            ),
        ),
    ),
    Experiment(
        "clock-skew",
        "An event from over a minute ahead is rejected, one from over a day ago is dropped as late; a clock "
        "that is less wrong counts, in the minute it says.",
        payloads.clock_skew,
        Sabotage(
            "there is no limit ahead",
            (
                Patch(
                    "domain/window.py",
                    "FUTURE_LIMIT_MS = 60 * SECOND_MS",
                    "FUTURE_LIMIT_MS = 600 * SECOND_MS",
                ),
            ),
        ),
    ),
    Experiment(
        "slow-consumer",
        "A function that takes seconds for each delivery falls behind, catches up, and loses nothing.",
        troubles.slow_consumer,
        Sabotage("the stream forgets after a second", faults=Faults(unread_s=1.0)),
    ),
    Experiment(
        "full-disk",
        "A sender whose disk is full says so and counts what it gave up; played again, all counts once.",
        troubles.full_disk,
        Sabotage("the sender goes on in silence", producer=True),
    ),
    Experiment(
        "stalled-stream",
        "A stream whose deliveries all fail keeps its records, and delivers them when the cause is gone.",
        troubles.stalled_stream,
        Sabotage("retries run out", faults=Faults(given_up=True)),
    ),
)
