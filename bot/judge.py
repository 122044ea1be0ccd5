"""Judges a case: rules, local charter and what training learned give a verdict with findings a person can read.

Pure: no clock, no disk, no network.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.local_charters import read_charter
from bot.model import Case, Delivery, Finding, Fit, Intent, Layer, Network, Question, Reason, Relation, Verdict
from bot.reading.model import Reading
from bot.reading.telling import telling_sentence
from bot.reading.weights import Weights
from bot.rules import NEVER_SILENCED, Norms, allowances, rule_findings
from bot.weighing import Weighed, weigh

AT_MOST = 3
"""Reasons given at most (rubric: up to three reasons)."""
INTENT_PRESENT = 0.55
"""An intent is named from this probability on."""
INTENT_LIKELY = 0.2
"""Where no intent is that sure, the likeliest is named from this probability on: nearly every text does something."""
REASON_PRESENT = 0.35
"""A further reason is given from this probability on; the first one always."""
REASON_NEEDED = 0.3
"""Without a rule that fired, some reason must be at least so likely; a doubt that can name none is kept quiet."""
RULE_COUNTS = 0.25
"""What a rule that fired adds to the probability of its reason."""
PLAINLY = 0.9
"""Confidence where a local charter plainly forbids or welcomes what a message plainly is."""
BY_RULES = 0.6
"""Confidence of the rules alone, which know no probability."""
SURE_ENOUGH = 0.5
"""Below this confidence the one missing thing is asked instead of judging."""
WITHOUT_NETWORK = 0.45
"""Confidence at most while the network is unknown: the question is whether it suits one."""


def judge(case: Case, reading: Reading, norms: Norms, weights: Weights, version: str = "") -> Verdict:
    """The verdict on a case; findings come with the weightiest reason first."""
    verdict = _judge(case, reading, norms, weights, version)
    if case.charter and _guessed(verdict):
        return _judge(replace(case, charter=None), reading, norms, weights, version)
    return verdict


def _guessed(verdict: Verdict) -> bool:
    """Whether a verdict rests on a doubt that some sentence of a charter is broken, and can name none of them."""
    presumed = any(f.reason is Reason.CHARTER_VIOLATION and f.layer is Layer.READING for f in verdict.findings[:1])
    return presumed and verdict.confidence < SURE_ENOUGH


def _judge(case: Case, reading: Reading, norms: Norms, weights: Weights, version: str) -> Verdict:
    local = read_charter(case.charter) if case.charter else None
    if local:  # what speaks of other things changes nothing
        near = local.concerning(case, reading)
        if near != local:
            case, local = replace(case, charter=near.text if near.clauses else None), near if near.clauses else None
    found = rule_findings(case, reading, norms, local)
    weighed = weigh(case, reading, found, local, weights)
    fit = weighed.fit
    findings = _findings(case, reading, fit, found, weighed, norms, weights) if fit is not Fit.FITS else ()
    if not found and max(weighed.reasons.values()) < REASON_NEEDED:
        fit, findings = Fit.FITS, ()
    if findings and not found and allowances(case, reading, norms).issuperset(f.reason for f in findings):
        fit, findings = Fit.FITS, ()
    floor, welcome = local.plainly(case, reading) if local else (Fit.FITS, False)
    if welcome and findings and findings[0].reason not in NEVER_SILENCED:
        return _verdict(case, reading, Fit.FITS, (), PLAINLY, norms, version)
    if floor and floor >= fit:
        return _verdict(case, reading, floor, _by_charter(floor, found, findings), PLAINLY, norms, version)
    return _verdict(case, reading, fit, findings, weighed.fits[fit], norms, version)


def _by_charter(floor: Fit, found: tuple[Finding, ...], findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """What a charter plainly forbids, before everything else: it can't be argued away."""
    charter = next(finding for finding in found if finding.layer is Layer.LOCAL)
    others = tuple(finding for finding in findings if finding.reason is not Reason.CHARTER_VIOLATION)
    return (replace(charter, fit=floor), *others)[:AT_MOST]


def judge_by_rules(case: Case, reading: Reading, norms: Norms, version: str = "") -> Verdict:
    """The verdict of the rules alone, without what training learned."""
    local = read_charter(case.charter) if case.charter else None
    findings = rule_findings(case, reading, norms, local)[:AT_MOST]
    fit = max((finding.fit for finding in findings), default=Fit.FITS)
    return _verdict(case, reading, fit, findings, BY_RULES, norms, version)


