"""The loopback Discord as a process: its log, its end, its signed HTTP interactions, and what it says to mistaken tests."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.platforms.example_discord_bot import aimed, running
from tests.servers.discord_platform.client import LoopbackDiscord
from tests.servers.discord_platform.errors import Impossible
from tests.servers.discord_platform.process import ROOT, Address, seen, serving
from tests.servers.discord_platform.settings import TOKEN

pytest_plugins = ["tests.servers.discord_platform.fixtures"]


async def test_what_people_see_is_on_disk_before_the_bot_is_answered(tmp_path: Path) -> None:
    log = tmp_path / "seen.jsonl"
    with serving(log) as address:
        async with LoopbackDiscord(address) as loopback:
            await loopback.add_guild("G1", channels=["C1"], members=["U1"])
            async with running(address) as bot:
                message = await bot.guilds[0].text_channels[0].send("first", nonce="9")
                assert [(line["kind"], line["content"], line["nonce"]) for line in seen(log)] == [
                    ("message", "first", "9")
                ]
                await message.edit(content="second")
                assert [line["kind"] for line in seen(log)] == ["message", "edit"]
                await loopback.slash("U1", "tact ping", channel="C1")
                assert (seen(log)[-1]["content"], seen(log)[-1]["only_for"]) == ("pong", "U1")
                await loopback.slash("U1", "tact draft", channel="C1")
                assert (seen(log)[-1]["kind"], seen(log)[-1]["data"]["title"]) == ("modal", "Check a draft")
            await loopback.reset()
            await loopback.add_guild("G1", channels=["C1"], members=["U1"])
            await loopback.say("U1", "after a reset", channel="C1")
    numbers = [line["number"] for line in seen(log)]
    assert numbers == sorted(set(numbers))
    assert seen(log)[-1]["content"] == "after a reset"


async def test_the_server_ends_with_the_process_that_started_it() -> None:
    code = "import time; from tests.servers.discord_platform.process import serving\nwith serving() as a: print(a.url, flush=True); time.sleep(60)"
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    url = parent.stdout.readline().strip()
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    async with aiohttp.ClientSession() as client, asyncio.timeout(10):
        while await answers(client, url):
            await asyncio.sleep(0.02)


async def test_a_bot_that_dies_while_it_writes_harms_nobody(loopback: LoopbackDiscord) -> None:
    host, port = loopback.address.url.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /api/v10/channels/1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{")
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    [cut] = await loopback.requests("/channels/1/messages", at_least=1)
    assert cut["status"] == 0


async def answers(client: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with client.get(f"{url}/api/v10/gateway"):
            return True
    except aiohttp.ClientError:
        return False


# HTTP interactions


class Application:
    """An interactions endpoint that verifies, pongs and answers in its response."""

    def __init__(self, public_key: str) -> None:
        self._key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        self.careless = False

    async def handle(self, request: web.Request) -> web.Response:
        raw = await request.read()
        signature = request.headers.get("X-Signature-Ed25519", "")
        at = request.headers.get("X-Signature-Timestamp", "")
        try:
            self._key.verify(bytes.fromhex(signature), at.encode() + raw)
        except (InvalidSignature, ValueError):
            if not self.careless:
                return web.Response(status=401)
        body = json.loads(raw)
        if body["type"] == 1:
            return web.json_response({"type": 1})
        return web.json_response(
            {"type": 4, "data": {"content": f"over HTTP: {body['user']['username']}", "flags": 64}}
        )


@pytest.fixture
async def application(discord_address: Address) -> AsyncIterator[tuple[Application, str]]:
    made, app = Application(discord_address.public_key), web.Application()
    app.router.add_post("/discord/interactions", made.handle)
    async with TestServer(app) as server:
        yield made, str(server.make_url("/discord/interactions"))


async def test_an_endpoint_is_tried_and_then_asked(
    loopback: LoopbackDiscord, application: tuple[Application, str]
) -> None:
    _, url = application
    bot = aimed(loopback.address)
    await bot.login(TOKEN)  # registers the commands; no gateway
    await bot.close()
    assert (await loopback.slash("U1", "tact ping")).failed == "no session is connected or may be resumed"
    await loopback.use_endpoint(url)
    answer = await loopback.slash("U1", "tact ping")
    assert (answer.text, answer.private) == ("over HTTP: U1", True)
    for tamper in ("body", "signature", "timestamp", "unsigned", "not hex"):
        assert (await loopback.post_to_endpoint({"type": 1}, tamper=tamper))["status"] == 401, tamper
    assert await loopback.post_to_endpoint({"type": 1}) == {"status": 200, "answer": {"type": 1}}


async def test_a_careless_endpoint_is_not_accepted(
    loopback: LoopbackDiscord, application: tuple[Application, str]
) -> None:
    made, url = application
    made.careless = True
    with pytest.raises(Impossible, match="answers a wrong signature with 200"):
        await loopback.use_endpoint(url)
    with pytest.raises(Impossible, match="answers a PING with 404"):
        await loopback.use_endpoint(url + "/elsewhere")


# what a mistaken test is told


async def test_waiting_in_vain_says_what_happened_instead(loopback: LoopbackDiscord) -> None:
    await loopback.say("U1", "something else", channel="C1")
    with pytest.raises(TimeoutError, match=r"1 messages with .*'missing' wanted within 0.05 s, 0 came.*'message'"):
        await loopback.messages(contains="missing", at_least=1, deadline=0.05)


async def test_waiting_ends_when_it_happens(loopback: LoopbackDiscord) -> None:
    waiting = asyncio.create_task(loopback.messages(contains="at last", at_least=1, deadline=10))
    first = await loopback.say("U1", "not yet", channel="C1")
    await loopback.say("U1", "at last", channel="C1")
    [found] = await asyncio.wait_for(waiting, 5)
    assert found.content == "at last"
    assert await loopback.messages(after=first.id) == [found]


@pytest.mark.parametrize(
    ("verb", "arguments", "says"),
    [
        ("dance", {}, "no verb 'dance'"),
        ("say", {"user": "U1"}, "missing a required argument"),
        ("say", {"user": "U3", "text": "", "channel": "C1", "guild": "", "reply_to": ""}, "U3 is not in C1"),
        ("messages", {"at_least": 0, "deadline": 0, "after": "", "contains": "", "colour": 1}, "no 'colour'"),
        ("add_user", {"name": "U1"}, "a user 'U1' already"),
        ("configure", {"colour": "red"}, "no setting 'colour'"),
        ("change_user", {"name": "nobody"}, "no user named 'nobody'"),
        ("add_channel", {"name": "c", "guild": "nowhere", "topic": ""}, "no guild named 'nowhere'"),
    ],
)
async def test_a_mistake_is_told_in_a_sentence(
    loopback: LoopbackDiscord, verb: str, arguments: dict[str, Any], says: str
) -> None:
    await loopback.add_user("U3")
    await loopback.say("U1", "hello", channel="C1")
    with pytest.raises(Impossible, match=says):
        await loopback.call(verb, **arguments)
