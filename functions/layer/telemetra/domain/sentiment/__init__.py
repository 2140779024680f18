"""Sentiment of chat messages: emotes first, then the words of the VADER lexicon with its rules.

``score`` says what the sentiment of one message is; ``score_batch`` gives the same integers for a batch, and
``score_tokens`` for a batch that is cut into ``Tokens`` already.
``docs/sentiment.md`` has the rules and the measured figures.
"""

from telemetra.domain.sentiment.batch import emote_numbers, score_batch, score_tokens, word_number
from telemetra.domain.sentiment.emotes import SENTIMENT_UNIT
from telemetra.domain.sentiment.reference import score
from telemetra.domain.sentiment.text import PUNCTUATION
from telemetra.domain.sentiment.tokens import Tokens, cut, tokenise

__all__ = [
    "PUNCTUATION",
    "SENTIMENT_UNIT",
    "Tokens",
    "cut",
    "emote_numbers",
    "score",
    "score_batch",
    "score_tokens",
    "tokenise",
    "word_number",
]
