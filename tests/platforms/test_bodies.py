"""Slow senders displace only each other: with more of them than are read at once, what comes whole is answered as ever."""

from __future__ import annotations

import asyncio
import resource
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.admission import Admission
from adapters.bodies import MOST_AT_ONCE
from adapters.slack.front import Front
from tests.platforms.slack_serving import signed

SECRET, MORE = "s", 20
BODY = b'{"type":"x"}'


@pytest.fixture
def many_files() -> Iterator[None]:
    """Room for both ends of all these connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 4 * MOST_AT_ONCE), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def well(_: str, __: web.BaseRequest) -> web.Response:
    return web.Response(text="well")


async def status(reader: asyncio.StreamReader) -> bytes:
    """What the server says on a connection."""
    async with asyncio.timeout(10):
        return (await reader.readline()).split()[1]


@pytest.mark.usefixtures("many_files")
async def test_silent_connections_keep_nobody_out() -> None:
    front = Front(SECRET, time.time, well, Admission(asyncio.get_running_loop().time))
    app = web.Application()
    app.add_routes([web.post("/", front.handle)])
    head = "".join(f"{name}: {value}\r\n" for name, value in signed(BODY, secret=SECRET).items())
    async with TestServer(app) as server, AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        silent: list[asyncio.StreamReader] = []
        for number in range(MOST_AT_ONCE + MORE):
            reader, writer = await asyncio.open_connection(server.host, server.port)
            stack.callback(writer.close)
            length = len(BODY) if number == MOST_AT_ONCE + MORE - 1 else 99
            writer.write(f"POST / HTTP/1.1\r\nHost: x\r\n{head}Content-Length: {length}\r\n\r\n".encode())
            silent.append(reader)
        assert [await status(reader) for reader in silent[:MORE]] == [b"503"] * MORE, "the longest first"
        for _ in range(3):
            headers = signed(BODY, secret=SECRET)
            async with session.post(server.make_url("/"), data=BODY, headers=headers) as response:
                assert response.status == 200
        assert not any(reader.at_eof() or reader._buffer for reader in silent[MORE + 3 :])
        writer.write(BODY)  # the last one says something after all
        assert await status(reader) == b"200"
