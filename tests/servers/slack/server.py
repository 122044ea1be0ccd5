"""The server: one world at a time, and the routes to it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

from aiohttp import web

from .acting import Acting
from .clock import Clock
from .control import control_routes
from .delivery import Sender
from .faults import Faults
from .files import download, upload
from .installing import authorize
from .interacting import Interacting
from .limits import Limits
from .messages import as_json
from .oauth import Grants
from .record import Record
from .responses import respond
from .seed import seed
from .settings import Settings
from .sockets import Sockets
from .telling import Telling
from .triggers import Handed
from .web_api import api, methods_of
from .world import Message, World

BODY_LIMIT = 16 * 2**20


class Server:
    """Holds the world and everything that acts on it; `reset` starts a new world on the same address."""

    def __init__(self, log: Path | None) -> None:
        self.clock = Clock()
        self.record = Record(log, self._now)
        self.base = ""
        self._begin()

    def _begin(self) -> None:
        self.clock = Clock()
        self.world = World(Settings(), self.clock, self.record, self.base)
        seed(self.world)
        self.handed, self.grants = Handed(self.world), Grants()
        self.faults, self.limits = Faults(), Limits()
        self.sockets = Sockets(self.world)
        self.sender = Sender(self.world, self.sockets)
        self.acting = Acting(self.world, self.sender, self.handed)
        self.interacting, self.telling = Interacting(self.acting), Telling(self.acting)
        self.methods = methods_of(self.handed, self.sockets)
        self.world.heard = self._echo

    async def reset(self) -> None:
        """Ends the world (sockets are cut, deliveries stopped) and begins a new one."""
        tasks = list(self.world.tasks)
        for task in tasks:
            task.cancel()
        self.sockets.drop(None)
        await self.sender.close()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
        self.record.clear()
        self._begin()

    async def close(self) -> None:
        await self.reset()
        await self.sender.close()
        self.record.close()

    def application(self) -> web.Application:
        """All routes: the Web API, response_urls, Socket Mode, the OAuth page and the control API."""
        app = web.Application(client_max_size=BODY_LIMIT)
        app.router.add_route("*", "/api/{method}", lambda request: api(self, request))
        app.router.add_post("/hooks/{team}/{id}", lambda request: respond(self, request))
        app.router.add_post("/upload/v1/{id}", lambda request: upload(self.world, request))
        app.router.add_get("/upload/v1/{id}", lambda request: download(self.world, request))
        app.router.add_get("/link/", self._link)
        app.router.add_get("/oauth/v2/authorize", lambda request: authorize(self.world, self.grants, request))
        app.add_routes(control_routes(self))
        return app

    async def serve(self, port: int) -> web.AppRunner:
        """Listens on 127.0.0.1; the port is chosen freely when it is 0."""
        runner = web.AppRunner(self.application(), access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        self.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self.world.base = self.base
        return runner

    def _now(self) -> float:
        return self.clock.now()

    async def _link(self, request: web.Request) -> web.StreamResponse:
        return await self.sockets.serve(request)

    def _echo(self, message: Message) -> None:
        bot = self.world.person(message.team, message.by)
        place = self.world.channels[message.team, message.channel]
        self.telling.tell(bot, place, as_json(self.world, message))
