"""`tact demo`: a local page in several parts, server-rendered, loopback only, that works without scripts and stores nothing."""

from __future__ import annotations

import asyncio
import sys
import webbrowser

from aiohttp import web

from adapters import CONFIGURATION
from adapters.web.page import make_app
from bot.charters import CharterError
from bot.judging import build_judging
from bot.settings import LOOPBACK, SettingsError, from_environment


def demo(port: int | None, *, open_browser: bool) -> int:
    """Serves the page until Ctrl-C; returns the exit code, 78 when it cannot start."""
    try:
        settings = from_environment()
        if settings.host not in LOOPBACK:
            raise SettingsError(
                f"TACT_HTTP names {settings.host}; this page is for this computer only: 127.0.0.1, ::1 or localhost."
            )
        judging = build_judging(settings.charters)
        judging.load_all()
    except (SettingsError, CharterError) as problem:
        print(problem, file=sys.stderr)
        return CONFIGURATION
    wanted = settings.port if port is None else port
    try:
        asyncio.run(_serve(make_app(judging), settings.host, wanted, open_browser))
    except (OSError, OverflowError) as error:
        print(
            f"The page cannot be served on {settings.host}:{wanted} ({error}). Try another port: tact demo --port 0",
            file=sys.stderr,
        )
        return CONFIGURATION
    except KeyboardInterrupt:
        pass
    return 0


async def _serve(app: web.Application, host: str, port: int, open_browser: bool) -> None:
    # a log of requests would tell who checks what; what is never inflated cannot be a bomb (F7)
    runner = web.AppRunner(app, access_log=None, auto_decompress=False)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        address = f"http://{host}:{runner.addresses[0][1]}/"
        print(f"Tact is at {address} (Ctrl-C stops it; nothing is stored)", flush=True)
        if open_browser:
            await asyncio.to_thread(webbrowser.open, address)
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
