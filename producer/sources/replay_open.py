"""Opening logs: plain, gzip or zstd, told apart by their first bytes; a file or standard input."""

from __future__ import annotations

import gzip
import io
import zlib
from typing import IO, TYPE_CHECKING, Final, TypeAlias, cast

import zstandard

from producer.sources.archive import ARCHIVE_MAGIC
from telemetra.domain.errors import TelemetraError

if TYPE_CHECKING:
    from collections.abc import Iterator

_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"


_Peekable: TypeAlias = "io.BufferedReader[io.RawIOBase]"


class DamagedLogError(TelemetraError):
    """A packed log ends early or is corrupt; what came before has been read."""


def unpacked(raw: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines of a log; objects of the archive stay as they are, for their reader.

    Raises:
        DamagedLogError: a packed log is cut short or corrupt.
    """
    source = io.BufferedReader(cast("io.RawIOBase", raw))
    try:
        yield from _rows(source)
    except (EOFError, gzip.BadGzipFile, zlib.error, zstandard.ZstdError) as error:
        message = f"the packed log is cut short or damaged: {error}"
        raise DamagedLogError(message) from error
    finally:
        source.detach()


def _rows(source: _Peekable) -> Iterator[bytes]:
    head = source.peek(4)[:4]
    if head.startswith(ARCHIVE_MAGIC):
        yield source.read()
    elif head.startswith(_GZIP):
        with gzip.GzipFile(fileobj=source) as rows:
            yield from rows
    elif head.startswith(_ZSTD):
        decompressor = zstandard.ZstdDecompressor()
        frames = decompressor.stream_reader(source, read_across_frames=True, closefd=False)
        yield from io.BufferedReader(cast("io.RawIOBase", frames))
    else:
        yield from source
