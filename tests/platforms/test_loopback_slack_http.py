"""The loopback Slack over HTTP, against real Bolt: handshake, commands, answers, modals, events and their retries."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from tests.servers.slack.client import LoopbackError, LoopbackSlack

Json = dict[str, Any]
pytestmark = pytest.mark.usefixtures("bolt_over_http")

FORM: Json = {
    "type": "modal",
    "callback_id": "check",
    "title": {"type": "plain_text", "text": "Check a draft"},
    "submit": {"type": "plain_text", "text": "Check"},
    "blocks": [
        {
            "type": "input",
            "block_id": "draft",
            "label": {"type": "plain_text", "text": "Draft"},
            "element": {"type": "plain_text_input", "action_id": "text", "multiline": True},
        },
        {
            "type": "input",
            "block_id": "network",
            "optional": True,
            "label": {"type": "plain_text", "text": "Network"},
            "element": {
                "type": "static_select",
                "action_id": "chosen",
                "options": [{"text": {"type": "plain_text", "text": "LinkedIn"}, "value": "linkedin"}],
            },
        },
    ],
}


def modal(text: str) -> Json:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    return {"type": "modal", "title": {"type": "plain_text", "text": "Verdict"}, "blocks": [section]}


def button(text: str, action_id: str) -> Json:
    element = {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": text}, "value": "7"}
    return {"type": "actions", "elements": [element]}


async def test_the_address_is_verified_and_only_signed_and_fresh_requests_pass(slack: LoopbackSlack) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "c7"})
    assert "c7" in (await slack.post(body))["body"]
    assert (await slack.post(body, headers={"X-Slack-Signature": "v0=no"}))["status"] == 401
    await slack.settings(clock_skew=-301)
    assert (await slack.post(body))["status"] == 401


async def test_a_command_is_acknowledged_and_answered_privately(slack: LoopbackSlack, bolt: AsyncApp) -> None:
    @bolt.command("/tact")
    async def tact(ack: Any, respond: Any, command: Json) -> None:
        await ack(text="Reading it.")
        await respond(f"Fits: {command['text']} in {command['channel_name']} for {command['user_name']}")

    done = await slack.command("U1", "C1", "/tact", "check hello")
    assert (done.acked, done.status, done.user_sees) == (True, 200, None)
    assert 0 < done.seconds < 3
    assert done.body == "Reading it."
    answers = await slack.posts(to="U1", seen="ephemeral", count=2)
    assert {a.text for a in answers} == {"Reading it.", "Fits: check hello in general for ana"}
    assert {a.via for a in answers} == {"ack", "response_url"}
    assert await slack.posts(seen="public") == []


async def test_what_slack_would_make_of_a_text_is_reported(slack: LoopbackSlack, bolt: AsyncApp) -> None:
    @bolt.command("/tact")
    async def tact(ack: Any, say: Any) -> None:
        await ack()
        await say("<!channel> <@U2> <https://evil.example|bank> 1 < 2 & R&amp;D", unfurl_links=False)

    await slack.command("U1", "C1", "/tact")
    [post] = await slack.posts(channel="C1", seen="public", count=1)
    assert post.pings == ["<!channel>", "<@U2>"]
    assert post.links == [["https://evil.example", "bank"]]
    assert post.previews == ["https://evil.example"]
    assert post.unescaped == ["<", "&"]


async def test_a_late_or_failing_command_is_an_error_to_the_user_and_never_repeated(
    slack: LoopbackSlack, bolt: AsyncApp
) -> None:
    @bolt.command("/fails")
    async def fails() -> None:
        raise ValueError

    await slack.settings(ack_seconds=0.4)
    assert (await slack.command("U1", "C1", "/fails")).user_sees == "dispatch_failed"
    await slack.settings(request_url="http://127.0.0.1:9/")
    assert (await slack.command("U1", "C1", "/tact")).user_sees == "dispatch_failed"
    assert [n.text for n in await slack.notices("U1")] == ["dispatch_failed"] * 2


async def test_a_command_acknowledged_too_late_is_a_timeout(slack: LoopbackSlack, bolt: AsyncApp) -> None:
    @bolt.command("/tact")
    async def tact() -> None:
        return None  # never acknowledges

    await slack.settings(ack_seconds=0.2)
    done = await slack.command("U1", "C1", "/tact")
    assert (done.user_sees, len(done.attempts)) == ("operation_timeout", 1)


async def test_a_modal_is_opened_filled_in_refused_and_updated_in_place(slack: LoopbackSlack, bolt: AsyncApp) -> None:
    @bolt.shortcut("check_draft")
    async def opens(ack: Any, client: Any, shortcut: Json) -> None:
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=FORM)

    @bolt.view("check")
    async def submitted(ack: Any, view: Json) -> None:
        values = view["state"]["values"]
        if values["network"]["chosen"]["selected_option"] is None:
            await ack(response_action="errors", errors={"network": "Which network is it for?"})
        else:
            await ack(response_action="update", view=modal(f"Fits: {values['draft']['text']['value']}"))

    await slack.shortcut("U1", "check_draft")
    [form] = await slack.views("U1", count=1)
    with pytest.raises(LoopbackError, match="Draft"):
        await slack.submit("U1", form, {})
    with pytest.raises(LoopbackError, match="xing"):
        await slack.submit("U1", form, {"Draft": "Hello!", "Network": "xing"})
    await slack.submit("U1", form, {"text": "Hello!"})
    [refused] = await slack.shown(action="errors", count=1)
    assert refused.errors == {"network": "Which network is it for?"}
    await slack.submit("U1", form, {"Network": "LinkedIn"})
    [now] = (await slack.open_now("U1"))["modals"]
    assert now["blocks"][0]["text"]["text"] == "Fits: Hello!"
    assert now["id"] == form.view_id


async def test_three_modals_stack_and_closing_is_told_where_asked(slack: LoopbackSlack, bolt: AsyncApp) -> None:
    closed = []

    @bolt.command("/tact")
    async def opens(ack: Any, client: Any, command: Json) -> None:
        await ack()
        await client.views_open(trigger_id=command["trigger_id"], view=FORM | {"notify_on_close": True})

    @bolt.view("check")
    async def pushes(ack: Any) -> None:
        await ack(response_action="push", view=FORM)

    @bolt.view_closed("check")
    async def hears(ack: Any, body: Json) -> None:
        await ack()
        closed.append(body["is_cleared"])

    await slack.command("U1", "C1", "/tact")
    [bottom] = await slack.views("U1", count=1)
    for depth in (2, 3):
        await slack.submit("U1", (await slack.views("U1"))[-1], {"Draft": "Hello!"})
        assert len((await slack.open_now("U1"))["modals"]) == depth
    fourth = await slack.submit("U1", (await slack.views("U1"))[-1], {"Draft": "Hello!"})
    assert fourth.user_sees == "trouble_connecting"
    assert (await slack.close_view("U1", (await slack.views("U1"))[-1])).withheld
    await slack.close_view("U1", bottom, everything=True)
    assert closed == [True]
    assert (await slack.open_now("U1"))["modals"] == []


async def test_a_trigger_works_once_and_for_three_seconds(slack: LoopbackSlack, bolt: AsyncApp) -> None:
    done = await slack.command("U1", "C1", "/nobody")
    await bolt.client.views_open(trigger_id=str(done.trigger_id), view=modal("a"))
    late = await slack.command("U1", "C1", "/nobody")
    await slack.advance(4)
    for trigger, error in (
        (done.trigger_id, "exchanged_trigger_id"),
        (late.trigger_id, "expired_trigger_id"),
        ("1.2.x", "invalid_trigger_id"),
    ):
        with pytest.raises(SlackApiError, match=error):
            await bolt.client.views_open(trigger_id=str(trigger), view=modal("b"))


async def test_a_response_url_works_five_times_and_for_half_an_hour(slack: LoopbackSlack, bolt: AsyncApp) -> None:
    statuses: list[int] = []
    over = asyncio.Event()

    @bolt.command("/tact")
    async def tact(ack: Any, respond: Any) -> None:
        await ack()
        for n in range(6):
            statuses.append((await respond(f"answer {n}")).status_code)

    @bolt.command("/late")
    async def late(ack: Any, respond: Any) -> None:
        await ack()
        await slack.advance(1801)
        statuses.append((await respond("too late")).status_code)
        over.set()

    await slack.command("U1", "C1", "/tact")
    assert len(await slack.posts(contains="answer", count=5)) == 5
    assert (await slack.calls("response_url", count=6))[-1].error == "used_url"
    await slack.command("U1", "C1", "/late")
    await asyncio.wait_for(over.wait(), 5)
    assert statuses == [200] * 5 + [404] * 2
    assert await slack.posts(contains="too late") == []


async def test_an_event_that_fails_comes_four_times_with_the_same_id(slack: LoopbackSlack, bolt: AsyncApp) -> None:
    heard: list[tuple[str, Any, Any]] = []

    @bolt.middleware
    async def hears(req: Any, body: Json, next: Any) -> None:
        reason = req.headers.get("x-slack-retry-reason", [None])[0]
        heard.append((body["event_id"], req.headers.get("x-slack-retry-num", [None])[0], reason))
        await next()

    sent = await slack.event({"type": "team_join"}, wait=False)
    for tries, seconds in ((2, 60), (3, 300)):
        await slack.attempts(tries, event_id=sent.event_id)
        await slack.advance(seconds)
    [over] = await slack.finished(sent)
    assert [a.status for a in over.attempts] == [404] * 4
    assert not over.acked
    assert heard == [
        (sent.event_id, None, None),
        (sent.event_id, "1", "http_error"),
        (sent.event_id, "2", "http_error"),
        (sent.event_id, "3", "http_error"),
    ]
