"""The loopback Discord's REST API: nonces, lost answers, rate limits, closed DMs and tokens of interactions."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

import aiohttp
import discord
import pytest

from tests.platforms.example_discord_bot import Bot, running
from tests.servers.discord_platform.client import LoopbackDiscord
from tests.servers.discord_platform.plain import Api

pytest_plugins = ["tests.servers.discord_platform.fixtures"]

MESSAGES = r"^/channels/\d+/messages$"


async def test_one_nonce_is_one_message(discord_api: Api, loopback: LoopbackDiscord) -> None:
    first = (await discord_api.send(content="tip", nonce="7", enforce_nonce=True))[1]
    again = (await discord_api.send(content="tip", nonce="7", enforce_nonce=True))[1]
    assert again["id"] == first["id"]
    assert len(await loopback.messages(channel="C1", nonce="7")) == 1
    await discord_api.send(content="tip", nonce="7")
    assert len(await loopback.messages(channel="C1", nonce="7")) == 2
    await loopback.configure(nonce_life=0)
    await discord_api.send(content="tip", nonce="7", enforce_nonce=True)
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
    await loopback.join("closed", "G1")
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
async def test_a_rate_limit_is_waited_out(
    loopback: LoopbackDiscord, scope: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "discord.http")  # Tact itself keeps it quieter
    async with running(loopback.address) as bot:
        await loopback.limit(MESSAGES, retry_after=0.15, scope=scope)
        before = time.monotonic()
        await send(bot, "after all")
    assert time.monotonic() - before > 0.14
    assert [request["status"] for request in await loopback.requests(MESSAGES)] == [429, 200]
    assert ("Global rate limit" in caplog.text) == (scope == "global")


async def test_a_limit_of_cloudflares_is_not_retried(loopback: LoopbackDiscord) -> None:
    async with running(loopback.address) as bot:
        await loopback.limit(MESSAGES, scope="cloudflare")
        with pytest.raises(discord.HTTPException, match="429"):
            await send(bot, "never")
    assert len(await loopback.requests(MESSAGES)) == 1


async def test_buckets_run_empty_by_channel_and_the_whole_by_second(
    discord_api: Api, loopback: LoopbackDiscord
) -> None:
    await loopback.configure(rate_limits=True)
    sent = [await discord_api.send(content=str(n)) for n in range(6)]
    assert [status for status, _, _ in sent] == [200] * 5 + [429]
    assert [headers["X-RateLimit-Remaining"] for _, _, headers in sent] == ["4", "3", "2", "1", "0", "0"]
    _, limited, headers = sent[-1]
    assert 0 < limited["retry_after"] <= 5
    assert (limited["global"], bool(headers["Via"]), headers["X-RateLimit-Scope"]) == (False, True, "user")
    discord_api.channel = await loopback.add_channel("other", "G1")
    assert (await discord_api.send(content="another bucket"))[0] == 200
    await loopback.configure(requests_per_second=2)
    statuses = [await discord_api("GET", f"/channels/{discord_api.channel}") for _ in range(3)]
    assert [status for status, _, _ in statuses] == [200, 200, 429]
    assert (statuses[2][1]["global"], statuses[2][2]["X-RateLimit-Global"]) == (True, "true")


async def test_faults_strike_the_route_the_count_and_the_order_asked_for(
    discord_api: Api, loopback: LoopbackDiscord
) -> None:
    await loopback.fault(MESSAGES, method="POST", skip=1, times=2, status=503)
    await loopback.refuse(r"^/users/", 403, 20026, times=-1)
    statuses = [(await discord_api.send(content="x"))[0] for _ in range(4)]
    assert statuses == [200, 503, 503, 200]
    assert [(await discord_api("GET", "/users/@me"))[0] for _ in range(3)] == [403] * 3
    await loopback.clear_faults()
    assert (await discord_api("GET", "/users/@me"))[0] == 200
    await loopback.fault(MESSAGES, status=200, body="<html>maintenance</html>")
    assert (await discord_api.send(content="x"))[1] == "<html>maintenance</html>"
    await loopback.fault(MESSAGES, delay=0.1)
    before = time.monotonic()
    assert (await discord_api.send(content="x"))[0] == 200
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


async def test_tokens_of_interactions_have_their_rules(discord_api: Api, loopback: LoopbackDiscord) -> None:
    await loopback.add_guild("foreign", channels=["there"], members=["U3"], installed=False)
    await loopback.change_user("U3", installed=True)
    async with running(loopback.address) as bot:
        answer = await loopback.slash("U3", "tact ping", channel="there")
        token = (await loopback.requests("/callback$"))[0]["path"].split("/")[3]
        again = await discord_api(
            "POST", f"/interactions/{answer.interaction}/{token}/callback", {"type": 4, "data": {}}
        )
        assert (again[0], again[1]["code"]) == (400, 40060)
        webhook = f"/webhooks/{bot.application_id}/{token}"
        followed = [await discord_api("POST", webhook, {"content": str(n)}) for n in range(6)]
        assert [status for status, _, _ in followed] == [200] * 5 + [400]
        assert followed[5][1]["code"] == 40094
        assert (await discord_api("PATCH", f"{webhook}/messages/@original", {"content": "edited"}))[1][
            "content"
        ] == "edited"
        assert (await discord_api("DELETE", f"{webhook}/messages/@original"))[0] == 204
        assert (await discord_api("GET", f"{webhook}/messages/@original"))[1]["code"] == 10008
        await loopback.configure(token_life=0)
        expired = await discord_api("POST", webhook, {"content": "x"})
    assert (expired[0], expired[1]["code"]) == (401, 50027)
