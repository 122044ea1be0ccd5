"""The loopback Slack in Socket Mode, against real Bolt: envelopes and acks, redelivery, and every way a socket ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack.client import LoopbackSlack

Json = dict[str, Any]


@pytest.fixture
async def handler(slack: LoopbackSlack, bolt: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
    handler = AsyncSocketModeHandler(bolt, slack.app_token, ping_interval=0.2)
    await handler.connect_async()
    await slack.sockets(1)
    yield handler
    await handler.close_async()


async def test_a_command_is_acknowledged_over_the_socket(
    slack: LoopbackSlack, bolt: AsyncApp, handler: AsyncSocketModeHandler
) -> None:
    @bolt.command("/tact")
    async def tact(ack: Any, respond: Any, command: Json) -> None:
        await ack("Reading it.")
        await respond(f"Fits: {command['text']}")

    done = await slack.command("U1", "C1", "/tact", "check hello")
    assert (done.acked, done.json()) == (True, {"text": "Reading it."})
    assert [done.attempts[0].socket] == await slack.sockets()
    answers = await slack.posts(to="U1", seen="ephemeral", count=2)
    assert {a.text for a in answers} == {"Reading it.", "Fits: check hello"}


async def test_a_command_nobody_acknowledges_is_a_timeout_and_without_a_socket_a_failure(slack: LoopbackSlack) -> None:
    assert (await slack.command("U1", "C1", "/tact")).user_sees == "dispatch_failed"
    async with aiohttp.ClientSession() as session, await connect(slack, session) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        await slack.settings(ack_seconds=0.1)
        assert (await slack.command("U1", "C1", "/tact")).user_sees == "operation_timeout"


async def test_an_event_without_ack_comes_again_with_the_same_id(
    slack: LoopbackSlack, bolt: AsyncApp, handler: AsyncSocketModeHandler
) -> None:
    heard: list[tuple[str, str]] = []

    @bolt.event("team_join")
    async def joined(body: Json, req: Any) -> None:
        heard.append((body["event_id"], req.headers["x-slack-retry-num"][0]))

    await slack.settings(ack_seconds=0.15, retry_scale=0)
    ignored = await slack.event({"type": "nobody_listens"})
    assert [(a.number, a.reason, a.error) for a in ignored.attempts] == [
        (0, None, "timeout"),
        (1, "timeout", "timeout"),
        (2, "timeout", "timeout"),
        (3, "timeout", "timeout"),
    ]
    first = await slack.event({"type": "team_join"})
    again = await slack.event({"type": "team_join"}, event_id=first.event_id)
    assert first.acked
    assert again.acked
    assert heard == [(first.event_id, "0")] * 2


async def test_a_submission_is_answered_in_the_ack(
    slack: LoopbackSlack, bolt: AsyncApp, handler: AsyncSocketModeHandler
) -> None:
    view: Json = {
        "type": "modal",
        "callback_id": "check",
        "title": {"type": "plain_text", "text": "Check"},
        "blocks": [],
    }

    @bolt.shortcut("open")
    async def opens(ack: Any, client: Any, shortcut: Json) -> None:
        await client.views_open(trigger_id=shortcut["trigger_id"], view=view)
        await ack()

    @bolt.view("check")
    async def submitted(ack: Any) -> None:
        await ack(response_action="update", view=view | {"callback_id": "done"})

    await slack.shortcut("U1", "open")
    [opened] = await slack.views("U1", count=1)
    await slack.submit("U1", opened)
    assert (await slack.open_now("U1"))["modals"][0]["callback_id"] == "done"


@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled"])
async def test_asked_to_disconnect_the_app_comes_back_on_a_new_socket(
    slack: LoopbackSlack, bolt: AsyncApp, handler: AsyncSocketModeHandler, reason: str
) -> None:
    @bolt.command("/tact")
    async def tact(ack: Any) -> None:
        await ack()

    before = await slack.sockets()
    await slack.disconnect(reason)
    await slack.sockets(1, other_than=before)
    assert (await slack.command("U1", "C1", "/tact")).acked


@pytest.mark.parametrize("end", ["drop", "silence"])
async def test_a_cut_or_half_open_socket_is_replaced(
    slack: LoopbackSlack, bolt: AsyncApp, handler: AsyncSocketModeHandler, end: str
) -> None:
    @bolt.command("/tact")
    async def tact(ack: Any) -> None:
        await ack()

    before = await slack.sockets()
    await (slack.drop() if end == "drop" else slack.silence())
    await slack.sockets(1, other_than=before)
    assert (await slack.command("U1", "C1", "/tact")).acked


async def test_an_event_cut_off_by_a_drop_is_delivered_again(slack: LoopbackSlack) -> None:
    await slack.settings(retry_scale=0)
    async with aiohttp.ClientSession() as session, await connect(slack, session) as first:
        sent = await slack.event({"type": "team_join"}, wait=False)
        assert (await first.receive_json())["type"] == "hello"
        assert (await first.receive_json())["retry_attempt"] == 0
        async with await connect(slack, session) as second:
            await slack.drop((await slack.sockets())[0])
            assert (await second.receive_json())["type"] == "hello"
            envelope = await second.receive_json()
            assert (envelope["retry_attempt"], envelope["retry_reason"]) == (1, "connection_failed")
            await second.send_json({"envelope_id": envelope["envelope_id"]})
            [over] = await slack.finished(sent)
    assert [a.error for a in over.attempts] == ["connection_failed", None]


async def test_a_ping_is_answered_with_the_same_words_until_the_socket_is_half_open(slack: LoopbackSlack) -> None:
    async with aiohttp.ClientSession() as session, await connect(slack, session, autoping=False) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        assert (await socket.receive(5)).type == aiohttp.WSMsgType.PING
        await socket.ping(b"sdk-ping-pong:1.5")
        pong = await socket.receive(5)
        assert (pong.type, pong.data) == (aiohttp.WSMsgType.PONG, b"sdk-ping-pong:1.5")
        await slack.silence()
        await socket.ping(b"sdk-ping-pong:1.7")
        with pytest.raises(TimeoutError):
            await socket.receive(0.1)


async def test_ten_sockets_at_most_each_ticket_once_and_each_payload_to_one(slack: LoopbackSlack) -> None:
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(base_url=slack.api_url, session=session)
        url = (await client.apps_connections_open(app_token=slack.app_token))["url"]
        sockets = [await session.ws_connect(url)]
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)
        sockets += [await connect(slack, session) for _ in range(9)]
        assert [(await s.receive_json())["num_connections"] for s in sockets] == list(range(1, 11))
        eleventh = await connect(slack, session)
        assert (await eleventh.receive_json())["reason"] == "too_many_websockets"
        await slack.settings(ack_seconds=0.2)
        reading = [asyncio.create_task(answer(s)) for s in sockets]
        assert all([(await slack.command("U1", "C1", "/tact")).acked for _ in range(10)])
        for socket in (*sockets, eleventh):
            await socket.close()
        assert [await count for count in reading] == [1] * 10


async def connect(
    slack: LoopbackSlack, session: aiohttp.ClientSession, *, autoping: bool = True
) -> aiohttp.ClientWebSocketResponse:
    client = AsyncWebClient(base_url=slack.api_url, session=session)
    url = (await client.apps_connections_open(app_token=slack.app_token))["url"]
    return await session.ws_connect(url, autoping=autoping)


async def answer(socket: aiohttp.ClientWebSocketResponse) -> int:
    """Acknowledges all envelopes until the end; how many there were."""
    number = 0
    async for message in socket:
        if message.type == aiohttp.WSMsgType.TEXT:
            number += 1
            await socket.send_json({"envelope_id": message.json()["envelope_id"]})
    return number
