"""Records come plain, gzipped or as zstd; whatever else they are is a reject, not a crash."""

from __future__ import annotations

import gzip

import pytest
import zstandard

from telemetra.domain.errors import Reason, RecordError
from telemetra.domain.unpack import UNPACKED_LIMIT, unpack

PAYLOAD = b'{"schema":"chat.v1"}\n{"schema":"chat.v1"}'


@pytest.mark.parametrize("packed", [PAYLOAD, gzip.compress(PAYLOAD), zstandard.compress(PAYLOAD)])
def test_every_packing_gives_its_lines(packed: bytes) -> None:
    assert unpack(packed) == PAYLOAD


def test_a_frame_without_its_size_is_unpacked_too() -> None:
    frame = zstandard.ZstdCompressor(write_content_size=False).compress(PAYLOAD)
    assert unpack(frame) == PAYLOAD


BOMB = b"\0" * (UNPACKED_LIMIT + 1)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zstandard.compress(PAYLOAD)[:-4], Reason.ZSTD),
        (zstandard.compress(PAYLOAD) + b"more", Reason.ZSTD),
        (zstandard.compress(BOMB), Reason.SIZE),
        (zstandard.ZstdCompressor(write_content_size=False).compress(BOMB), Reason.ZSTD),
        (gzip.compress(PAYLOAD)[:-4], Reason.GZIP),
        (gzip.compress(PAYLOAD) + gzip.compress(PAYLOAD), Reason.GZIP),
        (b"\x1f\x8b\x08 not gzip", Reason.GZIP),
        (gzip.compress(BOMB), Reason.SIZE),
        (BOMB, Reason.SIZE),
    ],
    ids=[
        "cut",
        "followed",
        "bomb",
        "hidden bomb",
        "gzip cut",
        "two members",
        "no gzip",
        "gzip bomb",
        "plain",
    ],
)
def test_what_cannot_be_unpacked_is_rejected_with_its_reason(data: bytes, reason: Reason) -> None:
    with pytest.raises(RecordError) as caught:
        unpack(data)
    assert caught.value.reason is reason
