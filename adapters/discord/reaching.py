"""Where people are reached by letter: in their direct messages with Tact, which are opened when they ask for letters."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import discord

from adapters.discord.incoming import Interaction, address_of, is_own_chat, person_of
from adapters.discord.words import Words
from bot.app import Service
from bot.letters import Address, Outcome, Report
from bot.model import Person
from bot.storage import StoreError

log = logging.getLogger("tact.discord")

REMEMBERED = 5_000
"""People of whom it is remembered whether an address is kept, so that it is not looked up each time."""
FRESH = timedelta(minutes=1)
"""For how long; then somebody who had everything erased is unknown here too."""


class Reaching:
    """Keeps addresses. Nobody's direct messages are opened who did not ask for it."""

    def __init__(self, service: Service, words: Words, opens: Callable[[Address], Awaitable[Report]]) -> None:
        self._service = service
        self._words = words
        self._opens = opens
        self._looked_up: OrderedDict[Person, tuple[datetime, str | None]] = OrderedDict()

    async def reach(self, interaction: Interaction) -> str:
        """Opens the way to somebody who asked for letters; empty, or the sentence that says why it is not open."""
        user = interaction.user
        if is_own_chat(interaction) and interaction.channel is not None:
            await self.met(user, interaction.channel.id)
            return ""
        known = await self._service.store.addresses.of(person_of(user))
        if known is not None and known.channel:
            return ""
        report = await self._opens(address_of(user))
        if report.outcome is Outcome.UNREACHABLE:
            return self._words.says["closed"]
        await self._keep(person_of(user), address_of(user, report.channel))
        return "" if report.outcome is Outcome.DELIVERED else self._words.says["later"]

    async def met(self, user: discord.abc.Snowflake, channel: int) -> None:
        """Keeps the channel in which somebody wrote to Tact: letters and late answers go there."""
        person, address = person_of(user), address_of(user, channel)
        try:
            if await self._known_at(person) != address.channel:
                await self._keep(person, address)
        except StoreError as problem:  # an answer now needs no address
            log.warning("an address could not be kept: %s", type(problem).__name__)

    async def reaches(self, person: Person) -> bool:
        """Whether it is known where somebody is reached."""
        return await self._known_at(person) is not None

    async def _known_at(self, person: Person) -> str | None:
        """The channel that is kept of somebody, None where nothing is; looked up at most once a minute."""
        now = self._service.now()
        found = self._looked_up.get(person)
        if found is None or not found[0] <= now < found[0] + FRESH:
            address = await self._service.store.addresses.of(person)
            found = self._remember(person, address.channel if address else None)
        return found[1]

    async def _keep(self, person: Person, address: Address) -> None:
        await self._service.store.addresses.keep(person, address, self._service.now())
        self._remember(person, address.channel)

    def _remember(self, person: Person, channel: str | None) -> tuple[datetime, str | None]:
        self._looked_up[person] = found = (self._service.now(), channel)
        while len(self._looked_up) > REMEMBERED:
            self._looked_up.popitem(last=False)
        return found
