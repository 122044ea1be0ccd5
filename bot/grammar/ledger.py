"""Commands of the ledger: gave, asked, thanked, and what became of an ask."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from bot.commands import ASKS, GIVES, BadCommand, Record, Resolve, Sent, ShowAsks, ShowOwed, example
from bot.grammar.options import FILLERS, WORD
from bot.ledger import Step
from bot.model import EntryKind
from bot.problems import problem

_AGO = re.compile(r"\b(?P<n>\d{1,4}|a|one) (?P<unit>day|week|month)s? ago\b", re.IGNORECASE)
_ISO = re.compile(r"\b\d{4}-\d{1,2}-\d{1,2}\b")
_YESTERDAY = re.compile(r"\b(yesterday|today)\b", re.IGNORECASE)
_TO_COME = re.compile(
    r"\b(tomorrow|next (day|week|month|year|(mon|tues|wednes|thurs|fri|satur|sun)day))\b", re.IGNORECASE
)
_DAYS = {"day": 1, "week": 7, "month": 30}
_SENT = re.compile(r"(i('ve| have)? )?sent( it)?( to (?P<who>\S+( \S+)?))?", re.IGNORECASE)


class Ledger:
    """Reads them with the words people use for what is given or asked for, and for what became of it."""

    def __init__(self, synonyms: Mapping[str, Mapping[str, str]]) -> None:
        self._whats = dict(synonyms["what"])
        self._steps = {step.value: step.value for step in Step} | dict(synonyms["step"])

    @staticmethod
    def sent(text: str) -> Sent | None:
        """The command when a text says that the last draft went out, and nothing else."""
        found = _SENT.fullmatch(text.strip())
        return Sent((found.group("who") or "")[:20]) if found else None

    def named(self, name: str, rest: str) -> Record | Resolve | ShowAsks | ShowOwed:
        """The command that begins with gave, asked or thanked; raises BadCommand."""
        match name:
            case "thanked":
                return self._thanked(rest)
            case "asked":
                return self._asked(rest)
            case _:
                return self._record("gave", rest)

    def _thanked(self, rest: str) -> Record | Resolve | ShowOwed:
        """Thanks to somebody, or for an ask by its number; alone, who waits for thanks."""
        refuse_to_come(rest, example("thanked"))
        rest, ago, day = when(rest, "thanked")
        named = words_in(rest)
        if not named:
            return ShowOwed()
        if len(named) == 1 and _number(named[0]):
            return Resolve(Step.THANKED, _number(named[0]))
        return Record(EntryKind.GAVE, "thanks", nickname(named), ago, day)

    def _asked(self, rest: str) -> Record | Resolve | ShowAsks:
        """An ask, the list of open asks, or what became of one; raises BadCommand."""
        named = words_in(rest)
        if [word.casefold() for word in named] in (["list"], ["open", "asks"]):
            return ShowAsks()
        steps = {Step(self._steps[word.casefold()]) for word in named if word.casefold() in self._steps}
        which = [word for word in named if word.casefold() not in self._steps]
        if len(steps) > 1:
            both = problem("and").join(sorted(steps))
            raise BadCommand(problem("not_both", both=both, example="asked M answered"))
        if not steps:
            return self._record("asked", rest)
        if len(which) == 1 and _number(which[0]):
            return Resolve(steps.pop(), _number(which[0]))
        if len(which) > 2 or any(self._whats.get(word.casefold()) in ASKS for word in which):
            raise BadCommand(problem("ask_first"))
        return Resolve(steps.pop(), nickname(which))

    def _record(self, name: str, rest: str) -> Record:
        refuse_to_come(rest, example(name))
        rest, ago, day = when(rest, name)
        named = words_in(rest)
        what = next((self._whats[w.casefold()] for w in named if w.casefold() in self._whats), None)
        known = GIVES if name == "gave" else ASKS
        if what is None or what not in known:
            said = (
                problem("given_unknown" if name == "gave" else "asked_unknown", said=named[0])
                if named
                else problem("give_what" if name == "gave" else "ask_what")
            )
            raise BadCommand(problem("say_what", said=said, known=", ".join(known), example=example(name)))
        who = [w for w in named if self._whats.get(w.casefold()) != what]
        return Record(EntryKind(name), what, nickname(who), ago, day)


def nickname(words: list[str]) -> str:
    """An initial or nickname: two words at most, so that no story is written down with it."""
    return " ".join(words[:2])[:20]


def words_in(rest: str) -> list[str]:
    """The words without punctuation and fillers."""
    words = [w.group().strip("?!.") for w in WORD.finditer(rest)]
    return [w for w in words if w and w.casefold() not in FILLERS]


def _number(word: str) -> str:
    """The number a word stands for, as digits; empty when it is none."""
    digits = word.removeprefix("#")
    return str(int(digits)) if digits.isascii() and digits.isdigit() and len(digits) < 10 else ""


def refuse_to_come(rest: str, instead: str) -> None:
    """Raises BadCommand where the words name a day to come: what has not happened is not written down."""
    found = _TO_COME.search(rest)
    if found:
        raise BadCommand(problem("still_to_come", day=found.group().capitalize(), instead=instead))


def when(rest: str, name: str) -> tuple[str, int, date | None]:
    """The words without those that tell when; how many days ago, or which day."""
    iso = _ISO.search(rest)
    if iso:
        try:
            year, month, day = map(int, iso.group().split("-"))
            return rest.replace(iso.group(), " "), 0, date(year, month, day)
        except ValueError as error:
            raise BadCommand(problem("no_day", day=iso.group(), example=example(name))) from error
    ago = _AGO.search(rest)
    if ago:
        count = int(ago.group("n")) if ago.group("n").isdigit() else 1
        return rest.replace(ago.group(), " "), count * _DAYS[ago.group("unit").casefold()], None
    word = _YESTERDAY.search(rest)
    if word:
        return rest.replace(word.group(), " "), int(word.group().casefold() == "yesterday"), None
    return rest, 0, None
