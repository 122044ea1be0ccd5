"""The loopback Discord, tried with the real discord.py."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.platforms.example_discord_bot import running
from tests.servers.discord_platform.client import LoopbackDiscord
from tests.servers.discord_platform.process import Address, serving


@pytest.fixture(scope="module")
def address() -> Iterator[Address]:
    with serving() as address:
        yield address


@pytest.fixture
async def discord(address: Address) -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord(address) as client:
        await client.reset()
        await client.add_guild("G1", channels=["C1"], members=["U1", "U2"])
        yield client


async def test_a_command_is_answered_for_one_person_only(discord: LoopbackDiscord, address: Address) -> None:
    async with running(address):
        answer = await discord.slash("U1", "tact ping", channel="C1")
    assert answer.text == "pong"
    assert answer.private
