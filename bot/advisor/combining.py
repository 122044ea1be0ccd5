"""Puts two judgements together. The local one is the floor for what is grave, and stands wherever it is sure.

A text that is sent to a model can try to talk it into anything; the local judge cannot be talked to. So a model never makes
grave findings softer, moves an unsure verdict by one step at most, and otherwise makes the answer more or less sure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.advisor.opinion import Opinion
from bot.advisor.wary import speaks_to_machines
from bot.judge import AT_MOST, SURE_ENOUGH, missing_question
from bot.model import Case, Finding, Fit, Layer, Reason, Verdict
from bot.reading.model import Reading
from bot.rules import NEVER_SILENCED, Norms
from bot.wording import Wording

SURE = 0.9
"""From this confidence on the local verdict stays, whatever a model thinks; a charter that speaks plainly has just so much."""
DOUBT = 0.7
"""What is left of the confidence when the two disagree."""
OF_ITS_OWN = 0.6
"""Confidence of what a model says of a text that the local judge cannot read."""
UNTRUSTED = frozenset({"disguise", "injection"})
"""Signs of a text that wants to be read wrongly: a model's milder opinion of it counts for nothing."""


def floor(case: Case, verdict: Verdict, fired: Iterable[Finding], reading: Reading) -> Fit:
    """The mildest verdict that is left whatever a model says: confidences, deceit, insults, the charter, disguise."""
    stands = is_sure(verdict) and not is_foreign(reading)
    if stands or UNTRUSTED & reading.signs.keys() or speaks_to_machines(case):
        return verdict.fit
    return min(verdict.fit, max((f.fit for f in (*fired, *verdict.findings) if _is_hard(f)), default=Fit.FITS))


def is_sure(verdict: Verdict) -> bool:
    """Whether the local judge is so sure that its verdict stays."""
    return verdict.confidence >= SURE


def is_foreign(reading: Reading) -> bool:
    """Whether the local judge cannot read the text."""
    return "foreign" in reading.signs


def combine(
    case: Case, reading: Reading, local: Verdict, fired: tuple[Finding, ...], opinion: Opinion, norms: Norms
) -> Verdict:
    """The verdict of both; never milder than the floor."""
    fit = _fit(local, floor(case, local, fired, reading), opinion, reading)
    sure = _confidence(local, fit, opinion, reading)
    findings = _findings(local, fit, opinion, norms.wording) if fit is not Fit.FITS else ()
    return replace(
        local,
        fit=fit,
        reasons=tuple(finding.reason for finding in findings) or (Reason.NONE,),
        confidence=sure,
        findings=findings,
        question=missing_question(case, False, norms) if sure < SURE_ENOUGH else None,
    )


def _is_hard(finding: Finding) -> bool:
    return finding.reason in NEVER_SILENCED or finding.layer is Layer.LOCAL


def _fit(local: Verdict, least: Fit, opinion: Opinion, reading: Reading) -> Fit:
    if is_foreign(reading):
        return max(least, opinion.fit)
    if is_sure(local) or opinion.fit is local.fit:
        return local.fit
    if opinion.fit < local.fit:
        return max(least, Fit(local.fit - 1))
    shown = local.fit is not Fit.FITS or any(objection.span for objection in opinion.objections)
    return Fit(local.fit + 1) if shown else local.fit  # an objection out of thin air makes no fault


def _confidence(local: Verdict, fit: Fit, opinion: Opinion, reading: Reading) -> float:
    if is_foreign(reading):
        return OF_ITS_OWN
    if opinion.fit is local.fit:
        return round(local.confidence + (1 - local.confidence) * opinion.confidence / 2, 3)
    agreed = fit is opinion.fit  # the model's own word, one step from ours
    return round(max(local.confidence * DOUBT, SURE_ENOUGH * agreed), 3)


def _findings(local: Verdict, fit: Fit, opinion: Opinion, words: Wording) -> tuple[Finding, ...]:
    """Local findings first, grave ones before all, then those the model shares; then what the model adds."""
    shared = {objection.reason for objection in opinion.objections}
    ranked = sorted(local.findings, key=lambda f: (not _is_hard(f), f.reason not in shared))
    known = {finding.reason for finding in ranked}
    added = []
    for objection in opinion.objections if opinion.fit is not Fit.FITS else ():
        if objection.reason not in known:
            known.add(objection.reason)
            said = words.reason(objection.reason)
            rule = f"model.{objection.reason.value.replace('_', '-')}"
            spans = (objection.span,) if objection.span else ()
            added.append(
                Finding(
                    rule, Layer.MODEL, objection.reason, Fit.ADJUST, said.say, said.why, said.source, said.advice, spans
                )
            )
    made = (*ranked, *added)[:AT_MOST]
    return tuple(replace(f, fit=fit if not place else min(fit, f.fit)) for place, f in enumerate(made))
