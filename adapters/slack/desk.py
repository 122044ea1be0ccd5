"""What every surface of Slack needs: the coach's ear, receipts, and a way to answer."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from adapters.pace import Pace
from adapters.slack.admins import Admins
from adapters.slack.answers import Answers
from adapters.slack.incoming import Incoming, room_of, short
from adapters.slack.rooms import Rooms
from adapters.slack.second import Seconds
from adapters.slack.topics import topic_of
from adapters.slack.words import SlackWords
from adapters.slack.work import Work
from adapters.slack.workspaces import Workspaces
from adapters.slack.zones import zone_of
from bot.app import Service
from bot.charter_commands import ImportCharter
from bot.letters import Outcome
from bot.model import Person, Reply, Room, Tone
from bot.storage import StoreError

log = logging.getLogger("tact.slack")
SOON = 1.5
"""Seconds an answer may take to be part of the acknowledgement; Slack waits three."""
CLICK = 2.0
"""Seconds within which a second click on the same button is the same click."""
REMEMBERED, REMEMBERED_FOR = 5000, 60.0
"""People whose address is known to be kept, and seconds for which it is not looked up again."""
T = TypeVar("T")


@dataclass(frozen=True)
class Desk:
    """Everything put together."""

    service: Service
    words: SlackWords
    workspaces: Workspaces
    answers: Answers
    admins: Admins
    seconds: Seconds
    rooms: Rooms
    work: Work
    elapsed: Callable[[], float]
    pace: Pace
    _reachable: OrderedDict[Person, tuple[float, bool]] = field(default_factory=OrderedDict)

    async def hear(self, incoming: Incoming, text: str) -> Reply:
        """The coach's reply; whatever goes wrong inside is one sentence, and so is who asks too fast."""
        if refusal := self.pace.refusal(incoming.person, waits=bool(incoming.trigger)):
            return refusal
        try:
            room = await self.room(incoming, text)
            switched = await self.rooms.said(incoming, text, room)
            text = await self._with_topic(incoming, room, text)
            return switched or await self.service.coach.hear(incoming.person, text, room)
        except (
            Exception
        ) as error:  # nobody is left without an answer; the kind alone is logged, a text may be in the rest
            log.error("a command could not be answered: %s", type(error).__name__)  # noqa: TRY400
            return self.sorry

    async def language_of(self, incoming: Incoming) -> str:
        """The language to speak to somebody in; empty, which is the usual one, where it cannot be found out now."""
        try:
            return await self.service.coach.language_of(incoming.person)
        except StoreError as problem:
            log.warning("a language could not be found out: %s", type(problem).__name__)
            return ""

    async def room(self, incoming: Incoming, text: str) -> Room:
        """Where something was said; whether who said it looks after the place, and their time zone, for what that matters to."""
        room = room_of(incoming, admin=await self.admins.is_admin(incoming, text))
        return replace(room, zone=await zone_of(self.workspaces, incoming, text))

    async def _with_topic(self, incoming: Incoming, room: Room, text: str) -> str:
        """A command that brings rules in, with the channel's topic where it names none."""
        command = self.service.coach.read(text) if room.channel else None
        if not isinstance(command, ImportCharter) or command.text:
            return text
        topic = await topic_of(self.workspaces, incoming)
        return f"{text.strip()}: {topic}" if topic else text

    async def say_directly(
        self, incoming: Incoming, reply: Reply, thread: str = "", more: tuple[Mapping[str, Any], ...] = ()
    ) -> None:
        """Says it in the direct messages; a second opinion takes its place there."""
        said = await self.answers.directly(incoming, reply, thread, more)

        async def show(second: Reply) -> None:
            if not await self.answers.sender.change(incoming.address, said, second, more):
                await self.answers.directly(incoming, second, thread, more)

        if said.outcome in (Outcome.DELIVERED, Outcome.UNKNOWN):
            self.seconds.after(incoming, reply, show)

    @property
    def sorry(self) -> Reply:
        """What is said when something went wrong here."""
        return Reply(self.words.try_again, tone=Tone.PROBLEM)

    async def first_time(self, incoming: Incoming, *, owed: bool = False) -> bool:
        """Keeps the receipt; False when this came before. Raises StoreError when it cannot be kept: then it did not arrive."""
        if not incoming.key:
            return True
        return await self.service.store.receipts.accept(
            incoming.person.tenant, incoming.key, self.service.now(), incoming.address if owed else None
        )

    async def first_click(self, incoming: Incoming, on: str, value: str) -> bool:
        """Whether this is not the second half of a double click, whose trigger id is another one."""
        receipts, now = self.service.store.receipts, self.service.now()
        about = short(f"{incoming.person.user}\0{on}\0{value}")
        at = int(now.timestamp() / CLICK)
        for tick in (at, at + 1):  # in order: of two at once, one gets past the first
            if not await receipts.accept(incoming.person.tenant, f"click:{about}:{tick}", now):
                return False
        return True

    async def answered(self, incoming: Incoming) -> None:
        """Nothing is owed any more."""
        try:
            await self.service.store.receipts.answered(incoming.person.tenant, incoming.key)
        except StoreError as problem:
            log.warning("a receipt could not be settled: %s", type(problem).__name__)

    async def met(self, incoming: Incoming) -> bool:
        """Keeps where a person is reached; whether this is the first time in their direct messages.

        It is awaited before the coach hears them: what they then ask to be erased must not come back behind it.
        """
        person, address = incoming.person, incoming.address
        known = self._reachable.get(person)
        if known and self.elapsed() - known[0] < REMEMBERED_FOR and (known[1] or not address.channel):
            return False
        store = self.service.store
        try:
            before = await store.addresses.of(person)
            if before is None or (address.channel and before.channel != address.channel):
                async with store.together():
                    before = await store.addresses.of(person)
                    await store.addresses.keep(person, address, self.service.now())
        except StoreError as problem:  # no key, or the database is away: an answer now needs no address
            log.warning("an address could not be kept: %s", type(problem).__name__)
            return False
        self._reachable[person] = (self.elapsed(), bool(address.channel or (before and before.channel)))
        while len(self._reachable) > REMEMBERED:
            self._reachable.popitem(last=False)
        return bool(address.channel) and not (before and before.channel)

    def forget(self, tenant: str, team: str) -> None:
        """Drops what is remembered of a tenant's people, and of a workspace's channels."""
        self.rooms.forget(tenant, team)
        for person in [person for person in self._reachable if person.tenant == tenant]:
            del self._reachable[person]


async def soon(work: Awaitable[T], late: Callable[[asyncio.Future[T]], None], within: float = SOON) -> T | None:
    """The result when it comes soon; else None, and `late` is handed what is still under way."""
    task = asyncio.ensure_future(work)
    done, _ = await asyncio.wait({task}, timeout=within)
    if done:
        return task.result()
    late(task)
    return None
