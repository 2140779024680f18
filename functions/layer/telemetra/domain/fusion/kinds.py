"""What kind of moment it is: rules as data, read from the top; the first that fits names the moment.

What has a plain cause comes first, so that a raid or a poll is named as such and never as hype.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from telemetra.domain.fusion.picture import Picture
from telemetra.domain.moment import MomentType


class Bound(NamedTuple):
    """A feature of ``Picture`` and the range ``[least, most]`` it must lie in."""

    feature: str
    least: float = float("-inf")
    most: float = float("inf")

    def holds(self, picture: Picture) -> bool:
        """Say whether the picture's feature lies in the range."""
        value: float = getattr(picture, self.feature)
        return self.least <= value <= self.most


class Kind(NamedTuple):
    """A type of moment and what must hold of its picture, all of it."""

    type: MomentType
    bounds: tuple[Bound, ...]


KINDS: Final = (
    Kind(MomentType.OUTAGE, (Bound("silent", 1),)),
    Kind(MomentType.LULL, (Bound("lacking", 1),)),
    Kind(MomentType.VIEWER_DROP, (Bound("drop", 0.01),)),
    Kind(MomentType.RAID, (Bound("raid", 0.15),)),
    Kind(MomentType.SUB_BOMB, (Bound("gifts", 1),)),
    Kind(MomentType.RAID, (Bound("step", 0.1), Bound("rate", 1.5))),
    Kind(MomentType.POLL, (Bound("votes", 0.3), Bound("longer", most=0.85))),
    Kind(MomentType.COPYPASTA, (Bound("repeated", 0.15), Bound("length", 30), Bound("longer", 1.4))),
    Kind(MomentType.OUTRAGE, (Bound("upset", 0.8), Bound("laughter", most=0.2))),
    Kind(MomentType.LAUGHTER, (Bound("laughter", 0.12),)),
    Kind(MomentType.HYPE, ()),
)
"""Every rule, the one that wins first; the last one takes whatever is left."""


def kind_of(picture: Picture) -> MomentType:
    """Return the type of the first rule that fits."""
    return next(kind.type for kind in KINDS if all(bound.holds(picture) for bound in kind.bounds))
