"""Plain requests with the bot's token, for tests of what no client library would send."""

from __future__ import annotations

from typing import Any

import aiohttp

from tests.servers.discord_platform.settings import TOKEN


class Api:
    """Plain requests with the bot's token."""

    def __init__(self, session: aiohttp.ClientSession, rest: str, channel: str) -> None:
        self._session, self._rest, self.channel = session, rest, channel

    async def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Any, Any]:
        headers = {"Authorization": f"Bot {TOKEN}"}
        async with self._session.request(method, self._rest + path, json=body, headers=headers) as response:
            read = await response.json() if response.content_type == "application/json" else await response.text()
            return response.status, read, response.headers

    async def send(self, **body: Any) -> tuple[int, Any, Any]:
        return await self("POST", f"/channels/{self.channel}/messages", body)
