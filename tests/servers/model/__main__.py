"""`python -m tests.servers.model [--recorded FILE]`: prints its address as a line of JSON and serves until it is ended.

With a file that `tact eval --record` wrote it gives the answers in it, in all three formats, so that an evaluation with a
model needs no network: `tact eval FILE --llm openai://any@127.0.0.1:PORT/v1`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path

from aiohttp import web

from tests.servers.model.server import make_app


async def main(recorded: Path | None) -> None:
    runner = web.AppRunner(make_app(recorded), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(json.dumps({"port": runner.addresses[0][1]}), flush=True)
    await asyncio.Event().wait()


parser = argparse.ArgumentParser()
parser.add_argument("--recorded", type=Path)
asyncio.run(main(parser.parse_args().recorded))
