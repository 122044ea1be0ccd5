"""Channels in which who manages the server switched coaching on; in all others nothing that is said is looked at."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from adapters.discord.answering import Answering
from adapters.discord.incoming import TENANT, Interaction, room_of
from adapters.discord.words import Words
from bot.app import Service
from bot.model import Reply, Room, Tone

FRESH = timedelta(seconds=60)
"""How long another process may take to notice a switch."""
REMEMBERED = 5_000
MOST = 150
"""Coached channels of a server."""


class Rooms:
    """The switch of each channel."""

    def __init__(self, service: Service, answering: Answering, words: Words) -> None:
        self._service = service
        self._answering = answering
        self._words = words
        self._known: OrderedDict[str, tuple[datetime, frozenset[str]]] = OrderedDict()

    async def is_coached(self, room: Room) -> bool:
        """Whether coaching is on in a channel."""
        server, _, channel = room.channel.partition("/")
        now = self._service.now()
        known = self._known.get(server)
        if known is None or not known[0] <= now < known[0] + FRESH:
            marked = await self._service.store.marks.read(TENANT, _mark(server))
            known = (now, frozenset(marked.split()))
            self._known[server] = known
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return channel in known[1]

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

    async def _keep(self, room: Room, *, on: bool) -> None:
        server, _, channel = room.channel.partition("/")

        def change(marked: str) -> str:
            others = [one for one in marked.split() if one != channel]
            return " ".join([*others, channel][-MOST:] if on else others)

        await self._service.store.marks.change(TENANT, _mark(server), self._service.now(), change)
        self._known.pop(server, None)


def _mark(server: str) -> str:
    return f"coached:{server}"
