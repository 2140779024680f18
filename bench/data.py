"""Fetch the public evaluation sets: ``python -m bench.data [--into data]``.

``data_sources.json`` names each file by repository, commit and SHA-256. What is there and right stays; what
broke off goes on where it stopped; nothing unverified gets its name. The sets keep their own licences
(``LICENSES/``).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx

from bench.console import leave
from bench.convert import CONVERSIONS

SOURCES: Final = Path(__file__).with_name("data_sources.json")

_ATTEMPTS: Final = 3
_TIMEOUT_S: Final = 30.0


class DataError(RuntimeError):
    """A file cannot be had; the message names it, and what to do."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file.

    Attributes:
        path: where it goes, below the folder.
        address: where it is.
        sha256: of the file as it is kept.
        raw_sha256: of the file as it is fetched; None when it is kept as it is.
        convert: name of the conversion between the two.
        options: of the conversion.
    """

    path: str
    address: str
    sha256: str
    raw_sha256: str | None = None
    convert: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


def read_sources(path: Path) -> list[Source]:
    """Read a manifest; raises ``DataError`` when it is not one."""
    try:
        manifest = json.loads(path.read_bytes())
        return [
            Source(
                path=_below(entry["path"]),
                address=f"{manifest['base']}/{entry['url']}",
                sha256=entry["sha256"],
                raw_sha256=entry.get("raw_sha256"),
                convert=entry.get("convert"),
                options=entry.get("options", {}),
            )
            for entry in manifest["files"]
        ]
    except OSError as error:
        msg = f"{path}: {error.strerror}"
        raise DataError(msg) from error
    except (ValueError, KeyError, TypeError) as error:
        msg = f"{path} is no list of sources: {type(error).__name__} {error}"
        raise DataError(msg) from error


def obtain(source: Source, folder: Path, client: httpx.Client) -> bool:
    """Make sure that a file is there and right; return whether it had to be fetched.

    Raises:
        DataError: it cannot be fetched, or is not what it should be. What was fetched so far stays for the
            next attempt, unless it is wrong.
    """
    target = folder / source.path
    if target.is_file() and _sha256(target.read_bytes()) == source.sha256:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    wanted = source.raw_sha256 or source.sha256
    raw = _fetched(source.address, part, wanted, client)
    kept = raw
    if source.convert:
        kept = CONVERSIONS[source.convert](raw, source.options)
        if (found := _sha256(kept)) != source.sha256:
            msg = f"{source.path}: made of {source.address} it has SHA-256 {found}, not {source.sha256}"
            raise DataError(msg)
    part.write_bytes(kept)
    part.replace(target)
    return True


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch everything, say what was done, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.data", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--into", type=Path, default=Path("data"), metavar="FOLDER", help="where to (data)")
    parser.add_argument("--sources", type=Path, default=SOURCES, metavar="FILE", help="the manifest")
    chosen = parser.parse_args(arguments)
    fetched, failed = 0, 0
    try:
        sources = read_sources(chosen.sources)
    except DataError as error:
        print(f"data: {error}", file=sys.stderr)
        return 1
    with httpx.Client(follow_redirects=True, timeout=_TIMEOUT_S) as client:
        for source in sources:
            try:
                fetched += obtain(source, chosen.into, client)
            except DataError as error:
                failed += 1
                print(f"data: {error}", file=sys.stderr)
    there = len(sources) - failed
    print(f"{there} of {len(sources)} files are in {chosen.into} and verified, {fetched} of them new")
    if failed:
        print("data: run it again to go on where it stopped", file=sys.stderr)
    return 1 if failed else 0


def _fetched(address: str, part: Path, sha256: str, client: httpx.Client) -> bytes:
    """Return a verified file, continuing what is in ``part``."""
    for attempt in range(_ATTEMPTS):
        try:
            _continue(address, part, client)
            break
        except httpx.HTTPStatusError as error:
            msg = f"{address}: {error.response.status_code} {error.response.reason_phrase}"
            raise DataError(msg) from error
        except httpx.HTTPError as error:
            if attempt == _ATTEMPTS - 1:
                msg = f"{address}: {str(error) or type(error).__name__}; is this machine online?"
                raise DataError(msg) from error
    raw = part.read_bytes()
    if (found := _sha256(raw)) != sha256:
        part.unlink()
        msg = f"{address} has SHA-256 {found}, not {sha256}; it was thrown away"
        raise DataError(msg)
    return raw


def _continue(address: str, part: Path, client: httpx.Client) -> None:
    """Fetch what is missing in ``part``; raises ``httpx.HTTPError``, with what came before it kept."""
    held = part.stat().st_size if part.is_file() else 0
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={held}-"} if held else {})
    with client.stream("GET", address, headers=headers) as response:
        if held and response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            return
        response.raise_for_status()
        resumed = response.status_code == httpx.codes.PARTIAL_CONTENT
        with part.open("ab" if resumed else "wb") as file:
            for chunk in response.iter_bytes():
                file.write(chunk)


def _below(path: str) -> str:
    """Return a path that stays inside its folder; raises ``ValueError`` for another."""
    if Path(path).is_absolute() or ".." in Path(path).parts:
        msg = f"{path!r} leads out of the folder"
        raise ValueError(msg)
    return path


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


if __name__ == "__main__":
    leave(main)
