"""`tact serve`: the platforms, the page and the outbox worker in one process, started and stopped together."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import UTC, datetime
from typing import Protocol

from aiohttp import web

from adapters import CONFIGURATION, INSIDE
from adapters.web.page import close_to_others
from bot.app import Service, build_service
from bot.charters import CharterError
from bot.duties import Duties
from bot.letters import Sender
from bot.settings import Settings, SettingsError, from_environment
from bot.storage import StoreError

KNOWN = ("slack", "discord", "web")
BODY_LIMIT = 256 * 1024
"""Bytes of the largest request that is read (reliability catalogue, F6)."""


class Platform(Protocol):
    """One way in, while it is open: routes for the HTTP server, a sender for letters, and something that runs."""

    name: str
    routes: Sequence[web.AbstractRouteDef]
    sender: Sender | None

    async def run(self) -> None:
        """Runs until it is cancelled; an exception ends the process with its message."""

    def ready(self) -> bool:
        """Whether people are heard."""


def serve(names: Sequence[str]) -> int:
    """Runs until it is told to stop; returns the exit code, 78 when a setting is wrong."""
    try:
        return asyncio.run(_serve(names))
    except (SettingsError, StoreError, CharterError) as problem:
        print(problem, file=sys.stderr)
        return CONFIGURATION
    except KeyboardInterrupt:
        return 0


async def _serve(names: Sequence[str]) -> int:
    settings = from_environment()
    chosen = names or configured(settings)
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(build_service(settings, lambda: datetime.now(UTC)))
        platforms = [await stack.enter_async_context(_open(name, service)) for name in chosen]
        address = await _listen(platforms, settings, stack)
        print(f"Tact serves {', '.join(chosen)} at {address} (Ctrl-C stops it)", flush=True)
        senders = {platform.name: platform.sender for platform in platforms if platform.sender}
        return await _run(platforms, service.duties(senders), stop)


def configured(settings: Settings) -> tuple[str, ...]:
    """What the settings name; the page alone when they name no platform."""
    slack = settings.slack.bot_token or settings.slack.client_id
    found = tuple(name for name, said in (("slack", slack), ("discord", settings.discord.token)) if said)
    return found or ("web",)


def _open(name: str, service: Service) -> AbstractAsyncContextManager[Platform]:
    """The platform of a name; each is imported only where it is served."""
    if name == "web":
        from adapters.web.platform import open_web

        return open_web(service)
    if name == "slack":
        from adapters.slack.platform import open_slack

        return open_slack(service)
    if name == "discord":
        from adapters.discord.platform import open_discord

        return open_discord(service)
    raise SettingsError(f"There is no platform {name!r}; tact serve knows {', '.join(KNOWN)}.")


async def _listen(platforms: Sequence[Platform], settings: Settings, stack: AsyncExitStack) -> str:
    """Starts the one HTTP server with the routes of every platform; its address."""
    app = web.Application(client_max_size=BODY_LIMIT)
    app.on_response_prepare.append(close_to_others)
    app.add_routes([web.get("/healthz", _healthy), web.get("/readyz", _ready(platforms))])
    for platform in platforms:
        app.add_routes(platform.routes)
    # a log of requests would tell who checks what; what is never inflated cannot be a bomb (F7)
    runner = web.AppRunner(app, access_log=None, auto_decompress=False, lingering_time=2.0)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
    except OSError as error:
        raise SettingsError(
            f"TACT_HTTP names {settings.host}:{settings.port}, which cannot be used ({error.strerror}). Name another port."
        ) from error
    return f"http://{settings.host}:{runner.addresses[0][1]}/"


async def _run(platforms: Sequence[Platform], duties: Duties, stop: asyncio.Event) -> int:
    """Runs everything until it is told to stop, or until one part ends by itself."""
    parts = {asyncio.create_task(platform.run(), name=platform.name) for platform in platforms}
    parts.add(asyncio.create_task(duties.run(), name="duties"))
    told = asyncio.create_task(stop.wait(), name="stop")
    done, _ = await asyncio.wait({*parts, told}, return_when=asyncio.FIRST_COMPLETED)
    for task in (told, *parts):
        task.cancel()
    await asyncio.gather(told, *parts, return_exceptions=True)
    failed = [task.exception() for task in done if task is not told and not task.cancelled()]
    for error in failed:
        if isinstance(error, SettingsError):
            raise error
        print(f"A part of Tact ended by itself ({type(error).__name__}). What was accepted is kept.", file=sys.stderr)
    return INSIDE if failed else 0


async def _healthy(_: web.Request) -> web.Response:
    return web.Response(text="alive\n")


def _ready(platforms: Sequence[Platform]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def ready(_: web.Request) -> web.Response:
        waiting = [platform.name for platform in platforms if not platform.ready()]
        if waiting:
            return web.Response(status=503, text=f"waiting for {', '.join(waiting)}\n")
        return web.Response(text="ready\n")

    return ready
