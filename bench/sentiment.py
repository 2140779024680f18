"""How right and how fast the sentiment scorer is on labelled comments.

    python -m bench.sentiment --data FILE.tsv [--json]

The file is tab-separated with a header: ``label`` (-1, 0 or 1) and ``text``, optionally ``emotes`` (names
with spaces between them); other columns are ignored. Speeds are comments per second of CPU time on one core.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from telemetra.domain.sentiment import SENTIMENT_UNIT, score, score_batch

THRESHOLD: Final = 0.2
"""From this score on a comment counts as positive, and from minus this as negative."""

LABELS: Final = (-1, 0, 1)

_PASSES: Final = 5
_BATCH: Final = 50_000
_ONE_BY_ONE: Final = 5_000


class DataError(ValueError):
    """The file is not a readable table of labelled comments."""


@dataclass(frozen=True, slots=True)
class Comments:
    """Labelled comments; the three have one item a comment."""

    texts: Sequence[str]
    emotes: Sequence[Sequence[str]]
    labels: Sequence[int]


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured.

    Attributes:
        comments: comments in the file.
        threshold: see ``THRESHOLD``.
        accuracy: share of comments given their label.
        macro_f1: mean F1 of the labels that occur.
        coverage: share of comments with a score.
        comments_per_s: of ``score_batch``, per CPU second.
        comments_per_s_reference: of ``score``, per CPU second.
    """

    comments: int
    threshold: float
    accuracy: float
    macro_f1: float
    coverage: float
    comments_per_s: int
    comments_per_s_reference: int


def read(path: Path) -> Comments:
    """Read a table of comments; raises ``DataError`` naming what is wrong with it."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        msg = f"{path}: {error.strerror}"
        raise DataError(msg) from error
    except UnicodeDecodeError as error:
        msg = f"{path}: not UTF-8 at byte {error.start}"
        raise DataError(msg) from error
    header = lines[0].rstrip("\r").split("\t")
    missing = [name for name in ("label", "text") if name not in header]
    if missing:
        msg = f"{path}: no column {' and no column '.join(missing)} in the header {header}"
        raise DataError(msg)
    rows = [
        _row(path, number, header, line.rstrip("\r"))
        for number, line in enumerate(lines[1:], start=2)
        if line.strip()
    ]
    if not rows:
        msg = f"{path}: no comments"
        raise DataError(msg)
    return Comments(
        [row["text"] for row in rows],
        [row.get("emotes", "").split() for row in rows],
        [int(row["label"]) for row in rows],
    )


def measure(comments: Comments, threshold: float = THRESHOLD) -> Report:
    """Score the comments, compare with their labels and take the time."""
    scores, scored = score_batch(comments.texts, comments.emotes)
    bound = threshold * SENTIMENT_UNIT
    given = [(value >= bound) - (value <= -bound) for value in scores.tolist()]
    pairs = list(zip(comments.labels, given, strict=True))
    batch, single = _repeated(comments, _BATCH), _repeated(comments, _ONE_BY_ONE)
    return Report(
        comments=len(pairs),
        threshold=threshold,
        accuracy=round(sum(label == guess for label, guess in pairs) / len(pairs), 4),
        macro_f1=round(macro_f1(pairs), 4),
        coverage=round(float(scored.mean()), 4),
        comments_per_s=_rate(len(batch.texts), lambda: score_batch(batch.texts, batch.emotes)),
        comments_per_s_reference=_rate(
            len(single.texts), lambda: list(map(score, single.texts, single.emotes))
        ),
    )


def macro_f1(pairs: Sequence[tuple[int, int]]) -> float:
    """Return the mean F1 over the labels that occur in (label, guess) pairs."""
    scores = []
    for label in LABELS:
        right = sum(truth == guess == label for truth, guess in pairs)
        occurs = sum((truth == label) + (guess == label) for truth, guess in pairs)
        if any(truth == label for truth, _ in pairs):
            scores.append(2 * right / occurs)
    return sum(scores) / len(scores)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure a file and print the report; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.sentiment", description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, metavar="FILE.tsv", help="labelled comments")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    try:
        report = asdict(measure(read(options.data)))
    except DataError as error:
        print(f"bench.sentiment: {error}", file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps(report))
    else:
        width = max(map(len, report))
        print("\n".join(f"{name:<{width}}  {value:>12,}" for name, value in report.items()))
    return 0


def _row(path: Path, number: int, header: Sequence[str], line: str) -> dict[str, str]:
    cells = line.split("\t", len(header) - 1)
    if len(cells) < len(header):
        msg = f"{path}:{number}: {len(cells)} columns, the header has {len(header)}"
        raise DataError(msg)
    row = dict(zip(header, cells, strict=True))
    if row["label"] not in map(str, LABELS):
        msg = f"{path}:{number}: label {row['label']!r} is not -1, 0 or 1"
        raise DataError(msg)
    return row


def _repeated(comments: Comments, least: int) -> Comments:
    """Return the comments as often as it takes to have so many."""
    times = -(-least // len(comments.texts))
    return Comments([*comments.texts] * times, [*comments.emotes] * times, [*comments.labels] * times)


def _rate(comments: int, work: Callable[[], object]) -> int:
    """Return comments a CPU second of the fastest of five passes."""
    spent = []
    for _ in range(_PASSES):
        started = time.process_time()
        work()
        spent.append(time.process_time() - started)
    return round(comments / max(min(spent), 1e-9))


if __name__ == "__main__":
    sys.exit(main())
