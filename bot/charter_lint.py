"""Points out what a charter's readers would stumble over: conflicting, vague and unenforceable sentences, each with a sharper one.

Vague rules are the ones cited wrongly most often, and sharper wording helps readers most (He et al., peers.md §2).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import Any

import msgspec
import re2

from bot.local_charters import Clause, LocalCharter, Mode


class Trouble(StrEnum):
    """What is wrong with a sentence."""

    UNREAD = "unread"
    VAGUE = "vague"
    UNENFORCEABLE = "unenforceable"
    CONFLICT = "conflict"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence with its trouble: the other sentence where two are concerned, else why, and a sharper wording.

    `judges` says whether the sentence is held against messages all the same.
    """

    trouble: Trouble
    sentence: str
    other: str = ""
    why: str = ""
    offer: str = ""
    judges: bool = True


class _Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: tuple[str, ...]
    why: str
    offer: str


class _Kinds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    vague: tuple[_Kind, ...]
    unenforceable: tuple[_Kind, ...]


def notes(charter: LocalCharter) -> tuple[Note, ...]:
    """What is worth a second look, in the order of the text; empty when every sentence can be held to."""
    alone = tuple(note for clause in charter.clauses if (note := _of(clause)))
    return alone + tuple(note for a, b in combinations(charter.clauses, 2) for note in _between(a, b))


def offers() -> tuple[str, ...]:
    """Every sharper wording there is."""
    return tuple(kind.offer for _, kind, _ in _known())


def _of(clause: Clause) -> Note | None:
    folded, judges = clause.sentence.casefold().replace("’", "'"), clause.mode is not Mode.UNREAD
    for trouble, kind, pattern in _known():
        if pattern.search(folded):
            return Note(trouble, clause.sentence, why=kind.why, offer=kind.offer, judges=judges)
    return None if judges else Note(Trouble.UNREAD, clause.sentence, judges=False)


@cache
def _known() -> tuple[tuple[Trouble, _Kind, Any], ...]:
    raw = tomllib.loads((files("prompts") / "charter_lint.toml").read_text(encoding="utf-8"))
    kinds = msgspec.convert(raw, _Kinds)
    listed = [(Trouble.UNENFORCEABLE, kind) for kind in kinds.unenforceable]
    listed += [(Trouble.VAGUE, kind) for kind in kinds.vague]
    return tuple(
        (trouble, kind, re2.compile("|".join(f"(?:{word})" for word in kind.words))) for trouble, kind in listed
    )


def _between(a: Clause, b: Clause) -> tuple[Note, ...]:
    """Two clauses about the same matter that cannot both hold, or that say the same."""
    if not a.topics or set(a.topics) != set(b.topics) or a.needs or b.needs:
        return ()
    modes = {a.mode, b.mode}
    elsewhere = a.mode is b.mode is Mode.ONLY_IN and bool(a.places and b.places) and not {*a.places} & {*b.places}
    whole = not a.places and not b.places
    if elsewhere or (modes == {Mode.ALLOW, Mode.FORBID} and a.places == b.places):
        return (Note(Trouble.CONFLICT, a.sentence, b.sentence),)
    if modes == {Mode.FORBID, Mode.ONLY_IN} and (whole or not (a if a.mode is Mode.FORBID else b).places):
        return (Note(Trouble.CONFLICT, a.sentence, b.sentence),)
    same = a.mode is b.mode and a.mode is not Mode.UNREAD and a.places == b.places
    return (Note(Trouble.TWICE, a.sentence, b.sentence),) if same else ()
