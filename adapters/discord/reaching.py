"""Where people are reached by letter: in their direct messages with Tact, which are opened when they ask for letters."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

import discord

from adapters.discord.incoming import Interaction, address_of, is_own_chat, person_of
from adapters.discord.words import Words
from adapters.recent import Recent
from bot.app import Service
from bot.letters import Address, Outcome, Report
from bot.model import Person
from bot.storage import StoreError

log = logging.getLogger("tact.discord")


class Reaching:
    """Keeps addresses. Nobody's direct messages are opened who did not ask for it."""

    def __init__(self, service: Service, words: Words, opens: Callable[[Address], Awaitable[Report]]) -> None:
        self._service = service
        self._words = words
        self._opens = opens
        self._addresses = Recent(service.store.addresses.of, service.now)

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
            if await self._addresses.get(person) != address:
                await self._keep(person, address)
        except StoreError as problem:  # an answer now needs no address
            log.warning("an address could not be kept: %s", type(problem).__name__)

    async def reaches(self, person: Person) -> bool:
        """Whether it is known where somebody is reached."""
        return await self._addresses.get(person) is not None

    async def _keep(self, person: Person, address: Address) -> None:
        await self._service.store.addresses.keep(person, address, self._service.now())
        self._addresses.forget(person)
