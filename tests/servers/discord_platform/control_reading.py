"""Verbs that read what was sent and what happened, waiting for it with a deadline when asked to."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.servers.discord_platform.errors import Json
from tests.servers.discord_platform.loopback import Loopback
from tests.servers.discord_platform.messages import shown

PAUSE = 0.005
"""Seconds between two looks through everything, so that waiting costs little while much happens."""


class ReadingVerbs:
    """Nothing here changes anything."""

    def __init__(self, loopback: Loopback) -> None:
        self._loopback = loopback

    async def facts(self) -> Json:
        """Ids and addresses."""
        loopback = self._loopback
        return {
            "bot": loopback.world.bot.id,
            "public_key": loopback.endpoint.public_key,
            "gateway": loopback.gateway_url,
        }

    async def messages(self, at_least: int, deadline: float, after: str, contains: str, **facts: object) -> list[Json]:
        """Messages still there, oldest first, whose facts (as `shown` gives them) are these; waits until `at_least`."""

        def look() -> list[Json]:
            there = [shown(message) for message in self._loopback.world.messages.values() if not message.deleted]
            return [
                one
                for one in there
                if contains in one["content"]
                and int(one["id"]) > int(after or 0)
                and all(one[name] == value for name, value in facts.items())
            ]

        return await self._enough(look, at_least, deadline, f"messages with {facts} and {contains!r}")

    async def happened(self, kind: str, after: int, at_least: int, deadline: float, **facts: object) -> list[Json]:
        """Journal entries of a kind above a number whose facts are these; waits until `at_least`."""

        def look() -> list[Json]:
            entries = self._loopback.journal.entries(kind, after)
            return [one for one in entries if all(one.get(name) == value for name, value in facts.items())]

        return await self._enough(look, at_least, deadline, f"{kind} with {facts}")

    async def requests(self, path: str, after: int, at_least: int, deadline: float) -> list[Json]:
        """Requests of the bot whose path matches a pattern."""

        def look() -> list[Json]:
            return [one for one in self._loopback.journal.entries("request", after) if re.search(path, one["path"])]

        return await self._enough(look, at_least, deadline, f"requests to {path}")

    async def mark(self) -> int:
        """The number of the newest journal entry."""
        return self._loopback.journal.number

    async def commands(self, guild: str) -> list[Json]:
        """Registered commands: global ones, or a guild's."""
        world = self._loopback.world
        return world.commands.get(world.guild(guild).id if guild else "", [])

    async def channels(self) -> dict[str, str]:
        """Ids of all channels by name; of several with one name the newest."""
        return {channel.name: channel.id for channel in self._loopback.world.channels.values()}

    async def ready(self, sessions: int, deadline: float) -> None:
        """Waits until so many sessions are connected and were told everything they start with."""

        def look() -> list[Json]:
            return [{"id": s.id} for s in self._loopback.sessions.all() if s.ready and s.connection is not None]

        await self._enough(look, sessions, deadline, "connected sessions")

    async def sessions(self) -> list[Json]:
        """Sessions that live or may be resumed."""
        return [
            {"id": s.id, "shard": s.shard, "intents": s.intents, "connected": s.connection is not None, "sequence": s.sequence}
            for s in self._loopback.sessions.all()
        ]  # fmt: skip

    async def _enough(self, look: Callable[[], list[Json]], at_least: int, deadline: float, what: str) -> list[Json]:
        found = look()
        if len(found) >= at_least:
            return found
        enough = await self._loopback.journal.wait(lambda: f if len(f := look()) >= at_least else None, deadline, PAUSE)
        if enough is None:
            kinds = [entry["kind"] for entry in self._loopback.journal.entries()][-12:]
            raise TimeoutError(f"{at_least} {what} wanted within {deadline} s, {len(look())} came. Lately: {kinds}")
        return enough
