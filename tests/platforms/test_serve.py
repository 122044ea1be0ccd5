"""`tact serve` as a process: it listens, says how it is, and stops when told."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from adapters.serve import configured
from bot.settings import read_settings


@asynccontextmanager
async def serving(*names: str, **environment: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """The process and its address once it listens; the address is empty where it ended before."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "adapters", "serve", *names,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "TACT_HTTP": "127.0.0.1:0", **environment},
    )  # fmt: skip
    assert process.stdout
    try:
        line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
        yield process, line.partition(" at ")[2].split(" ")[0]
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_the_page_is_served_and_the_process_stops_when_told(tmp_path: Path) -> None:
    async with serving("web", TACT_DATABASE_URL=f"sqlite:///{tmp_path / 't.db'}") as (process, address):
        async with aiohttp.ClientSession() as session:
            for path, says in (("", "Tact"), ("healthz", "alive"), ("readyz", "ready")):
                response = await session.get(address + path)
                assert response.status == 200
                assert says in await response.text()
                assert "default-src 'none'" in response.headers["Content-Security-Policy"]
            foreign = await session.get(address, headers={"Host": "evil.example"})
            assert foreign.status == 421
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 20) == 0


async def refused(*names: str, **environment: str) -> str:
    """What a process that cannot start says."""
    async with serving(*names, **environment) as (process, _):
        assert await asyncio.wait_for(process.wait(), 20) == 78
        assert process.stderr
        return (await process.stderr.read()).decode()


async def test_what_cannot_be_served_is_said_in_one_sentence() -> None:
    assert "no platform 'telex'" in await refused("telex")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        error = await refused("web", TACT_HTTP=address)
    assert f"{address}, which cannot be used" in error
    assert "Traceback" not in error


def test_what_is_configured_is_served(tmp_path: Path) -> None:
    both = {"SLACK_BOT_TOKEN": "xoxb-1", "DISCORD_TOKEN": "x"}
    assert configured(read_settings(both, tmp_path)) == ("slack", "discord")
    assert configured(read_settings({}, tmp_path)) == ("web",)
