"""The loopback Discord's REST API: limits, refusals, rate limits and lost answers."""

from __future__ import annotations

import asyncio
import gzip
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import discord
import pytest

from tests.platforms.example_discord_bot import Bot, running
from tests.servers.discord_platform.client import LoopbackDiscord
from tests.servers.discord_platform.settings import TOKEN

pytest_plugins = ["tests.servers.discord_platform.fixtures"]

MESSAGES = r"^/channels/\d+/messages$"


class Api:
    """Plain requests with the bot's token."""

    def __init__(self, session: aiohttp.ClientSession, rest: str, channel: str) -> None:
        self._session, self._rest, self.channel = session, rest, channel

    async def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Any, Any]:
        headers = {"Authorization": f"Bot {TOKEN}"}
        async with self._session.request(method, self._rest + path, json=body, headers=headers) as response:
            read = await response.json() if response.content_type == "application/json" else await response.text()
            return response.status, read, response.headers

    async def send(self, **body: Any) -> tuple[int, Any, Any]:
        return await self("POST", f"/channels/{self.channel}/messages", body)


@pytest.fixture
async def api(loopback: LoopbackDiscord) -> AsyncIterator[Api]:
    await loopback.configure(rate_limits=False)
    channel = (await loopback.call("channels"))["C1"]
    async with aiohttp.ClientSession() as session:
        yield Api(session, loopback.address.rest, channel)
    await loopback.reset()  # wrong bodies are sent on purpose here


def row(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(parts)}


def button(**more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "b", "custom_id": "b", **more}


TEXT = {"type": 10, "content": "t"}
V2 = 1 << 15


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"content": "x" * 2001}, "content"),
        ({"content": "x", "nonce": "n" * 26}, "nonce"),
        ({"content": "x", "flags": 1 << 6}, "flags"),
        ({"content": "x", "flags": V2, "components": [TEXT]}, "content"),
        ({"content": "x", "components": [TEXT]}, "components"),
        ({"content": "x", "components": [row(button(), button())]}, "components"),
        ({"content": "x", "components": [row(button(custom_id="i" * 101))]}, "components.custom_id"),
        ({"content": "x", "components": [row(button(label="l" * 81))]}, "components.label"),
        ({"content": "x", "components": [row(button(style=5))]}, "components.url"),
        ({"content": "x", "components": [row(*(button(custom_id=str(n)) for n in range(6)))]}, "components.components"),
        ({"content": "x", "components": [row(button(custom_id=str(n))) for n in range(6)]}, "components"),
        ({"flags": V2, "components": [TEXT] * 41}, "components"),
        ({"flags": V2, "components": [{"type": 10, "content": "x" * 4001}]}, "components"),
        ({"embeds": [{"title": "x" * 257}]}, "embeds.0.title"),
        ({"embeds": [{"description": "x" * 4096}, {"description": "x" * 1905}]}, "embeds"),
        ({"embeds": [{"fields": [{"name": "n", "value": ""}]}]}, "embeds.0.fields.0.value"),
        ({"embeds": [{"title": "x"}] * 11}, "embeds"),
    ],
)
async def test_a_message_over_a_limit_is_refused_by_field(api: Api, body: dict[str, Any], where: str) -> None:
    status, error, _ = await api.send(**body)
    assert (status, error["code"]) == (400, 50035)
    for part in where.split("."):
        error = error.get("errors", error)[part]
    assert error["_errors"][0]["message"]


async def test_a_message_within_all_limits_is_taken_and_an_empty_one_is_not(api: Api) -> None:
    fields = [{"name": "n", "value": "v"}] * 25
    full = {"content": "x" * 2000, "nonce": "n" * 25, "flags": 1 << 12, "embeds": [{"title": "t", "fields": fields}]}
    rows = [row(*(button(custom_id=f"{n}{m}", label="l" * 80) for m in range(5))) for n in range(5)]
    assert (await api.send(**full, components=rows))[0] == 200
    assert (await api.send(flags=V2, components=[TEXT] * 40))[0] == 200
    status, error, _ = await api.send(content="")
    assert (status, error["code"]) == (400, 50006)


