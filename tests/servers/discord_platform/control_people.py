"""Verbs of people: they write, use commands, click, fill in forms, and see what the bot answers."""

from __future__ import annotations

from typing import Any

from tests.servers.discord_platform.client_side import click_data, command_data, menu_data, modal_data
from tests.servers.discord_platform.errors import Impossible, Json
from tests.servers.discord_platform.loopback import Loopback
from tests.servers.discord_platform.messages import shown
from tests.servers.discord_platform.world import Channel, Interaction, InteractionKind, User


class PeopleVerbs:
    """What a person can do. Verbs that ask the bot something return its answer, or what there is at the deadline."""

    def __init__(self, loopback: Loopback) -> None:
        self._loopback = loopback

    async def say(self, user: str, text: str, channel: str, guild: str, reply_to: str) -> Json:
        """Writes a message; `@name` as channel is that person's DM with the bot."""
        who, where = self._at(user, channel, guild)
        reference = {"message_reference": {"message_id": reply_to, "channel_id": where.id}} if reply_to else {}
        message = await self._loopback.messages.create(where, who, {"content": text} | reference)
        return shown(message)

    async def burst(self, user: str, texts: list[str], channel: str, guild: str) -> None:
        """Writes many messages as fast as the gateway takes them."""
        who, where = self._at(user, channel, guild)
        for text in texts:
            await self._loopback.messages.create(where, who, {"content": text})

    async def edit(self, user: str, message: str, text: str) -> None:
        """Changes one's own message."""
        found = self._loopback.world.message(message)
        if found.author is not self._loopback.world.user(user):
            raise Impossible(f"{user} did not write this message.")
        await self._loopback.messages.edit(found, {"content": text})

    async def remove(self, message: str) -> None:
        """Deletes a message."""
        await self._loopback.messages.delete(self._loopback.world.message(message))

    async def slash(
        self, user: str, command: str, options: dict[str, Any], channel: str, guild: str, deadline: float
    ) -> Json:
        """Uses a slash command."""
        who, where = self._at(user, channel, guild)
        data = command_data(self._loopback.world, command, options, who, where)
        return await self._ask(InteractionKind.COMMAND, who, where, data, deadline)

    async def autocomplete(
        self, user: str, command: str, options: dict[str, Any], focused: str, channel: str, guild: str, deadline: float
    ) -> Json:
        """Types into an option and waits for choices."""
        who, where = self._at(user, channel, guild)
        data = command_data(self._loopback.world, command, options, who, where, focused)
        return await self._ask(InteractionKind.AUTOCOMPLETE, who, where, data, deadline)

    async def menu(self, user: str, name: str, message: str, target: str, deadline: float) -> Json:
        """Uses a context menu entry on a message, or on a person (`target`) where that message stands."""
        world = self._loopback.world
        found = world.message(message)
        who, where = self._at(user, found.channel.id, "")
        data = menu_data(world, name, who, where, world.user(target) if target else found)
        return await self._ask(InteractionKind.COMMAND, who, where, data, deadline)

    async def click(self, user: str, message: str, custom_id: str, values: list[str], deadline: float) -> Json:
        """Clicks a button or chooses in a select."""
        found = self._loopback.world.message(message)
        who, where = self._at(user, found.channel.id, "")
        data = click_data(found, custom_id, values, who)
        started = await self._loopback.interactions.start(InteractionKind.COMPONENT, who, where, data, found)
        return await self._loopback.interactions.report(started, deadline)

    async def submit(self, interaction: str, fields: dict[str, Any], deadline: float) -> Json:
        """Fills in the modal that an interaction was answered with, and sends it."""
        opened = self._interaction(interaction)
        callback = opened.callback or {}
        if callback.get("type") != 9:
            raise Impossible("This interaction opened no modal.")
        data = modal_data(callback["data"], fields)
        started = await self._loopback.interactions.start(
            InteractionKind.MODAL, opened.user, opened.channel, data, opened.source
        )
        return await self._loopback.interactions.report(started, deadline)

    async def answer(self, interaction: str, deadline: float) -> Json:
        """What an interaction came to by now."""
        return await self._loopback.interactions.report(self._interaction(interaction), deadline)

    async def _ask(self, kind: InteractionKind, user: User, channel: Channel, data: Json, deadline: float) -> Json:
        started = await self._loopback.interactions.start(kind, user, channel, data)
        return await self._loopback.interactions.report(started, deadline)

    def _interaction(self, interaction: str) -> Interaction:
        found = self._loopback.world.interactions.get(interaction)
        if found is None:
            raise Impossible(f"There is no interaction {interaction}.")
        return found

    def _at(self, user: str, channel: str, guild: str) -> tuple[User, Channel]:
        who, where = self._loopback.world.user(user), self._loopback.world.channel(channel, guild)
        if who.id not in (where.guild.members if where.guild else {one.id for one in where.recipients}):
            raise Impossible(f"{who.name} is not in {where.name}.")
        return who, where
