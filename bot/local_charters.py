"""Reads a community's own charter, sentence by sentence, as allow, forbid, only-in or require.

What cannot be read is kept and said so; it never becomes a verdict. The words that are recognised are data in
`prompts/local.toml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any

import msgspec
import re2

from bot.charters import When
from bot.language import by_language, read_words
from bot.model import Case, Fit, Intent
from bot.reading.masks import plain
from bot.reading.model import PLAIN_FROM, Reading

LIMIT = 4_000
"""Characters read of a charter."""

_SENTENCE = re2.compile(r"[.!?;]+\s+|\n+|[.!?;]+$")
_PLACE = re.compile(r"#[\w-]+")
_HEADING = re.compile(r"^\s*(#[\w-]+|[A-Z][\w' ]{1,40}):\s")
_TAG = re.compile(r"\[[\w-]+\]")
_CONDITION = re.compile(
    r"\b(unless|except|without|after|before|but|if|when|who|whose|too|outside|anonymous|twice|while)\b|\d",
    re.IGNORECASE,
)
_AT_MOST = re.compile(
    r"(?:up to|at most|max(?:imum)?|under|no more than) (\d{1,9}) (words|lines)|(\d{1,9}) (words|lines) (?:at most|max)"
)


class Mode(StrEnum):
    """What a sentence of a charter does."""

    ALLOW = "allow"
    FORBID = "forbid"
    ONLY_IN = "only in"
    REQUIRE = "require"
    UNREAD = "not read"


class _Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: tuple[str, ...]
    when: When


class _Need(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: tuple[str, ...]
    about: str
    found: tuple[str, ...]
    say: str
    language: str = ""
    tag: bool = False


class _Grammar(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    modes: dict[str, tuple[str, ...]]
    topics: dict[str, _Topic]
    needs: dict[str, _Need]
    phrases: dict[str, str]


@dataclass(frozen=True, slots=True)
class Clause:
    """One sentence of a charter and how it is read."""

    sentence: str
    mode: Mode
    topics: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    most: tuple[int, str] | None = None

    @property
    def asked(self) -> tuple[str, ...]:
        """What it asks for, in words."""
        most = (_at_most(self.most),) if self.most else ()
        needs = (
            (_grammar().needs[name], _grammar().phrases["or"].join(_TAG.findall(self.sentence))) for name in self.needs
        )
        return (*most, *(f"{need.say} {tags}" if need.tag else need.say for need, tags in needs))


@dataclass(frozen=True, slots=True)
class Breach:
    """A clause that a case runs against."""

    clause: Clause
    fit: Fit
    missing: str = ""


@dataclass(frozen=True, slots=True)
class LocalCharter:
    """A community's own norms as clauses, with the place they are written for."""

    here: str
    clauses: tuple[Clause, ...]

    @property
    def unread(self) -> tuple[str, ...]:
        """The sentences that could not be read and so judge nothing."""
        return tuple(clause.sentence for clause in self.clauses if clause.mode is Mode.UNREAD)

    def allowed(self, case: Case, reading: Reading) -> bool:
        """Whether a clause welcomes just this kind of message."""
        return self._allowed(case, reading, _likely(reading))

    def concerning(self, case: Case, reading: Reading) -> LocalCharter:
        """The charter without the sentences that are understood and speak of other kinds of messages."""
        does = _likely(reading)
        kept = tuple(
            clause
            for clause in self.clauses
            if clause.mode in (Mode.UNREAD, Mode.REQUIRE) or _about(clause, case, reading, does)
        )
        return LocalCharter(self.here, kept)

    @property
    def text(self) -> str:
        """Its sentences, with the place they are written for."""
        return (f"{self.here}: " if self.here else "") + ". ".join(clause.sentence for clause in self.clauses)

    def breaches(self, case: Case, reading: Reading) -> tuple[Breach, ...]:
        """The clauses a case runs against, gravest first."""
        return self._breaches(case, reading, _likely(reading))

    def plainly(self, case: Case, reading: Reading) -> tuple[Fit, bool]:
        """What the charter says beyond doubt of a message that plainly is of the kind: the least grave verdict, and a welcome.

        Only sentences without conditions count, and only what the words of the message show by themselves.
        """
        simple = LocalCharter(
            self.here, tuple(clause for clause in self.clauses if not _CONDITION.search(clause.sentence))
        )
        found = simple._breaches(case, reading, reading.plainly)
        return (found[0].fit if found else Fit.FITS), not found and simple._allowed(case, reading, reading.plainly)

    def _allowed(self, case: Case, reading: Reading, does: frozenset[Intent]) -> bool:
        return any(clause.mode is Mode.ALLOW and _about(clause, case, reading, does) for clause in self.clauses)

    def _breaches(self, case: Case, reading: Reading, does: frozenset[Intent]) -> tuple[Breach, ...]:
        found = [breach for clause in self.clauses if (breach := self._breach(clause, case, reading, does))]
        return tuple(sorted(found, key=lambda breach: -breach.fit))

    def _breach(self, clause: Clause, case: Case, reading: Reading, does: frozenset[Intent]) -> Breach | None:
        if clause.mode is Mode.FORBID and _about(clause, case, reading, does):
            elsewhere = [place for place in clause.places if place != self.here]
            return Breach(clause, Fit.ADJUST if elsewhere else Fit.AVOID)
        if clause.mode is Mode.ONLY_IN and _about(clause, case, reading, does):
            if self.here and self.here in clause.places:
                return None
            return Breach(clause, Fit.ADJUST)
        if clause.mode is Mode.REQUIRE:
            missing = _missing(clause, case, reading, does)
            return Breach(clause, Fit.ADJUST, missing) if missing else None
        return None


