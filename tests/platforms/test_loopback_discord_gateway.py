"""The loopback Discord's gateway: the real discord.py in turbulence, and the protocol itself where the library hides it."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord
import pytest

from tests.platforms.example_discord_bot import aimed, running, start
from tests.servers.discord_platform.client import LoopbackDiscord
from tests.servers.discord_platform.settings import TOKEN, Intents

pytest_plugins = ["tests.servers.discord_platform.fixtures"]

ALL = Intents.GUILDS | Intents.GUILD_MESSAGES | Intents.DIRECT_MESSAGES


async def answers(loopback: LoopbackDiscord) -> bool:
    return (await loopback.slash("U1", "tact ping", channel="C1")).text == "pong"


async def test_a_bot_asked_to_reconnect_resumes(loopback: LoopbackDiscord) -> None:
    async with running(loopback.address):
        await loopback.reconnect()
        await loopback.happened("resume")
        assert await answers(loopback)
    assert len(await loopback.happened("identify")) == 1


async def test_a_bot_whose_line_is_cut_resumes_and_hears_what_it_missed(loopback: LoopbackDiscord) -> None:
    async with running(loopback.address) as bot:
        await loopback.drop()
        await loopback.happened("disconnect")
        await loopback.dm("U1", "while you were away")
        await loopback.happened("resume", deadline=10)
        await loopback.messages(channel="@U1", author="tact", at_least=1)
    assert bot.heard == [("message", "while you were away")]
    assert len(await loopback.happened("identify")) == 1


async def test_an_invalidated_session_is_identified_anew(loopback: LoopbackDiscord) -> None:
    async with running(loopback.address):
        await loopback.invalidate(resumable=False)
        await loopback.happened("ready", at_least=2)
        assert await answers(loopback)
        assert len(await loopback.sessions()) == 1
    assert len(await loopback.sessions()) == 0
    assert await loopback.happened("resume", at_least=0) == []


async def test_an_invalidated_session_that_may_be_resumed_is(loopback: LoopbackDiscord) -> None:
    async with running(loopback.address):
        await loopback.invalidate(resumable=True)
        await loopback.happened("resume")
    assert len(await loopback.happened("identify")) == 1


async def test_a_line_gone_dead_is_noticed_by_missing_heartbeats(loopback: LoopbackDiscord) -> None:
    await loopback.configure(heartbeat=0.1)
    async with running(loopback.address, heartbeat_timeout=0.2):
        await loopback.silence()
        await loopback.happened("resume")
        assert await answers(loopback)


async def test_a_heartbeat_is_sent_when_it_is_asked_for(loopback: LoopbackDiscord) -> None:
    async with running(loopback.address):
        before = await loopback.mark()
        await loopback.request_heartbeat()
        await loopback.happened("heartbeat", after=before)


async def test_an_event_sent_twice_is_heard_twice(loopback: LoopbackDiscord) -> None:
    async with running(loopback.address, discord.Intents(dm_messages=True)) as bot:
        await loopback.dm("U1", "once")
        await loopback.messages(channel="@U1", author="tact", at_least=1)
        await loopback.repeat(2)  # the message, and the bot's own answer
        await loopback.messages(channel="@U1", author="tact", at_least=2)
    assert bot.heard == [("message", "once")] * 2


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"privileged": 0}, discord.PrivilegedIntentsRequired),
        ({"close_identifies": [4004]}, discord.ConnectionClosed),
        ({"close_identifies": [4013]}, discord.ConnectionClosed),
        ({"guilds_per_shard": 0}, discord.ConnectionClosed),
        ({"token": "another"}, discord.LoginFailure),
    ],
    ids=["4014", "4004", "4013", "4011", "401"],
)
async def test_a_bot_that_may_not_come_in_is_told_so(
    loopback: LoopbackDiscord, settings: dict[str, Any], error: type[Exception]
) -> None:
    await loopback.configure(**settings)
    with pytest.raises(error):
        async with running(loopback.address, discord.Intents(guilds=True, message_content=True)):
            pass


async def test_an_unknown_event_is_ignored_and_a_malformed_one_ends_the_library(loopback: LoopbackDiscord) -> None:
    bot, task = start(loopback.address)
    await asyncio.wait_for(bot.up.wait(), 10)
    assert await loopback.dispatch("NEVER_HEARD_OF", {"id": None}) == 1
    assert await answers(loopback)
    await loopback.dispatch("MESSAGE_CREATE", {"id": "1"})
    with pytest.raises(KeyError):
        await asyncio.wait_for(task, 5)
    await bot.close()


# the protocol itself

Line = tuple[aiohttp.ClientWebSocketResponse, Callable[[], Any]]


def decoder(compress: str) -> Callable[[bytes], bytes]:
    if compress == "zlib-stream":
        return zlib.decompressobj().decompress
    zstandard = pytest.importorskip("zstandard")
    return zstandard.ZstdDecompressor().decompressobj().decompress


@asynccontextmanager
async def line(loopback: LoopbackDiscord, compress: str = "") -> AsyncIterator[Line]:
    """A raw connection, and how to read the next payload from it; HELLO is read."""
    decode = decoder(compress) if compress else None
    url = f"{loopback.address.gateway}?v=10&encoding=json" + (f"&compress={compress}" if compress else "")
    async with aiohttp.ClientSession() as client, client.ws_connect(url) as socket:

        async def read() -> Any:
            received = await socket.receive(5)
            if received.type is aiohttp.WSMsgType.CLOSE or socket.closed:
                return {"closed": socket.close_code}
            return json.loads(decode(received.data) if decode else received.data)

        assert (await read())["op"] == 10
        yield socket, read


def identify(**more: Any) -> dict[str, Any]:
    return {"op": 2, "d": {"token": TOKEN, "intents": int(ALL), "properties": {}, **more}}


@pytest.mark.parametrize("compress", ["", "zlib-stream", "zstd-stream"])
async def test_events_come_in_every_encoding(loopback: LoopbackDiscord, compress: str) -> None:
    async with line(loopback, compress) as (socket, read):
        await socket.send_json(identify())
        ready, created = await read(), await read()
        await socket.send_json({"op": 1, "d": 2})
        beat = await read()
    assert (ready["t"], created["t"], created["d"]["name"], beat["op"]) == ("READY", "GUILD_CREATE", "G1", 11)
    [connected] = await loopback.happened("connect")
    assert connected["compress"] == compress


async def test_a_resumed_session_gets_exactly_what_it_missed(loopback: LoopbackDiscord) -> None:
    async with line(loopback) as (socket, read):
        await socket.send_json(identify())
        session, last = (await read())["d"]["session_id"], (await read())["s"]
        await socket.close(code=4000)
    await loopback.happened("disconnect")
    for text in ("one", "two"):
        await loopback.say("U1", text, channel="C1")
    async with line(loopback) as (socket, read):
        await socket.send_json({"op": 6, "d": {"token": TOKEN, "session_id": session, "seq": last}})
        replayed = [await read() for _ in range(3)]
        await socket.close(code=1000)
    assert [(event["s"] - last, event["t"]) for event in replayed] == [
        (1, "MESSAGE_CREATE"), (2, "MESSAGE_CREATE"), (3, "RESUMED"),
    ]  # fmt: skip
    async with line(loopback) as (socket, read):  # it was closed cleanly: over
        await socket.send_json({"op": 6, "d": {"token": TOKEN, "session_id": session, "seq": last}})
        assert await read() == {"op": 9, "d": False, "s": None, "t": None}


async def test_a_session_that_missed_too_much_cannot_be_resumed(loopback: LoopbackDiscord) -> None:
    await loopback.configure(replay=1)
    async with line(loopback) as (socket, read):
        await socket.send_json(identify())
        session, last = (await read())["d"]["session_id"], (await read())["s"]
        await socket.close(code=4000)
    await loopback.happened("disconnect")
    for text in ("one", "two"):
        await loopback.say("U1", text, channel="C1")
    async with line(loopback) as (socket, read):
        await socket.send_json({"op": 6, "d": {"token": TOKEN, "session_id": session, "seq": last}})
        assert (await read())["op"] == 9


@pytest.mark.parametrize("resumable", [True, False])
async def test_an_invalid_session_is_gone_unless_it_may_be_resumed(loopback: LoopbackDiscord, resumable: bool) -> None:
    async with line(loopback) as (socket, read):
        await socket.send_json(identify())
        session, last = (await read())["d"]["session_id"], (await read())["s"]
        await loopback.invalidate(resumable=resumable)
        assert await read() == {"op": 9, "d": resumable, "s": None, "t": None}
        await socket.close(code=4000)
    await loopback.happened("disconnect")
    async with line(loopback) as (socket, read):
        await socket.send_json({"op": 6, "d": {"token": TOKEN, "session_id": session, "seq": last}})
        assert (await read())["op"] == (0 if resumable else 9)


@pytest.mark.parametrize(
    ("payloads", "code"),
    [
        (["no json"], 4002),
        ([{"op": 2, "d": None}], 4002),
        ([{"op": 3, "d": {}}], 4003),
        ([identify(token="wrong")], 4004),
        ([identify(), identify()], 4005),
        ([{"op": 6, "d": {"token": "wrong", "session_id": "", "seq": 1}}], 4004),
        ([{"op": 1, "d": None}] * 4, 4008),
        ([identify(shard=[2, 2])], 4010),
        ([identify(intents=-1)], 4013),
        ([identify(intents=int(ALL | Intents.PRESENCES))], 4014),
        ([identify(), {"op": 99, "d": {}}], 4001),
    ],
)
async def test_every_wrong_word_has_its_close_code(loopback: LoopbackDiscord, payloads: list[Any], code: int) -> None:
    await loopback.configure(privileged=0, sends_per_minute=3)
    async with line(loopback) as (socket, read):
        for payload in payloads:
            await socket.send_str(payload if isinstance(payload, str) else json.dumps(payload))
        while "closed" not in (last := await read()):
            pass
    assert last == {"closed": code}


async def test_a_client_without_a_heartbeat_is_let_go(loopback: LoopbackDiscord) -> None:
    await loopback.configure(heartbeat=0.05)
    async with line(loopback) as (_, read):
        assert await read() == {"closed": 4009}


async def test_identifies_may_be_paced_and_connections_refused(loopback: LoopbackDiscord) -> None:
    await loopback.configure(pace_identifies=True)
    async with line(loopback) as (first, read_first), line(loopback) as (second, read_second):
        await first.send_json(identify(shard=[0, 2]))
        assert (await read_first())["t"] == "READY"
        await second.send_json(identify(shard=[1, 2]))
        assert (await read_second())["op"] == 9
    await loopback.configure(refuse_connections=1)
    with pytest.raises(aiohttp.WSServerHandshakeError, match="503"):
        async with line(loopback):
            pass
    async with line(loopback):
        pass


async def test_the_session_start_budget_shrinks(loopback: LoopbackDiscord) -> None:
    await loopback.configure(sessions_remaining=7, shards=3)
    async with line(loopback) as (socket, read):
        await socket.send_json(identify())
        await read()
    bot = aimed(loopback.address)
    await bot.login(TOKEN)
    limits = await bot.http.get_bot_gateway()
    await bot.close()
    assert limits[0] == 3
    assert limits[2] == {"total": 1000, "remaining": 6, "reset_after": 86_400_000, "max_concurrency": 1}
