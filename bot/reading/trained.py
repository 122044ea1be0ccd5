"""Refines a lexical reading with the trained weights: intent probabilities and hints of reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import exp

from bot.model import Form
from bot.reading.grams import named
from bot.reading.marks import mark_features
from bot.reading.model import Reading
from bot.reading.weights import INTENTS, Weights, load, text_figures


def refine(reading: Reading, form: Form, weights: Weights | None = None) -> Reading:
    """The reading with calibrated intents (an intent is present from 0.5 on) and hints."""
    weights = weights or load()
    return with_chances(reading, head_chances(reading, form, weights), weights.heads, weights.thresholds)


def with_chances(
    reading: Reading, chances: Sequence[float], heads: Sequence[str], thresholds: Sequence[float]
) -> Reading:
    """A reading with the probabilities of the heads, of which the first are the intents."""
    intents = {i: _centred(chance, t) for i, chance, t in zip(INTENTS, chances, thresholds, strict=False)}
    return replace(reading, intents=intents, hints=dict(zip(heads, chances, strict=True)))


def head_chances(reading: Reading, form: Form, weights: Weights) -> list[float]:
    """The probability of every head for one text."""
    features = mark_features(reading.signs, reading.lexical, reading.words, form)
    marks = weights.marks(*named(features, weights.mark_numbers))
    figures = text_figures(reading.plain.text, weights)[: len(weights.heads)] + marks
    return [1 / (1 + exp(-figure)) for figure in figures.tolist()]


def _centred(chance: float, threshold: float) -> float:
    """A probability moved so that its threshold lies at one half."""
    if chance >= threshold:
        return 0.5 + 0.5 * (chance - threshold) / (1.0 - threshold)
    return 0.5 * chance / threshold
