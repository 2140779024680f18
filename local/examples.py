"""Examples at the end of a command's help, and what its exit codes say."""

from __future__ import annotations


def _told(*lines: str, codes: str = "") -> str:
    examples = "\n".join(("\b", "Examples:", *(f"  ./telemetra {line}" for line in lines)))
    return f"{examples}\n\n{codes}" if codes else examples


UP = _told(
    "up",
    "up --detach --port 8080",
    "up --scenario raid --rate 50 --channels 2",
    "up --replay events/samples/chat.jsonl --speed 60",
)
DOWN = _told("down", "down --purge")
STATUS = _told(
    "status", "status --json", codes="Exit code 0: the stack runs and is ready or starting; 3: nothing runs."
)
DOCTOR = _told(
    "doctor", "doctor --json", codes="Exit code 0: all is well; 1: there are findings, each with its fix."
)
SMOKE = _told(
    "smoke", "smoke --json", codes="Exit code 0: every check holds; 1: one failed, or nothing runs."
)
SEED = _told("seed")
RESET = _told("reset")
