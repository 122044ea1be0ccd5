"""Channels in which who manages the server switched coaching on; in all others nothing that is said is looked at."""

from __future__ import annotations

from adapters.discord.answering import Answering
from adapters.discord.incoming import TENANT, Interaction, room_of
from adapters.discord.recent import Recent
from adapters.discord.words import Words
from bot.app import Service
from bot.model import Reply, Room, Tone

MOST = 150
"""Coached channels of a server."""


class Rooms:
    """The switch of each channel."""

    def __init__(self, service: Service, answering: Answering, words: Words) -> None:
        self._service = service
        self._answering = answering
        self._words = words
        self._coached = Recent(self._look_up, service.now)

    async def is_coached(self, room: Room) -> bool:
        """Whether coaching is on in a channel."""
        server, _, channel = room.channel.partition("/")
        return channel in await self._coached.get(server)

    async def switch(self, interaction: Interaction, said: str) -> None:
        """Switches it on or off where that was said, by somebody who may; with nothing said it tells which it is."""

        async def work() -> Reply:
            room = room_of(interaction)
            if not room.admin:
                return Reply(self._words.says["listening_elsewhere"], tone=Tone.PROBLEM)
            if said in ("on", "off"):
                await self._keep(room, on=said == "on")
            return Reply(self._words.says["listening_on" if await self.is_coached(room) else "listening_off"])

        await self._answering.answer(interaction, work)

    async def _look_up(self, server: str) -> frozenset[str]:
        return frozenset((await self._service.store.marks.read(TENANT, _mark(server))).split())

    async def _keep(self, room: Room, *, on: bool) -> None:
        server, _, channel = room.channel.partition("/")

        def change(marked: str) -> str:
            others = [one for one in marked.split() if one != channel]
            return " ".join([*others, channel][-MOST:] if on else others)

        await self._service.store.marks.change(TENANT, _mark(server), self._service.now(), change)
        self._coached.forget(server)


def _mark(server: str) -> str:
    return f"coached:{server}"
