"""Use cases around nudges: gathers what decides on one, and says it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot import anatomy, nudges, purposes
from bot.history import read_history
from bot.ledger import Balance
from bot.model import Button, Case, Network, Person, Purpose, Reply
from bot.nudges import Nudge, Occasion, Place
from bot.reading.model import Reading
from bot.render import render
from bot.reviewing import UNKNOWN

if TYPE_CHECKING:
    from bot.coach.pushing import Pushing
    from bot.storage import Store
    from bot.storage.standings import Standing

MUTE = "nudges"
"""What is switched off by `quiet nudges`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An ask as it was met: its case and reading, the ledger before it, and what the person networks for there."""

    place: Place
    case: Case
    read: Reading
    balance: Balance
    purposes: tuple[Purpose, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A nudge in words, and the codes to remember it by."""

    reply: Reply
    codes: tuple[str, ...]


class Nudging:
    """Decides on nudges from what is kept, and remembers what was said."""

    def __init__(self, store: Store, pushing: Pushing, now: Callable[[], datetime]) -> None:
        self._store = store
        self._pushing = pushing
        self._now = now

    async def at(self, person: Person, asked: Asked) -> Said | None:
        """What to say at an ask, with snooze, why-this and off as buttons; looked up is only what can still make a difference."""
        words, occasion = nudges.load(), await self._occasion(person, asked)
        for look in (self._with_said, self._with_mute):
            if nudges.nudge(occasion, purposes.load(), words) is None:
                return None
            occasion = await look(person, occasion)
        found = nudges.nudge(occasion, purposes.load(), words)
        return Said(say(found, asked.balance, words), found.codes) if found else None

    def might(self, standing: Standing, network: Network | None, now: datetime) -> bool:
        """Whether a nudge after an ask that was seen might help, by where its writer stands with that ask."""
        if not standing.reached:
            return False
        occasion = Occasion(
            Place.SEEN,
            now,
            before_the_ask(standing.balance),
            network=network,
            muted=MUTE in standing.muted,
            said=standing.said,
            schedule=standing.schedule or UNKNOWN,
            pushes=standing.pushes,
        )
        return nudges.nudge(occasion, purposes.load(), nudges.load()) is not None

    async def remember(self, person: Person, said: Said) -> None:
        """Keeps that it was said, so that it is not said again."""
        await self._store.remarks.said(person, *said.codes, at=self._now())

    async def _occasion(self, person: Person, asked: Asked) -> Occasion:
        habits = read_history(asked.balance.phrase).habits
        unasked = asked.place is Place.SEEN
        return Occasion(
            asked.place,
            self._now(),
            asked.balance,
            anatomy.missing(asked.case, asked.read, habits, anatomy.load()),
            asked.purposes,
            asked.case.network,
            asked.case.relation,
            schedule=await self._pushing.schedule(person) if unasked else UNKNOWN,
            pushes=await self._pushing.pushes(person) if unasked else (),
        )

    async def _with_said(self, person: Person, occasion: Occasion) -> Occasion:
        return replace(occasion, said=await self._store.remarks.of(person))

    async def _with_mute(self, person: Person, occasion: Occasion) -> Occasion:
        return replace(occasion, muted=MUTE in await self._store.mutes.of(person, self._now()))


def before_the_ask(balance: Balance) -> Balance:
    """A balance without the ask that was just written down."""
    return replace(balance, asked=balance.asked - 1)


def say(found: Nudge, balance: Balance, words: nudges.Words) -> Reply:
    """A nudge in words."""
    openings = words.openings
    whole = openings.check if found.place is Place.CHECK else openings.seen
    text = render(
        "nudge",
        opening=(whole if found.gives else openings.part).format(asked=balance.asked, gave=balance.gave),
        gives=found.gives,
        also=openings.also,
        part=anatomy.load()[found.part].say if found.part else "",
    )
    return Reply(text, buttons=tuple(Button(label, command) for command, label in words.buttons.items()))
