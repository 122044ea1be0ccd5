"""`python -m tests.servers.discord_platform --port 0 --log FILE`: one line of JSON once it listens, then it serves."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from aiohttp import web

from tests.servers.discord_platform import rest, rest_accounts, rest_channels, rest_commands, rest_interactions
from tests.servers.discord_platform.control import PATH, control
from tests.servers.discord_platform.loopback import Loopback

ROUTES = (*rest_accounts.ROUTES, *rest_commands.ROUTES, *rest_channels.ROUTES, *rest_interactions.ROUTES)
BODY_LIMIT = 120 * 1024 * 1024


def make_app(loopback: Loopback) -> web.Application:
    """The whole server: REST, gateway, uploaded files, the tests' door."""
    app = web.Application(client_max_size=BODY_LIMIT)
    rest.serve(app, loopback, ROUTES)

    async def gateway(request: web.Request) -> web.StreamResponse:
        return await loopback.gateway.serve(request)  # looked up each time: a reset makes a new one

    app.router.add_get("/gateway/", gateway)
    app.router.add_post(PATH, control(loopback))

    async def attachment(request: web.Request) -> web.Response:
        content = loopback.world.files.get(request.match_info["number"])
        return web.Response(body=content, status=404 if content is None else 200)

    app.router.add_get("/attachments/{number}/{name}", attachment)
    return app


async def run(port: int, log: Path | None, openapi: Path | None, *, with_parent: bool) -> None:
    """Serves until a signal, or with `with_parent` until standard input ends."""
    loopback = Loopback(log, openapi)
    runner = web.AppRunner(make_app(loopback), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    number = runner.addresses[0][1]
    loopback.gateway_url = f"ws://127.0.0.1:{number}/gateway/"
    announced = {"url": f"http://127.0.0.1:{number}", "public_key": loopback.endpoint.public_key}
    print(json.dumps(announced), flush=True)
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, over.set)
    if with_parent:
        loop.add_reader(sys.stdin, over.set)  # nothing is ever written there: readable means ended
    await over.wait()
    await loopback.stop()
    await runner.cleanup()
    loopback.journal.close()


def main() -> None:
    """Reads the command line."""
    asks = argparse.ArgumentParser(prog="tests.servers.discord_platform", description="A loopback Discord.")
    asks.add_argument("--port", type=int, default=0)
    asks.add_argument("--log", type=Path, help="append here, as JSON lines, everything a person would see")
    asks.add_argument("--with-parent", action="store_true", help="end when standard input ends")
    told = asks.parse_args()
    openapi = os.environ.get("TACT_DISCORD_OPENAPI")
    asyncio.run(run(told.port, told.log, Path(openapi) if openapi else None, with_parent=told.with_parent))


if __name__ == "__main__":
    main()