@by_language
def _grammar() -> _Grammar:
    raw = read_words("local.toml")
    return msgspec.convert(raw, _Grammar)


@cache
def _pattern(words: tuple[str, ...]) -> Any:
    return re2.compile("|".join(f"(?:{word})" for word in words))


@cache
def _sorter() -> tuple[Any, tuple[tuple[str, str], ...]]:
    """All words of modes, topics and needs behind one filter, and what each of them stands for."""
    grammar = _grammar()
    listed = [("mode", name, words) for name, words in grammar.modes.items()]
    listed += [("topic", name, topic.words) for name, topic in grammar.topics.items()]
    listed += [("need", name, need.words) for name, need in grammar.needs.items()]
    group = re2.Filter()
    for _, _, words in listed:
        group.Add("|".join(f"(?:{word})" for word in words))
    group.Compile()
    return group, tuple((kind, name) for kind, name, _ in listed)


@lru_cache(maxsize=1_000)
def read_charter(text: str) -> LocalCharter:
    """A charter's sentences as clauses; sentences that cannot be read are kept as such."""
    text = text[:LIMIT]
    heading = _HEADING.match(text)
    here = heading.group(1).strip().casefold() if heading else ""
    body = text[heading.end() :] if heading else text
    clauses = [_clause(part.strip()) for part in _SENTENCE.split(body) if part and part.strip()]
    return LocalCharter(here if here.startswith("#") else "", tuple(clauses))


def _clause(sentence: str) -> Clause:
    folded = plain(sentence, keep_quotes=True).text
    group, entries = _sorter()
    found = [entries[number] for number in sorted(group.Match(folded) or ())]
    topics = tuple(name for kind, name in found if kind == "topic")
    needs = tuple(name for kind, name in found if kind == "need")
    most = _AT_MOST.search(folded)
    limit = (int(most.group(1) or most.group(3)), most.group(2) or most.group(4)) if most else None
    places = tuple(place.casefold() for place in _PLACE.findall(sentence))
    mode = next((Mode(name.replace("_", " ")) for kind, name in found if kind == "mode"), Mode.UNREAD)
    if needs and mode in (Mode.ONLY_IN, Mode.ALLOW, Mode.UNREAD) and not places:
        mode = Mode.REQUIRE
    if (mode is Mode.REQUIRE and not needs and not limit) or (mode is not Mode.REQUIRE and not topics):
        mode = Mode.UNREAD
    return Clause(sentence, mode, topics, needs, places, limit)


def _about(clause: Clause, case: Case, reading: Reading, does: frozenset[Intent]) -> bool:
    """Whether a case is of the kind a clause speaks of."""
    topics = [_grammar().topics[name].when for name in clause.topics]
    travel = [when for when in topics if when.delivery]
    matter = [when for when in topics if not when.delivery]
    rides = all(_holds(when, case, reading, does) for when in travel)
    if not matter:
        return bool(travel) and rides
    return rides and any(_holds(when, case, reading, does) for when in matter)


def _holds(when: When, case: Case, reading: Reading, does: frozenset[Intent]) -> bool:
    return when.fits_context(case, frozenset()) and when.fits_text(reading, does)


def _likely(reading: Reading) -> frozenset[Intent]:
    """What a text does plainly or likely: a charter speaks of what a message does, in whatever words."""
    return reading.plainly.union(intent for intent, chance in reading.intents.items() if chance >= PLAIN_FROM)


def _at_most(most: tuple[int, str]) -> str:
    number, unit = most
    return _grammar().phrases[f"most_{unit}"].format(n=number)


def _missing(clause: Clause, case: Case, reading: Reading, does: frozenset[Intent]) -> str:
    """What a requirement asks for and the text lacks, in words; empty when nothing is missing."""
    if clause.most:
        number, unit = clause.most
        has = reading.words if unit == "words" else len(case.text.splitlines())
        if has > number:
            return _at_most(clause.most)
    for name in clause.needs:
        need = _grammar().needs[name]
        about = _grammar().topics.get(need.about)
        if about and not _holds(about.when, case, reading, does):
            continue
        tags = _TAG.findall(clause.sentence)
        if need.tag and not any(tag.casefold() in case.text.casefold() for tag in tags):
            return f"{need.say} {_grammar().phrases['or'].join(tags)}"
        if need.language and (need.language == "english") == ("foreign" in reading.signs):
            return need.say
        if need.found and not _pattern(need.found).search(reading.plain.text):
            return need.say
    return ""
