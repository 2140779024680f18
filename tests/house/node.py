"""Which Node versions an `engines` range of npm admits."""

from __future__ import annotations

import re

Version = tuple[int, int, int]


def admits(ranges: str, version: str) -> bool:
    """Say whether `version` satisfies one of the alternatives, such as `^18.0.0 || >= 20`.

    Example:
        >>> [admits("^18.2 || >=20.9", version) for version in ("18.1.0", "18.2.0", "20.19.0")]
        [False, True, True]
        >>> [admits("20 || 22.x", version) for version in ("20.19.0", "21.0.0", "22.1.0")]
        [True, False, True]
        >>> [admits("*", "20.19.0"), admits(">=18 <20", "20.19.0"), admits("~20.18.1", "20.19.0")]
        [True, False, False]
    """
    return any(_all(alternative, _version(version)[0]) for alternative in ranges.split("||"))


def _all(alternative: str, version: Version) -> bool:
    return all(
        _one(operator, bound, version)
        for operator, bound in re.findall(r"([<>=^~]*)\s*v?([\dx*.]+)", alternative)
    )


def _one(operator: str, text: str, version: Version) -> bool:
    bound, given = _version(text)
    if operator == ">=":
        return version >= bound
    if operator == "<":
        return version < bound
    if operator == ">":
        return version > bound
    if operator == "<=":
        return version <= bound
    same = {"^": 1, "~": min(2, given)}.get(operator, given)
    return version[:same] == bound[:same] and version >= bound


def _version(text: str) -> tuple[Version, int]:
    """Return the version with zeros for what is open, and how many of its parts are given."""
    parts = [int(part) for part in text.split(".") if part.isdigit()]
    major, minor, patch = (*parts, 0, 0, 0)[:3]
    return (major, minor, patch), len(parts)
