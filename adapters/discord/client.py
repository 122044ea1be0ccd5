"""The connection to Discord's gateway: the fewest intents, no cache of people or messages, and deaf to what is malformed."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from typing import Any, Protocol

import discord

from adapters.discord.answering import Answering
from adapters.discord.budget import Budget
from adapters.discord.buttons import CommandButton
from adapters.discord.faults import note_fault
from adapters.discord.forms import said_in
from adapters.discord.incoming import Interaction
from adapters.discord.leaving import Leaving, of_shard
from adapters.discord.rooms import Rooms
from adapters.discord.tree import Tree
from adapters.discord.words import Translations, Words
from bot.language import known_in, speak
from bot.wording import Wording

log = logging.getLogger("tact.discord")

RATE_LIMIT = 30.0
"""Seconds of a rate limit an answer is worth waiting for; discord.py takes no less."""
READY_WITHIN = 0.05
"""Seconds discord.py waits for servers to be described; without that intent none is."""
DOUBLINGS = 6
"""Pauses before a shard connects again reach 2^6 s; discord.py goes to 17 minutes, with Discord long back, and keeps count for half an hour."""
_TRUSTED = frozenset({"READY", "RESUMED"})
_HEARD = _TRUSTED | {"GUILD_CREATE", "GUILD_DELETE", "INTERACTION_CREATE", "MESSAGE_CREATE", "MESSAGE_REACTION_ADD"}
"""The events that are read at all: what else comes with an intent would only fill the memory."""


class Hears(Protocol):
    """Who is handed what people write."""

    async def hear(self, message: discord.Message) -> None:
        """A message."""

    async def reacted(self, reaction: discord.RawReactionActionEvent) -> None:
        """A reaction to a message."""


def intents(*, listen: bool) -> discord.Intents:
    """Direct messages, and who removes Tact; messages of servers, and their words (privileged), only where that is switched on."""
    return discord.Intents(
        guilds=True, dm_messages=True, guild_messages=listen, guild_reactions=listen, message_content=listen
    )


class TactClient(discord.AutoShardedClient):
    """Hands interactions and messages on. Sharding is as Discord recommends it at each start.

    With `rooms` it also hears messages of servers, for the channels that are coached.
    """

    def __init__(
        self,
        answering: Answering,
        hears: Hears,
        sessions: Callable[[int], Budget],
        rooms: Rooms | None,
        leaving: Leaving,
        words: Words,
        wording: Wording,
        pause: float,
    ) -> None:
        super().__init__(
            intents=intents(listen=rooms is not None),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=READY_WITHIN,
            max_ratelimit_timeout=RATE_LIMIT,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.answering = answering
        self.tree = Tree(self, answering, rooms, words, wording)
        self._hears = hears
        self._sessions = sessions
        self._leaving = leaving
        self._words = words
        self._pause = pause
        parsers = self._connection.parsers
        for event in parsers.keys() - _HEARD:
            del parsers[event]
        for event in _HEARD - _TRUSTED:
            parsers[event] = guarded(event, parsers[event])
        parsers["GUILD_CREATE"] = lean(parsers["GUILD_CREATE"])
        parsers["READY"] = self._listed(parsers["READY"])

    async def setup_hook(self) -> None:
        """What has to be there before the first event."""
        self.add_dynamic_items(CommandButton)
        await self.tree.set_translator(Translations(self._words))

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Waits until a session may be started."""
        while wait := await self._sessions(shard_id or 0).take():
            log.warning("shard %s waits %.0f s: too many sessions were started lately", shard_id, wait)
            await asyncio.sleep(wait)
        if not initial:
            await asyncio.sleep(self._pause)

    async def on_shard_connect(self, shard_id: int) -> None:
        """Caps the pauses between attempts to connect again."""
        if shard := self.get_shard(shard_id):
            shard._parent._backoff._max = DOUBLINGS

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """A lost connection is opened again by discord.py."""
        log.info("shard %s lost its connection; it is opened again", shard_id)

    async def on_message(self, message: discord.Message) -> None:
        """A message that the intents let through."""
        await self._hears.hear(message)

    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        """A reaction, which comes only where servers are listened to."""
        await self._hears.reacted(payload)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """A server removed Tact; discord.py says otherwise of one that is only unavailable."""
        await self._leaving.left(str(guild.id))

    async def on_listed(self, servers: frozenset[str], shard: int, shards: int) -> None:
        """All servers of a shard, as a session begins: what was removed in the meantime is not among them."""
        await self._leaving.compare(self.tree, servers, lambda server: of_shard(server, shard, shards))

    async def look(self) -> None:
        """What was removed, for a client that is not connected."""
        await self._leaving.look(self, self.tree)

    def _listed(self, parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def read(data: Any) -> None:
            parse(data)
            self.dispatch("listed", frozenset(str(guild["id"]) for guild in data["guilds"]), *data["shard"])

        return read

    async def on_interaction(self, interaction: Interaction) -> None:
        """Forms that were sent; the tree and the buttons have what else there is."""
        speak(known_in(interaction.locale.value))
        if interaction.type is discord.InteractionType.modal_submit and (text := said_in(interaction, self._words)):
            await self.answering.said(interaction, text)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:  # noqa: ARG002
        """A fault in a handler is logged by its kind: its arguments are what people wrote."""
        note_fault(sys.exception())


def lean(parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A parser that keeps of a server only its id: channels and roles of thousands would fill the memory."""

    def read(data: Any) -> None:
        parse({"id": data["id"]} | ({"unavailable": data["unavailable"]} if "unavailable" in data else {}))

    return read


def guarded(event: str, parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A parser that skips what it cannot read, so that one odd event does not end the connection."""

    def read(data: Any) -> None:
        try:
            parse(data)
        except Exception as error:  # whatever Discord, or somebody in between, made of it
            log.warning("an event of the kind %s was skipped: %s", event, type(error).__name__)

    return read
