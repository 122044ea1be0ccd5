"""The part of the client that makes and changes people, guilds and channels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.servers.discord_platform.door import Door


class WorldClient(Door):
    """What there is."""

    async def add_user(self, name: str, **facts: Any) -> str:
        """A user (locale, permissions, accepts_dms, installed); returns the id."""
        return str(await self.call("add_user", name=name, **facts))

    async def change_user(self, name: str, **facts: Any) -> None:
        """Changes such facts."""
        await self.call("change_user", name=name, **facts)

    async def add_guild(
        self, name: str, *, channels: Sequence[str] = (), members: Sequence[str] = (),
        installed: bool = True, locale: str = "en-US", shard: tuple[int, int] = (0, 1),
    ) -> str:  # fmt: skip
        """A guild with channels and members (made when new); `installed=False` is a foreign one; `shard=(1, 2)` puts
        it on the second of two shards. Returns the id."""
        facts = {"installed": installed, "locale": locale, "shard": list(shard)}
        return str(await self.call("add_guild", name=name, channels=list(channels), members=list(members), **facts))

    async def add_channel(self, name: str, guild: str, *, topic: str = "") -> str:
        """A channel; returns the id."""
        return str(await self.call("add_channel", name=name, guild=guild, topic=topic))

    async def add_conversation(self, name: str, people: Sequence[str]) -> str:
        """A group conversation without the bot, where user installs work; returns the id."""
        return str(await self.call("add_conversation", name=name, people=list(people)))

    async def add_guilds(self, count: int, *, channels: int = 10) -> None:
        """Many guilds, to see what they cost."""
        await self.call("add_guilds", count=count, channels=channels)

    async def remove_guild(self, name: str, *, commands_stay: bool = False) -> None:
        """The bot is removed from a guild; the app's commands may stay."""
        await self.call("remove_guild", name=name, commands_stay=commands_stay)

    async def join(self, user: str, guild: str) -> None:
        """A user (made when new) joins a guild."""
        await self.call("join", user=user, guild=guild)

    async def leave(self, user: str, guild: str) -> None:
        """A user leaves a guild."""
        await self.call("leave", user=user, guild=guild)

    async def change_channel(self, name: str, *, topic: str, guild: str = "") -> None:
        """Changes a channel's topic."""
        await self.call("change_channel", name=name, guild=guild, topic=topic)

    async def remove_channel(self, name: str, *, guild: str = "") -> None:
        """A channel is deleted."""
        await self.call("remove_channel", name=name, guild=guild)

    async def channels(self) -> dict[str, str]:
        """Ids of channels by name."""
        found: dict[str, str] = await self.call("channels")
        return found

    async def facts(self) -> dict[str, str]:
        """`bot`: its user and application id; `public_key` for HTTP interactions; `gateway`."""
        found: dict[str, str] = await self.call("facts")
        return found
