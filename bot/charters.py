"""Network charters: `prompts/networks/<id>.toml` and the universal rules, decoded strictly.

A malformed file is refused with one sentence that names the file, the rule and the remedy.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import msgspec

from bot.language import laid_over, overlay, spoken
from bot.model import Case, Delivery, Fit, Form, Habit, Intent, Layer, Network, Purpose, Reason, Relation
from bot.reading.model import Reading


class CharterError(ValueError):
    """A charter that cannot be used; the message is for the person who wrote it."""


class When(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The closed set of conditions; all that are given must hold (documented in prompts/README.md)."""

    intents: tuple[Intent, ...] = ()
    all_intents: tuple[Intent, ...] = ()
    not_intents: tuple[Intent, ...] = ()
    signs: tuple[str, ...] = ()
    all_signs: tuple[str, ...] = ()
    not_signs: tuple[str, ...] = ()
    delivery: tuple[Delivery, ...] = ()
    relation: tuple[Relation, ...] = ()
    purpose: tuple[Purpose, ...] = ()
    habit: tuple[Habit, ...] = ()
    not_habit: tuple[Habit, ...] = ()
    form: tuple[Form, ...] = ()
    words_over: int = 0
    words_under: int = 0

    def holds(self, case: Case, reading: Reading, habits: frozenset[Habit]) -> bool:
        """Whether every given condition holds for a case."""
        return self.fits_context(case, habits) and self.fits_text(reading, reading.plainly)

    def fits_context(self, case: Case, habits: frozenset[Habit]) -> bool:
        """Whether the conditions on everything but the text hold."""
        return (
            (not self.delivery or case.delivery in self.delivery)
            and (not self.relation or case.relation in self.relation)
            and (not self.purpose or case.purpose in self.purpose)
            and (not self.form or case.form in self.form)
            and (not self.habit or not habits.isdisjoint(self.habit))
            and habits.isdisjoint(self.not_habit)
        )

    def fits_text(self, reading: Reading, does: frozenset[Intent]) -> bool:
        """Whether the conditions on the text hold, which does these things."""
        signs = reading.signs.keys()
        return (
            (not self.intents or not does.isdisjoint(self.intents))
            and (not self.signs or not signs.isdisjoint(self.signs))
            and does.issuperset(self.all_intents)
            and does.isdisjoint(self.not_intents)
            and (not self.all_signs or signs >= set(self.all_signs))
            and signs.isdisjoint(self.not_signs)
            and reading.words >= self.words_over
            and (not self.words_under or reading.words < self.words_under)
        )


class Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text that shows a rule at work, or at rest; context where it differs from the rule's own."""

    text: str
    delivery: Delivery | None = None
    relation: Relation | None = None
    form: Form | None = None


class _Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    when: When
    verdict: str
    reason: Reason
    say: str
    why: str
    source: str
    bad: tuple[str | Example, ...]
    good: tuple[str | Example, ...]
    advice: str = ""
    silences: tuple[Reason, ...] = ()


class _Charter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    purpose: str
    rules: tuple[_Rule, ...]
    fair_game: tuple[str, ...] = ()
    taboo: tuple[str, ...] = ()
    delivery: dict[Delivery, str] = {}
    relation: dict[Relation, str] = {}


