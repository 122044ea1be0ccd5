"""Stated networking purposes: which hold on a network, which are at odds, and the guidance that goes with each.

What Tact knows of a purpose stands in `prompts/purposes/<code>.toml`, decoded strictly: a malformed file is refused with
one sentence that names the file, the field and the remedy.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import msgspec

from bot.commands import GIVES
from bot.language import by_language, laid_over, overlay
from bot.model import Intent, Network, Purpose
from bot.reading.lexicon import sign_names
from bot.reading.model import Reading

Stated = Mapping[Network | None, tuple[Purpose, ...]]
"""Purposes by network; None holds for all networks without their own."""
FEWEST = 3
"""Gives that fit anywhere: a nudge offers so many."""
LONGEST = 9
"""Words of a give, so that three of them and a reason stay within sixty."""


class PurposeError(ValueError):
    """A purpose file that cannot be used; the message is for the person who wrote it."""


class Advice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a purpose answers one of the dilemmas: what holds, one thing to do, and where it comes from."""

    say: str
    do: str
    source: str


class Dilemmas(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The six questions everybody has about their network ("Is there a purpose behind your networking?")."""

    who: Advice
    how_many: Advice
    how_well: Advice
    managing: Advice
    communicating: Advice
    active: Advice


class AtOdds(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"other": "with"}):
    """Another purpose that pulls the other way, why, and the two ways out."""

    other: Purpose
    why: str
    segment: str
    second: str


class Give(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that can be given in five minutes, and what the ledger calls it."""

    say: str
    what: str


class Guide(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that is known of one purpose."""

    about: str
    intents: tuple[Intent, ...]
    dilemmas: Dilemmas
    gives: dict[str, tuple[Give, ...]]
    at_odds: tuple[AtOdds, ...] = ()
    signs: tuple[str, ...] = ()
    """Where given, one of them must be seen as well before a draft is said to serve the purpose."""

    def gives_on(self, network: Network | None) -> tuple[Give, ...]:
        """What can be given there in five minutes: what is made for the network first."""
        return (*self.gives.get(network or "", ()), *self.gives["any"])


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two purposes of one network that pull in different directions, and what is known of it."""

    one: Purpose
    other: Purpose
    known: AtOdds


Guides = Mapping[Purpose, Guide]


def parse(text: str, file: str, over: Mapping[str, Any] | None = None) -> Guide:
    """Decodes one purpose file strictly; raises PurposeError naming file, field and remedy."""
    try:
        guide = msgspec.convert(laid_over(tomllib.loads(text), over or {}, file), Guide)
    except tomllib.TOMLDecodeError as error:
        raise PurposeError(f"{file} is not valid TOML ({error}). Nothing was loaded; mend that line.") from error
    except msgspec.ValidationError as error:
        raise PurposeError(f"{file}: {error}. Nothing was loaded; see prompts/README.md.") from error
    places = {"any", *Network}
    offered = [(place, give) for place, gives in guide.gives.items() for give in gives]
    problems = [f"gives.{place}: no network is called so" for place in guide.gives if place not in places]
    problems += [f"gives.{place}: what {give.what!r} is none of {', '.join(GIVES)}" for place, give in offered if give.what not in GIVES]  # fmt: skip
    problems += [f"gives.{place}: “{give.say}” has over {LONGEST} words" for place, give in offered if len(give.say.split()) > LONGEST]  # fmt: skip
    problems += [f"signs: {sign!r} is unknown" for sign in guide.signs if sign not in sign_names()]
    if len(guide.gives.get("any", ())) < FEWEST:
        problems.append(f"gives.any: at least {FEWEST} are needed that fit anywhere")
    if problems:
        raise PurposeError(f"{file}, {problems[0]}. Nothing was loaded; mend it and try again.")
    return guide


@by_language
def load() -> Guides:
    """What Tact knows of each purpose, read once per process; raises PurposeError."""
    return {purpose: _built_in(f"purposes/{purpose}.toml") for purpose in Purpose}


def _built_in(file: str) -> Guide:
    return parse((files("prompts") / file).read_text(encoding="utf-8"), file, overlay(file))


def purposes_on(stated: Stated, network: Network | None) -> tuple[Purpose, ...]:
    """The purposes that hold on a network: its own, else the overall ones."""
    return stated.get(network) or stated.get(None, ())


def conflicts(purposes: tuple[Purpose, ...], guides: Guides) -> tuple[Conflict, ...]:
    """Pairs of purposes that are at odds on one network; either file may say so."""
    pairs = ((a, b) for i, a in enumerate(purposes) for b in purposes[i + 1 :])
    known = {frozenset({p, odd.other}): odd for p, guide in guides.items() for odd in guide.at_odds}
    return tuple(Conflict(a, b, known[pair]) for a, b in pairs if (pair := frozenset({a, b})) in known)


def served(read: Reading, guides: Guides, sure: float) -> Purpose | None:
    """The purpose a text serves, by the likeliest intent that is at least so sure; None where it serves none in particular."""
    chances = [
        (read.intents.get(intent, 0.0), purpose)
        for purpose, guide in guides.items()
        if not guide.signs or any(sign in read.signs for sign in guide.signs)
        for intent in guide.intents
    ]
    chance, purpose = max(chances)
    return purpose if chance >= sure else None
