"""Direct messages, mentions, the Messages and Home tabs: one answer each, private, whatever Slack does."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.slack import words
from bot.model import Person
from tests.platforms.slack_serving import PITCH, Tact, one_workspace, serving_slack
from tests.servers.slack.client import LoopbackSlack

pytestmark = pytest.mark.usefixtures("tact")
SAID = words.load()
QUESTION = "ok to dm a speaker from yesterday's meetup?"


async def test_free_text_is_answered_in_the_direct_messages(slack: LoopbackSlack) -> None:
    [sent] = await slack.say("U1", "DU1", QUESTION)
    assert sent.attempts[0].seconds < 2
    [answer] = await slack.posts(count=1)
    assert (answer.seen, answer.to, answer.thread_ts, answer.previews) == ("dm", "U1", None, [])


async def test_commands_are_understood_there_too(slack: LoopbackSlack) -> None:
    await slack.say("U1", "DU1", "gave help to M")
    await slack.posts(count=1, contains="gave")
    await slack.say("U1", "DU1", "balance")
    assert len(await slack.posts(count=2)) == 2


async def test_an_answer_in_a_thread_stays_in_it(slack: LoopbackSlack) -> None:
    await slack.say("U1", "DU1", "help", thread_ts="1700000000.000100")
    [answer] = await slack.posts(count=1)
    assert answer.thread_ts == "1700000000.000100"


async def test_four_deliveries_at_once_and_later_have_one_answer(slack: LoopbackSlack) -> None:
    event = {"type": "message", "channel_type": "im", "channel": "DU1", "user": "U1", "text": QUESTION, "ts": "5.5"}
    await asyncio.gather(*(slack.event(event, event_id="Ev9") for _ in range(4)))
    await slack.event(event, event_id="Ev9")
    await slack.say("U1", "DU1", "help")
    await slack.posts(count=1, contains="Paste a draft")  # it came last, so all others are there
    assert len(await slack.posts()) == 2


@pytest.mark.parametrize(
    "more",
    [
        {"subtype": "message_changed"},
        {"subtype": "bot_message"},
        {"bot_id": "B1"},
        {"subtype": "message_deleted"},
        {"user": "U0TACT"},
    ],
)
async def test_what_no_person_wrote_is_not_answered(slack: LoopbackSlack, more: dict[str, str]) -> None:
    event = {"type": "message", "channel_type": "im", "channel": "DU1", "user": "U1", "text": QUESTION, "ts": "5.5"}
    assert (await slack.event(event | more)).status == 200
    await slack.say("U1", "DU1", "help")
    [answer] = await slack.posts(count=1)
    assert "Seen" not in answer.words


async def test_its_own_messages_coming_back_are_not_answered(slack: LoopbackSlack) -> None:
    await slack.settings(echo=True)
    await slack.say("U1", "DU1", "help")
    await slack.attempts(2, sort="event")
    await slack.say("U1", "DU1", "balance")
    await slack.attempts(4, sort="event")
    assert len(await slack.posts(count=2)) == 2


async def test_a_picture_without_words_gets_a_sentence(slack: LoopbackSlack) -> None:
    await slack.say("U1", "DU1", "", subtype="file_share")
    [answer] = await slack.posts(count=1)
    assert answer.text == SAID.nothing_in_it


async def test_when_slack_asks_to_wait_the_answer_comes_later(slack: LoopbackSlack) -> None:
    await slack.fault("chat.postMessage", status=429, retry_after="1")
    await slack.say("U1", "DU1", "help")
    assert len(await slack.posts(count=1)) == 1
    assert len(await slack.calls("chat.postMessage")) == 2


async def test_an_answer_of_unknown_fate_is_seen_twice_at_most(slack: LoopbackSlack) -> None:
    await slack.fault("chat.postMessage", times=5, reset="after")
    await slack.say("U1", "DU1", "help")
    await slack.posts(count=2)
    await slack.clear_faults()
    await slack.say("U1", "DU1", "balance")
    await slack.posts(count=3)
    assert len(await slack.calls("chat.postMessage")) == 3


async def test_an_answer_is_owed_until_it_was_given(slack: LoopbackSlack, tact: Tact) -> None:
    ever = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC))
    await slack.fault("chat.postMessage", status=429, retry_after="1")
    [sent] = await slack.say("U1", "DU1", "help")
    [(tenant, event, address)] = await tact.service.store.receipts.owed(*ever)
    assert (tenant, event) == ("slack:T1", sent.event_id)
    assert (address.user, address.channel) == ("U1", "DU1")
    await slack.posts(count=1)
    async with asyncio.timeout(5):
        while await tact.service.store.receipts.owed(*ever):
            await asyncio.sleep(0.01)


async def test_a_mention_is_answered_to_its_writer_alone(slack: LoopbackSlack) -> None:
    await slack.say("U1", "C1", f"<@U0TACT> {QUESTION}", raw=True)
    [answer] = await slack.posts(count=1)
    assert (answer.seen, answer.to, answer.channel) == ("ephemeral", "U1", "C1")


@pytest.mark.parametrize(
    "error", ["user_not_in_channel", "not_in_channel", "channel_not_found", "is_archived", "missing_scope"]
)
async def test_where_it_cannot_be_said_privately_it_is_said_directly(slack: LoopbackSlack, error: str) -> None:
    await slack.fault("chat.postEphemeral", error=error)
    await slack.say("U1", "C1", f"<@U0TACT> {PITCH}", raw=True)
    [answer] = await slack.posts(count=1)
    assert (answer.seen, answer.to) == ("dm", "U1")
    assert answer.words.startswith(SAID.elsewhere)
    assert await slack.posts(seen="public") == []


async def test_a_guest_from_another_company_is_answered_and_kept_apart(slack: LoopbackSlack, tact: Tact) -> None:
    await slack.add_person("U9", "gast", home_team="T9")
    await slack.change_channel("C1", members=["U1", "U9", "U0TACT"])
    await slack.say("U9", "C1", "<@U0TACT> gave help to M", raw=True)
    [answer] = await slack.posts(count=1)
    assert (answer.seen, answer.to) == ("ephemeral", "U9")
    assert "1" in (await tact.service.coach.hear(Person("slack:T1", "T9:U9"), "balance")).text
    assert (
        len(await tact.service.store.ledger.since(Person("slack:T1", "U9"), tact.service.now().replace(year=2000))) == 0
    )


async def test_a_deactivated_user_is_no_error(slack: LoopbackSlack) -> None:
    event = {"type": "message", "channel_type": "im", "channel": "DU2", "user": "U2", "text": "help", "ts": "5.5"}
    await slack.fault("chat.postMessage", times=9, error="user_disabled")
    assert (await slack.event(event, user="U2")).status == 200
    await slack.calls("chat.postMessage", 1)
    await slack.clear_faults()
    await slack.say("U1", "DU1", "help")
    assert len(await slack.posts(count=1)) == 1


async def test_unknown_events_are_acknowledged(slack: LoopbackSlack) -> None:
    for kind in ("team_join", "assistant_thread_started", "agent_session_stopped", "x" * 300):
        assert (await slack.event({"type": kind, "user": "U1"})).status == 200
    assert await slack.notices("U1") == []


async def test_everybody_is_welcomed_once(slack: LoopbackSlack, tact: Tact) -> None:
    await asyncio.gather(slack.open_home("U1", "home"), slack.open_home("U1", "messages"), slack.open_home("U1"))
    [hello] = await slack.posts(count=1)
    assert (hello.seen, hello.to) == ("dm", "U1")
    assert "/tact" in hello.words
    await slack.open_home("U1")
    await slack.homes("U1", count=3)
    assert len(await slack.posts()) == 1
    address = await tact.service.store.addresses.of(Person("slack:T1", "U1"))
    assert address
    assert (address.workspace, address.user, address.channel) == ("T1", "U1", "DU1")


async def test_nobody_is_welcomed_again_after_a_restart(slack: LoopbackSlack, tmp_path: Path) -> None:
    await slack.open_home("U2")
    await slack.posts(count=1)
    (tmp_path / "second").mkdir()
    settings = one_workspace(slack, tmp_path / "second")
    async with serving_slack(slack, settings):
        await slack.open_home("U2")
        await slack.posts(count=2)
    async with serving_slack(slack, settings):
        await slack.open_home("U2")
        await slack.homes("U2", count=3)
    assert len(await slack.posts()) == 2


async def test_the_home_tab_shows_what_is_known_and_its_buttons_work(slack: LoopbackSlack) -> None:
    await slack.command("U1", "C1", "/tact", "gave help to M")
    await slack.open_home("U1")
    [home] = await slack.homes("U1", count=1)
    assert "Give and take" in home.words
    await slack.click("U1", home, SAID.home.check)
    [form] = await slack.views("U1", count=1)
    assert form.view["submit"]["text"] == SAID.form.submit
    others = [e for b in home.view["blocks"] if b["type"] == "actions" for e in b["elements"] if e["value"] != "form"]
    await slack.click("U1", home, others[0]["text"]["text"])
    assert len(await slack.views("U1", count=2)) == 2
    assert len(await slack.homes("U1", count=2)) == 2


async def test_an_agents_conversation_has_prompts_threads_and_feedback(slack: LoopbackSlack) -> None:
    await slack.open_home("U1", "messages")
    [prompts] = await slack.shown(count=1, action="prompts")
    assert [prompt["title"] for prompt in prompts.prompts] == [title for title, _ in SAID.agent.prompts]
    [welcome] = await slack.posts(count=1)
    await slack.say("U1", "DU1", QUESTION, ts="1700000000.000200")
    answer = (await slack.posts(count=2))[-1]
    assert answer.thread_ts == "1700000000.000200"
    await slack.click("U1", answer, "tact:feedback", "bad")
    assert SAID.thanks_bad in (await slack.posts(count=3, after=welcome.n - 1))[-1].text


async def test_without_agent_features_the_conversation_is_a_plain_one(slack: LoopbackSlack) -> None:
    await slack.fault("assistant.threads.setSuggestedPrompts", error="missing_scope")
    await slack.open_home("U1", "messages")
    await slack.posts(count=1)
    await slack.say("U1", "DU1", QUESTION)
    answer = (await slack.posts(count=2))[-1]
    assert answer.thread_ts is None
    assert {block["type"] for block in answer.blocks} <= {"section", "actions"}


async def test_a_button_is_a_command_and_a_double_click_one_click(slack: LoopbackSlack, tact: Tact) -> None:
    await slack.command("U1", "C1", "/tact", "check: Could you introduce me to your publisher? I wrote a novel.")
    [asked] = await slack.posts(count=1)
    await asyncio.gather(slack.click("U1", asked, "LinkedIn"), slack.click("U1", asked, "LinkedIn"))
    [answer] = await slack.shown(count=1, via="response_url")
    assert answer.seen == "ephemeral"
    assert "Which network" not in answer.words
    assert "LinkedIn" in answer.words or "How well do they know you?" in answer.words
    await slack.say("U1", "DU1", "help")
    await slack.posts(seen="dm", count=1)
    assert len(await slack.shown(via="response_url")) == 1


async def test_a_button_in_the_direct_messages_is_answered_there(slack: LoopbackSlack) -> None:
    await slack.say("U1", "DU1", "Could you introduce me to your publisher? I wrote a novel.")
    [asked] = await slack.posts(count=1)
    await slack.click("U1", asked, "LinkedIn")
    answer = (await slack.posts(count=2))[-1]
    assert (answer.seen, answer.action) == ("dm", "post")
    assert "Which network" not in answer.words
    assert "LinkedIn" in answer.words or "How well do they know you?" in answer.words