@dataclass(frozen=True, slots=True)
class Rule:
    """One norm: when it speaks, how grave it is, and what it says."""

    id: str
    layer: Layer
    when: When
    fit: Fit
    reason: Reason
    say: str
    why: str
    source: str
    advice: str
    silences: frozenset[Reason]
    bad: tuple[Example, ...]
    good: tuple[Example, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Charter:
    """What a network is for, its custom, and its rules."""

    name: str
    purpose: str
    fair_game: tuple[str, ...]
    taboo: tuple[str, ...]
    by_delivery: Mapping[Delivery, str]
    by_relation: Mapping[Relation, str]
    rules: tuple[Rule, ...]


def parse(text: str, file: str, layer: Layer, signs: frozenset[str], over: Mapping[str, Any] | None = None) -> Charter:
    """Decodes one charter file strictly; raises CharterError naming file, rule and remedy."""
    try:
        raw = laid_over(tomllib.loads(text), over or {}, file)
    except tomllib.TOMLDecodeError as error:
        raise CharterError(f"{file} is not valid TOML ({error}). Nothing was loaded; mend that line.") from error
    try:
        charter = msgspec.convert(raw, _Charter)
    except msgspec.ValidationError as error:
        raise CharterError(
            f"{file}, {_place(raw, str(error))}: {error}. Nothing was loaded; see prompts/README.md."
        ) from error
    rules = tuple(_rule(rule, file, layer, signs) for rule in charter.rules)
    ids = [rule.id for rule in rules]
    twice = next((rule_id for rule_id in ids if ids.count(rule_id) > 1), None)
    if twice:
        raise CharterError(f"{file}, rule {twice}: the id stands twice. Nothing was loaded; rename one of them.")
    return Charter(
        charter.name, charter.purpose, charter.fair_game, charter.taboo, charter.delivery, charter.relation, rules
    )


def _place(raw: dict[str, Any], error: str) -> str:
    """Which rule an error message of the decoder means, as its id where it has one."""
    if "$.rules[" not in error:
        return "top level"
    number = error.split("$.rules[", 1)[1].split("]", 1)[0]
    if not number.isdigit():
        return "one of the rules (look for: " + error.rsplit(" - ", 1)[0] + ")"
    rule = raw["rules"][int(number)]
    return f"rule {rule.get('id', number) if isinstance(rule, dict) else number}"


def _rule(rule: _Rule, file: str, layer: Layer, signs: frozenset[str]) -> Rule:
    """One decoded rule, checked for what types cannot say."""
    fits = {fit.code: fit for fit in Fit}
    used = (*rule.when.signs, *rule.when.all_signs, *rule.when.not_signs)
    unknown = next((sign for sign in used if sign not in signs), None)
    problems = {
        f"verdict {rule.verdict!r} is none of fits, adjust, avoid": rule.verdict not in fits,
        f"sign {unknown!r} is unknown; the known ones are {', '.join(sorted(signs))}": unknown is not None,
        "a rule needs at least one bad and one good example": not rule.bad or not rule.good,
        "a rule that is not 'fits' needs an advice": rule.verdict != "fits" and not rule.advice,
        "reason 'none' goes with verdict 'fits' and only with it": (rule.reason is Reason.NONE)
        != (rule.verdict == "fits"),
    }
    problem = next((text for text, holds in problems.items() if holds), None)
    if problem:
        raise CharterError(f"{file}, rule {rule.id}: {problem}. Nothing was loaded; mend the rule and try again.")
    return Rule(
        f"{file.rsplit('/', 1)[-1].removesuffix('.toml')}.{rule.id}",
        layer,
        rule.when,
        fits[rule.verdict],
        rule.reason,
        rule.say,
        rule.why,
        rule.source,
        rule.advice,
        frozenset(rule.silences),
        tuple(Example(e) if isinstance(e, str) else e for e in rule.bad),
        tuple(Example(e) if isinstance(e, str) else e for e in rule.good),
    )


class Charters:
    """All charters, each read when first needed; an operator's folder goes before the built-in one."""

    def __init__(self, signs: frozenset[str], folders: tuple[Traversable, ...]) -> None:
        self._signs = signs
        self.folders = folders
        self._known: dict[tuple[str, str], Charter] = {}

    def network(self, network: Network) -> Charter:
        """The charter of one network."""
        return self._load(network.value, Layer.NETWORK)

    def universal(self) -> Charter:
        """The rules that hold on every network."""
        return self._load("universal", Layer.UNIVERSAL)

    def _load(self, name: str, layer: Layer) -> Charter:
        """A charter, with the words of the language that is spoken where it is a built-in one; its rules are the same in all."""
        key = (name, spoken())
        if key not in self._known:
            file = next((f for folder in self.folders if (f := folder / f"{name}.toml").is_file()), None)
            if file is None:
                raise CharterError(f"No charter {name}.toml was found; put it in the folder that TACT_CHARTERS names.")
            over = overlay(f"networks/{name}.toml") if file == built_in_folder() / file.name else {}
            self._known[key] = parse(_text_of(file), str(file), layer, self._signs, over)
        return self._known[key]


def _text_of(file: Traversable) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CharterError(
            f"{file} cannot be read ({error}). Nothing was loaded; make it a readable UTF-8 file."
        ) from error


def strangers(folder: Traversable) -> list[str]:
    """Charter files of a folder whose name is no network's, so that they are never read."""
    known = {f"{network.value}.toml" for network in Network} | {"universal.toml"}
    return sorted(file.name for file in folder.iterdir() if file.name.endswith(".toml") and file.name not in known)


@cache
def built_in_folder() -> Traversable:
    """The charters that come with Tact."""
    return files("prompts") / "networks"
