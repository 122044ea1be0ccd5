"""Scores verdicts against labels: agreement, kappas, recalls, false alarms, intents and first reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.model import Fit, Verdict


@dataclass(frozen=True, slots=True)
class Labelled:
    """A labelled case and what the judge said of it."""

    fit: Fit
    reasons: frozenset[str]
    intents: frozenset[str]
    said: Verdict
    name: str = ""
    """The case's id."""
    group: str = ""
    """What its row in a breakdown is called, such as the network."""
    contrast: str = ""
    """The contrast set it belongs to, if any."""
    paraphrase: str = ""
    """The group of texts that say the same in other words, if any."""


def score(rows: Sequence[Labelled]) -> dict[str, float]:
    """The figures by name: counts as whole numbers, the rest as shares from 0 to 1 (kappas from -1)."""
    pairs = [(row.fit, row.said.fit) for row in rows]
    figures: dict[str, float] = {
        "cases": len(rows),
        "accuracy": _share([gold == said for gold, said in pairs]),
        "kappa": _kappa(pairs, lambda a, b: float(a != b)),
        "kappa_quadratic": _kappa(pairs, lambda a, b: float((a - b) ** 2)),
    }
    for fit in Fit:
        figures[f"recall_{fit.code}"] = _share([said is fit for gold, said in pairs if gold is fit])
    figures["false_alarms"] = _share([said is not Fit.FITS for gold, said in pairs if gold is Fit.FITS])
    figures["avoid_waved_through"] = _share([said is Fit.FITS for gold, said in pairs if gold is Fit.AVOID])
    figures["intent_f1"] = _intent_f1(rows)
    faulted = [row for row in rows if row.fit is not Fit.FITS and row.said.fit is not Fit.FITS]
    figures["first_reason_right"] = _share([row.said.reasons[0].value in row.reasons for row in faulted])
    return figures


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits) if hits else 0.0


def _kappa(pairs: Sequence[tuple[Fit, Fit]], weight: Callable[[Fit, Fit], float]) -> float:
    """Cohen's kappa under a weight for each kind of disagreement."""
    gold, said = Counter(g for g, _ in pairs), Counter(s for _, s in pairs)
    seen = sum(weight(g, s) for g, s in pairs)
    chance = sum(weight(g, s) * gold[g] * said[s] / len(pairs) for g in Fit for s in Fit)
    return 1 - seen / chance if chance else 0.0


def _intent_f1(rows: Sequence[Labelled]) -> float:
    """Micro F1 over all intents."""
    said = [frozenset(intent.value for intent in row.said.intents) for row in rows]
    both = sum(len(row.intents & intents) for row, intents in zip(rows, said, strict=True))
    total = sum(len(row.intents) + len(intents) for row, intents in zip(rows, said, strict=True))
    return 2 * both / total if total else 0.0


def confusion(rows: Sequence[Labelled]) -> dict[tuple[Fit, Fit], int]:
    """How often each labelled verdict got each answer: (labelled, said) -> cases."""
    return dict(Counter((row.fit, row.said.fit) for row in rows))


def calibration_error(rows: Sequence[Labelled], bins: int = 10) -> float:
    """Expected calibration error: how far the confidences are from the share of right answers, 0 is perfect."""
    by_bin: dict[int, list[Labelled]] = {}
    for row in rows:
        by_bin.setdefault(min(bins - 1, int(row.said.confidence * bins)), []).append(row)
    gaps = (
        len(part) * abs(_share([r.fit is r.said.fit for r in part]) - sum(r.said.confidence for r in part) / len(part))
        for part in by_bin.values()
    )
    return sum(gaps) / len(rows) if rows else 0.0


def coverage(rows: Sequence[Labelled], sure: float) -> tuple[float, float]:
    """The share of cases answered when only confidences of at least `sure` count, and how many of those are right."""
    answered = [row for row in rows if row.said.confidence >= sure]
    return (len(answered) / len(rows) if rows else 0.0), _share([row.fit is row.said.fit for row in answered])


def contrast_right(rows: Sequence[Labelled]) -> float | None:
    """The share of contrast sets that are right in every context; None when there are none."""
    sets: dict[str, bool] = {}
    for row in rows:
        if row.contrast:
            sets[row.contrast] = sets.get(row.contrast, True) and row.fit is row.said.fit
    return _share(list(sets.values())) if sets else None


def paraphrases_kept(rows: Sequence[Labelled]) -> float | None:
    """The share of groups that say the same in other words and all get one verdict; None when there are none."""
    groups: dict[str, set[Fit]] = {}
    for row in rows:
        if row.paraphrase:
            groups.setdefault(row.paraphrase, set()).add(row.said.fit)
    return _share([len(fits) == 1 for fits in groups.values()]) if groups else None


def reason_rows(rows: Sequence[Labelled]) -> dict[str, tuple[int, float]]:
    """For each labelled reason: in how many faulted cases it stands, and the share in which it was among those given."""
    seen: dict[str, list[bool]] = {}
    for row in rows:
        for reason in row.reasons - {"none"}:
            seen.setdefault(reason, []).append(reason in {r.value for r in row.said.reasons})
    return {reason: (len(hits), _share(hits)) for reason, hits in sorted(seen.items())}


def worst(rows: Sequence[Labelled], most: int = 10) -> list[Labelled]:
    """The errors farthest from the label, the most confident first."""
    wrong = [row for row in rows if row.fit is not row.said.fit]
    return sorted(wrong, key=lambda row: (-abs(row.fit - row.said.fit), -row.said.confidence))[:most]
