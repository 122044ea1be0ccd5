"""The form: opened by a bare command or a shortcut, answered in its own place, checked again, and closed to nobody else."""

from __future__ import annotations

import pytest

from adapters.slack import words
from adapters.slack.modal import CHECK_DRAFT, CHECK_MESSAGE
from bot.model import Person
from tests.platforms.slack_serving import AS_PITCH, PITCH, Tact
from tests.servers.slack.client import LoopbackSlack, Shown

pytestmark = pytest.mark.usefixtures("tact")
SAID = words.load()


async def opened(slack: LoopbackSlack) -> Shown:
    await slack.command("U1", "C1", "/tact")
    [form] = await slack.views("U1", count=1)
    return form


def draft_in(view: Shown) -> str:
    [text] = [block["element"]["initial_value"] for block in view.view["blocks"] if block["block_id"] == "draft"]
    return str(text)


async def test_the_verdict_takes_the_place_of_the_form_with_the_words_it_means(slack: LoopbackSlack) -> None:
    form = await opened(slack)
    draft = "Hi all! Please vote for my neighbour's blog, it means the world. Only today!"
    await slack.submit("U1", form, {"draft": draft, "network": "linkedin", "delivery": "mass_dm"})
    verdict = (await slack.views("U1", count=2))[-1]
    assert (verdict.action, verdict.via) == ("update", "ack")
    assert "Avoid here" in verdict.words or "Adjust" in verdict.words
    assert draft_in(verdict) == draft
    [marked] = [block for block in verdict.view["blocks"] if block["type"] == "rich_text"]
    bold = [part["text"] for part in marked["elements"][0]["elements"] if part.get("style")]
    assert bold
    assert all(words in draft for words in bold)
    assert verdict.view["submit"]["text"] == SAID.form.again
    assert await slack.posts() == []


async def test_checking_again_says_whether_it_got_better(slack: LoopbackSlack) -> None:
    form = await opened(slack)
    await slack.submit("U1", form, {"draft": PITCH, **AS_PITCH})
    again = (await slack.views("U1", count=2))[-1]
    await slack.submit("U1", again, {"draft": "I help bakers. Your talk on rye was a joy, thank you"})
    third = (await slack.views("U1", count=3))[-1]
    assert "Fits" in third.words or "Adjust" in third.words
    worse = "I help bakers double their income, book a free audit, only today, last chance"
    await slack.submit("U1", third, {"draft": "I help bakers double income. Your talk on rye was a joy, thank you"})
    await slack.submit("U1", (await slack.views("U1", count=4))[-1], {"draft": worse})
    trends = [
        word for view in await slack.views("U1") for word in ("better", "same", "worse") if f"*{word}*" in view.words
    ]
    assert "worse" in trends or "better" in trends


async def test_without_a_network_one_question_is_asked_and_a_click_answers_it(slack: LoopbackSlack) -> None:
    form = await opened(slack)
    await slack.submit("U1", form, {"draft": "Could you introduce me to your publisher? I wrote a novel."})
    asked = (await slack.views("U1", count=2))[-1]
    assert "question" in asked.words
    await slack.click("U1", asked, "LinkedIn")
    answered = (await slack.views("U1", count=3))[-1]
    assert (answered.via, answered.view_id) == ("views.update", form.view_id)
    assert "LinkedIn" in answered.words
    assert draft_in(answered) == "Could you introduce me to your publisher? I wrote a novel."


async def test_what_was_sent_is_written_down_by_one_click(slack: LoopbackSlack, tact: Tact) -> None:
    form = await opened(slack)
    ask = "Your talk on rye was a joy. Could you tell me which flour you used? No answer needed if it doesn't suit."
    await slack.submit("U1", form, {"draft": ask, "network": "linkedin", "delivery": "dm", "relation": "acquaintance"})
    await slack.click("U1", (await slack.views("U1", count=2))[-1], "I sent it")
    assert (await slack.views("U1", count=3))[-1].via == "views.update"
    balance = await tact.service.coach.hear(Person("slack:T1", "U1"), "balance")
    assert "rye" not in balance.text
    assert "asked 1" in balance.text or "gave 1" in balance.text


