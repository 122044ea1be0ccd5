"""Verbs that make and change what there is; whoever and whatever is named and new comes to be."""

from __future__ import annotations

from dataclasses import fields

from tests.servers.discord_platform.errors import Impossible, Json
from tests.servers.discord_platform.loopback import Loopback
from tests.servers.discord_platform.payloads import channel_json, guild_create_json
from tests.servers.discord_platform.settings import Intents
from tests.servers.discord_platform.world import Channel, ChannelKind, Guild, User

SPREAD = 16
"""Shards over which many guilds are spread."""


class WorldVerbs:
    """People, guilds and channels."""

    def __init__(self, loopback: Loopback) -> None:
        self._loopback = loopback

    async def add_user(self, name: str, **facts: object) -> str:
        """A new user; facts as in `world.User`. Returns the id."""
        if any(user.name == name for user in self._loopback.world.users.values()):
            raise Impossible(f"There is a user {name!r} already.")
        return self._loopback.world.add_user(name, **facts).id

    async def change_user(self, name: str, **facts: object) -> None:
        """Changes facts of a user: locale, permissions, accepts_dms, installed."""
        user = self._loopback.world.user(name)
        for fact, value in facts.items():
            if fact not in {field.name for field in fields(User)} - {"id", "bot"}:
                raise Impossible(f"A user has no {fact!r} that can be changed.")
            setattr(user, fact, value)

    async def add_guild(
        self, name: str, channels: list[str], members: list[str], installed: bool, locale: str, shard: tuple[int, int]
    ) -> str:
        """A new guild the bot learns of at once (GUILD_CREATE), on a shard of so many. Returns the id."""
        world = self._loopback.world
        guild = Guild(world.snowflake(*shard), name, world.owner, installed, locale)
        people = [world.owner, *([world.bot] if installed else []), *(self._user(one) for one in members)]
        guild.members = {user.id: user for user in people}
        guild.channels = [world.add_channel(one, ChannelKind.TEXT, guild=guild) for one in channels]
        world.guilds[guild.id] = guild
        if installed:
            await self._tell_of(guild)
        return guild.id

    async def add_guilds(self, count: int, channels: int) -> None:
        """Many guilds that nobody looks at, to see what they cost."""
        names = [f"c{n}" for n in range(channels)]
        for number in range(count):
            await self.add_guild(
                f"many-{number}", names, [], installed=True, locale="en-US", shard=(number % SPREAD, SPREAD)
            )

    async def remove_guild(self, name: str, commands_stay: bool) -> None:
        """The bot is removed from a guild; the app's commands may stay."""
        guild = self._loopback.world.guild(name)
        guild.installed, guild.commands_only = False, commands_stay
        guild.members.pop(self._loopback.world.bot.id, None)
        await self._loopback.sessions.dispatch("GUILD_DELETE", {"id": guild.id}, guild=guild, intent=Intents.GUILDS)

    async def join(self, user: str, guild: str) -> None:
        """A user joins a guild."""
        found = self._user(user)
        self._loopback.world.guild(guild).members[found.id] = found

    async def leave(self, user: str, guild: str) -> None:
        """A user leaves a guild."""
        self._loopback.world.guild(guild).members.pop(self._loopback.world.user(user).id, None)

    async def add_channel(self, name: str, guild: str, topic: str) -> str:
        """A new text channel. Returns the id."""
        home = self._loopback.world.guild(guild)
        channel = self._loopback.world.add_channel(name, ChannelKind.TEXT, guild=home, topic=topic)
        home.channels.append(channel)
        await self._tell_channel("CHANNEL_CREATE", channel)
        return channel.id

    async def change_channel(self, name: str, guild: str, topic: str) -> None:
        """Changes a channel's topic."""
        channel = self._loopback.world.channel(name, guild)
        channel.topic = topic
        await self._tell_channel("CHANNEL_UPDATE", channel)

    async def remove_channel(self, name: str, guild: str) -> None:
        """A channel is deleted with its messages."""
        channel = self._loopback.world.channel(name, guild)
        if channel.guild is None:
            raise Impossible("A conversation cannot be deleted.")
        channel.guild.channels.remove(channel)
        del self._loopback.world.channels[channel.id]
        await self._tell_channel("CHANNEL_DELETE", channel)

    async def add_conversation(self, name: str, people: list[str]) -> str:
        """A private conversation without the bot (context 2). Returns the id."""
        recipients = tuple(self._user(one) for one in people)
        return self._loopback.world.add_channel(name, ChannelKind.GROUP_DM, recipients=recipients).id

    def _user(self, name: str) -> User:
        world = self._loopback.world
        known = any(name in (user.name, user.id) for user in world.users.values())
        return world.user(name) if known else world.add_user(name)

    async def _tell_of(self, guild: Guild) -> None:
        for session in self._loopback.sessions.all():
            if session.owns(guild) and session.intents & Intents.GUILDS:
                body = guild_create_json(guild, self._loopback.world.bot, session.intents)
                del body["unavailable"]  # absent means: newly joined
                await session.dispatch("GUILD_CREATE", body)

    async def _tell_channel(self, event: str, channel: Channel) -> None:
        body: Json = channel_json(channel)
        await self._loopback.sessions.dispatch(event, body, guild=channel.guild, intent=Intents.GUILDS)
