"""Starts the loopback Slack; prints one JSON line with its address once it listens, and ends on SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
from pathlib import Path

from .server import Server


async def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.servers.slack")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free one")
    parser.add_argument("--log", type=Path, help="file of what users saw, appended to and fsynced line by line")
    options = parser.parse_args()
    server = Server(options.log)
    runner = await server.serve(options.port)
    over = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, over.set)
    print(json.dumps({"url": server.base, "pid": os.getpid()}), flush=True)
    await over.wait()
    await server.close()
    await runner.cleanup()


asyncio.run(main())
