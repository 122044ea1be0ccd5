"""What people do in the loopback Slack reaches real Bolt as from Slack: messages, clicks, shortcuts, tabs, uninstalls."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from tests.servers.slack.client import LoopbackError, LoopbackSlack

Json = dict[str, Any]
pytestmark = pytest.mark.usefixtures("bolt_over_http")


MODAL: Json = {"type": "modal", "title": {"type": "plain_text", "text": "Check"}, "blocks": []}


def button(text: str, action_id: str) -> Json:
    element = {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": text}, "value": "7"}
    return {"type": "actions", "elements": [element]}


@pytest.fixture
def heard(bolt: AsyncApp) -> list[Json]:
    """Every event the app got."""
    events: list[Json] = []

    async def keep(event: Json) -> None:
        events.append(event)

    for name in ("message", "app_mention", "app_home_opened", "tokens_revoked", "app_uninstalled"):
        bolt.event(name)(keep)
    return events


async def test_a_direct_message_comes_escaped_and_is_answered_in_its_thread(
    slack: LoopbackSlack, bolt: AsyncApp
) -> None:
    @bolt.event("message")
    async def answer(event: Json, say: Any) -> None:
        await say(f"You wrote: {event['text']}", thread_ts=event["ts"])

    [told] = await slack.say("U1", "DU1", "is a < b & <!channel> ok for @bo in #random and @nobody?")
    assert told.acked
    [post] = await slack.posts(seen="dm", to="U1", count=1)
    assert post.text == "You wrote: is a &lt; b &amp; &lt;!channel&gt; ok for <@U2> in <#C2|random> and @nobody?"
    assert (post.pings, post.unescaped) == (["<@U2>"], [])
    assert post.thread_ts == (await slack.shown(action="say"))[0].ts


async def test_channel_messages_come_only_where_the_bot_is_and_the_scope_is_given(
    slack: LoopbackSlack, heard: list[Json]
) -> None:
    [told] = await slack.say("U1", "C1", "hello all")
    assert told.withheld == "the token lacks channels:history"
    mention, message = await slack.say("U1", "C1", "hello @tact")
    assert (mention.acked, message.withheld) == (True, "the token lacks channels:history")
    await slack.grant("channels:history")
    both = await slack.say("U1", "C1", "hello again @tact")
    assert [(told.name, told.acked) for told in both] == [("app_mention", True), ("message", True)]
    assert (await slack.say("U1", "C2", "hello"))[0].withheld == "the bot is not in the channel"
    assert sorted(event["type"] for event in heard) == ["app_mention", "app_mention", "message"]
    with pytest.raises(LoopbackError, match="U2 is not in C3"):
        await slack.say("U2", "C3", "let me in")


async def test_with_echo_the_app_hears_itself(slack: LoopbackSlack, bolt: AsyncApp) -> None:
    heard: list[Json] = []

    async def hears(request: web.Request) -> web.Response:
        heard.append((await request.json())["event"])
        return web.Response()

    app = web.Application()
    app.router.add_post("/", hears)  # Bolt would hide its own messages
    async with TestServer(app) as server:
        await slack.settings(echo=True, request_url=str(server.make_url("/")))
        await bolt.client.chat_postMessage(channel="U1", text="a tip")
        await slack.attempts(1, sort="event", acked=True)
    assert [(event["text"], event["bot_id"], event["channel_type"]) for event in heard] == [("a tip", "B0TACT", "im")]


async def test_a_guest_from_another_workspace_is_told_apart(slack: LoopbackSlack, heard: list[Json]) -> None:
    await slack.add_person("W7", "gus", home_team="T9")
    await slack.say("W7", "DW7", "hello")
    assert heard[0]["user_team"] == "T9"


async def test_a_click_on_an_ephemeral_message_replaces_it_in_place(slack: LoopbackSlack, bolt: AsyncApp) -> None:
    bodies: list[Json] = []

    @bolt.command("/tact")
    async def tact(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="Adjust", blocks=[button("Check again", "again")])

    @bolt.action("again")
    async def again(ack: Any, respond: Any, body: Json) -> None:
        await ack()
        bodies.append(body)
        await respond(text="Fits", replace_original=True)

    await slack.command("U1", "C1", "/tact")
    [answer] = await slack.posts(to="U1", count=1)
    with pytest.raises(LoopbackError, match="U2 sees no message"):
        await slack.click("U2", answer, "Check again")
    with pytest.raises(LoopbackError, match="Send"):
        await slack.click("U1", answer, "Send")
    await slack.click("U1", answer, "Check again")
    [update] = await slack.shown(action="update", count=1)
    assert (update.ts, update.text, update.seen) == (answer.ts, "Fits", "ephemeral")
    assert bodies[0]["container"]["is_ephemeral"] is True
    assert "message" not in bodies[0]
    assert bodies[0]["actions"][0]["value"] == "7"


async def test_choices_and_feedback_come_as_slack_shapes_them(slack: LoopbackSlack, bolt: AsyncApp) -> None:
    actions: list[Json] = []

    @bolt.action({"type": "block_actions", "action_id": "network"})
    @bolt.action("helped")
    async def chosen(ack: Any, action: Json) -> None:
        await ack()
        actions.append(action)

    option = {"text": {"type": "plain_text", "text": "LinkedIn"}, "value": "linkedin"}
    select = {"type": "static_select", "action_id": "network", "options": [option]}
    thumbs = [{"text": {"type": "plain_text", "text": t}, "value": v} for t, v in (("Yes", "up"), ("No", "down"))]
    feedback = {"type": "feedback_buttons", "action_id": "helped", "positive_button": thumbs[0]}
    feedback["negative_button"] = thumbs[1]
    blocks = [{"type": "actions", "elements": [select]}, {"type": "context_actions", "elements": [feedback]}]
    await bolt.client.chat_postMessage(channel="U1", text="Which?", blocks=blocks)
    [post] = await slack.posts()
    with pytest.raises(LoopbackError, match="xing"):
        await slack.click("U1", post, "network", value="xing")
    await slack.click("U1", post, "network", value="LinkedIn")
    await slack.click("U1", post, "No")
    assert [a.get("selected_option", a).get("value") for a in actions] == ["linkedin", "down"]


async def test_a_message_shortcut_brings_the_message(slack: LoopbackSlack, bolt: AsyncApp) -> None:
    seen: list[Json] = []

    @bolt.shortcut({"type": "message_action", "callback_id": "check_message"})
    async def check(ack: Any, shortcut: Json, respond: Any) -> None:
        await ack()
        seen.append(shortcut)
        await respond("Only you see this.")

    await slack.say("U2", "C1", "buy my lamps")
    [said] = await slack.shown(action="say")
    await slack.message_shortcut("U1", said, "check_message")
    [answer] = await slack.posts(to="U1", seen="ephemeral", count=1)
    assert answer.text == "Only you see this."
    assert (seen[0]["message"]["text"], seen[0]["message"]["user"], seen[0]["channel"]["id"]) == (
        "buy my lamps",
        "U2",
        "C1",
    )


async def test_opening_the_home_tab_is_told_with_what_is_published(slack: LoopbackSlack, bolt: AsyncApp) -> None:
    views: list[Any] = []

    @bolt.event("app_home_opened")
    async def opened(event: Json, client: Any) -> None:
        views.append(event.get("view"))
        section = {"type": "section", "text": {"type": "mrkdwn", "text": "Balance"}, "accessory": button("Mute", "m")}
        section["accessory"] = button("Mute", "mute")["elements"][0]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [section]})

    muted = asyncio.Event()

    @bolt.action("mute")
    async def mute(ack: Any) -> None:
        await ack()
        muted.set()

    await slack.open_home("U1")
    [home] = await slack.homes("U1", count=1)
    await slack.open_home("U1")
    await slack.homes("U1", count=2)
    assert [view and view["id"] for view in views] == [None, home.view_id]
    await slack.click("U1", home, "Mute")
    await asyncio.wait_for(muted.wait(), 5)


@pytest.mark.parametrize("uninstalled_first", [False, True])
async def test_uninstalling_kills_the_tokens_and_tells_in_any_order(
    slack: LoopbackSlack, bolt: AsyncApp, heard: list[Json], uninstalled_first: bool
) -> None:
    told = await slack.uninstall(uninstalled_first=uninstalled_first)
    names = ["tokens_revoked", "app_uninstalled"]
    assert [d.name for d in told] == (names[::-1] if uninstalled_first else names)
    assert all(d.acked for d in told)
    assert {event["type"] for event in heard} == set(names)
    assert (await slack.say("U1", "DU1", "still there?"))[0].withheld == "the app is not installed"
    with pytest.raises(SlackApiError, match="account_inactive"):
        await bolt.client.auth_test()


async def test_with_x_slack_no_retry_an_event_comes_once(slack: LoopbackSlack) -> None:
    async def refuse(request: web.Request) -> web.Response:
        return web.Response(status=503, headers={"X-Slack-No-Retry": "1"} if "once" in await request.text() else {})

    app = web.Application()
    app.router.add_post("/", refuse)
    async with TestServer(app) as server:
        await slack.settings(request_url=str(server.make_url("/")), retry_scale=0)
        assert len((await slack.event({"type": "once"})).attempts) == 1
        assert len((await slack.event({"type": "again"})).attempts) == 4


async def test_a_load_of_commands_is_counted_and_timed(slack: LoopbackSlack, bolt: AsyncApp) -> None:
    @bolt.command("/tact")
    async def tact(ack: Any) -> None:
        await ack()

    steady = await slack.load("U1", "C1", "/tact", count=6, rate=200)
    crowd = await slack.load("U1", "C1", "/tact", count=6, people=3)
    assert [len(r["latencies"]) for r in (steady, crowd)] == [6, 6]
    assert (await slack.load("U1", "C1", "/nobody", count=2))["failed"] == 2


async def test_two_workspaces_share_ids_but_nothing_else(slack: LoopbackSlack, bolt: AsyncApp) -> None:
    two = await slack.add_team("T2")
    await two.add_person("U1", "another ana")
    await two.add_channel("C1", "general", ["U1", "U0TACT"])
    teams: list[str] = []

    @bolt.command("/tact")
    async def tact(ack: Any, command: Json) -> None:
        teams.append(command["team_id"])
        await ack(f"for {command['team_id']}")

    await slack.command("U1", "C1", "/tact")
    await two.command("U1", "C1", "/tact")
    foreign = str((await two.command("U1", "C1", "/tact")).trigger_id)
    with pytest.raises(SlackApiError, match="invalid_trigger_id"):
        await bolt.client.views_open(trigger_id=foreign, view=MODAL)
    await bolt.client.views_open(trigger_id=foreign, view=MODAL, token=two.bot_token)
    assert teams == ["T1", "T2", "T2"]
    assert [p.text for p in await slack.posts()] == ["for T1"]
    assert {p.text for p in await two.posts()} == {"for T2"}
