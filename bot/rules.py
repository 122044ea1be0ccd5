"""What the rules find in a case: universal rules, the network's charter and the local one, after precedence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.charters import Charter, Rule
from bot.history import read_history
from bot.local_charters import Breach, LocalCharter, Mode
from bot.model import Case, Delivery, Finding, Fit, Form, Habit, Layer, Purpose, Reason, Relation, Span
from bot.reading.model import Reading
from bot.wording import Wording

_LAYER_RANK = {Layer.LOCAL: 0, Layer.NETWORK: 1, Layer.READING: 2, Layer.UNIVERSAL: 3}
# A local charter can welcome what custom minds, but not what harms others (rubric, principles 9 and 10).
NEVER_SILENCED = frozenset({Reason.CONFIDENTIAL, Reason.DECEPTIVE, Reason.HOSTILE})
_OF_PLACE = frozenset({Reason.PURPOSE_MISMATCH, Reason.OFF_TOPIC})


@dataclass(frozen=True, slots=True)
class Norms:
    """The norms a case is held against: universal rules, the network's charter and the words of reasons."""

    universal: Charter
    network: Charter | None
    wording: Wording


def rule_findings(case: Case, reading: Reading, norms: Norms, local: LocalCharter | None) -> tuple[Finding, ...]:
    """All findings after precedence: local over network over universal."""
    fired = _fired(case, reading, norms)
    silenced = {reason for rule in fired for reason in rule.silences}
    if local and local.allowed(case, reading):
        silenced |= set(Reason) - NEVER_SILENCED - {Reason.CHARTER_VIOLATION}
    found = [_of_rule(rule, reading) for rule in fired if rule.fit is not Fit.FITS and rule.reason not in silenced]
    breaches = [_of_breach(breach, norms.wording) for breach in local.breaches(case, reading)] if local else []
    if breaches:  # what the community itself wrote, in place of what is presumed of charters in general
        found = [finding for finding in found if finding.reason is not Reason.CHARTER_VIOLATION] + breaches
    return _ordered(found)


def allowances(case: Case, reading: Reading, norms: Norms) -> frozenset[Reason]:
    """The doubts about the place that the network's own allowances take away, such as a cause by status post."""
    fired = [rule for rule in _fired(case, reading, norms) if rule.layer is Layer.NETWORK]
    return frozenset(reason for rule in fired for reason in rule.silences) & _OF_PLACE


def _fired(case: Case, reading: Reading, norms: Norms) -> list[Rule]:
    habits = read_history(case.history).habits
    shown = ("", *reading.plainly, *reading.signs)
    near: dict[str, Rule] = {}
    for charter in (norms.universal, norms.network):
        if charter:
            left = _left(charter, case.delivery, case.relation, case.purpose, case.form, habits)
            near |= {rule.id: rule for trigger in shown for rule in left.get(trigger, ())}
    return [rule for rule in near.values() if rule.when.fits_text(reading, reading.plainly)]


@lru_cache(maxsize=1_000)
def _left(
    charter: Charter,
    delivery: Delivery | None,
    relation: Relation | None,
    purpose: Purpose | None,
    form: Form,
    habits: frozenset[Habit],
) -> Mapping[str, list[Rule]]:
    """The rules of a charter that a context leaves to the text, by an intent or sign of which each needs one; "" needs none."""
    case = Case("", None, delivery, relation, form, purpose)
    left: dict[str, list[Rule]] = {}
    for rule in charter.rules:
        if rule.when.fits_context(case, habits):
            when = rule.when
            for trigger in when.intents or when.signs or when.all_intents[:1] or when.all_signs[:1] or ("",):
                left.setdefault(trigger, []).append(rule)
    return left


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
        spans = tuple(span for intent in meant if intent in reading.evidence for span in reading.evidence[intent][:1])
    return Finding(rule.id, rule.layer, rule.reason, rule.fit, rule.say, rule.why, rule.source, rule.advice, spans[:2])


def _of_breach(breach: Breach, wording: Wording) -> Finding:
    clause, words = breach.clause, wording.charter
    where = wording.overall["or"].join(clause.places)
    if breach.missing:
        say, advice = words["missing_say"], words["missing_advice"]
    elif where:
        say, advice = words["place_say"], words["place_advice"]
    elif clause.mode is Mode.ONLY_IN:
        say, advice = words["elsewhere_say"], words["elsewhere_advice"]
    else:
        say, advice = words["forbidden_say"], wording.reason(Reason.CHARTER_VIOLATION).advice
    return Finding(
        f"local.{clause.mode.value.replace(' ', '-')}",
        Layer.LOCAL,
        Reason.CHARTER_VIOLATION,
        breach.fit,
        say.format(missing=breach.missing, where=where),
        words["why"].format(sentence=clause.sentence),
        words["source"],
        advice.format(missing=breach.missing, where=where),
    )
