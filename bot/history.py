"""Reads a short phrase about recent gives and asks ("asked 4, gave 0 in the last 30 days")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.model import Habit

LIMIT = 300
"""Characters read of a history phrase."""

_NUMBERS = {"no": 0, "none": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "once": 1,
            "eight": 8, "nine": 9, "ten": 10, "a": 1, "an": 1, "twice": 2, "several": 4, "many": 8, "dozens": 24,
            "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "first": 1}  # fmt: skip
_COUNT = r"\b(?P<n>\d[\d,]*|(?:" + "|".join(_NUMBERS) + r")\b)\+?"
_GAVE = re.compile(
    r"(gave|given|answered|answers|helped|commented|comments|replied|replies|reviewed|introduced|hosted|organised|organized|"
    r"proofread|sent|wrote|shared|fixed|lent|drove|taught|mentored|minded|covered|thanked|critiques?|published|volunteered|"
    r"cooked|fed|babysat|moderated|translated|ran|baked|collected|recommended)[^\d,;.]{0,25}?" + _COUNT,
)
_ASKED = re.compile(
    r"(asked|asks|requests?|requested|favours?|favors?|begged|borrowed|pitched|asking)[^\d,;.]{0,25}?" + _COUNT
)
_ASKED_BEFORE = re.compile(
    r"\b(?P<n>second|third|fourth|fifth|sixth|\d+(?:st|nd|rd|th)) (such )?(request|ask|favour|favor|time|message|reminder|appeal|mail)"
)
_POSTED = re.compile(
    r"(posted|posts|shared|links?|tweets?|promos?|offers|adverts?|ads|pitches|forwarded|bumped)[^\d,;.]{0,20}?"
    + _COUNT
    + r"|(?P<m>\d+) (own )?(posts?|links?|promos?|offers|adverts?|ads|forwards|greeting|videos|pitches|of the last)"
)
_BULK = re.compile(
    r"sent to (?:all |every|the whole|\d{2,}|hundreds|dozens)|(?:same|identical) (?:text|message|mail).{0,20}\d{2,}|\d{2,} (?:contacts|members|people|recipients|inboxes) at once"
)
_OWN_ONLY = re.compile(
    r"all (offers|adverts?|own|links|promo|ads)|own (shop|links?|product|channel|book|site|posts)|same product|links to own|nothing else|unanswered|all (of them )?(about|for) (own|his|her|their|my)"
)


@dataclass(frozen=True, slots=True)
class History:
    """Counts read from the phrase; None where it says nothing of the kind."""

    gave: int | None
    asked: int | None
    habits: frozenset[Habit]


def _count(found: re.Match[str], group: str = "n") -> int:
    word = found.group(group) or "0"
    digits = re.sub(r"\D", "", word)
    return int(digits[:6]) if digits else _NUMBERS[word]


@lru_cache(maxsize=256)
def read_history(phrase: str | None) -> History:
    """The gives and asks a phrase tells of, and the habits they show (rubric, principle 3 and 5)."""
    text = (phrase or "")[:LIMIT].casefold()
    if not text.strip():
        return History(None, None, frozenset())
    gives = [_count(m) for m in _GAVE.finditer(text) if not m.group().startswith(("sent to", "shared own"))]
    asks = [_count(m) for m in _ASKED.finditer(text)] + [_count(m) for m in _ASKED_BEFORE.finditer(text)]
    posts = [_count(m, "n" if m.group("n") else "m") for m in _POSTED.finditer(text)]
    gave = sum(gives) if gives else None
    asked = sum(asks) if asks else None
    habits: set[Habit] = set()
    if _BULK.search(text):
        habits.add(Habit.BULK)
    if (asked or 0) >= 2 and (gave or 0) * 2 < (asked or 0):
        habits.add(Habit.TAKER)
    elif (gave or 0) > 0 and (gave or 0) >= (asked or 0) * 2:
        habits.add(Habit.GIVER)
    if posts and max(posts) >= 5 and (gave or 0) < max(posts) / 3 and Habit.GIVER not in habits:
        habits.add(Habit.BROADCASTER)
    if _OWN_ONLY.search(text) and not (gave or 0) > 5:
        habits.add(Habit.BROADCASTER)
        habits.discard(Habit.GIVER)
    return History(gave, asked, frozenset(habits))