async def test_a_click_after_the_form_was_closed_is_answered_directly(slack: LoopbackSlack) -> None:
    form = await opened(slack)
    await slack.submit("U1", form, {"draft": "Could you introduce me to your publisher? I wrote a novel."})
    asked = (await slack.views("U1", count=2))[-1]
    await slack.fault("views.update", error="not_found")
    await slack.click("U1", asked, "LinkedIn")
    [answer] = await slack.posts(count=1)
    assert (answer.seen, answer.to) == ("dm", "U1")


async def test_a_draft_of_blanks_is_asked_for_at_its_field(slack: LoopbackSlack) -> None:
    form = await opened(slack)
    await slack.submit("U1", form, {"draft": "   ", "network": "linkedin"})
    [shown] = await slack.shown(count=1, action="errors")
    assert shown.errors == {"draft": SAID.form.empty}


async def test_where_slack_opens_no_form_the_same_is_said_in_words(slack: LoopbackSlack) -> None:
    await slack.fault("views.open", error="expired_trigger_id")
    await slack.command("U1", "C1", "/tact")
    [answer] = await slack.posts(count=1)
    assert answer.seen == "ephemeral"
    assert answer.words.startswith(SAID.cannot_show)
    await slack.fault("views.open", error="expired_trigger_id")
    await slack.shortcut("U1", CHECK_DRAFT)
    direct = (await slack.posts(count=2))[-1]
    assert (direct.seen, direct.to) == ("dm", "U1")


async def test_the_shortcut_opens_the_form_anywhere(slack: LoopbackSlack) -> None:
    await slack.shortcut("U1", CHECK_DRAFT)
    [form] = await slack.views("U1", count=1)
    assert form.view["submit"]["text"] == SAID.form.submit


async def message(slack: LoopbackSlack, user: str, channel: str, text: str, **more: object) -> Shown:
    await slack.say(user, channel, text, **more)
    [said] = await slack.shown(count=1, action="say")
    return said


async def test_a_message_of_ones_own_is_checked(slack: LoopbackSlack) -> None:
    said = await message(slack, "U1", "C1", "R&D <3 I help bakers double their income, book a free audit")
    await slack.message_shortcut("U1", said, CHECK_MESSAGE)
    [verdict] = await slack.views("U1", count=1)
    assert "Slack" in verdict.words
    assert draft_in(verdict) == "R&D <3 I help bakers double their income, book a free audit"
    assert verdict.pings == []


async def test_somebody_elses_message_is_left_be_and_a_reply_offered(slack: LoopbackSlack) -> None:
    said = await message(slack, "U2", "C1", "You never answer me, shame on you")
    await slack.message_shortcut("U1", said, CHECK_MESSAGE)
    [form] = await slack.views("U1", count=1)
    assert SAID.somebody_elses in form.words
    assert "shame on you" not in form.words
    chosen = {
        b["block_id"]: b["element"]["initial_option"]["value"] for b in form.view["blocks"] if b["block_id"] in AS_PITCH
    }
    assert chosen == {"network": "slack", "delivery": "reply", "relation": "unknown"}


async def test_a_message_without_words_is_said_to_be_one(slack: LoopbackSlack) -> None:
    said = await message(slack, "U1", "C1", " ")
    await slack.message_shortcut("U1", said, CHECK_MESSAGE)
    [view] = await slack.views("U1", count=1)
    assert SAID.nothing_in_it in view.words


async def test_the_form_for_private_channels_and_guests_shows_no_more_than_for_others(slack: LoopbackSlack) -> None:
    said = await message(slack, "U1", "C3", "<!channel> <@U2> <https://evil.example|bank>", raw=True)
    await slack.message_shortcut("U1", said, CHECK_MESSAGE)
    [verdict] = await slack.views("U1", count=1)
    assert (verdict.pings, verdict.unescaped) == ([], [])
    assert [link for link in verdict.links if link[1]] == []


async def test_closing_the_form_needs_nothing(slack: LoopbackSlack, tact: Tact) -> None:
    form = await opened(slack)
    assert (await slack.close_view("U1", form)).withheld
