"""Discord as a part of `tact serve`: puts its parts together, and takes them apart at the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from random import SystemRandom

import aiohttp
import discord
from aiohttp import web

from adapters.discord.answering import Answering
from adapters.discord.budget import DM_OPENS, SESSIONS, Budget
from adapters.discord.client import TactClient
from adapters.discord.gateway import Gateway
from adapters.discord.interactions import Interactions
from adapters.discord.leaving import Leaving
from adapters.discord.listening import Listening
from adapters.discord.reaching import Reaching
from adapters.discord.rest import Rest
from adapters.discord.rooms import Rooms
from adapters.discord.sender import DiscordSender
from adapters.discord.syncing import sync
from adapters.discord.words import Words, load
from bot.app import Service
from bot.catalogues import ENGLISH
from bot.language import as_spoken, speaking
from bot.letters import Sender
from bot.settings import SettingsError

QUIET = {
    "discord": logging.WARNING,
    "discord.client": logging.ERROR,  # it misses libraries for voice
    "discord.http": logging.ERROR,  # warnings about rate limits would name the tokens of interactions
    "discord.state": logging.ERROR,  # it warns that an intent is missing, which is meant
    "discord.shard": logging.CRITICAL,  # a stack trace for every lost connection; Tact says it in a line
}
"""What discord.py may log."""
PAUSE = 5.0
"""Seconds between two IDENTIFYs (Discord, gateway rate limits)."""


class DiscordPlatform:
    """Discord while it is served."""

    name = "discord"

    def __init__(self, service: Service, session: aiohttp.ClientSession, words: Words, pause: float) -> None:
        settings, store, now = service.settings.discord, service.store, service.now
        rest = Rest(session, settings.api_url, settings.token)
        sender = DiscordSender(rest, Budget(store.marks, "dm_opens", DM_OPENS, now), words, now)
        reaching = Reaching(service, words, sender.open)
        answering = Answering(service, words, reaching.reach, asyncio.get_running_loop().time)
        rooms = Rooms(service, answering, words) if settings.listen else None
        listening = Listening(service, answering, reaching, rooms, words)
        leaving = Leaving(service, rooms)

        def sessions(shard: int) -> Budget:
            return Budget(store.marks, f"sessions:{shard}", SESSIONS, now)

        def make() -> TactClient:
            wording = service.judging.wording
            with speaking(ENGLISH):  # names and descriptions; the others are translations of them
                return TactClient(answering, listening, sessions, rooms, leaving, words, wording, pause)

        async def prepare(client: TactClient) -> None:
            await sync(client.tree, store.marks, now)

        by_http = bool(settings.public_key)
        self._gateway = Gateway(make, settings.token, prepare, SystemRandom(), pause, connects=not by_http)
        self.sender: Sender | None = sender
        self.routes: Sequence[web.AbstractRouteDef] = (
            Interactions(settings.public_key, lambda: self._gateway.client, now).routes() if by_http else ()
        )

    async def run(self) -> None:
        """Connected until cancelled; raises SettingsError for what only a setting can mend."""
        await self._gateway.run()

    def ready(self) -> bool:
        """Whether people are heard."""
        return self._gateway.ready()


@asynccontextmanager
async def open_discord(
    service: Service, words: Words | None = None, pause: float = PAUSE
) -> AsyncIterator[DiscordPlatform]:
    """Discord as the settings say; raises SettingsError. `pause` is in seconds between two sessions."""
    settings = service.settings.discord
    if not settings.token:
        raise SettingsError("DISCORD_TOKEN is missing. It is in the developer portal, under Bot.")
    discord.http.Route.BASE = settings.api_url.rstrip("/")
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)
    async with aiohttp.ClientSession() as session:
        yield DiscordPlatform(service, session, words or as_spoken(load), pause)
