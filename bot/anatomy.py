"""The anatomy of an ask: which part of a good one is missing, said only where it is sure.

The parts and their marks stand in `prompts/anatomy.toml`, decoded strictly.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
import re2

from bot.charters import When
from bot.language import by_language, laid_over, overlay
from bot.model import Case, Habit
from bot.reading.lexicon import sign_names
from bot.reading.model import Reading

LONGEST = 16
"""Words that a part's line has at most."""


class Part(StrEnum):
    """What a good ask holds (peers.md §5.3: Althoff 2014, Flynn & Lake 2008)."""

    WHAT = "what"
    WHO = "who"
    WHY_YOU = "why_you"
    EFFORT_SHOWN = "effort_shown"
    EFFORT_ASKED = "effort_asked"
    EASY_NO = "easy_no"
    DEADLINE = "deadline"
    OFFER_BACK = "offer_back"


class AnatomyError(ValueError):
    """A file of parts that cannot be used; the message is for the person who wrote it."""


class Mark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a part is needed, what shows it, what shows its absence, and what to say then."""

    when: When
    shows: tuple[str, ...]
    say: str
    bad: tuple[str, ...]
    good: tuple[str, ...]
    lacks: tuple[str, ...] = ()


Anatomy = Mapping[Part, Mark]


def parse(text: str, file: str, over: Mapping[str, Any] | None = None) -> Anatomy:
    """Decodes the file of parts strictly; raises AnatomyError naming file, part and remedy."""
    try:
        parts = msgspec.convert(laid_over(tomllib.loads(text), over or {}, file), dict[Part, Mark])
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise AnatomyError(f"{file}: {error}. Nothing was loaded; see prompts/README.md.") from error
    missing = [part for part in Part if part not in parts]
    if missing:
        raise AnatomyError(f"{file}: the part {missing[0]} is not there. Nothing was loaded; add it.")
    for part, mark in parts.items():
        problem = _problem(mark)
        if problem:
            raise AnatomyError(f"{file}, {part}: {problem}. Nothing was loaded; mend it and try again.")
    return parts


def _problem(mark: Mark) -> str:
    """What is wrong with a part that types cannot say; empty when nothing is."""
    if len(mark.say.split()) > LONGEST:
        return f"say has over {LONGEST} words"
    unknown = [s for s in (*mark.when.signs, *mark.when.all_signs, *mark.when.not_signs) if s not in sign_names()]
    if unknown:
        return f"sign {unknown[0]!r} is unknown"
    for pattern in (*mark.shows, *mark.lacks):
        try:
            re2.compile(pattern)
        except re2.error as error:
            return f"the pattern {pattern!r} is none of RE2 ({error})"
    return "" if mark.bad and mark.good else "a part needs at least one bad and one good example"


@by_language
def load() -> Anatomy:
    """The built-in parts, read once per process; raises AnatomyError."""
    return parse(
        (files("prompts") / "anatomy.toml").read_text(encoding="utf-8"), "anatomy.toml", overlay("anatomy.toml")
    )


def missing(case: Case, reading: Reading, habits: frozenset[Habit], anatomy: Anatomy) -> tuple[Part, ...]:
    """The parts an ask lacks, the weightiest first; what is not sure is not named."""
    return tuple(part for part in Part if _lacks(anatomy[part], case, reading, habits))


def _lacks(mark: Mark, case: Case, reading: Reading, habits: frozenset[Habit]) -> bool:
    text = reading.plain.text
    if not mark.when.holds(case, reading, habits) or (mark.lacks and not _any(mark.lacks).search(text)):
        return False
    return not _any(mark.shows).search(text)


@cache
def _any(patterns: tuple[str, ...]) -> Any:
    return re2.compile("|".join(f"(?:{pattern})" for pattern in patterns))
