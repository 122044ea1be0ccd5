"""Coaching in a workspace's channels: an admin switches it on, channel by channel; until then nothing there is looked at."""

from __future__ import annotations

import re

from adapters.coached import Coached
from adapters.slack.incoming import Incoming
from adapters.slack.words import Listening
from bot.app import Service
from bot.model import Reply, Room, Tone

_SWITCH = re.compile(r"listen\s+(on|off|show)|help\s+listen", re.IGNORECASE)


class Rooms:
    """The switch of each channel."""

    def __init__(self, service: Service, words: Listening) -> None:
        self._words = words
        self._coached = Coached(service)

    async def is_coached(self, incoming: Incoming) -> bool:
        """Whether coaching is on in the channel from which something came."""
        return await self._coached.is_on(incoming.person.tenant, incoming.team, incoming.channel)

    async def said(self, incoming: Incoming, text: str, room: Room) -> Reply | None:
        """The answer to `listen on`, `off` and `show`, and to `help listen`; None when something else was said."""
        found = _SWITCH.fullmatch(text.strip())
        if found is None:
            return None
        if not room.channel:
            return Reply(self._words.elsewhere, tone=Tone.PROBLEM)
        wanted = (found[1] or "show").casefold()
        if wanted != "show" and not room.admin:
            return Reply(self._words.admins, tone=Tone.PROBLEM)
        if wanted != "show":
            await self._coached.switch(incoming.person.tenant, incoming.team, incoming.channel, on=wanted == "on")
        return Reply(self._words.on if await self.is_coached(incoming) else self._words.off)

    def forget(self, tenant: str, team: str) -> None:
        """What is remembered of a workspace that removed the app."""
        self._coached.forget(tenant, team)
