"""Servers that removed Tact: what belongs to them is erased, at once or when it is found out later.

A server is gone when Discord says so, or when it is not among the servers of its shard and its commands are closed to us.
One that is only unavailable, of another shard, or has Tact's commands without its bot, keeps everything.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection

import discord

from adapters.discord.incoming import TENANT
from adapters.discord.rooms import Rooms
from bot.app import Service
from bot.storage import StoreError

log = logging.getLogger("tact.discord")

CLOSED = (discord.Forbidden, discord.NotFound)
"""What Discord answers about the commands of a server that did not install Tact (50001, 10004)."""


class Leaving:
    """Erases what is a server's. What is people's own stays theirs."""

    def __init__(self, service: Service, rooms: Rooms | None) -> None:
        self._service = service
        self._rooms = rooms

    async def left(self, server: str) -> None:
        """Erases what belongs to a server; twice changes nothing."""
        await self._service.coach.leave_house(TENANT, f"{server}/")
        if self._rooms is not None:
            self._rooms.forget(server)
        log.info("a server removed Tact; what belonged to it was erased")

    async def compare(
        self,
        tree: discord.app_commands.CommandTree[discord.Client],
        there: Collection[str],
        is_ours: Callable[[str], bool],
    ) -> None:
        """Erases what belongs to servers that are ours to know and not there any more; what cannot be asked now is kept."""
        try:
            held = {house.rstrip("/") for house in await self._service.store.houses.of(TENANT)}
            for server in sorted(held - set(there)):
                if is_ours(server) and await _is_closed(tree, server):
                    await self.left(server)
        except StoreError as problem:
            log.warning("servers that removed Tact wait: %s", problem)

    async def look(self, client: discord.Client, tree: discord.app_commands.CommandTree[discord.Client]) -> None:
        """The same for a process without a connection, which asks Discord for all servers."""
        try:
            there = {str(guild.id) async for guild in client.fetch_guilds(limit=None, with_counts=False)}
        except (discord.DiscordException, OSError) as error:
            log.info("Discord could not be asked for its servers: %s", type(error).__name__)
        else:
            await self.compare(tree, there, lambda _: True)


def of_shard(server: str, shard: int, shards: int) -> bool:
    """Whether a server belongs to a shard of so many (Discord, sharding formula)."""
    return server.isdigit() and (int(server) >> 22) % shards == shard


async def _is_closed(tree: discord.app_commands.CommandTree[discord.Client], server: str) -> bool:
    """Whether Tact has no business there any more, by Discord's own word; no when it cannot be asked."""
    try:
        await tree.fetch_commands(guild=discord.Object(server))
    except CLOSED:
        return True
    except (discord.DiscordException, OSError) as error:
        log.info("Discord could not be asked about a server: %s", type(error).__name__)
    return False
