"""All parts of this Discord in one place, and how it starts afresh for the next test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.servers.discord_platform.endpoint import Endpoint
from tests.servers.discord_platform.faults import Fault
from tests.servers.discord_platform.gateway import Gateway
from tests.servers.discord_platform.interactions import Interactions
from tests.servers.discord_platform.journal import Journal
from tests.servers.discord_platform.messages import Messages
from tests.servers.discord_platform.openapi import OpenApi
from tests.servers.discord_platform.rates import Rates
from tests.servers.discord_platform.sessions import Sessions
from tests.servers.discord_platform.settings import Settings
from tests.servers.discord_platform.world import Message, World


class Loopback:
    """A Discord. `reset` empties it; the journal's file and the endpoint's key stay."""

    def __init__(self, log: Path | None, openapi: Path | None) -> None:
        self.journal = Journal(log)
        self.endpoint = Endpoint()
        self.gateway_url = ""
        """Set once the port is known."""
        self._openapi = OpenApi(openapi) if openapi else None
        self._fill()

    def _fill(self) -> None:
        self.endpoint.url = ""
        self.settings = Settings()
        self.world = World()
        self.sessions = Sessions()
        self.faults: list[Fault] = []
        self.rates = Rates(self.settings.requests_per_second)
        self.nonces: dict[tuple[str, str], tuple[float, Message]] = {}
        self.dm_opens: list[float] = []
        self.messages = Messages(self.world, self.sessions, self.journal)
        self.gateway = Gateway(self.world, self.sessions, self.settings, self.journal)
        self.interactions = Interactions(
            self.world, self.sessions, self.settings, self.journal, self.messages, self.endpoint
        )

    async def reset(self) -> None:
        """Closes every connection and forgets everything but the journal's file."""
        await self.stop()
        self.journal.forget()
        self._fill()

    async def stop(self) -> None:
        """Closes every connection (1001) and drops what is under way."""
        await self.interactions.close()
        await self.gateway.close()

    def check(self, method: str, path: str, body: Any) -> None:
        """Notes where a body departs from Discord's own description of its API, when that is at hand."""
        if self._openapi is None or body is None:
            return
        for problem in self._openapi.problems(method, path, body):
            self.journal.write("violation", method=method, path=path, problem=problem)
