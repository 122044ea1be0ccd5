"""Points out what a charter's readers would stumble over, with a sharper wording: nothing sure, nothing that a message shows, or two that disagree.

What makes a sentence vague or unenforceable is data in `prompts/sharper.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from types import MappingProxyType
from typing import Any

import msgspec
import re2

from bot.language import by_language, read_words
from bot.local_charters import Clause, LocalCharter, Mode
from bot.reading.masks import plain


class Trouble(StrEnum):
    """What is wrong with a sentence."""

    UNREAD = "unread"
    VAGUE = "vague"
    UNENFORCEABLE = "unenforceable"
    CONFLICT = "conflict"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence with its trouble: the other sentence where two are concerned, else what it leaves open, and a sharper one."""

    trouble: Trouble
    sentence: str
    other: str = ""
    open: str = ""
    sharper: str = ""


class _Sharper(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    trouble: Trouble
    words: tuple[str, ...]
    open: str
    try_: str = msgspec.field(name="try")
    read: bool = False
    about: dict[str, str] = {}


class _Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    otherwise: str
    sharper: tuple[_Sharper, ...]


NO_TOPICS: Mapping[str, str] = MappingProxyType({})


def notes(charter: LocalCharter, topics: Mapping[str, str] = NO_TOPICS) -> tuple[Note, ...]:
    """What is worth a second look, in the order of the text; empty when every sentence can be held to.

    `topics` are the words for what a sentence speaks of, for the sharper one.
    """
    single = tuple(note for clause in charter.clauses for note in _of(clause, topics))
    noted = {note.sentence for note in single}
    clear = [clause for clause in charter.clauses if clause.sentence not in noted]  # the others are to change anyway
    return single + tuple(note for a, b in combinations(clear, 2) for note in _between(a, b))


def _of(clause: Clause, topics: Mapping[str, str]) -> tuple[Note, ...]:
    """What one sentence leaves open; one that is understood is noted only where some words of it are not."""
    unread = clause.mode is Mode.UNREAD
    folded = plain(clause.sentence, keep_quotes=True).text
    for entry, pattern in _entries():
        if (unread or entry.read) and pattern.search(folded):
            return (Note(entry.trouble, clause.sentence, open=entry.open, sharper=_sharper(entry, clause, topics)),)
    return (Note(Trouble.UNREAD, clause.sentence, sharper=_data().otherwise),) if unread else ()


def _sharper(entry: _Sharper, clause: Clause, topics: Mapping[str, str]) -> str:
    """The sentence as it could be: about the same matter where that is known."""
    form = entry.about.get(clause.mode.name.lower())
    topic = next((topics[name] for name in clause.topics if name in topics), None)
    if form is None or topic is None:
        return entry.try_
    said = form.format(topic=topic)
    return said[:1].upper() + said[1:]


def _between(a: Clause, b: Clause) -> tuple[Note, ...]:
    """Two clauses about the same matter that cannot both hold, or that say the same."""
    if not a.topics or set(a.topics) != set(b.topics) or a.needs or b.needs:
        return ()
    if _disagree(a, b) or _disagree(b, a):
        return (Note(Trouble.CONFLICT, a.sentence, b.sentence),)
    same = a.mode is b.mode and a.places == b.places
    return (Note(Trouble.TWICE, a.sentence, b.sentence),) if same else ()


def _disagree(a: Clause, b: Clause) -> bool:
    """Whether one allows what the other forbids, or both have another place for it; one direction."""
    if a.mode is Mode.FORBID:
        return (b.mode is Mode.ALLOW and a.places == b.places) or (b.mode is Mode.ONLY_IN and not a.places)
    return a.mode is b.mode is Mode.ONLY_IN and bool(a.places and b.places) and not {*a.places} & {*b.places}


@by_language
def _data() -> _Data:
    raw = read_words("sharper.toml")
    return msgspec.convert(raw, _Data)


@by_language
def _entries() -> tuple[tuple[_Sharper, Any], ...]:
    return tuple((entry, re2.compile("|".join(entry.words))) for entry in _data().sharper)
