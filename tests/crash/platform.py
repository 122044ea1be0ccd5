"""A small platform in a process of its own: what was shown to whom stands in its log, whatever happens to the sender.

Like Slack it shows everything it gets; like Discord it shows a nonce once. Now and then it is busy, down, or breaks off
after it has shown something: by the seed, so that a run can be repeated.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sys
from pathlib import Path

from aiohttp import web

FAULTS = {0: "busy", 1: "down", 2: "breaks off"}
ONE_IN = 100
"""Of a hundred messages each of the faults hits one."""


class Platform:
    """Both kinds of platform behind one port."""

    def __init__(self, log: Path, seed: int) -> None:
        self._log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._seed = seed
        self._nonces: set[str] = set()

    async def take(self, request: web.Request) -> web.Response:
        """Takes a message; the log says what became of it before the sender hears of it."""
        message = await request.json()
        kind = request.match_info["kind"]
        fault = self._fault(f"{message['id']}/{message['attempt']}")
        if fault == "busy":
            return web.Response(status=429, headers={"Retry-After": "1"})
        if fault == "down":
            return web.Response(status=503)
        shown = kind == "slack" or message["id"] not in self._nonces
        self._nonces.add(message["id"])
        line = {"kind": kind, "id": message["id"], "user": message["user"], "words": message["words"], "shown": shown}
        os.write(self._log, (json.dumps(line) + "\n").encode())
        os.fdatasync(self._log)
        if fault == "breaks off" and request.transport:
            request.transport.close()
        return web.Response(text="ok")

    def _fault(self, key: str) -> str | None:
        digest = hashlib.blake2b(f"{self._seed}/{key}".encode(), digest_size=8).digest()
        return FAULTS.get(int.from_bytes(digest) % ONE_IN)


async def main(log: Path, seed: int) -> None:
    """Serves until standard input ends, which is when whoever started it is gone."""
    platform = Platform(log, seed)
    app = web.Application()
    app.router.add_post("/{kind:slack|discord}", platform.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
