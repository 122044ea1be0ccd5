"""A server removes Tact: what belongs to it goes, at once or at the next start; an outage takes nothing, and people keep what is theirs."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.model import Person, Room
from tests.platforms.discord_serving import Tact, tact_on
from tests.servers.discord_platform.client import LoopbackDiscord

pytest_plugins = ["tests.servers.discord_platform.fixtures"]

RULES = "- Memes are welcome"


async def homes(loopback: LoopbackDiscord, shards: int = 1) -> list[Room]:
    """A channel in each of two servers, on different shards where there are two; who says something there looks after it."""
    rooms = []
    for number in range(2):
        server = await loopback.add_guild(f"S{number}", channels=[f"K{number}"], shard=(number % shards, shards))
        rooms.append(Room(f"{server}/{(await loopback.channels())[f'K{number}']}", admin=True))
    return rooms


async def furnish(tact: Tact, ana: Person, *rooms: Room) -> None:
    """Ana writes rules in each, and gives somewhere."""
    for room in rooms:
        await tact.service.coach.hear(ana, f"charter everywhere: {RULES}", room)
    await tact.service.coach.hear(ana, "gave help", rooms[0])


async def left(tact: Tact, *rooms: Room) -> list[Room]:
    """Where rules still hold."""
    return [room for room in rooms if await tact.service.store.charters.holding("discord", room.house)]


async def gone(tact: Tact, *rooms: Room) -> None:
    """Waits until no rules hold there."""
    async with asyncio.timeout(10):
        while await left(tact, *rooms):
            await asyncio.sleep(0.01)


async def gave(tact: Tact, ana: Person) -> int:
    return len(await tact.service.store.ledger.since(ana, tact.began - timedelta(days=1)))


async def test_a_server_that_removes_tact_takes_what_is_its_own_and_an_outage_takes_nothing(
    loopback: LoopbackDiscord, tmp_path: Path
) -> None:
    ana, rooms = Person("discord", await loopback.add_user("Ana")), await homes(loopback)
    async with tact_on(loopback, tmp_path) as tact:
        await furnish(tact, ana, *rooms)
        await loopback.dispatch("GUILD_DELETE", {"id": rooms[1].server, "unavailable": True})
        await loopback.remove_guild("S0")
        await gone(tact, rooms[0])
        assert await left(tact, *rooms) == rooms[1:]
        assert await gave(tact, ana) == 1

        joined = await loopback.add_guild("S2", channels=["K2"])  # while Tact is connected
        await furnish(tact, ana, late := Room(f"{joined}/{(await loopback.channels())['K2']}", admin=True))
        await loopback.remove_guild("S2")
        await gone(tact, late)
        client = tact.platform._gateway.client
        assert client is not None
        assert {str(guild.id) for guild in client.guilds} >= {rooms[1].server}
        assert not any(guild.channels or len(guild.roles) for guild in client.guilds)


@pytest.mark.parametrize("shards", [1, 2])
async def test_what_was_removed_meanwhile_goes_at_the_next_start(
    loopback: LoopbackDiscord, tmp_path: Path, shards: int
) -> None:
    await loopback.configure(shards=shards, max_concurrency=shards)
    ana, rooms = Person("discord", await loopback.add_user("Ana")), await homes(loopback, shards)
    async with tact_on(loopback, tmp_path) as tact:
        await furnish(tact, ana, *rooms)
    await loopback.remove_guild("S1")
    async with tact_on(loopback, tmp_path) as tact:
        await gone(tact, rooms[1])
        assert await left(tact, *rooms) == rooms[:1]
        assert await gave(tact, ana) == 1


def commands_of(room: Room) -> str:
    """Where Discord is asked whether Tact has any business there."""
    return f"/guilds/{room.server}/commands"


async def test_a_server_that_is_of_another_shard_or_has_the_commands_alone_keeps_what_is_its_own(
    loopback: LoopbackDiscord, tmp_path: Path
) -> None:
    await loopback.configure(shards=2, max_concurrency=2)
    ana, rooms = Person("discord", await loopback.add_user("Ana")), await homes(loopback, 2)
    async with tact_on(loopback, tmp_path) as tact:
        await furnish(tact, ana, *rooms)
    await loopback.remove_guild("S1", commands_stay=True)
    async with tact_on(loopback, tmp_path) as tact:
        await loopback.requests(commands_of(rooms[1]), at_least=1)
        client = tact.platform._gateway.client
        assert client is not None
        client.dispatch("listed", frozenset(), 1, 2)  # the second shard, with nothing in it
        await loopback.requests(commands_of(rooms[1]), at_least=2)
        assert await loopback.requests(commands_of(rooms[0])) == []
        assert await left(tact, *rooms) == rooms


async def test_without_a_connection_discord_is_asked_for_all_servers(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    ana, rooms = Person("discord", await loopback.add_user("Ana")), await homes(loopback)
    async with tact_on(loopback, tmp_path) as tact:
        await furnish(tact, ana, *rooms)
    await loopback.remove_guild("S0")
    async with tact_on(loopback, tmp_path, DISCORD_PUBLIC_KEY=loopback.address.public_key) as tact:
        await gone(tact, rooms[0])
        assert await left(tact, *rooms) == rooms[1:]


async def test_when_discord_cannot_be_asked_everything_is_kept(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    ana, rooms = Person("discord", await loopback.add_user("Ana")), await homes(loopback)
    async with tact_on(loopback, tmp_path) as tact:
        await furnish(tact, ana, *rooms)
    await loopback.remove_guild("S0")
    await loopback.fault(path="/guilds/.*/commands", status=503, times=-1)
    async with tact_on(loopback, tmp_path) as tact:
        await loopback.requests(commands_of(rooms[0]), at_least=1)
        await loopback.slash("U1", "tact help", channel="C1")
        assert await left(tact, *rooms) == rooms
