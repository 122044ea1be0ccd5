"""The loopback Slack's Web API as the real slack_sdk meets it: who may do what, what is refused, what goes wrong."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack.client import LoopbackSlack

Json = dict[str, Any]


def error_of(caught: pytest.ExceptionInfo[SlackApiError]) -> str:
    return str(caught.value.response["error"])


@pytest.mark.parametrize(
    ("method", "args", "error"),
    [
        ("chat.postMessage", {"channel": "C9", "text": "a"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "C3", "text": "a"}, "channel_not_found"),  # private, the bot is not in it
        ("chat.postMessage", {"channel": "C2", "text": "a"}, "not_in_channel"),
        ("chat.postMessage", {"channel": "U0TACT", "text": "a"}, "cannot_dm_bot"),
        ("chat.postMessage", {"channel": "C1"}, "no_text"),
        ("chat.postMessage", {"channel": "C1", "text": "a", "markdown_text": "b"}, "markdown_text_conflict"),
        ("chat.postMessage", {"channel": "C1", "text": "a", "metadata": {"event_type": 1}}, "invalid_metadata_schema"),
        ("chat.postEphemeral", {"channel": "C1", "user": "U9", "text": "a"}, "user_not_in_channel"),
        ("chat.update", {"channel": "C1", "ts": "1.2", "text": "a"}, "message_not_found"),
        ("chat.scheduleMessage", {"channel": "C1", "text": "a", "post_at": 1}, "time_in_past"),
        ("chat.scheduleMessage", {"channel": "C1", "text": "a", "post_at": 9_999_999_999}, "time_too_far"),
        ("chat.startStream", {"channel": "C1", "thread_ts": "1.2"}, "missing_recipient_team_id"),
        ("chat.appendStream", {"channel": "C1", "ts": "1.2", "markdown_text": "a"}, "message_not_found"),
        ("conversations.open", {"users": "U9"}, "user_not_found"),
        ("conversations.info", {"channel": "C1"}, "missing_scope"),
        ("team.info", {}, "missing_scope"),
        ("users.info", {"user": "U9"}, "user_not_found"),
        ("views.publish", {"user_id": "U1", "view": {"type": "modal"}}, "invalid_arguments"),
        ("views.update", {"view_id": "V9", "view": {"type": "modal"}}, "not_found"),
        ("assistant.threads.setSuggestedPrompts", {"channel_id": "C1", "prompts": [{}]}, "invalid_arguments"),
        ("apps.connections.open", {}, "not_allowed_token_type"),
        ("chat.shout", {"channel": "C1"}, "unknown_method"),
    ],
)
async def test_business_errors_are_http_200_with_a_code(
    api: AsyncWebClient, method: str, args: Json, error: str
) -> None:
    with pytest.raises(SlackApiError) as caught:
        await api.api_call(method, json=args)
    assert (error_of(caught), caught.value.response.status_code) == (error, 200)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"state": "token_revoked"}, "token_revoked"),
        ({"state": "account_inactive"}, "account_inactive"),
        ({"expires_at": 1.0}, "token_expired"),
        ({"scopes": ["commands"]}, "missing_scope"),
    ],
)
async def test_a_token_works_only_while_it_lives_and_for_its_scopes(
    slack: LoopbackSlack, api: AsyncWebClient, change: Json, error: str
) -> None:
    assert (await api.chat_postMessage(channel="C1", text="a"))["ok"]
    await slack.change_token(**change)
    with pytest.raises(SlackApiError) as caught:
        await api.chat_postMessage(channel="C1", text="b")
    assert error_of(caught) == error
    assert [c.error for c in await slack.calls("chat.postMessage")] == [None, error]
    assert [p.text for p in await slack.posts()] == ["a"]


async def test_a_revoked_token_is_dead(api: AsyncWebClient) -> None:
    assert (await api.auth_revoke(test=True))["revoked"] is False
    assert (await api.auth_revoke())["revoked"] is True
    with pytest.raises(SlackApiError, match="token_revoked"):
        await api.auth_test()


async def test_unknown_and_missing_tokens(api: AsyncWebClient) -> None:
    for token, error in (("xoxb-other", "invalid_auth"), ("", "not_authed")):
        with pytest.raises(SlackApiError) as caught:
            await api.auth_test(token=token)
        assert error_of(caught) == error


async def test_an_organisations_token_works_in_its_workspaces_only(slack: LoopbackSlack, api: AsyncWebClient) -> None:
    two = await slack.add_team("T2", scopes=None, enterprise="E1")
    await two.add_person("U1", "another ana")
    await slack.add_token("xoxb-org", "bot", ["chat:write"], team=None, enterprise="E1")
    api.token = "xoxb-org"
    assert (await api.auth_test())["is_enterprise_install"] is True
    await api.chat_postMessage(channel="U1", text="for T2", team_id="T2")
    assert [p.text for p in await two.posts(seen="dm", to="U1")] == ["for T2"]
    assert await slack.posts() == []


async def test_a_view_is_found_by_its_own_id_or_the_apps_and_guarded_by_its_hash(
    slack: LoopbackSlack, api: AsyncWebClient
) -> None:
    view = {"type": "modal", "title": {"type": "plain_text", "text": "Check"}, "external_id": "x1", "blocks": []}
    triggers = [str((await slack.command("U1", "C1", "/tact")).trigger_id) for _ in range(3)]
    opened = (await api.views_open(trigger_id=triggers[0], view=view))["view"]
    updated = (await api.views_update(external_id="x1", view=view, hash=opened["hash"]))["view"]
    assert (updated["id"], updated["hash"] != opened["hash"]) == (opened["id"], True)
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await api.views_update(view_id=opened["id"], view=view, hash=opened["hash"])
    with pytest.raises(SlackApiError, match="duplicate_external_id"):
        await api.views_push(trigger_id=triggers[1], view=view)
    pushed = (await api.views_push(trigger_id=triggers[2], view=view | {"external_id": ""}))["view"]
    assert (pushed["root_view_id"], pushed["previous_view_id"]) == (opened["id"], opened["id"])


async def test_without_blocks_an_update_keeps_the_former_ones(slack: LoopbackSlack, api: AsyncWebClient) -> None:
    sent = await api.chat_postMessage(channel="C1", text="a", blocks=[{"type": "divider"}])
    await api.chat_update(channel="C1", ts=sent["ts"], text="b")
    await api.chat_update(channel="C1", ts=sent["ts"], text="c", blocks=[])
    assert [len(s.blocks) for s in await slack.shown(action="update")] == [1, 0]
    await slack.say("U1", "C1", "not yours")
    [said] = await slack.shown(action="say")
    for change, error in ((api.chat_update, "cant_update_message"), (api.chat_delete, "cant_delete_message")):
        with pytest.raises(SlackApiError, match=error):
            await change(channel="C1", ts=said.ts, text="d")


async def test_the_clock_of_slack_can_be_seen_in_its_answers(slack: LoopbackSlack, api: AsyncWebClient) -> None:
    await slack.settings(clock_skew=-360)
    stamp = parsedate_to_datetime((await api.auth_test()).headers["Date"]).timestamp()
    assert time.time() - 370 < stamp < time.time() - 350


async def test_the_home_tab_is_published_and_guarded_by_its_hash(slack: LoopbackSlack, api: AsyncWebClient) -> None:
    view = {"type": "home", "blocks": [{"type": "divider"}]}
    first = await api.views_publish(user_id="U1", view=view)
    await api.views_publish(user_id="U1", view=view, hash=first["view"]["hash"])
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await api.views_publish(user_id="U1", view=view, hash=first["view"]["hash"])
    assert len(await slack.homes("U1")) == 2


async def test_direct_messages_updates_and_deletions_are_seen(slack: LoopbackSlack, api: AsyncWebClient) -> None:
    opened = await api.conversations_open(users="U1")
    sent = await api.chat_postMessage(channel=opened["channel"]["id"], text="a")
    await api.chat_update(channel="DU1", ts=sent["ts"], text="b")
    await api.chat_delete(channel="DU1", ts=sent["ts"])
    seen = await slack.shown(seen="dm", to="U1")
    assert [(s.action, s.text) for s in seen] == [("post", "a"), ("update", "b"), ("delete", "b")]


async def test_who_is_away_never_sees_an_ephemeral_message(slack: LoopbackSlack, api: AsyncWebClient) -> None:
    await slack.change_person("U2", active=False)
    await api.chat_postEphemeral(channel="C1", user="U2", text="a")
    await api.chat_postEphemeral(channel="C1", user="U1", text="a")
    assert [p.to for p in await slack.posts(seen="ephemeral")] == ["U1"]
    assert [p.to for p in await slack.posts(seen="nobody")] == ["U2"]


async def test_a_stream_grows_until_it_is_stopped(slack: LoopbackSlack, api: AsyncWebClient) -> None:
    await api.conversations_open(users="U1")
    begun = await api.chat_startStream(channel="DU1", thread_ts="1.2", markdown_text="**Fi", recipient_user_id="U1")
    await api.chat_appendStream(channel="DU1", ts=begun["ts"], markdown_text="ts**")
    with pytest.raises(SlackApiError, match="streaming_state_conflict"):
        await api.chat_update(channel="DU1", ts=begun["ts"], text="b")
    await api.chat_stopStream(channel="DU1", ts=begun["ts"])
    with pytest.raises(SlackApiError, match="message_not_in_streaming_state"):
        await api.chat_stopStream(channel="DU1", ts=begun["ts"])
    assert [p.text for p in await slack.posts(to="U1")] == ["**Fits**"]


async def test_status_and_prompts_are_seen_over_the_conversation(slack: LoopbackSlack, api: AsyncWebClient) -> None:
    await api.conversations_open(users="U1")
    await api.assistant_threads_setStatus(channel_id="DU1", thread_ts="1.2", status="is reading")
    prompts = [{"title": "Check a draft", "message": "check this"}]
    await api.assistant_threads_setSuggestedPrompts(channel_id="DU1", prompts=prompts)
    status, offered = await slack.shown(to="U1", action=["status", "prompts"])
    assert (status.text, offered.prompts) == ("is reading", prompts)
    with pytest.raises(SlackApiError, match="no more than 4"):
        await api.assistant_threads_setSuggestedPrompts(channel_id="DU1", prompts=prompts * 5)


async def test_a_scheduled_message_comes_when_its_time_comes(slack: LoopbackSlack, api: AsyncWebClient) -> None:
    at = int(time.time()) + 3600
    for n in range(30):
        await api.chat_scheduleMessage(channel="U1", text=f"tip {n}", post_at=at)
    with pytest.raises(SlackApiError, match="restricted_too_many"):
        await api.chat_scheduleMessage(channel="U1", text="tip 30", post_at=at)
    assert await slack.posts() == []
    await slack.advance(3601)
    assert len(await slack.posts(to="U1", count=30)) == 30


async def test_users_have_a_time_zone_and_its_present_offset(slack: LoopbackSlack, api: AsyncWebClient) -> None:
    user = (await api.users_info(user="U3"))["user"]
    assert (user["tz"], user["tz_offset"], user["is_admin"]) == ("Asia/Kolkata", 19_800, True)
    await slack.change_person("U3", deleted=True)
    gone = (await api.users_info(user="U3"))["user"]
    assert (gone["deleted"], "tz" in gone) == (True, False)
    with pytest.raises(SlackApiError, match="user_disabled"):
        await api.conversations_open(users="U3")
