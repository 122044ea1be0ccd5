"""The page as a part of `tact serve`: for this computer alone, whoever else reaches the server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiohttp import web

from adapters.web.page import Page, built_in_words
from bot.app import Service
from bot.letters import Sender


class WebPlatform:
    """The page; nobody is sent letters there."""

    name = "web"
    sender: Sender | None = None

    def __init__(self, service: Service) -> None:
        self.routes: Sequence[web.AbstractRouteDef] = Page(service.judging, built_in_words()).routes()

    async def run(self) -> None:
        """The HTTP server does the work."""
        await asyncio.Event().wait()

    def ready(self) -> bool:
        """The page is there as soon as the server is."""
        return True


@asynccontextmanager
async def open_web(service: Service) -> AsyncIterator[WebPlatform]:
    """The page while it is served."""
    yield WebPlatform(service)
