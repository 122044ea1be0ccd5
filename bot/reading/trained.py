"""Refines a lexical reading with the trained weights: intent probabilities and hints of reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bot.model import Form
from bot.reading.grams import Floats, named
from bot.reading.marks import mark_features
from bot.reading.model import Reading
from bot.reading.weights import INTENTS, Weights, load


def refine(reading: Reading, form: Form, weights: Weights | None = None) -> Reading:
    """The reading with calibrated intents (an intent is present from 0.5 on) and hints."""
    weights = weights or load()
    return with_chances(reading, head_chances(reading, form, weights), weights.heads, weights.thresholds)


def with_chances(reading: Reading, chances: Floats, heads: Sequence[str], thresholds: Floats) -> Reading:
    """A reading with the probabilities of the heads, of which the first are the intents."""
    intents = {
        intent: _centred(float(chance), float(threshold))
        for intent, chance, threshold in zip(INTENTS, chances, thresholds, strict=False)
    }
    return replace(reading, intents=intents, hints=dict(zip(heads, map(float, chances), strict=True)))


def head_chances(reading: Reading, form: Form, weights: Weights) -> Floats:
    """The probability of every head for one text."""
    ids, values = weights.vocabulary.vector(reading.plain.text)
    features = mark_features(reading.signs, reading.lexical, reading.words, form)
    marks = named(features, weights.mark_numbers)
    figures = weights.text(ids, values) + weights.marks(*marks) + weights.text.bias
    chances: Floats = (1 / (1 + np.exp(-figures))).astype(np.float32)
    return chances


def _centred(chance: float, threshold: float) -> float:
    """A probability moved so that its threshold lies at one half."""
    if chance >= threshold:
        return 0.5 + 0.5 * (chance - threshold) / (1.0 - threshold)
    return 0.5 * chance / threshold
