"""Interactions over HTTP: `tact serve discord` as a process without a connection, behind Discord's signed requests."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.admission import FEWEST, FIRST
from adapters.discord.interactions import PATH
from tests.platforms.discord_serving import PITCH, SUSPENSE, held, tact_on, until
from tests.platforms.test_serve import serving
from tests.servers.discord_platform.client import LoopbackDiscord
from tests.servers.discord_platform.settings import TOKEN

pytest_plugins = ["tests.servers.discord_platform.fixtures"]

ALLOWED = {200, 202, 400, 401, 413, 429, 503}


@dataclass
class Served:
    """A process and where Discord reaches it."""

    process: asyncio.subprocess.Process
    url: str


@pytest.fixture
async def served(loopback: LoopbackDiscord, tmp_path: Path) -> AsyncIterator[Served]:
    environment = {
        "TACT_DATABASE_URL": f"sqlite:///{tmp_path / 't.db'}",
        "DISCORD_TOKEN": TOKEN,
        "DISCORD_PUBLIC_KEY": loopback.address.public_key,
        "DISCORD_API_URL": loopback.address.rest,
    }
    async with serving("discord", **environment) as (process, address):
        await ready(address)
        url = f"{address}discord/interactions"
        await loopback.use_endpoint(url)  # Discord's own trial: a PING, and a wrong signature
        yield Served(process, url)


async def ready(address: str) -> None:
    async with asyncio.timeout(20), aiohttp.ClientSession() as session:
        while (await session.get(f"{address}readyz")).status != 200:
            await asyncio.sleep(0.02)


async def test_every_surface_works_without_a_connection(loopback: LoopbackDiscord, served: Served) -> None:
    asked = await loopback.slash("U1", "tact check", {"draft": SUSPENSE}, channel="C1")
    assert (asked.private, asked.failed) == (True, "")
    assert asked.message is not None
    clicked = await loopback.click(asked.message, asked.message.buttons["LinkedIn"], "U1")
    assert clicked.private
    opened = await loopback.slash("U1", "tact check", channel="C1")
    sent = await loopback.submit(opened, {"draft": PITCH, "network": ["linkedin"], "relation": ["stranger"]})
    assert sent.private
    offered = await loopback.autocomplete("U1", "tact check", {"network": "tech"}, "network", channel="C1")
    assert [choice["value"] for choice in offered.choices] == ["mvp"]
    written = await loopback.say("U1", PITCH, channel="C1")
    assert (await loopback.menu("U1", "Check etiquette", written)).private
    assert await loopback.happened("identify", at_least=0) == []
    served.process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(served.process.wait(), 20) == 0


async def test_what_is_not_discords_is_turned_away(loopback: LoopbackDiscord, served: Served) -> None:
    ping = {"type": 1, "version": 1}
    for tamper in ("body", "signature", "timestamp", "unsigned", "not hex"):
        answer = await loopback.post_to_endpoint(ping, tamper=tamper)
        assert (answer["status"], answer["answer"]) == (401, None)
    assert await loopback.post_to_endpoint(ping) == {"status": 200, "answer": {"type": 1}}


UNREADABLE: list[dict[str, Any]] = [
    {}, {"type": 2}, {"type": "2"}, {"type": 2, "data": None, "id": "x"}, {"type": 99, "id": "1", "token": "t"}, {"type": None},
]  # fmt: skip


async def test_what_cannot_be_read_is_a_bad_request_and_no_fault(loopback: LoopbackDiscord, served: Served) -> None:
    assert [(await loopback.post_to_endpoint(body))["status"] for body in UNREADABLE] == [400] * len(UNREADABLE)


async def test_large_broken_and_endless_requests_stay_outside(served: Served) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(400):
            yield b"x" * 1024

    signed = {"X-Signature-Ed25519": "00" * 64, "X-Signature-Timestamp": "1"}
    async with aiohttp.ClientSession() as session:
        for sent, status in (
            (b"x" * 300_000, 413),
            (endless(), 413),
            (b"", 401),
            (b"[" * 100_000, 401),
            (json.dumps({"type": 1}).encode(), 401),
        ):
            async with session.post(served.url, data=sent, headers=signed) as response:
                assert response.status == status
        async with session.post(served.url, data=b"x", headers={"X-Signature-Ed25519": "é" * 64}) as response:
            assert response.status in ALLOWED


async def test_a_recorded_request_is_of_no_use_later(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    """Signed rightly, but ten minutes ago."""
    key = Ed25519PrivateKey.generate()
    environment = {
        "TACT_DATABASE_URL": f"sqlite:///{tmp_path / 't.db'}",
        "DISCORD_TOKEN": TOKEN,
        "DISCORD_PUBLIC_KEY": key.public_key().public_bytes_raw().hex(),
        "DISCORD_API_URL": loopback.address.rest,
    }
    async with serving("discord", **environment) as (_, address), aiohttp.ClientSession() as session:
        for age, status in ((0, 200), (600, 401), (-600, 401)):
            stamp = str(int(time.time()) - age)
            raw = b'{"type":1}'
            headers = {
                "X-Signature-Ed25519": key.sign(stamp.encode() + raw).hex(),
                "X-Signature-Timestamp": stamp,
            }
            async with session.post(f"{address}discord/interactions", data=raw, headers=headers) as response:
                assert response.status == status


async def test_a_key_that_is_none_is_named() -> None:
    async with serving("discord", DISCORD_TOKEN="x", DISCORD_PUBLIC_KEY="zz") as (process, _):
        assert await asyncio.wait_for(process.wait(), 20) == 78
        assert process.stderr
        assert b"DISCORD_PUBLIC_KEY is no public key" in await process.stderr.read()


async def test_more_than_can_be_answered_in_time_is_turned_away_and_afterwards_all_is_as_before(
    loopback: LoopbackDiscord, tmp_path: Path
) -> None:
    async with tact_on(loopback, tmp_path, DISCORD_PUBLIC_KEY=loopback.address.public_key) as tact:
        app = web.Application()
        app.add_routes(tact.platform.routes)
        async with TestServer(app) as server:
            await loopback.use_endpoint(str(server.make_url(PATH)))
            client = tact.platform._gateway.client
            assert client is not None
            async with held(tmp_path / "tact.db"):
                asked = [asyncio.create_task(loopback.slash("U1", "tact help", channel="C1")) for _ in range(FIRST)]
                await until(lambda: client.answering.admission.full)
                over = await loopback.slash("U1", "tact help", channel="C1")
                assert "the endpoint answered 429" in over.failed
                await loopback.requests("/callback$", at_least=FIRST)  # "thinking": these were slow
            assert [answer.failed for answer in await asyncio.gather(*asked)] == [""] * FIRST
            assert FEWEST <= client.answering.admission.limit < FIRST
            assert (await loopback.slash("U1", "tact help", channel="C1")).failed == ""
