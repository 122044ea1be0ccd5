"""The control door as a client sees it: one call per verb, errors as exceptions."""

from __future__ import annotations

from typing import Any, Self

import aiohttp

from tests.servers.discord_platform.errors import Impossible
from tests.servers.discord_platform.process import Address

PATIENCE = 5.0
"""Seconds a verb waits for the bot unless told otherwise."""


class Door:
    """A client of a running server; `async with` closes it."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None))
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def call(self, verb: str, **arguments: Any) -> Any:
        """Any verb of the control door; the typed methods are these."""
        assert self._session is not None, "use `async with LoopbackDiscord(…)`"
        async with self._session.post(f"{self.address.url}/_control/{verb}", json=arguments) as response:
            body = await response.json(content_type=None)
            if response.status == 408:
                raise TimeoutError(body["error"])
            if response.status != 200:
                raise Impossible(body["error"])
            return body
