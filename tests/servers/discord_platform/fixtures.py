"""Fixtures, for test modules that say `pytest_plugins = ["tests.servers.discord_platform.fixtures"]`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.servers.discord_platform.client import LoopbackDiscord
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