async def test_an_edit_is_held_against_what_the_message_becomes(api: Api) -> None:
    message = (await api.send(content="x"))[1]["id"]
    path = f"/channels/{api.channel}/messages/{message}"
    assert (await api("PATCH", path, {"flags": V2, "components": [TEXT]}))[0] == 400
    assert (await api("PATCH", path, {"content": ""}))[1]["code"] == 50006
    assert (await api("PATCH", path, {"content": None, "flags": V2, "components": [TEXT]}))[0] == 200
    assert (await api("PATCH", path, {"content": "back"}))[0] == 400


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/channels/1", None, 404, 10003),
        ("GET", "/guilds/1", None, 404, 10004),
        ("GET", "/users/1", None, 404, 10013),
        ("GET", "/nowhere", None, 404, 0),
        ("POST", "/users/@me/channels", {"recipient_id": "1"}, 400, 50033),
        ("POST", "/interactions/1/t/callback", {"type": 4}, 404, 10062),
        ("POST", "/webhooks/1/t", {"content": "x"}, 404, 10015),
        ("PUT", "/applications/1/commands", [{"name": "Upper", "description": "d"}], 400, 50035),
        ("PUT", "/applications/1/commands", [{"name": "d" * 33, "description": "d"}], 400, 50035),
        ("PUT", "/applications/1/commands", [{"name": "n", "description": "d" * 101}], 400, 50035),
        ("PUT", "/applications/1/commands", [{"name": f"n{n}", "description": "d"} for n in range(101)], 400, 30032),
    ],
)
async def test_what_is_not_there_or_not_allowed_has_its_code(
    api: Api, method: str, path: str, body: Any, status: int, code: int
) -> None:
    answered, error, _ = await api(method, path, body)
    assert (answered, error["code"]) == (status, code)


async def test_one_nonce_is_one_message(api: Api, loopback: LoopbackDiscord) -> None:
    first = (await api.send(content="tip", nonce="7", enforce_nonce=True))[1]
    again = (await api.send(content="tip", nonce="7", enforce_nonce=True))[1]
    assert again["id"] == first["id"]
    assert len(await loopback.messages(channel="C1", nonce="7")) == 1
    await api.send(content="tip", nonce="7")
    assert len(await loopback.messages(channel="C1", nonce="7")) == 2
    await loopback.configure(nonce_life=0)
    await api.send(content="tip", nonce="7", enforce_nonce=True)
    assert len(await loopback.messages(channel="C1", nonce="7")) == 3


async def send(bot: Bot, text: str, **more: Any) -> discord.Message:
    return await bot.guilds[0].text_channels[0].send(text, **more)


async def test_an_answer_lost_after_the_message_was_taken_makes_no_second_one(loopback: LoopbackDiscord) -> None:
    async with running(loopback.address) as bot:
        await loopback.fault(MESSAGES, after=True, reset=True)
        with pytest.raises(aiohttp.ClientError):
            await send(bot, "tip", nonce="42")
        await send(bot, "tip", nonce="42")
    [seen] = await loopback.messages(channel="C1")
    assert (seen.content, seen.nonce) == ("tip", "42")
    assert len(await loopback.requests(MESSAGES)) == 2


async def test_a_connection_reset_before_the_message_was_taken_leaves_none(loopback: LoopbackDiscord) -> None:
    async with running(loopback.address) as bot:
        await loopback.fault(MESSAGES, reset=True)
        with pytest.raises(aiohttp.ClientError):
            await send(bot, "tip")
    assert await loopback.messages(channel="C1") == []


async def test_dms_that_cannot_be_sent_say_why(loopback: LoopbackDiscord) -> None:
    closed = await loopback.add_user("closed", accepts_dms=False)
    stranger = await loopback.add_user("stranger")
    await loopback.call("join", user="closed", guild="G1")
    await loopback.configure(dm_opens=2)
    async with running(loopback.address) as bot:
        for number, code in ((closed, 50007), (stranger, 50278)):
            with pytest.raises(discord.Forbidden) as refused:
                await (await bot.fetch_user(int(number))).send("tip")
            assert refused.value.code == code
        with pytest.raises(discord.HTTPException) as too_fast:
            await (await bot.fetch_user(int(await loopback.add_user("third")))).send("tip")
        assert too_fast.value.code == 40003
    assert await loopback.messages(author="tact") == []


@pytest.mark.parametrize("scope", ["user", "shared", "global"])
async def test_a_rate_limit_is_waited_out(loopback: LoopbackDiscord, scope: str) -> None:
    async with running(loopback.address) as bot:
        await loopback.limit(MESSAGES, retry_after=0.15, scope=scope)
        before = time.monotonic()
        await send(bot, "after all")
    assert time.monotonic() - before > 0.14
    assert [request["status"] for request in await loopback.requests(MESSAGES)] == [429, 200]


async def test_a_limit_of_cloudflares_is_not_retried(loopback: LoopbackDiscord) -> None:
    async with running(loopback.address) as bot:
        await loopback.limit(MESSAGES, scope="cloudflare")
        with pytest.raises(discord.HTTPException, match="429"):
            await send(bot, "never")
    assert len(await loopback.requests(MESSAGES)) == 1


