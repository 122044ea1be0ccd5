"""Tact on two shards: what happens in the servers of both is heard, and when one restarts the other goes on."""

from __future__ import annotations

import asyncio
from pathlib import Path

from adapters.coached import Coached
from bot.model import Person
from tests.platforms.discord_serving import tact_on, until
from tests.servers.discord_platform.client import LoopbackDiscord

pytest_plugins = ["tests.servers.discord_platform.fixtures"]

ASK = "Could anyone help me get the pump script to run? It stops with a KeyError."


async def test_both_shards_are_heard_and_one_restarts_alone(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    await loopback.configure(shards=2, max_concurrency=2)
    ana = Person("discord", await loopback.add_user("Ana"))
    servers = [
        await loopback.add_guild(f"S{number}", channels=[f"K{number}"], members=["Ana"], shard=(number, 2))
        for number in range(2)
    ]
    async with tact_on(loopback, tmp_path, DISCORD_LISTEN="1") as tact:

        async def noted(count: int) -> None:
            async with asyncio.timeout(15):
                while len(await tact.service.store.ledger.since(ana, tact.began)) < count:
                    await asyncio.sleep(0.01)
            assert len(await tact.service.store.ledger.since(ana, tact.began)) == count

        assert sorted(session["shard"] for session in await loopback.sessions()) == [[0, 2], [1, 2]]
        for number, server in enumerate(servers):
            channel = (await loopback.channels())[f"K{number}"]
            await Coached(tact.service).switch("discord", server, channel, on=True)
        await loopback.dm("Ana", "help")
        await loopback.messages(channel="@Ana", author="tact", at_least=1)
        for number in range(2):
            await loopback.say("Ana", f"{ASK} {number}", channel=f"K{number}")
            assert (await loopback.slash("Ana", "tact balance", channel=f"K{number}")).private
        await noted(2)

        await loopback.drop(shard=1)
        for number in range(2):
            await loopback.say("Ana", f"{ASK} Again {number}", channel=f"K{number}")
        await noted(4)
        assert len(await loopback.happened("resume")) == 1

        before = await loopback.mark()
        await loopback.drop(4009, shard=1)  # closed from the other side
        await loopback.happened("connect", after=before, deadline=15)
        await loopback.dm("Ana", "help check")  # the other shard has not noticed
        await loopback.messages(channel="@Ana", author="tact", interaction="", at_least=2)
        await until(tact.platform.ready)
        await loopback.say("Ana", f"{ASK} At last", channel="K1")
        await noted(5)
        shards = [entry["shard"] for entry in await loopback.happened("identify")]
        assert shards.count([0, 2]) == 1
    assert await loopback.sessions() == []
