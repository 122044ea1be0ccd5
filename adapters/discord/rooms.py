"""Coaching in a server's channels: who manages the server switches it on, channel by channel."""

from __future__ import annotations

from adapters.coached import Coached
from adapters.discord.answering import Answering
from adapters.discord.incoming import TENANT, Interaction, room_of
from adapters.discord.words import Words
from bot.app import Service
from bot.model import Reply, Room, Tone


class Rooms:
    """The switch of each channel."""

    def __init__(self, service: Service, answering: Answering, words: Words) -> None:
        self._answering = answering
        self._words = words
        self._coached = Coached(service)

    async def is_coached(self, room: Room) -> bool:
        """Whether coaching is on in a channel."""
        server, _, channel = room.channel.partition("/")
        return await self._coached.is_on(TENANT, server, channel)

    def forget(self, server: str) -> None:
        """What was looked up of a server that is gone."""
        self._coached.forget(TENANT, server)

    async def switch(self, interaction: Interaction, said: str) -> None:
        """Switches it on or off where that was said, by somebody who may; with nothing said it tells which it is."""

        async def work() -> Reply:
            room = room_of(interaction)
            if not room.admin:
                return Reply(self._words.says["listening_elsewhere"], tone=Tone.PROBLEM)
            if said in ("on", "off"):
                server, _, channel = room.channel.partition("/")
                await self._coached.switch(TENANT, server, channel, on=said == "on")
            return Reply(self._words.says["listening_on" if await self.is_coached(room) else "listening_off"])

        await self._answering.answer(interaction, work)