async def test_buckets_run_empty_by_channel_and_the_whole_by_second(api: Api, loopback: LoopbackDiscord) -> None:
    await loopback.configure(rate_limits=True)
    sent = [await api.send(content=str(n)) for n in range(6)]
    assert [status for status, _, _ in sent] == [200] * 5 + [429]
    assert [headers["X-RateLimit-Remaining"] for _, _, headers in sent] == ["4", "3", "2", "1", "0", "0"]
    _, limited, headers = sent[-1]
    assert 0 < limited["retry_after"] <= 5
    assert (limited["global"], bool(headers["Via"]), headers["X-RateLimit-Scope"]) == (False, True, "user")
    api.channel = await loopback.add_channel("other", "G1")
    assert (await api.send(content="another bucket"))[0] == 200
    await loopback.configure(requests_per_second=2)
    statuses = [await api("GET", f"/channels/{api.channel}") for _ in range(3)]
    assert [status for status, _, _ in statuses] == [200, 200, 429]
    assert (statuses[2][1]["global"], statuses[2][2]["X-RateLimit-Global"]) == (True, "true")


async def test_faults_strike_the_route_the_count_and_the_order_asked_for(api: Api, loopback: LoopbackDiscord) -> None:
    await loopback.fault(MESSAGES, method="POST", skip=1, times=2, status=503)
    await loopback.refuse(r"^/users/", 403, 20026, times=-1)
    statuses = [(await api.send(content="x"))[0] for _ in range(4)]
    assert statuses == [200, 503, 503, 200]
    assert [(await api("GET", "/users/@me"))[0] for _ in range(3)] == [403] * 3
    await loopback.clear_faults()
    assert (await api("GET", "/users/@me"))[0] == 200
    await loopback.fault(MESSAGES, status=200, body="<html>maintenance</html>")
    assert (await api.send(content="x"))[1] == "<html>maintenance</html>"
    await loopback.fault(MESSAGES, delay=0.1)
    before = time.monotonic()
    assert (await api.send(content="x"))[0] == 200
    assert time.monotonic() - before > 0.09


async def test_an_answer_too_late_comes_to_nothing(loopback: LoopbackDiscord) -> None:
    await loopback.configure(interaction_deadline=0.1)
    async with running(loopback.address) as bot:
        bot.slow = 0.2
        answer = await loopback.slash("U1", "tact late", channel="C1")
        await loopback.requests("/callback$", at_least=1)
        async with asyncio.timeout(5):
            while not bot.heard:
                await asyncio.sleep(0.005)
    assert (answer.kind, answer.failed) == ("failed", "the bot did not answer in time")
    assert bot.heard == [("late", "10062")]
    assert await loopback.messages() == []


async def test_tokens_of_interactions_have_their_rules(api: Api, loopback: LoopbackDiscord) -> None:
    await loopback.add_guild("foreign", channels=["there"], members=["U3"], installed=False)
    await loopback.change_user("U3", installed=True)
    async with running(loopback.address) as bot:
        answer = await loopback.slash("U3", "tact ping", channel="there")
        token = (await loopback.requests("/callback$"))[0]["path"].split("/")[3]
        again = await api("POST", f"/interactions/{answer.interaction}/{token}/callback", {"type": 4, "data": {}})
        assert (again[0], again[1]["code"]) == (400, 40060)
        webhook = f"/webhooks/{bot.application_id}/{token}"
        followed = [await api("POST", webhook, {"content": str(n)}) for n in range(6)]
        assert [status for status, _, _ in followed] == [200] * 5 + [400]
        assert followed[5][1]["code"] == 40094
        assert (await api("PATCH", f"{webhook}/messages/@original", {"content": "edited"}))[1]["content"] == "edited"
        assert (await api("DELETE", f"{webhook}/messages/@original"))[0] == 204
        assert (await api("GET", f"{webhook}/messages/@original"))[1]["code"] == 10008
        await loopback.configure(token_life=0)
        expired = await api("POST", webhook, {"content": "x"})
    assert (expired[0], expired[1]["code"]) == (401, 50027)


OPENAPI = os.environ.get("TACT_DISCORD_OPENAPI", "")


@pytest.mark.skipif(not OPENAPI, reason="TACT_DISCORD_OPENAPI does not name Discord's OpenAPI file")
async def test_the_referee_sees_a_body_discord_does_not_describe(api: Api, loopback: LoopbackDiscord) -> None:
    raw = Path(OPENAPI).read_bytes()
    assert b'"openapi"' in (gzip.decompress(raw) if OPENAPI.endswith(".gz") else raw)[:2000]
    await api.send(content="x", tts="perhaps")
    [violation] = await loopback.happened("violation")
    assert "perhaps" in violation["problem"]