def _verdict(
    case: Case, reading: Reading, fit: Fit, findings: tuple[Finding, ...], share: float, norms: Norms, version: str
) -> Verdict:
    unread = "foreign" in reading.signs or ("empty" in reading.signs and fit is Fit.FITS)
    sure = round(min(share, WITHOUT_NETWORK if case.network is None or unread else 1.0), 3)
    return Verdict(
        fit=fit,
        reasons=tuple(finding.reason for finding in findings) or (Reason.NONE,),
        intents=_intents(reading),
        confidence=sure,
        findings=findings,
        question=missing_question(case, unread, norms) if sure < SURE_ENOUGH else None,
        version=version,
    )


def _intents(reading: Reading) -> tuple[Intent, ...]:
    """The intents seen, surest first; where none is sure, the likeliest that is not far from it."""
    ranked = sorted((-chance, intent) for intent, chance in reading.intents.items())
    seen = tuple(intent for chance, intent in ranked if -chance >= INTENT_PRESENT)
    return seen or tuple(intent for chance, intent in ranked[:1] if -chance >= INTENT_LIKELY)


def _findings(
    case: Case, reading: Reading, fit: Fit, found: tuple[Finding, ...], weighed: Weighed, norms: Norms, weights: Weights
) -> tuple[Finding, ...]:
    """One finding a reason: the rule's where one fired, else one in the general words of the reason."""
    by_rule = {finding.reason: finding for finding in found}
    chances = {
        reason: chance + (RULE_COUNTS if reason in by_rule else 0.0)
        for reason, chance in weighed.reasons.items()
        if case.charter or reason is not Reason.CHARTER_VIOLATION
    }
    ranked = sorted(chances, key=lambda reason: (-chances[reason], reason))
    chosen = [reason for place, reason in enumerate(ranked[:AT_MOST]) if not place or chances[reason] >= REASON_PRESENT]
    made = [by_rule.get(reason) or _of_reading(reading, reason, norms, weights) for reason in chosen]
    return tuple(_as_grave(finding, min(fit, finding.fit) if place else fit) for place, finding in enumerate(made))


def _as_grave(finding: Finding, fit: Fit) -> Finding:
    return finding if finding.fit is fit else replace(finding, fit=fit)


def _of_reading(reading: Reading, reason: Reason, norms: Norms, weights: Weights) -> Finding:
    """A finding that rests on the reading, with the sentence that told most."""
    words = norms.wording.reason(reason)
    span = telling_sentence(reading, reason, weights)
    return Finding(
        f"reading.{reason.value.replace('_', '-')}",
        Layer.READING,
        reason,
        Fit.ADJUST,
        words.say,
        words.why,
        words.source,
        words.advice,
        (span,) if span else (),
    )


def without(verdict: Verdict, reasons: frozenset[Reason]) -> Verdict:
    """The verdict where these reasons are not minded: as grave as what is left of its findings."""
    left = tuple(finding for finding in verdict.findings if finding.reason not in reasons)
    if len(left) == len(verdict.findings):
        return verdict
    fit = max((finding.fit for finding in left), default=Fit.FITS)
    return replace(verdict, fit=fit, findings=left, reasons=tuple(f.reason for f in left) or (Reason.NONE,))


def missing_question(case: Case, unread: bool, norms: Norms) -> Question | None:
    """The one thing that would help most, when it is not known."""
    if unread:
        return Question(norms.wording.questions["words"], "text", ())
    if case.network is None:
        return Question(norms.wording.questions["network"], "network", tuple(n.value for n in Network))
    if case.relation is None and case.delivery is not Delivery.POST:
        return Question(norms.wording.questions["relation"], "relation", tuple(r.value for r in Relation))
    if case.delivery is None:
        return Question(norms.wording.questions["delivery"], "delivery", tuple(d.value for d in Delivery))
    return None


def across(case: Case, networks: Iterable[tuple[Network, Delivery]]) -> tuple[Case, ...]:
    """The same case on other networks and ways of sending; a local charter stays where it belongs."""
    return tuple(replace(case, network=n, delivery=d, charter=None) for n, d in networks)
