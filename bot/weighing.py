"""Weighs a reading, the rules' findings and the context into probabilities of verdicts and reasons.

The features are named, so that what counts can be read; training uses the same names (bot/reading/train.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from operator import itemgetter

import numpy as np

from bot.history import read_history
from bot.local_charters import LocalCharter
from bot.model import Case, Finding, Fit, Intent, Reason
from bot.reading.grams import Floats, named
from bot.reading.model import Reading
from bot.reading.weights import REASONS, Weights, text_figures

HINTS = 12
"""The reader's surest hints that are crossed with the context."""
FITS_FROM = 0.6
"""From which probability a case fits; a pest waved through is worse than a doubt, which needs a reason anyway."""
PLAIN = 3
"""The first names of a context are network, way of sending and closeness; signs are crossed with these."""
CROSSED = 0.5
"""Weight of the crosses beside the words."""
CONTEXTS = 500
"""Contexts whose summed weights are remembered; 4 KB each."""

_SALES = (Intent.PITCH, Intent.SELF_PROMO, Intent.RECRUIT, Intent.INVITE, Intent.ASK_SUPPORT)
_SUMS = (
    ("asks", tuple(f"i:{intent}" for intent in Intent if intent.is_ask)),
    ("gives", tuple(f"i:{intent}" for intent in Intent if intent.is_give)),
    ("sells", tuple(f"i:{intent}" for intent in _SALES)),
)
_WORD = re.compile(r"#?\w+")
_FIGURE = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Weighed:
    """Probabilities of the three verdicts and of each reason."""

    fits: Mapping[Fit, float]
    reasons: Mapping[Reason, float]

    @property
    def fit(self) -> Fit:
        """Fits when that is likely enough; otherwise the likelier of the other two, for they share the doubt."""
        if self.fits[Fit.FITS] >= FITS_FROM:
            return Fit.FITS
        return max((Fit.ADJUST, Fit.AVOID), key=lambda fit: self.fits[fit])


@dataclass(frozen=True, slots=True)
class Features:
    """What the second stage looks at: named features, and hints of which each is crossed with every name of the context."""

    named: dict[str, float]
    hints: dict[str, float]
    context: tuple[str, ...]

    def spelled_out(self) -> dict[str, float]:
        """All features by name, as training counts them."""
        tails = ("", *(f"&{name}" for name in self.context))
        crosses = {f"hint:{hint}{tail}": chance for hint, chance in self.hints.items() for tail in tails}
        return self.named | crosses


def weigh(
    case: Case, reading: Reading, findings: Sequence[Finding], local: LocalCharter | None, weights: Weights
) -> Weighed:
    """What the trained second stage thinks of a case."""
    features = weighing_features(case, reading, findings, local)
    figures = weights.weighing(*named(features.named, weights.names)) + weights.weighing.bias
    figures += _of_hints(features, weights)
    verdicts = figures[: len(Fit)] + text_figures(reading.plain.text, weights)[len(weights.heads) :]
    verdicts = verdicts / weights.temperature + weights.lean
    shares = np.exp(verdicts - verdicts.max())
    shares /= shares.sum()
    chances = 1 / (1 + np.exp(-figures[len(Fit) :]))
    return Weighed(
        dict(zip(Fit, shares.tolist(), strict=True)),
        dict(zip(REASONS, chances.tolist(), strict=True)),
    )


def _of_hints(features: Features, weights: Weights) -> Floats:
    """What the hints and their crosses with the context say: each hint's weights are summed over the context once."""
    rows = _crossed(features.context, weights)
    places = _places(weights)
    chances = np.array(list(features.hints.values()), np.float32)
    figures: Floats = chances @ rows.take([places[hint] for hint in features.hints], axis=0)
    return figures


@cache
def _places(weights: Weights) -> dict[str, int]:
    """A row for each hint and each sum of hints."""
    return {hint: row for row, hint in enumerate((*weights.heads, *(kind for kind, _ in _SUMS)))}


