"""Weighs a reading, the rules' findings and the context into probabilities of verdicts and reasons.

The features are named, so that what counts can be read; training uses the same names (bot/reading/train.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from math import exp
from operator import itemgetter

import numpy as np

from bot.history import read_history
from bot.local_charters import LocalCharter
from bot.model import Case, Delivery, Finding, Fit, Form, Habit, Intent, Network, Reason, Relation
from bot.reading.grams import Floats, named
from bot.reading.model import Reading
from bot.reading.weights import REASONS, Weights, text_figures

HINTS = 12
"""The reader's surest hints that are crossed with the context."""
FITS_FROM = 0.5
"""From which probability a case fits."""
AVOID_BELOW = 0.15
"""A case fits only where it is less likely than this to be one to avoid: a pest waved through is worse than a doubt."""
PLAIN = 3
"""The first names of a context are network, way of sending and closeness; signs are crossed with these."""
NAMED = 0.3
"""Weight of a feature that holds."""
CROSSED = 0.5
"""Weight of the crosses beside the words."""
CONTEXTS = 500
"""Contexts whose summed weights are remembered; 4 KB each."""
ALONE = ""
"""The name of no context: a hint by itself."""

_SALES = (Intent.PITCH, Intent.SELF_PROMO, Intent.RECRUIT, Intent.INVITE, Intent.ASK_SUPPORT)
_SUMS = (
    ("asks", itemgetter(*(f"i:{intent}" for intent in Intent if intent.is_ask))),
    ("gives", itemgetter(*(f"i:{intent}" for intent in Intent if intent.is_give))),
    ("sells", itemgetter(*(f"i:{intent}" for intent in _SALES))),
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
        """Fits when that is likely and a pest is not; otherwise the likelier of the other two, for they share the doubt."""
        if self.fits[Fit.FITS] >= FITS_FROM and self.fits[Fit.AVOID] < AVOID_BELOW:
            return Fit.FITS
        return max((Fit.ADJUST, Fit.AVOID), key=lambda fit: self.fits[fit])


@dataclass(frozen=True, slots=True)
class Features:
    """What the second stage looks at: names of the context, further features, and hints that are crossed with the context."""

    context: tuple[str, ...]
    others: dict[str, float]
    hints: dict[str, float]

    def spelled_out(self) -> dict[str, float]:
        """All features by name, as training counts them."""
        crosses = {_cross(hint, name): chance for hint, chance in self.hints.items() for name in (ALONE, *self.context)}
        return dict.fromkeys(self.context, NAMED) | self.others | crosses


def weigh(
    case: Case, reading: Reading, findings: Sequence[Finding], local: LocalCharter | None, weights: Weights
) -> Weighed:
    """What the trained second stage thinks of a case."""
    features = weighing_features(case, reading, findings, local)
    others = weights.weighing(*named(features.others, weights.names))
    figures = (others + _in_context(features, weights) + weights.weighing.bias).tolist()
    words = text_figures(reading.plain.text, weights)[len(weights.heads) :].tolist()
    figures_of_fits = zip(figures, words, weights.lean, strict=False)
    shares = [exp((figure + word) / weights.temperature + lean) for figure, word, lean in figures_of_fits]
    whole = sum(shares)
    return Weighed(
        {fit: share / whole for fit, share in zip(Fit, shares, strict=True)},
        {reason: 1 / (1 + exp(-figure)) for reason, figure in zip(REASONS, figures[len(Fit) :], strict=True)},
    )


def _in_context(features: Features, weights: Weights) -> Floats:
    """What the names of a context say, and the hints alone and crossed with each of them."""
    rows, places = _summed_rows(features.context, weights), _places(weights)
    values = np.array([NAMED, *features.hints.values()], np.float32)
    figures: Floats = values @ rows.take([0, *(places[hint] for hint in features.hints)], axis=0)
    return figures


@cache
def _places(weights: Weights) -> dict[str, int]:
    """The row of each hint and each sum of hints; the first row is the context's own."""
    return {hint: row for row, hint in enumerate((*weights.heads, *(kind for kind, _ in _SUMS)), 1)}


@lru_cache(maxsize=CONTEXTS)
def _summed_rows(context: tuple[str, ...], weights: Weights) -> Floats:
    """The weights of a context's names, and for each hint those of its crosses: summed, for their value is the same."""
    summed: Floats = np.add.reduce([_rows(name, weights) for name in (ALONE, *context)])
    return summed


@lru_cache(maxsize=CONTEXTS)
def _rows(name: str, weights: Weights) -> Floats:
    """The weights of one name, and of its cross with each hint; nought for what training never saw."""
    features = [name, *(_cross(hint, name) for hint in _places(weights))]
    numbers = np.array([weights.names.get(feature, -1) for feature in features])
    rows: Floats = np.where(numbers[:, None] < 0, 0, weights.weighing.table[numbers] * weights.weighing.scale)
    return rows


def _cross(hint: str, name: str) -> str:
    return f"hint:{hint}&{name}" if name else f"hint:{hint}"


def weighing_features(
    case: Case, reading: Reading, findings: Iterable[Finding], local: LocalCharter | None
) -> Features:
    """Context, signs, rules, charter and history by name, and the reader's surest hints."""
    context = _context(case, reading, local)
    others = {f"pair:{name}": NAMED for name in _pairs(case)}
    for finding in findings:
        others[f"rule:{finding.rule}"] = NAMED
        others[f"rules:{finding.reason}"] = NAMED
        others[f"rules={finding.fit.code}"] = NAMED
    for sign in reading.signs:
        others[f"s={sign}"] = NAMED
        for name in context[:PLAIN]:
            others[f"s={sign}&{name}"] = NAMED
    others |= _words_of("c", case.charter) | _words_of("h", _FIGURE.sub(_size, case.history or ""))
    surest = sorted(reading.hints.items(), key=itemgetter(1), reverse=True)[:HINTS]
    hints = {hint: CROSSED * chance for hint, chance in (*surest, *_summed(reading))}
    return Features(context, others, hints)


def _summed(reading: Reading) -> list[tuple[str, float]]:
    """The strongest ask, give and sale of a text, whatever its kind: what give and take and closeness are about."""
    return [(kind, max(of_kind(reading.hints))) for kind, of_kind in _SUMS]


def _context(case: Case, reading: Reading, local: LocalCharter | None) -> tuple[str, ...]:
    """What is known of a case; what is unknown leaves no trace."""
    names = _known(case.network, case.delivery, case.relation, case.form, read_history(case.history).habits)
    if local is None:
        return names
    said = ["charter"]
    if local.here:
        said.append("charter:here")
    if local.allowed(case, reading):
        said.append("charter:allows")
    modes = {f"charter:{clause.mode}" for clause in local.clauses}
    broken = {f"charter:breaks {breach.clause.mode}" for breach in local.breaches(case, reading)}
    return (*names, *said, *sorted(modes), *sorted(broken))


@lru_cache(maxsize=CONTEXTS)
def _known(
    network: Network | None, delivery: Delivery | None, relation: Relation | None, form: Form, habits: frozenset[Habit]
) -> tuple[str, ...]:
    n, d, r = _named("n", network), _named("d", delivery), _named("r", relation)
    pairs = (f"{a}&{b}" for a, b in ((d, r), (n, d), (n, r)) if a and b)
    return (*filter(None, (n, d, r, f"f={form}")), *pairs, *(f"habit={habit}" for habit in sorted(habits)))


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
    if not text:
        return {}
    words = _WORD.findall(text.casefold())
    grams = {*words, *(f"{a} {b}" for a, b in pairwise(words))}
    weight = 0.7 / len(grams) ** 0.5 if grams else 0.0
    return {f"{kind}:{gram}": weight for gram in grams}


def _size(figure: re.Match[str]) -> str:
    """A figure as its size: none, one, few or many."""
    number = int(figure.group()[:6])
    return "none" if number == 0 else "one" if number == 1 else "few" if number < 5 else "many"
