"""How right and how fast the sentiment scorer is.

    python -m bench.sentiment --data FILE.tsv [--json]
    python -m bench.sentiment --chat FILE.jsonl [--json]

Labelled comments are tab-separated with a header: ``label`` (-1, 0 or 1) and ``text``, optionally ``emotes``
(names with spaces between them); other columns are ignored. Chat without labels is one JSON object a line: an
event of the product, or a line of a log (``m`` text, ``e`` emotes); lines without a text are left out. Speeds
are comments per second of CPU time on one core.
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

from bench.console import leave
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
class Speed:
    """How fast both scorers are.

    Attributes:
        comments: comments in the file.
        coverage: share of comments with a score.
        comments_per_s: of ``score_batch``, per CPU second.
        comments_per_s_reference: of ``score``, per CPU second.
    """

    comments: int
    coverage: float
    comments_per_s: int
    comments_per_s_reference: int


@dataclass(frozen=True, slots=True)
class Quality:
    """How right the scorer is.

    Attributes:
        threshold: see ``THRESHOLD``.
        accuracy: share of comments given their label.
        macro_f1: mean F1 of the labels that occur.
    """

    threshold: float
    accuracy: float
    macro_f1: float


def read(path: Path) -> Comments:
    """Read a table of labelled comments; raises ``DataError`` naming what is wrong with it."""
    lines = _lines(path)
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


def read_chat(path: Path) -> Comments:
    """Read chat without labels; raises ``DataError`` naming what is wrong with it."""
    found = [
        _message(path, number, line) for number, line in enumerate(_lines(path), start=1) if line.strip()
    ]
    messages = [message for message in found if message is not None]
    if not messages:
        msg = f"{path}: no comments"
        raise DataError(msg)
    return Comments([text for text, _ in messages], [emotes for _, emotes in messages], [])


def quality(comments: Comments, threshold: float = THRESHOLD) -> Quality:
    """Score the comments and compare with their labels."""
    scores, _ = score_batch(comments.texts, comments.emotes)
    bound = threshold * SENTIMENT_UNIT
    guesses = [(value >= bound) - (value <= -bound) for value in scores.tolist()]
    pairs = list(zip(comments.labels, guesses, strict=True))
    right = sum(label == guess for label, guess in pairs)
    return Quality(threshold, round(right / len(pairs), 4), round(macro_f1(pairs), 4))


def speed(comments: Comments) -> Speed:
    """Score the comments over and over and take the time."""
    _, scored = score_batch(comments.texts, comments.emotes)
    texts, emotes = _repeated(comments, _BATCH)
    some_texts, some_emotes = texts[:_ONE_BY_ONE], emotes[:_ONE_BY_ONE]
    return Speed(
        comments=len(comments.texts),
        coverage=round(float(scored.mean()), 4),
        comments_per_s=_rate(len(texts), lambda: score_batch(texts, emotes)),
        comments_per_s_reference=_rate(len(some_texts), lambda: list(map(score, some_texts, some_emotes))),
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
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--data", type=Path, metavar="FILE.tsv", help="labelled comments")
    source.add_argument("--chat", type=Path, metavar="FILE.jsonl", help="chat without labels: speed only")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    try:
        comments = read(options.data) if options.data else read_chat(options.chat)
    except DataError as error:
        print(f"bench.sentiment: {error}", file=sys.stderr)
        return 2
    report = (asdict(quality(comments)) if options.data else {}) | asdict(speed(comments))
    if options.json:
        print(json.dumps(report))
    else:
        width = max(map(len, report))
        print("\n".join(f"{name:<{width}}  {value:>12,}" for name, value in report.items()))
    return 0


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        msg = f"{path}: {error.strerror}"
        raise DataError(msg) from error
    except UnicodeDecodeError as error:
        msg = f"{path}: not UTF-8 at byte {error.start}"
        raise DataError(msg) from error


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


def _message(path: Path, number: int, line: str) -> tuple[str, list[str]] | None:
    try:
        fields = json.loads(line)
        text = fields.get("text", fields.get("m"))
        emotes = fields.get("emotes", fields.get("e", []))
    except (ValueError, AttributeError) as error:
        msg = f"{path}:{number}: not a JSON object"
        raise DataError(msg) from error
    return (text, emotes) if isinstance(text, str) and isinstance(emotes, list) else None


def _repeated(comments: Comments, least: int) -> tuple[list[str], list[Sequence[str]]]:
    """Return the texts and emotes as often as it takes to have so many."""
    times = -(-least // len(comments.texts))
    return [*comments.texts] * times, [*comments.emotes] * times


def _rate(comments: int, work: Callable[[], object]) -> int:
    """Return comments a CPU second of the fastest of five passes."""
    spent = []
    for _ in range(_PASSES):
        started = time.process_time()
        work()
        spent.append(time.process_time() - started)
    return round(comments / max(min(spent), 1e-9))


if __name__ == "__main__":
    leave(main)
