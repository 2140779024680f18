"""Sentiment of whole batches of messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from telemetra.domain.sentiment.reference import score


def score_batch(
    texts: Sequence[str], emotes: Sequence[Sequence[str]], additions: Mapping[str, float] | None = None
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Return what ``score`` returns for each message: scores, 0 where there is none, and which there are."""
    found = [score(text, names, additions) for text, names in zip(texts, emotes, strict=True)]
    return (
        np.array([value or 0 for value in found], np.int32),
        np.array([value is not None for value in found], np.bool_),
    )
