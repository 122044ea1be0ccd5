"""Use case: the same draft on every network and way of sending, ranked, with what differs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.coach.checking import refuse_long
from bot.commands import Where
from bot.judging import Judging
from bot.model import Case, Delivery, Fit, Network, Person, Relation, Reply, Verdict
from bot.purposes import Stated, purposes_on
from bot.reading import form_of
from bot.render import render

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
    def say(self) -> str:
        """What speaks against it first; empty when nothing does."""
        return self.verdict.findings[0].say if self.verdict.findings else ""


class Placing:
    """Finds where a draft belongs."""

    def __init__(self, judging: Judging, store: Store) -> None:
        self._judging = judging
        self._store = store

    async def where(self, person: Person, command: Where) -> Reply:
        """The ways of sending, best first; those with the same verdict for the same reason in one line."""
        refuse_long(command.text)
        case = Case(command.text, form=form_of(command.text))
        stated = await self._store.purposes.of(person)
        groups: dict[tuple[Fit, str], list[Way]] = {}
        for way in self._ways(case, command.relation, stated):
            groups.setdefault((way.verdict.fit, way.say), []).append(way)
        words = self._judging.wording
        rows = [
            (words.label("verdict", fit.code), [self._place(way) for way in sorted(ways, key=_likeliest_first)], say)
            for (fit, say), ways in sorted(groups.items(), key=lambda one: (one[0][0], -len(one[1])))
        ]
        return Reply(render("where", rows=rows))

    def _ways(self, case: Case, relation: Relation | None, stated: Stated) -> Iterator[Way]:
        """Every way of sending, split by who gets it where that makes a difference."""
        for network, delivery in self._judging.places():
            known = purposes_on(stated, network)
            to = (relation,) if relation else self._judging.wording.circles.get(delivery, (Relation.PUBLIC,))
            placed = replace(case, network=network, delivery=delivery, purpose=known[0] if known else None)
            split: dict[Fit, Way] = {}
            for who in to:
                verdict = self._judging.judge(replace(placed, relation=who))
                before = split.get(verdict.fit)
                split[verdict.fit] = (
                    replace(before, to=(*before.to, who)) if before else Way(network, delivery, (who,), verdict)
                )
            # where all is one, whom it goes to says nothing
            yield from split.values() if len(split) > 1 else (replace(way, to=()) for way in split.values())

    def _place(self, way: Way) -> str:
        words = self._judging.wording
        to = f" to {', '.join(words.label('relation', who) for who in way.to)}" if way.to else ""
        return f"{words.label('network', way.network)} ({words.label('delivery', way.delivery)}{to})"


def _likeliest_first(way: Way) -> float:
    return -way.verdict.confidence
