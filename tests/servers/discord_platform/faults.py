"""Faults that a test asks for: on which route, how often, before or after the request took effect."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.servers.discord_platform.rates import VIA


@dataclass(slots=True)
class Fault:
    """What goes wrong with requests whose path matches a pattern."""

    path: str
    """A regular expression searched in the path below /api/v10."""
    method: str = ""
    times: int = 1
    """How many requests it strikes; -1 for all."""
    skip: int = 0
    """How many matching requests pass before it strikes."""
    status: int = 0
    """Answers with this status instead of the real answer; 0 leaves the answer alone."""
    body: Any = field(default_factory=lambda: {"message": "fault", "code": 0})
    """JSON, or a text that is sent as HTML."""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    """Seconds before the answer."""
    after: bool = False
    """Strikes after the request took effect: "accepted, then lost"."""
    reset: bool = False
    """Cuts the connection instead of answering."""

    def strikes(self, method: str, path: str) -> bool:
        """Whether this request is struck; counts it."""
        if not self.times or self.method not in ("", method) or not re.search(self.path, path):
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        return True

    async def strike(self, request: web.Request) -> web.Response | None:
        """The false answer, or None when the real one is to follow after the delay."""
        await asyncio.sleep(self.delay)
        if self.reset:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=499)
        if not self.status:
            return None
        headers = ({"Via": VIA} if self.status == 429 else {}) | self.headers
        if isinstance(self.body, str):
            return web.Response(text=self.body, status=self.status, headers=headers, content_type="text/html")
        raw = json.dumps(self.body).encode()
        return web.Response(body=raw, status=self.status, headers={"Content-Type": "application/json"} | headers)
