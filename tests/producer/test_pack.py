"""Packing is exact, bounded, and the same every time."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer.event import Line
from producer.pack import BUCKETS, MAX_COMPRESSED, MAX_RAW, bucket, pack, partition_key, slices
from telemetra.domain.events import Kind
from telemetra.domain.unpack import unpack
from telemetra.domain.window import PANE_MS

LINES = st.lists(
    st.builds(
        Line,
        ts=st.integers(0, 100_000),
        kind=st.sampled_from(Kind),
        channel=st.sampled_from(["a", "b", "aurora_plays"]),
        data=st.binary(min_size=1, max_size=50).map(lambda data: data.hex().encode()),
    ),
    max_size=60,
).map(lambda lines: sorted(lines, key=lambda line: line.ts))


@given(LINES)
def test_unpacking_gives_back_the_lines_of_each_key_in_order(lines: list[Line]) -> None:
    for record in pack(lines):
        of_key = [
            line.data for line in lines if (line.kind, partition_key(line)) == (record.kind, record.key)
        ]
        assert unpack(record.data).split(b"\n") == of_key
        assert record.events == len(of_key)
        assert record.raw_bytes == len(b"\n".join(of_key))
    assert sum(record.events for record in pack(lines)) == len(lines)


@given(LINES)
def test_the_same_lines_pack_to_the_same_bytes(lines: list[Line]) -> None:
    assert pack(lines) == pack(tuple(lines))


@given(LINES, st.sampled_from([1_000, 5_000, PANE_MS]))
def test_no_slice_straddles_a_pane_and_none_is_lost(lines: list[Line], width_ms: int) -> None:
    parts = list(slices(lines, width_ms))
    assert [line for part in parts for line in part.lines] == lines
    for part in parts:
        assert all(part.end_ms - width_ms <= line.ts < part.end_ms for line in part.lines)
        assert part.end_ms % width_ms == 0


def test_a_slice_that_could_straddle_a_pane_is_refused() -> None:
    with pytest.raises(ValueError, match="3000 ms does not divide"):
        next(slices([], 3_000))


def test_a_record_stays_within_its_bounds_though_nothing_compresses() -> None:
    rng = Random(1)
    lines = [Line(0, Kind.CHAT, "a", rng.randbytes(700).hex().encode()) for _ in range(900)]
    wide = [Line(0, Kind.CHAT, "a", rng.randbytes(900).replace(b"\n", b" ")) for _ in range(900)]
    for some in (lines, wide):
        records = pack(some)
        assert len(records) > 2
        assert all(record.raw_bytes <= MAX_RAW and len(record.data) <= MAX_COMPRESSED for record in records)
        assert b"\n".join(unpack(record.data) for record in records) == b"\n".join(line.data for line in some)


def test_the_bucket_of_a_channel_never_changes() -> None:
    assert [bucket(name) for name in ("aurora_plays", "pixelforge", "a")] == [4, 1, 47]
    assert {bucket(f"channel_{index}") for index in range(2_000)} == set(range(BUCKETS))


def test_salt_spreads_the_chat_of_a_channel_and_nothing_else() -> None:
    lines = [Line(0, Kind.CHAT, "a", str(index).encode()) for index in range(100)]
    assert {partition_key(line, salt=4) for line in lines} == {"a#0", "a#1", "a#2", "a#3"}
    assert partition_key(Line(0, Kind.VIEWER, "a", b""), salt=4) == str(bucket("a"))
