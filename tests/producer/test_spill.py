"""What is spilled comes back in order with its key and bytes, whatever the process met in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from producer import spill as module
from producer.pack import Packed
from producer.spill import Spill
from telemetra.domain.events import Kind


def record(number: int, size: int = 1) -> Packed:
    return Packed(Kind.CHAT, str(number % 3), b"%d" % number + b"." * size, events=2, raw_bytes=9)


def drained(spill: Spill) -> list[Packed]:
    found = []
    while batch := spill.first():
        found += batch
        spill.forget_first()
    return found


@pytest.fixture
def spill_at(tmp_path: Path) -> Iterator[Callable[..., Spill]]:
    made: list[Spill] = []

    def opened(*parts: str) -> Spill:
        made.append(Spill(tmp_path.joinpath(*parts)))
        return made[-1]

    yield opened
    for spill in made:
        spill.close()


def test_an_unused_spill_leaves_no_trace(spill_at: Callable[..., Spill], tmp_path: Path) -> None:
    spill = spill_at("spill")
    assert (spill.events, spill.first()) == (0, [])
    spill.forget_first()
    spill.close()
    assert not (tmp_path / "spill").exists()


def test_records_come_back_in_order_and_an_empty_place_goes(
    spill_at: Callable[..., Spill], tmp_path: Path
) -> None:
    spill = spill_at("a", "spill")
    spill.append(record(number) for number in range(10))
    assert spill.events == 20
    assert spill.first() == spill.first() == [record(number) for number in range(10)]
    spill.append([record(10)])
    assert drained(spill) == [record(number) for number in range(11)]
    assert spill.events == 0
    spill.append([record(11)])
    assert drained(spill) == [record(11)]
    spill.close()
    assert not (tmp_path / "a").exists()


def test_a_batch_is_bounded_and_what_was_not_sent_stays_in_front(
    spill_at: Callable[..., Spill], tmp_path: Path
) -> None:
    spill = spill_at()
    spill.append(record(number, size=2 * 1024 * 1024) for number in range(3))
    first = spill.first()
    assert len(first) == 1
    spill.forget_first()
    spill.append([record(3)])
    assert len(spill.first()) == 1
    spill.forget_first([record(1)])
    assert [found.data[:1] for found in drained(spill)] == [b"1", b"2", b"3"]


def test_the_next_process_finds_what_was_left(spill_at: Callable[..., Spill], tmp_path: Path) -> None:
    one = spill_at()
    one.append(record(number) for number in range(4))
    one.close()
    two = spill_at()
    assert two.events == 8
    two.append([record(4)])
    assert drained(two) == [record(number) for number in range(5)]


def test_a_place_that_is_held_is_left_alone(spill_at: Callable[..., Spill], tmp_path: Path) -> None:
    one, two = spill_at(), spill_at()
    one.append([record(1)])
    two.append([record(2)])
    assert one.directory != two.directory
    assert drained(spill_at()) == []
    assert drained(one) == [record(1)]
    assert drained(two) == [record(2)]


@pytest.mark.parametrize("torn", [lambda raw: raw[:-3], lambda raw: raw[:-1] + b"!", lambda raw: raw[:4]])
def test_an_entry_cut_short_by_a_crash_hides_no_other(
    spill_at: Callable[..., Spill], tmp_path: Path, torn: Callable[[bytes], bytes]
) -> None:
    one = spill_at()
    one.append(record(number) for number in range(2))
    one.close()
    (segment,) = tmp_path.glob("0/*.spill")
    segment.write_bytes(torn(segment.read_bytes()))
    two = spill_at()
    two.append([record(7)])
    assert drained(two)[-1] == record(7)
    assert two.events == 0


def test_a_large_spill_is_many_files_that_go_as_they_are_sent(
    spill_at: Callable[..., Spill], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SEGMENT_BYTES", 1_000)
    spill = spill_at()
    spill.append(record(number, size=400) for number in range(10))
    files = len(list(tmp_path.glob("0/*.spill")))
    assert files > 2
    spill.first()
    spill.forget_first()
    assert len(list(tmp_path.glob("0/*.spill"))) == files - 1
    assert len(drained(spill)) == 8 or spill.events == 0
