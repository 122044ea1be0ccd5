"""What Tact notices in channels where an admin switched coaching on: own gives and asks, kind and date, never the text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot import reading
from bot.coach.nudging import Asked, before_the_ask
from bot.language import speaking
from bot.ledger import entries_in
from bot.letters import LetterKind
from bot.model import Case, Delivery, Entry, EntryKind, Network, Person, Reply, Room
from bot.nudges import Place
from bot.purposes import purposes_on
from bot.reading.masks import LIMIT
from bot.render import render
from bot.wording import Wording, offered

if TYPE_CHECKING:
    from bot.coach.drafts import Drafts
    from bot.coach.languages import Languages
    from bot.coach.nudging import Nudging
    from bot.coach.pushing import Pushing
    from bot.reading.model import Reading
    from bot.storage import Store

SURE = 0.8
"""How likely a give or an ask must be before it is written down unasked: quiet when unsure."""
SOON = timedelta(minutes=2)
"""How long after an ask the nudge comes: not into the sentence, and while it still matters."""
LATE = timedelta(minutes=30)
"""A nudge that could come only later is left out."""
TOLD = 50_000
"""People of whom it is remembered that they were told; of others the store is asked."""
REMEMBERED = timedelta(days=1)
"""For so long: no longer than the shortest time for which somebody can be unheard, after which they are told again."""
MUTE = "listening"
"""What is switched off by `quiet listening`, and what somebody was told of."""


class Listening:
    """Notices a person's own messages and reactions, unless they do not want it."""

    def __init__(
        self,
        wording: Wording,
        drafts: Drafts,
        nudging: Nudging,
        pushing: Pushing,
        languages: Languages,
        store: Store,
        now: Callable[[], datetime],
    ) -> None:
        self._wording = wording
        self._drafts = drafts
        self._nudging = nudging
        self._pushing = pushing
        self._languages = languages
        self._store = store
        self._now = now
        self._told: dict[Person, datetime] = {}

    async def seen(self, person: Person, text: str, room: Room, event: str) -> Reply | None:  # noqa: ARG002
        """Writes down what a message gives and asks for, once per event; the first time it says so, once per person."""
        read = reading.read(text[:LIMIT])
        if "foreign" in read.signs or "empty" in read.signs:
            return None
        entries = entries_in(read.intents, self._now(), SURE)
        if not entries or self._drafts.goes_out(person, text):
            return None
        kept = await self._store.notes.note(person, entries, event)
        for entry in kept:
            if entry.kind is EntryKind.ASKED:
                await self._nudge(person, text, read, entry.number)
        return await self._tell_once(person) if kept else None

    async def reacted(self, person: Person, emoji: str) -> Reply | None:
        """Writes down praise or thanks given by a reaction, at most one of each a day: a click is a small give."""
        what = self._wording.reactions.get(emoji.strip(":").casefold())
        if what is None:
            return None
        now = self._now()
        kept = await self._store.notes.note(
            person, (Entry(EntryKind.GAVE, what, now),), f"reaction/{now.date()}/{what}"
        )
        return await self._tell_once(person) if kept else None

    def forget(self, person: Person) -> None:
        """Who was erased is told anew."""
        self._told.pop(person, None)

    def forget_all(self, tenant: str) -> None:
        """So is everybody in a tenant."""
        self._told = {person: at for person, at in self._told.items() if person.tenant != tenant}

    async def _nudge(self, person: Person, text: str, read: Reading, number: int) -> None:
        """A letter shortly after an ask, where one would help and the attention budget allows it.

        Most asks need none: that is found out from one read for all who asked at the same time.
        """
        now, network = self._now(), network_of(person)
        if not self._nudging.might(await self._store.standings.of(person, now), network, now):
            return
        known = purposes_on(await self._store.purposes.of(person), network)
        balance = await self._store.ledger.balance(person, now)
        before = before_the_ask(balance)
        case = Case(text, network, Delivery.CHANNEL)
        language = await self._languages.of(person, Room())
        async with self._store.together():
            with speaking(language):
                nudge = await self._nudging.at(person, Asked(Place.SEEN, case, read, before, known))
                if nudge and await self._pushing.put(
                    person, LetterKind.NUDGE, nudge.reply, f"nudge/{number}", SOON, by=LATE
                ):
                    await self._nudging.remember(person, nudge)

    async def _tell_once(self, person: Person) -> Reply | None:
        """That own messages are noticed here, and how to end it: once per person."""
        now = self._now()
        if person in self._told and now - self._told[person] < REMEMBERED:
            return None
        if len(self._told) > TOLD:
            self._told.clear()
        self._told[person] = now
        if MUTE in await self._store.remarks.of(person):
            return None
        await self._store.remarks.said(person, MUTE, at=now)
        with speaking(await self._languages.of(person, Room())):
            return Reply(render("listening"), buttons=offered(self._wording, MUTE))


def network_of(person: Person) -> Network | None:
    """The network a person's tenant is of, where its key begins with its name (slack:T1)."""
    name = person.tenant.partition(":")[0]
    return Network(name) if name in set(Network) else None
