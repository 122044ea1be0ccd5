"""`python -m tests.servers.model`: prints its address as a line of JSON and serves until it is ended."""

from __future__ import annotations

import asyncio
import json

from aiohttp import web

from tests.servers.model.server import make_app


async def main() -> None:
    runner = web.AppRunner(make_app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(json.dumps({"port": runner.addresses[0][1]}), flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
