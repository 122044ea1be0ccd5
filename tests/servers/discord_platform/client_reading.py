"""The part of the client that reads what was sent and what happened, waiting for it when asked to."""

from __future__ import annotations

from typing import Any

from tests.servers.discord_platform.answers import Shown
from tests.servers.discord_platform.door import PATIENCE, Door
from tests.servers.discord_platform.errors import Json


class ReadingClient(Door):
    """What came of it."""

    async def messages(
        self, *, at_least: int = 0, deadline: float = PATIENCE, after: str = "", contains: str = "", **facts: Any
    ) -> list[Shown]:
        """Messages, oldest first, by any fact of `Shown` (channel="@U1", author="tact", only_for="U1", …); waits for
        `at_least` so many. `after` is the id of a message."""
        about = {"at_least": at_least, "deadline": deadline, "after": after, "contains": contains}
        return [Shown(**one) for one in await self.call("messages", **about, **facts)]

    async def happened(
        self, kind: str, *, at_least: int = 1, after: int = 0, deadline: float = PATIENCE, **facts: Any
    ) -> list[Json]:
        """Journal entries: request, identify, ready, resume, disconnect, heartbeat, typing, violation, …"""
        about = {"kind": kind, "at_least": at_least, "after": after, "deadline": deadline}
        found: list[Json] = await self.call("happened", **about, **facts)
        return found

    async def requests(self, path: str, *, at_least: int = 0, after: int = 0, deadline: float = PATIENCE) -> list[Json]:
        """Requests the bot made whose path below /api/v10 matches a regular expression: method, path, status, body."""
        about = {"path": path, "at_least": at_least, "after": after, "deadline": deadline}
        found: list[Json] = await self.call("requests", **about)
        return found

    async def file(self, attachment: Json) -> bytes:
        """The content of an attachment."""
        assert self._session is not None
        async with self._session.get(attachment["url"]) as response:
            response.raise_for_status()
            return await response.read()

    async def mark(self) -> int:
        """Where the journal stands, for `happened(after=…)`."""
        return int(await self.call("mark"))

    async def commands(self, guild: str = "") -> list[Json]:
        """Registered commands."""
        found: list[Json] = await self.call("commands", guild=guild)
        return found

    async def sessions(self) -> list[Json]:
        """Gateway sessions that live or may be resumed."""
        found: list[Json] = await self.call("sessions")
        return found

    async def ready(self, sessions: int = 1, *, deadline: float = 10.0) -> None:
        """Waits until so many sessions are connected and were told everything they start with."""
        await self.call("ready", sessions=sessions, deadline=deadline)
