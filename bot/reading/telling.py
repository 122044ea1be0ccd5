"""Finds the sentence of a text that speaks most for a reason."""

from __future__ import annotations

import math
import re

from bot.model import Reason, Span
from bot.reading.model import Plain, Reading
from bot.reading.weights import Weights

WHOLE = 12
"""A text of so few words is not cut into sentences."""

_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")


def telling_sentence(reading: Reading, reason: Reason, weights: Weights) -> Span | None:
    """The sentence whose words weigh most for a reason; None for a short text or one sentence, which speaks as a whole."""
    if reading.words <= WHOLE:
        return None
    text = reading.plain.text
    sentences = [match for match in _SENTENCE.finditer(text) if match.group().count(" ") > 1]
    if len(sentences) <= 1:
        return None
    column = weights.heads.index(f"r:{reason.value}")
    most = max(sentences, key=lambda match: _weight(match.group(), column, weights))
    return _trimmed(reading.plain, most.start(), most.end())


def _weight(sentence: str, column: int, weights: Weights) -> float:
    numbers = weights.vocabulary.word_numbers(sentence)
    return float(weights.text.table[numbers, column].sum()) / math.sqrt(1 + len(numbers))


def _trimmed(plain: Plain, start: int, end: int) -> Span:
    """A stretch of the folded text without the white space around it, in the original."""
    piece = plain.text[start:end]
    return plain.span(start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip()))
