"""Judges a case: rules and local charter over a reading give a verdict with findings. Pure: no clock, no disk, no network."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.charters import Charter, Rule
from bot.history import read_history
from bot.local_charters import Breach, LocalCharter, Mode, read_charter
from bot.model import (
    Case,
    Delivery,
    Finding,
    Fit,
    Intent,
    Layer,
    Network,
    Question,
    Reading,
    Reason,
    Relation,
    Span,
    Verdict,
)
from bot.wording import Wording

AT_MOST = 3
"""Reasons given at most (rubric: up to three reasons)."""
INTENT_PRESENT = 0.5
"""An intent is named from this probability on."""
SURE_ENOUGH = 0.5
"""Below this confidence the one missing thing is asked instead of judging."""

_LAYER_RANK = {Layer.LOCAL: 0, Layer.NETWORK: 1, Layer.READING: 2, Layer.UNIVERSAL: 3}
# A local charter can welcome what custom minds, but not what harms others (rubric, principles 9 and 10).
_NEVER_SILENCED = frozenset({Reason.CONFIDENTIAL, Reason.DECEPTIVE, Reason.HOSTILE})


@dataclass(frozen=True, slots=True)
class Norms:
    """The norms a case is held against: universal rules, the network's charter and the words of reasons."""

    universal: Charter
    network: Charter | None
    wording: Wording


def judge(case: Case, reading: Reading, norms: Norms, version: str = "") -> Verdict:
    """The verdict on a case by rules alone; findings come gravest first."""
    local = read_charter(case.charter) if case.charter else None
    findings = _findings(case, reading, norms, local)
    fit = max((finding.fit for finding in findings), default=Fit.FITS)
    reasons = tuple(dict.fromkeys(finding.reason for finding in findings))[:AT_MOST] or (Reason.NONE,)
    sure = _confidence(case, reading, fit)
    return Verdict(
        fit=fit,
        reasons=reasons,
        intents=_intents(reading),
        confidence=sure,
        findings=findings[:AT_MOST],
        question=_question(case, norms) if sure < SURE_ENOUGH else None,
        version=version,
    )


def _intents(reading: Reading) -> tuple[Intent, ...]:
    """The intents seen, surest first."""
    seen = [(-p, intent) for intent, p in reading.intents.items() if p >= INTENT_PRESENT]
    return tuple(intent for _, intent in sorted(seen))


def _findings(case: Case, reading: Reading, norms: Norms, local: LocalCharter | None) -> tuple[Finding, ...]:
    """All findings after precedence: local over network over universal."""
    habits = read_history(case.history).habits
    charters = [norms.universal] + ([norms.network] if norms.network else [])
    fired = [rule for charter in charters for rule in charter.rules if rule.when.holds(case, reading, habits)]
    silenced = {reason for rule in fired for reason in rule.silences}
    if local and local.allowed(case, reading):
        silenced |= set(Reason) - _NEVER_SILENCED - {Reason.CHARTER_VIOLATION}
    found = [_of_rule(rule, reading) for rule in fired if rule.fit is not Fit.FITS and rule.reason not in silenced]
    if local:
        found += [_of_breach(breach, norms.wording) for breach in local.breaches(case, reading)]
    return _ordered(found)


def _ordered(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Gravest first, nearer layers before farther ones, one finding a reason."""
    ranked = sorted(found, key=lambda f: (-f.fit, _LAYER_RANK[f.layer], f.rule))
    first: dict[Reason, Finding] = {}
    for finding in ranked:
        first.setdefault(finding.reason, finding)
    return tuple(first.values())


def _of_rule(rule: Rule, reading: Reading) -> Finding:
    named = (*rule.when.signs, *rule.when.all_signs)
    spans: tuple[Span, ...] = tuple(span for sign in named for span in reading.signs.get(sign, ()))
    if not spans:
        meant = (*rule.when.all_intents, *rule.when.intents)
        spans = tuple(reading.evidence[intent] for intent in meant if intent in reading.evidence)
    return Finding(rule.id, rule.layer, rule.reason, rule.fit, rule.say, rule.why, rule.source, rule.advice, spans[:2])


def _of_breach(breach: Breach, wording: Wording) -> Finding:
    clause = breach.clause
    words = wording.reason(Reason.CHARTER_VIOLATION)
    if breach.missing:
        say, advice = f"The charter asks for {breach.missing}.", f"Add {breach.missing} before you send it."
    elif clause.mode is Mode.ONLY_IN or clause.places:
        where = " or ".join(clause.places)
        say = f"The charter gives this a place of its own{': ' + where if where else ''}."
        advice = f"Take it to {where}." if where else "Take it where the charter says."
    else:
        say, advice = "The charter asks members not to send this here.", words.advice
    return Finding(
        f"local.{clause.mode.value.replace(' ', '-')}",
        Layer.LOCAL,
        Reason.CHARTER_VIOLATION,
        breach.fit,
        say,
        f"It says: “{clause.sentence}”",
        "This community's own charter",
        advice,
    )


def _confidence(case: Case, reading: Reading, fit: Fit) -> float:
    """How sure the rules are, 0..1: less with little text and with unknown context."""
    known = sum(value is not None for value in (case.network, case.delivery, case.relation))
    sure = 0.45 + 0.12 * known + (0.1 if fit is Fit.AVOID else 0.0)
    if reading.words < 3:
        sure -= 0.15
    if "foreign" in reading.signs:
        sure -= 0.3
    return round(max(0.05, min(0.95, sure)), 3)


def _question(case: Case, norms: Norms) -> Question | None:
    """The one thing that would help most, when it is not known."""
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
