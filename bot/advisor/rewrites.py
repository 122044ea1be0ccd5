"""Checks what a model wrote before anybody sees it: facts unchanged, nothing foreign in it, and better by the local judge."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import re2

from bot.advisor.locking import Locked
from bot.advisor.opinion import Kind, Opinion, Suggestion
from bot.judging import Judging
from bot.model import Case, Fit, Form, Verdict
from bot.rewrite import facts

OWN_WORDS = 0.4
"""At least so much of a rewrite must be the writer's own words."""
GROWN = 1.5
"""A rewrite is at most so much longer."""
MORE = 80
"""Characters a rewrite may have beyond that, for an opening."""
ECHO = 5
"""So many words in a row that stand in our instructions and not in the draft are an echo of them."""

_WORD = re.compile(r"[^\W_]+")
# Whatever could name a host, a person, a command or mark-up.
_LOADED = re2.compile(r"[\pL\pN][.。:/\\][\pL\pN]|[@#<>\[\]{}`|*_~^$=\\]|//|:\s*//|!\(|\d")


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A rewrite that may be shown, with the place it is for and what the local judge says of it."""

    kind: Kind
    case: Case = field(repr=False)
    verdict: Verdict


def checked(
    case: Case, verdict: Verdict, opinion: Opinion, locked: Locked, judging: Judging, ours: str
) -> tuple[Rewritten, ...]:
    """The rewrites that may be shown, one of a kind; `ours` are the instructions the model was given."""
    kept: dict[Kind, Rewritten] = {}
    for suggestion in opinion.suggestions:
        candidate = _candidate(case, verdict, suggestion, locked, ours)
        if candidate is not None and suggestion.kind not in kept:
            after = judging.judge(candidate)
            if _is_better(verdict, after):
                kept[suggestion.kind] = Rewritten(suggestion.kind, candidate, after)
    return tuple(kept.values())


def _candidate(case: Case, verdict: Verdict, suggestion: Suggestion, locked: Locked, ours: str) -> Case | None:
    """The case as it would be after the suggestion; None when it is not one to show."""
    if verdict.fit is Fit.FITS or verdict.question:
        return None
    if suggestion.kind is Kind.BETTER_PLACE:
        if suggestion.network is None or suggestion.delivery is None:
            return None
        there = replace(case, network=suggestion.network, delivery=suggestion.delivery)
        if there == case:
            return None
        return there if there.network is case.network else replace(there, charter=None)
    if verdict.fit is not Fit.ADJUST or case.form is not Form.DRAFT or not locked.keeps_all(suggestion.text):
        return None
    text = locked.unlock(suggestion.text).strip()
    return replace(case, text=text) if is_clean(case.text, text, ours) else None


def _is_better(before: Verdict, after: Verdict) -> bool:
    if after.question or after.fit > before.fit:
        return False
    return after.fit < before.fit or set(after.reasons) < set(before.reasons)


def is_clean(before: str, after: str, ours: str = "") -> bool:
    """Whether a rewrite keeps every fact, brings no link, mention, mark-up or hidden character, and is the writer's own."""
    if not after or after == before or len(after) > GROWN * len(before) + MORE:
        return False
    if facts(after) != facts(before) or _hidden(after) - _hidden(before) or _loaded(after) - _loaded(before):
        return False
    old, new = _words(before), _words(after)
    own = sum(word in old for word in new)
    return bool(new) and own >= OWN_WORDS * len(new) and not (_runs(after) & _runs(ours) - _runs(before))


def _hidden(text: str) -> set[str]:
    """Characters that show nothing, or steer what is shown."""
    return {char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Co", "Cn", "Cs") and char != "\n"}


def _loaded(text: str) -> set[str]:
    """Pieces of a text that could be read as more than words, after look-alikes are made plain."""
    return {piece for piece in unicodedata.normalize("NFKC", text).split() if _LOADED.search(piece)}


def _words(text: str) -> list[str]:
    return [match.group() for match in _WORD.finditer(text.casefold())]


def _runs(text: str) -> set[tuple[str, ...]]:
    """All runs of so many words."""
    words = _words(text)
    return set(_windows(words))


def _windows(words: list[str]) -> Iterator[tuple[str, ...]]:
    return (tuple(words[at : at + ECHO]) for at in range(len(words) - ECHO + 1))
