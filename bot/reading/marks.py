"""What the lexicon and the shape of a text add to its words, as named features for the trained reader."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model import Form, Intent, Span

WEIGHT = 0.25
"""Of a mark beside the words, so that it does not drown them."""


def mark_features(
    signs: Mapping[str, tuple[Span, ...]], lexical: Mapping[Intent, float], words: int, form: Form
) -> dict[str, float]:
    """Signs, intents by the lexicon, length and form."""
    features = {f"s={sign}": WEIGHT for sign in signs}
    features |= {f"i={intent}": WEIGHT * p for intent, p in lexical.items()}
    features[f"f={form}"] = WEIGHT
    features["length"] = WEIGHT * min(3.0, words / 50)
    if words < 8:
        features["brief"] = WEIGHT
    return features
