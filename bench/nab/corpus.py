"""Series, windows and results of the benchmark as files."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

LABELS: Final = Path("labels/combined_windows.json")

Windows = Mapping[str, Sequence[Sequence[str]]]


class CorpusError(ValueError):
    """A directory or a file is not what the benchmark lays down; the message names it and the fix."""


@dataclass(frozen=True, slots=True)
class Table:
    """One file of a series or of its results.

    Attributes:
        name: ``category/file.csv``.
        stamps: timestamps as written.
        columns: every other column by its name.
    """

    name: str
    stamps: Sequence[str]
    columns: Mapping[str, Sequence[float]]


def instant_ms(stamp: str) -> int:
    """Return a timestamp such as ``2014-04-10 07:15:00`` as ms UTC; raises ``ValueError``."""
    return round(datetime.fromisoformat(stamp).replace(tzinfo=UTC).timestamp() * 1000)


def tables(
    directory: Path, column: str, fix: str = "`make data` fetches series into data/nab"
) -> list[Table]:
    """Read every ``category/file.csv`` below ``directory``, or below its ``data``, sorted by name.

    Raises:
        CorpusError: there is none, which ``fix`` helps, or one has no such column.
    """
    if not directory.is_dir():
        message = f"{directory}: no such directory; {fix}"
        raise CorpusError(message)
    root = directory / "data" if (directory / "data").is_dir() else directory
    paths = sorted(root.glob("*/*.csv"))
    if not paths:
        message = f"{root}: no category/file.csv in it; {fix}"
        raise CorpusError(message)
    return [_table(path, f"{path.parent.name}/{path.name}", column) for path in paths]


def _table(path: Path, name: str, column: str) -> Table:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    header = rows[0] if rows else []
    for wanted in ("timestamp", column):
        if wanted not in header:
            message = f"{path}: no column {wanted!r} in the header {header}"
            raise CorpusError(message)
    at = header.index("timestamp")
    try:
        columns = {
            title: [float(row[place]) for row in rows[1:]]
            for place, title in enumerate(header)
            if title in {"value", column}
        }
        stamps = [row[at] for row in rows[1:]]
    except (ValueError, IndexError) as error:
        message = f"{path}: a row is not {','.join(header)}: {error}"
        raise CorpusError(message) from error
    return Table(name, stamps, columns)


def windows(*places: Path) -> Windows:
    """Read the labels of the first place that has them.

    Raises:
        CorpusError: none has, or the file is not JSON.
    """
    for place in places:
        path = place / LABELS
        if path.is_file():
            try:
                found: Windows = json.loads(path.read_text(encoding="utf-8"))
            except json.JSONDecodeError as error:
                message = f"{path}: {error}"
                raise CorpusError(message) from error
            return found
    message = f"no {LABELS} in {', '.join(map(str, places))}; name the directory that has it with --data"
    raise CorpusError(message)


def keep_labels(data: Path, out: Path) -> None:
    """Copy the labels beside results, if there are any, so that the results can be scored by themselves."""
    if (data / LABELS).is_file():
        path = out / LABELS
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((data / LABELS).read_bytes())


def rows_of(table: Table, found: Windows) -> list[tuple[int, int]]:
    """Return the first and last row of each window of a table, in order.

    Raises:
        CorpusError: the labels do not know the series, or it has no row at a window's ends.
    """
    if table.name not in found:
        message = f"{table.name}: not in the labels; is it a series of the benchmark?"
        raise CorpusError(message)
    place = {instant_ms(stamp): row for row, stamp in reversed(list(enumerate(table.stamps)))}
    try:
        return sorted(
            (place[instant_ms(first)], place[instant_ms(last)]) for first, last in found[table.name]
        )
    except KeyError as error:
        message = f"{table.name}: no row at {error} ms, where a window begins or ends"
        raise CorpusError(message) from error


def write(directory: Path, table: Table, scores: Iterable[float]) -> None:
    """Write the results of a series as ``category/file.csv``: timestamp, value, anomaly_score."""
    path = directory / table.name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as lines:
        out = csv.writer(lines, lineterminator="\n")
        out.writerow(("timestamp", "value", "anomaly_score"))
        for stamp, value, one in zip(table.stamps, table.columns["value"], scores, strict=True):
            out.writerow((stamp, f"{value:.17g}", repr(one)))
