"""Slack over a socket: the same answers, redelivery, and a connection that comes back whatever happens to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.platforms.slack_serving import AS_PITCH, CHECK_PITCH, PITCH, Tact, one_workspace, serving_slack
from tests.servers.slack.client import LoopbackSlack


def over_a_socket(slack: LoopbackSlack, folder: Path, token: str = "") -> dict[str, str]:
    settings = one_workspace(slack, folder) | {"SLACK_APP_TOKEN": token or slack.app_token}
    del settings["SLACK_SIGNING_SECRET"]
    return settings


@pytest.fixture
async def tact(slack: LoopbackSlack, tmp_path: Path) -> AsyncIterator[Tact]:
    async with serving_slack(slack, over_a_socket(slack, tmp_path)) as tact:
        yield tact


async def test_every_surface_works_over_a_socket(slack: LoopbackSlack, tact: Tact) -> None:
    done = await slack.command("U1", "C1", "/tact", CHECK_PITCH)
    assert (done.acked, done.user_sees) == (True, None)
    [answer] = await slack.posts(count=1)
    assert (answer.seen, answer.via) == ("ephemeral", "ack")
    await slack.command("U1", "C1", "/tact")
    [form] = await slack.views("U1", count=1)
    await slack.submit("U1", form, {"draft": PITCH, **AS_PITCH})
    assert "Avoid here" in (await slack.views("U1", count=2))[-1].words
    await slack.say("U1", "DU1", "help")
    await slack.posts(seen="dm", count=1)
    await slack.open_home("U1")
    await slack.homes("U1", count=1)
    await slack.event({"type": "something_new", "user": "U1"})
    assert await slack.notices("U1") == []


async def test_there_is_no_door_over_http(slack: LoopbackSlack, tact: Tact) -> None:
    assert (await slack.post("{}", url=f"{tact.url}slack/events"))["status"] in (404, 405)


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "too_many_websockets"])
async def test_slack_may_ask_to_connect_anew(slack: LoopbackSlack, tact: Tact, reason: str) -> None:
    [before] = await slack.sockets(1)
    await slack.disconnect(reason)
    await slack.sockets(1, other_than=[before])
    await _is_heard(slack)


async def test_a_cut_line_comes_back(slack: LoopbackSlack, tact: Tact) -> None:
    [before] = await slack.sockets(1)
    await slack.drop()
    await slack.sockets(1, within=20, other_than=[before])
    await _is_heard(slack)


async def test_a_line_that_goes_silent_is_noticed(slack: LoopbackSlack, tact: Tact) -> None:
    [before] = await slack.sockets(1)
    await slack.silence()
    await slack.sockets(1, within=40, other_than=[before])
    await _is_heard(slack)


async def test_an_event_delivered_again_over_another_socket_has_one_answer(slack: LoopbackSlack, tact: Tact) -> None:
    event = {"type": "message", "channel_type": "im", "channel": "DU1", "user": "U1", "text": "help", "ts": "5.5"}
    await slack.event(event, event_id="Ev1")
    [before] = await slack.sockets(1)
    await slack.disconnect()
    await slack.sockets(1, other_than=[before])
    await slack.event(event, event_id="Ev1")
    await slack.say("U1", "DU1", "balance")
    await slack.posts(count=2)
    assert len(await slack.posts()) == 2


async def test_when_slack_cannot_be_reached_it_is_tried_until_it_can(slack: LoopbackSlack, tmp_path: Path) -> None:
    await slack.fault("apps.connections.open", times=2, status=503, retry_after="1")
    async with serving_slack(slack, over_a_socket(slack, tmp_path)):
        await _is_heard(slack)


async def test_a_token_that_will_never_do_ends_it_with_a_sentence(slack: LoopbackSlack, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="Slack refuses SLACK_APP_TOKEN") as raised:
        async with serving_slack(slack, over_a_socket(slack, tmp_path, "xapp-wrong")):
            pass
    assert "xapp-wrong" not in str(raised.value)


async def test_at_the_end_the_socket_is_closed_and_no_task_is_left(slack: LoopbackSlack, tmp_path: Path) -> None:
    before = asyncio.all_tasks()
    async with serving_slack(slack, over_a_socket(slack, tmp_path)):
        await slack.sockets(1)
    await slack.sockets(0)
    await asyncio.sleep(0)
    left = {task for task in asyncio.all_tasks() - before if not task.done()}
    assert not left, left


async def _is_heard(slack: LoopbackSlack) -> None:
    before = await slack.mark()
    done = await slack.command("U1", "C1", "/tact", "help")
    assert done.user_sees is None
    await slack.posts(count=1, seen="ephemeral", after=before)
