"""The loopback Slack fails on purpose: limits, resets, broken answers, and being killed itself."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack.client import LoopbackSlack, SlackProcess, read_log

Json = dict[str, Any]


async def test_slacks_own_rate_limits_when_they_are_on(slack: LoopbackSlack, api: AsyncWebClient) -> None:
    await slack.settings(rate_limits="slack")
    await api.chat_postMessage(channel="U1", text="a")
    await api.chat_postMessage(channel="C1", text="another channel")
    with pytest.raises(SlackApiError) as caught:
        await api.chat_postMessage(channel="U1", text="b")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "1"
    await slack.advance(1)
    await api.chat_postMessage(channel="U1", text="c")
    assert [p.text for p in await slack.posts()] == ["a", "another channel", "c"]


@pytest.mark.parametrize("after", ["0", "17", "abc", "-5", None])
async def test_any_retry_after_can_come(slack: LoopbackSlack, api: AsyncWebClient, after: str | None) -> None:
    await slack.fault("chat.postMessage", status=429, retry_after=after)
    with pytest.raises(SlackApiError, match="ratelimited") as caught:
        await api.chat_postMessage(channel="C1", text="a")
    assert caught.value.response.headers.get("Retry-After") == after
    assert (await api.chat_postMessage(channel="C1", text="a"))["ok"]


async def test_a_client_that_obeys_the_limit_gets_through(slack: LoopbackSlack, api: AsyncWebClient) -> None:
    api.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
    await slack.fault("chat.postMessage", status=429, retry_after="0")
    await api.chat_postMessage(channel="C1", text="a")
    assert [c.status for c in await slack.calls("chat.postMessage")] == [429, 200]


async def test_a_reset_after_the_post_makes_the_sdks_default_client_post_twice(slack: LoopbackSlack) -> None:
    api = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
    await slack.fault("chat.postMessage", reset="after")
    await api.chat_postMessage(channel="C1", text="twice")
    assert [p.text for p in await slack.posts(channel="C1")] == ["twice", "twice"]


async def test_a_reset_before_posts_nothing(slack: LoopbackSlack, api: AsyncWebClient) -> None:
    await slack.fault("chat.postMessage", reset="before")
    with pytest.raises(aiohttp.ClientError):
        await api.chat_postMessage(channel="C1", text="a")
    assert await slack.posts() == []


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 502},
        {"status": 200, "body": "<html>maintenance</html>", "content_type": "text/html"},
        {"body": '{"ok": tru'},
        {"body": ""},
        {"body": "plain", "headers": {"Content-Encoding": "gzip"}},
        {"error": "fatal_error"},
        {"status": 302, "body": "", "headers": {"Location": "chat.postMessage"}, "times": 20},
    ],
    ids=str,
)
async def test_nothing_is_posted_when_slack_fails(slack: LoopbackSlack, api: AsyncWebClient, fault: Json) -> None:
    await slack.fault("chat.postMessage", **fault)
    with pytest.raises((SlackApiError, aiohttp.ClientError)):
        await api.chat_postMessage(channel="C1", text="a")
    assert await slack.posts() == []
    await slack.clear_faults()
    assert (await api.chat_postMessage(channel="C1", text="a"))["ok"]


async def test_an_answer_can_trickle_in_byte_by_byte(slack: LoopbackSlack, api: AsyncWebClient) -> None:
    await slack.fault("auth.test", times=2, body='{"ok": true}', trickle=0.05)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(api.auth_test(), 0.3)
    assert (await api.auth_test()).data == {"ok": True}


async def test_a_fault_hits_only_the_calls_it_is_for(slack: LoopbackSlack, api: AsyncWebClient) -> None:
    await slack.fault("chat.postMessage", times=-1, where={"channel": "U2"}, error="restricted_action")
    await api.chat_postMessage(channel="U1", text="a")
    for _ in range(2):
        with pytest.raises(SlackApiError, match="restricted_action"):
            await api.chat_postMessage(channel="U2", text="a")


async def test_what_users_saw_is_on_disk_before_the_answer_even_if_the_server_is_killed(tmp_path: Path) -> None:
    with SlackProcess(tmp_path / "seen.jsonl") as process:
        async with LoopbackSlack(process.url) as slack:
            api = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
            await api.chat_postMessage(channel="C1", text="ünïcode\nand a line")
            lost = await slack.command("U1", "C1", "/tact")
            process.kill(signal.SIGKILL)
    with (tmp_path / "seen.jsonl").open("ab") as log:
        log.write(b'{"kind": "shown", "cut')
    shown, attempts = read_log(tmp_path / "seen.jsonl")
    assert [(s.seen, s.text) for s in shown] == [("public", "ünïcode\nand a line"), ("notice", "dispatch_failed")]
    assert [(a.name, a.trigger_id, a.acked) for a in attempts] == [("/tact", lost.trigger_id, False)]
