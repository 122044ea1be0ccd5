"""`tact serve`: the platforms, the page and the outbox worker in one process, started and stopped together."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import UTC, datetime
from typing import Any, Protocol

from aiohttp import web

from adapters import CONFIGURATION, INSIDE, logs
from adapters.bodies import BODY_LIMIT
from adapters.lag import Watchdog
from adapters.watching import Metrics, route
from adapters.web.guard import close_to_others
from bot.app import Service, build_service
from bot.charters import CharterError
from bot.language import speaking
from bot.letters import Sender
from bot.settings import Settings, SettingsError, from_environment
from bot.storage import StoreError

log = logging.getLogger("tact.serve")
KNOWN = ("slack", "discord", "web")
FINISH = 5.0
"""Seconds for requests that are being answered when Tact is told to stop."""
DRAIN_WITHIN = 25.0
"""Seconds for closing everything; Kubernetes kills after 30 (R11)."""


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
        settings = from_environment()
        with speaking(settings.language):
            return asyncio.run(_serve(names, settings))
    except (SettingsError, StoreError, CharterError) as problem:
        print(problem, file=sys.stderr)
        return CONFIGURATION
    except KeyboardInterrupt:
        return 0


async def _serve(names: Sequence[str], settings: Settings) -> int:
    chosen = names or configured(settings)
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    metrics = Metrics()
    logs.begin(sys.stderr, settings.log, metrics.faults())
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(build_service(settings, lambda: datetime.now(UTC), metrics))
        platforms = [await stack.enter_async_context(_open(name, service)) for name in chosen]
        if service.advisor:
            metrics.model(service.advisor.tally)
        figures = route(metrics, service.store.outbox.backlog, service.now, settings.metrics_token)
        door = await stack.enter_async_context(AsyncExitStack())
        address = await _listen(platforms, settings, door, (figures,), stop)
        print(f"Tact serves {', '.join(chosen)} at {address} (Ctrl-C stops it)", flush=True)
        senders = {platform.name: platform.sender for platform in platforms if platform.sender}
        parts = {platform.name: platform.run() for platform in platforms}
        parts |= {"duties": service.duties(senders).run(), "watchdog": Watchdog(metrics.lagged).run()}
        return await _run(parts, stop, door.aclose)


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


async def _listen(
    platforms: Sequence[Platform],
    settings: Settings,
    stack: AsyncExitStack,
    more: Sequence[web.AbstractRouteDef] = (),
    stop: asyncio.Event | None = None,
) -> str:
    """Starts the one HTTP server with the routes of every platform and some more; its address."""
    app = web.Application(client_max_size=BODY_LIMIT)
    app.on_response_prepare.append(close_to_others)
    app.add_routes([web.get("/healthz", _healthy), web.get("/readyz", _ready(platforms, stop)), *more])
    for platform in platforms:
        app.add_routes(platform.routes)
    # a log of requests would tell who checks what; what is never inflated cannot be a bomb (F7)
    runner = web.AppRunner(app, access_log=None, auto_decompress=False, lingering_time=2.0, shutdown_timeout=FINISH)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
    except OSError as error:
        raise SettingsError(
            f"TACT_HTTP names {settings.host}:{settings.port}, which cannot be used ({error.strerror}). Name another port."
        ) from error
    return f"http://{settings.host}:{runner.addresses[0][1]}/"


async def _run(
    work: Mapping[str, Coroutine[Any, Any, None]], stop: asyncio.Event, shut: Callable[[], Awaitable[None]]
) -> int:
    """Runs everything until it is told to stop, or until one part ends by itself; then nothing more is let in."""
    parts = {asyncio.create_task(part, name=name) for name, part in work.items()}
    told = asyncio.create_task(stop.wait(), name="stop")
    done, _ = await asyncio.wait({*parts, told}, return_when=asyncio.FIRST_COMPLETED)
    stop.set()  # whoever asks is told from now on that we are not ready
    asyncio.get_running_loop().call_later(DRAIN_WITHIN, _give_up)
    await shut()
    for task in (told, *parts):
        task.cancel()
    await asyncio.gather(told, *parts, return_exceptions=True)
    failed = [task.exception() for task in done if task is not told and not task.cancelled()]
    for error in failed:
        if isinstance(error, SettingsError):
            raise error
        print(f"A part of Tact ended by itself ({type(error).__name__}). What was accepted is kept.", file=sys.stderr)
    return INSIDE if failed else 0


def _give_up() -> None:
    """Ends the process where closing takes too long: what was accepted is in the database, and is done by the next one."""
    log.error("closing took more than %.0f s; the rest is left to the next start", DRAIN_WITHIN)
    sys.stderr.flush()
    os._exit(INSIDE)


async def _healthy(_: web.Request) -> web.Response:
    return web.Response(text="alive\n")


def _ready(
    platforms: Sequence[Platform], stop: asyncio.Event | None
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def ready(_: web.Request) -> web.Response:
        if stop and stop.is_set():
            return web.Response(status=503, text="stopping\n")
        waiting = [platform.name for platform in platforms if not platform.ready()]
        if waiting:
            return web.Response(status=503, text=f"waiting for {', '.join(waiting)}\n")
        return web.Response(text="ready\n")

    return ready
