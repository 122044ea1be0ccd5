"""Points out what a charter's readers would stumble over: sentences that say nothing sure, or two that disagree."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from bot.local_charters import Clause, LocalCharter, Mode


class Trouble(StrEnum):
    """What is wrong with a sentence."""

    UNREAD = "unread"
    CONFLICT = "conflict"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence with its trouble, and the other sentence where two are concerned."""

    trouble: Trouble
    sentence: str
    other: str = ""


def notes(charter: LocalCharter) -> tuple[Note, ...]:
    """What is worth a second look, in the order of the text; empty when every sentence can be held to."""
    unread = tuple(Note(Trouble.UNREAD, sentence) for sentence in charter.unread)
    return unread + tuple(note for a, b in combinations(charter.clauses, 2) for note in _between(a, b))


def _between(a: Clause, b: Clause) -> tuple[Note, ...]:
    """Two clauses about the same matter in the same places that say the opposite, or the same."""
    same_matter = bool(a.topics) and set(a.topics) == set(b.topics) and a.places == b.places
    if not same_matter or a.needs or b.needs:
        return ()
    if {a.mode, b.mode} == {Mode.ALLOW, Mode.FORBID}:
        return (Note(Trouble.CONFLICT, a.sentence, b.sentence),)
    return (Note(Trouble.TWICE, a.sentence, b.sentence),) if a.mode is b.mode else ()
