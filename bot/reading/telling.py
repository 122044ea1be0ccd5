"""Finds the sentence of a text that speaks most for a reason."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import lru_cache

from bot.model import Reason, Span
from bot.reading.grams import tokens, word_grams
from bot.reading.model import Plain, Reading
from bot.reading.weights import Weights

WHOLE = 12
"""A text of so few words is not cut into sentences."""

_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")


def telling_sentence(reading: Reading, reason: Reason, weights: Weights) -> Span | None:
    """The sentence whose words weigh most for a reason; None for a short text or one sentence, which speaks as a whole."""
    if reading.words <= WHOLE:
        return None
    sentences = _sentences(reading.plain.text)
    if len(sentences) <= 1:
        return None
    known, _ = weights.vocabulary.met(reading.plain.text)
    column = weights.text.table[[number for _, number in known], weights.heads.index(f"r:{reason.value}")]
    said = {gram: weight for (gram, _), weight in zip(known, column.tolist(), strict=True)}
    start, end, _ = max(sentences, key=lambda sentence: _weight(sentence[2], said))
    return _trimmed(reading.plain, start, end)


@lru_cache(maxsize=64)
def _sentences(text: str) -> list[tuple[int, int, list[str]]]:
    """Where the sentences of a text stand, and their words and pairs."""
    matches = [match for match in _SENTENCE.finditer(text) if match.group().count(" ") > 1]
    return [(match.start(), match.end(), word_grams(tokens(match.group()))) for match in matches]


def _weight(grams: list[str], said: Mapping[str, int]) -> float:
    found = [said[gram] for gram in grams if gram in said]
    return sum(found) / math.sqrt(1 + len(found))


def _trimmed(plain: Plain, start: int, end: int) -> Span:
    """A stretch of the folded text without the white space around it, in the original."""
    piece = plain.text[start:end]
    return plain.span(start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip()))
