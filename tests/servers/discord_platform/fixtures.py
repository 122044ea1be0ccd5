"""Fixtures, for test modules that say `pytest_plugins = ["tests.servers.discord_platform.fixtures"]`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest

from tests.servers.discord_platform.client import LoopbackDiscord
from tests.servers.discord_platform.plain import Api
from tests.servers.discord_platform.process import Address, serving


@pytest.fixture(scope="session")
def discord_address() -> Iterator[Address]:
    """One server process for all tests."""
    with serving() as address:
        yield address


@pytest.fixture
async def loopback(discord_address: Address) -> AsyncIterator[LoopbackDiscord]:
    """A fresh world with guild G1, channel C1 and members U1 and U2; at the end no body may have broken Discord's own
    description of its API, where that is at hand."""
    async with LoopbackDiscord(discord_address) as client:
        await client.reset()
        await client.add_guild("G1", channels=["C1"], members=["U1", "U2"])
        yield client
        assert [v["path"] + ": " + v["problem"] for v in await client.happened("violation", at_least=0)] == []


@pytest.fixture
async def discord_api(loopback: LoopbackDiscord) -> AsyncIterator[Api]:
    """Plain requests, to channel C1, without rate limits."""
    await loopback.configure(rate_limits=False)
    channel = (await loopback.channels())["C1"]
    async with aiohttp.ClientSession() as session:
        yield Api(session, loopback.address.rest, channel)
    await loopback.reset()  # wrong bodies are sent on purpose here
