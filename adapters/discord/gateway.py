"""Keeps one client connected: starts, watches, closes properly, backs off, and stops for what only a setting can mend."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from random import Random

import discord
from discord.gateway import DiscordWebSocket
from yarl import URL

from adapters.discord.client import TactClient
from bot.settings import SettingsError

log = logging.getLogger("tact.discord")

CLOSE_WITHIN = 5.0
"""Seconds for a clean close; Discord shows a bot that vanished online for two minutes more."""
LASTED = 60.0
"""Seconds after which a connection counts as good, and the next failure as the first."""
LONGEST_PAUSE = 120.0
LOOK_EVERY = 12 * 3600.0
"""Seconds between looks for servers that removed Tact, where no connection tells of them (reliability catalogue, P07: a day)."""
SPARE = 10
"""Sessions of the day's allowance that are left alone: with none left Discord resets the token."""

FATAL = {
    4004: "DISCORD_TOKEN was refused by the gateway (4004). Copy the bot's token anew from the developer portal.",
    4010: "DISCORD_API_URL names a gateway that refused its own number of shards (4010). Leave the setting out.",
    4011: "DISCORD_API_URL names a gateway that wants more shards than it recommends (4011). Leave the setting out.",
    4012: "DISCORD_API_URL names a gateway that does not speak version 10 (4012). Leave the setting out, or upgrade Tact.",
    4013: "DISCORD_LISTEN asks for intents that Discord does not know (4013). Leave it out, or upgrade Tact.",
    4014: "DISCORD_LISTEN needs the Message Content intent (4014). Allow it in the developer portal under Bot, or leave it out.",
}
"""Close codes after which trying again cannot help, with the setting that is wrong."""
REFUSED = "DISCORD_TOKEN was refused. Copy the bot's token anew from the developer portal, under Bot."
NOT_DISCORD = "DISCORD_API_URL names {url}, where Discord's API is not ({status}). Leave the setting out, or mend it."


class Gateway:
    """One client after the other, until it is cancelled."""

    def __init__(
        self,
        make: Callable[[], TactClient],
        token: str,
        prepare: Callable[[TactClient], Awaitable[None]],
        random: Random,
        pause: float,
        *,
        connects: bool,
    ) -> None:
        self._make = make
        self._token = token
        self._prepare = prepare
        self._random = random
        self._pause = pause
        self._connects = connects
        self.client: TactClient | None = None

    async def run(self) -> None:
        """Stays connected; raises SettingsError for what the operator has to mend."""
        failures = 0
        while True:
            began = asyncio.get_running_loop().time()
            client = self._make()
            try:
                await self._live(client)
                why = "closed"
            except Exception as error:
                why = _why(error)
            finally:
                self.client = None
                await close(client)
            failures = 1 if asyncio.get_running_loop().time() - began > LASTED else failures + 1
            pause = self._random.uniform(0.5, 1.0) * min(self._pause * 2.0 ** (failures - 1), LONGEST_PAUSE)
            log.warning("the connection to Discord ended (%s); it is opened again in %.0f s", why, pause)
            await asyncio.sleep(pause)

    def ready(self) -> bool:
        """Whether interactions reach this process now."""
        client = self.client
        if client is None or client.is_closed():
            return False
        if not self._connects:
            return True
        return client.is_ready() and not any(shard.is_closed() for shard in client.shards.values())

    async def _live(self, client: TactClient) -> None:
        await client.login(self._token)
        await self._prepare(client)
        if not self._connects:
            self.client = client
            while True:
                await client.look()
                await asyncio.sleep(LOOK_EVERY)
        shards, url, limits = await client.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = URL(url)  # discord.py asks for it once, and reconnects to its default
        if limits["remaining"] < shards + SPARE:
            wait = limits["reset_after"] / 1000
            log.warning("Discord allows %s more sessions; waiting %.0f s for new ones", limits["remaining"], wait)
            await asyncio.sleep(wait)
        self.client = client
        await client.connect()


async def close(client: TactClient) -> None:
    """Says good-bye with code 1000, so that Discord holds no dead session; gives up after a while."""
    try:
        async with asyncio.timeout(CLOSE_WITHIN):
            await client.answering.drain(CLOSE_WITHIN / 2)
            await client.close()
    except TimeoutError:
        log.warning("the connection to Discord could not be closed in time")


def _why(error: Exception) -> str:
    """What ended a connection; raises SettingsError where it is a setting."""
    if isinstance(error, discord.LoginFailure):
        raise SettingsError(REFUSED) from error
    if isinstance(error, discord.PrivilegedIntentsRequired):
        raise SettingsError(FATAL[4014]) from error
    if isinstance(error, discord.ConnectionClosed):
        if error.code in FATAL:
            raise SettingsError(FATAL[error.code]) from error
        return str(error.code)
    if isinstance(error, discord.NotFound):
        url = discord.http.Route.BASE
        raise SettingsError(NOT_DISCORD.format(url=url, status=error.status)) from error
    return type(error).__name__
