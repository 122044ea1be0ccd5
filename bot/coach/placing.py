"""Use case: the same draft on every network and way of sending, ranked, with what differs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.coach.checking import refuse_long
from bot.commands import Where
from bot.judging import Judging
from bot.model import Case, Delivery, Fit, Network, Person, Reason, Relation, Reply, Verdict
from bot.purposes import Stated, purposes_on
from bot.reading import form_of
from bot.render import render
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.storage import Store


@dataclass(frozen=True, slots=True)
class Way:
    """One way of sending on one network, to those for whom the verdict is the same."""

    network: Network
    delivery: Delivery
    to: tuple[Relation, ...]
    verdict: Verdict

    @property
    def reason(self) -> Reason | None:
        """The first reason against it; None when there is none."""
        return self.verdict.findings[0].reason if self.verdict.findings else None

    @property
    def say(self) -> str:
        """What speaks against it first; empty when nothing does."""
        return self.verdict.findings[0].say if self.verdict.findings else ""


@dataclass(frozen=True, slots=True)
class Group:
    """Ways of sending with the same verdict for the same reason, the surest first."""

    fit: Fit
    reason: Reason | None
    ways: tuple[Way, ...]

    def say(self, words: Wording) -> str:
        """What speaks against them: in the words of the rule where it is one for all, else in those of the reason."""
        several = len({way.say for way in self.ways}) > 1
        return words.reason(self.reason).say if self.reason and several else self.ways[0].say


class Placing:
    """Finds where a draft belongs."""

    def __init__(self, judging: Judging, store: Store) -> None:
        self._judging = judging
        self._store = store

    async def where(self, person: Person, command: Where) -> Reply:
        """The ways of sending, best first; those with the same verdict for the same reason in one line."""
        refuse_long(command.text)
        case = Case(command.text, form=form_of(command.text), relation=command.relation)
        words = self._judging.wording
        groups = ranked(case, self._judging, await self._store.purposes.of(person))
        rows = [(words.label("verdict", g.fit.code), _places(g.ways, words), g.say(words)) for g in groups]
        return Reply(render("where", rows=rows))


def ranked(case: Case, judging: Judging, stated: Stated) -> tuple[Group, ...]:
    """Every way of sending a text, best first, grouped by what differs; a relation that is given holds for all of them."""
    groups: dict[tuple[Fit, Reason | None], list[Way]] = {}
    for way in ways_of(case, case.relation, stated, judging):
        groups.setdefault((way.verdict.fit, way.reason), []).append(way)
    found = [Group(fit, reason, tuple(sorted(ways, key=_surest_first))) for (fit, reason), ways in groups.items()]
    return tuple(sorted(found, key=lambda group: (group.fit, -len(group.ways))))


def ways_of(case: Case, relation: Relation | None, stated: Stated, judging: Judging) -> Iterator[Way]:
    """Every way of sending a draft, split by who gets it where that makes a difference."""
    for network, delivery in judging.places():
        known = purposes_on(stated, network)
        to = (relation,) if relation else judging.wording.circles.get(delivery, (Relation.PUBLIC,))
        placed = replace(case, network=network, delivery=delivery, purpose=known[0] if known else None)
        split: dict[Fit, Way] = {}
        for who in to:
            verdict = judging.judge(replace(placed, relation=who))
            before = split.get(verdict.fit)
            split[verdict.fit] = (
                replace(before, to=(*before.to, who)) if before else Way(network, delivery, (who,), verdict)
            )
        # where all is one, whom it goes to says nothing
        yield from split.values() if len(split) > 1 else (replace(way, to=()) for way in split.values())


def _places(ways: tuple[Way, ...], words: Wording) -> list[str]:
    """Each network once, with its ways of sending: "LinkedIn (public post; message to one person: family)"."""
    by_network: dict[Network, list[str]] = {}
    for way in ways:
        to = f": {words.overall['or'].join(words.circle_names[who] for who in way.to)}" if way.to else ""
        by_network.setdefault(way.network, []).append(f"{words.label('delivery', way.delivery)}{to}")
    return [f"{words.label('network', network)} ({'; '.join(sent)})" for network, sent in by_network.items()]


def _surest_first(way: Way) -> float:
    return -way.verdict.confidence
