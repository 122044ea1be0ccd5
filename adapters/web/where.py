"""The part that ranks the networks and ways of sending for a draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from adapters.web.check import refuse
from adapters.web.view import SYMBOLS, At, Fields, Problem, choice
from bot.coach.placing import Group, Way, ranked
from bot.judging import Judging
from bot.model import Case, Fit, Form, Purpose, Relation
from bot.reading import form_of
from bot.reading.masks import LIMIT
from bot.wording import Wording


@dataclass(frozen=True, slots=True)
class Spot:
    """One way of sending: its words, and the context that checks the draft there."""

    label: str
    fields: str


@dataclass(frozen=True, slots=True)
class Reached:
    """A network with its ways of sending."""

    network: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Rank:
    """The places with one verdict, split by what speaks against them."""

    code: str
    symbol: str
    verdict: str
    count: int
    groups: tuple[tuple[str, tuple[Reached, ...]], ...]


class Where:
    """Finds where a draft belongs."""

    at = At("/where", "where", ("text", "relation", "purpose", "form"))

    def __init__(self, judging: Judging) -> None:
        self._judging = judging

    def shown(self, form: Fields) -> dict[str, Any]:
        """The form, with what was filled in."""
        words = self._judging.wording
        asked = [choice("relation", words), choice("purpose", words)]
        return {"form": form, "asked": asked, "limit": LIMIT, "ranks": None}

    def answered(self, form: Fields) -> dict[str, Any]:
        """The form with the places, best first."""
        refuse(form["text"])
        try:
            relation = Relation(form["relation"]) if form["relation"] else None
            purpose = Purpose(form["purpose"]) if form["purpose"] else None
            kind = Form(form["form"]) if form["form"] else form_of(form["text"])
        except ValueError as error:
            raise Problem("problem.choice") from error
        case = Case(form["text"], relation=relation, form=kind)
        groups = ranked(case, self._judging, {None: (purpose,)} if purpose else {})
        return self.shown(form) | {"ranks": ranks(groups, self._judging.wording)}


def ranks(groups: tuple[Group, ...], words: Wording) -> tuple[Rank, ...]:
    """The groups under their verdicts, best first."""
    found = []
    for fit in Fit:
        mine = [group for group in groups if group.fit is fit]
        if mine:
            said = tuple((group.say(words), _reached(group.ways, words)) for group in mine)
            count = sum(len(group.ways) for group in mine)
            found.append(Rank(fit.code, SYMBOLS[fit.code], words.label("verdict", fit.code), count, said))
    return tuple(found)


def _reached(ways: tuple[Way, ...], words: Wording) -> tuple[Reached, ...]:
    spots: dict[str, list[Spot]] = {}
    for way in ways:
        to = f": {words.overall['or'].join(words.circle_names[who] for who in way.to)}" if way.to else ""
        told = {"network": way.network.value, "delivery": way.delivery.value} | (
            {"relation": way.to[0].value} if way.to else {}
        )
        spot = Spot(f"{words.label('delivery', way.delivery)}{to}", urlencode(told))
        spots.setdefault(words.label("network", way.network), []).append(spot)
    return tuple(Reached(network, tuple(some)) for network, some in spots.items())
