"""Refines a lexical reading with the trained weights: intent probabilities and hints of reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bot.model import Form
from bot.reading.grams import Floats, named
from bot.reading.marks import mark_features
from bot.reading.model import Reading
from bot.reading.weights import INTENTS, Weights, load, text_figures


def refine(reading: Reading, form: Form, weights: Weights | None = None) -> Reading:
    """The reading with calibrated intents (an intent is present from 0.5 on) and hints."""
    weights = weights or load()
    return with_chances(reading, head_chances(reading, form, weights), weights.heads, weights.thresholds)


def with_chances(reading: Reading, chances: Floats, heads: Sequence[str], thresholds: Floats) -> Reading:
    """A reading with the probabilities of the heads, of which the first are the intents."""
    likely = chances[: len(INTENTS)]
    below, above = likely / thresholds, (likely - thresholds) / (1 - thresholds)
    centred = np.where(above < 0, below, 1 + above) / 2  # so that an intent's threshold lies at one half
    intents = dict(zip(INTENTS, centred.tolist(), strict=True))
    return replace(reading, intents=intents, hints=dict(zip(heads, chances.tolist(), strict=True)))


def head_chances(reading: Reading, form: Form, weights: Weights) -> Floats:
    """The probability of every head for one text."""
    features = mark_features(reading.signs, reading.lexical, reading.words, form)
    marks = weights.marks(*named(features, weights.mark_numbers))
    figures = text_figures(reading.plain.text, weights)[: len(weights.heads)] + marks
    chances: Floats = (1 / (1 + np.exp(-figures))).astype(np.float32)
    return chances
