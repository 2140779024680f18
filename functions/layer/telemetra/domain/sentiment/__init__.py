"""Sentiment of chat messages: emotes first, then the words of the VADER lexicon with its rules.

``score`` says what the sentiment of one message is; ``score_batch`` gives the same integers for a batch.
``docs/sentiment.md`` has the rules and the measured figures.
"""

from telemetra.domain.sentiment.batch import score_batch
from telemetra.domain.sentiment.emotes import SENTIMENT_UNIT
from telemetra.domain.sentiment.reference import score

__all__ = ["SENTIMENT_UNIT", "score", "score_batch"]