@lru_cache(maxsize=CONTEXTS)
def _crossed(context: tuple[str, ...], weights: Weights) -> Floats:
    """A row for each hint: its weights alone and beside every name of the context, summed."""
    return np.add.reduce([_beside("", weights), *(_beside(f"&{name}", weights) for name in context)])


@lru_cache(maxsize=CONTEXTS)
def _beside(tail: str, weights: Weights) -> Floats:
    """A row for each hint: its weights beside one name of a context, nought where training saw none."""
    layer = weights.weighing
    rows = [weights.names.get(f"hint:{hint}{tail}") for hint in _places(weights)]
    return np.stack([layer.table[row] * layer.scale if row is not None else 0 * layer.scale for row in rows])


def weighing_features(
    case: Case, reading: Reading, findings: Iterable[Finding], local: LocalCharter | None
) -> Features:
    """Context, signs, rules, charter and history by name, and the reader's hints to be crossed with the context."""
    context = _context(case, reading, local)
    features = {name: 0.3 for name in context}
    features |= {f"pair:{name}": 0.3 for name in _pairs(case)}
    for finding in findings:
        features[f"rule:{finding.rule}"] = 0.3
        features[f"rules:{finding.reason}"] = 0.3
        features[f"rules={finding.fit.code}"] = 0.3
    for sign in reading.signs:
        features[f"s={sign}"] = 0.3
        for name in context[:PLAIN]:
            features[f"s={sign}&{name}"] = 0.3
    features |= _words_of("c", case.charter) | _words_of("h", _FIGURE.sub(_size, case.history or ""))
    surest = sorted(reading.hints.items(), key=itemgetter(1), reverse=True)[:HINTS]
    hints = {hint: CROSSED * chance for hint, chance in (*surest, *_summed(reading))}
    return Features(features, hints, tuple(context))


def _summed(reading: Reading) -> list[tuple[str, float]]:
    """The strongest ask, give and sale of a text, whatever its kind: what give and take and closeness are about."""
    hints = reading.hints
    return [(kind, max([hints.get(head, 0.0) for head in names])) for kind, names in _SUMS]


def _context(case: Case, reading: Reading, local: LocalCharter | None) -> list[str]:
    """What is known of a case; what is unknown leaves no trace."""
    network, delivery, relation = _named("n", case.network), _named("d", case.delivery), _named("r", case.relation)
    names = [name for name in (network, delivery, relation, f"f={case.form}") if name]
    names += [f"{a}&{b}" for a, b in ((delivery, relation), (network, delivery), (network, relation)) if a and b]
    names += [f"habit={habit}" for habit in sorted(read_history(case.history).habits)]
    if local is None:
        return names
    names.append("charter")
    if local.here:
        names.append("charter:here")
    if local.allowed(case, reading):
        names.append("charter:allows")
    modes = {f"charter:{clause.mode}" for clause in local.clauses}
    broken = {f"charter:breaks {breach.clause.mode}" for breach in local.breaches(case, reading)}
    return names + sorted(modes) + sorted(broken)


def _named(kind: str, code: str | None) -> str:
    return f"{kind}={code}" if code else ""


def _pairs(case: Case) -> list[str]:
    purpose, network, delivery = _named("p", case.purpose), _named("n", case.network), _named("d", case.delivery)
    pairs = [
        purpose,
        f"{purpose}&{network}" if purpose and network else "",
        f"{delivery}&f={case.form}" if delivery else "",
    ]
    return [pair for pair in pairs if pair]


def _words_of(kind: str, text: str | None) -> dict[str, float]:
    """Words and pairs of a charter or history; together they weigh what one text weighs."""
    words = _WORD.findall((text or "").casefold())
    grams = {*words, *(f"{a} {b}" for a, b in pairwise(words))}
    weight = 0.7 / len(grams) ** 0.5 if grams else 0.0
    return {f"{kind}:{gram}": weight for gram in grams}


def _size(figure: re.Match[str]) -> str:
    """A figure as its size: none, one, few or many."""
    number = int(figure.group()[:6])
    return "none" if number == 0 else "one" if number == 1 else "few" if number < 5 else "many"
