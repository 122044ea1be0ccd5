"""`/tact …` over HTTP: answered privately in the acknowledgement, once, whatever is typed and however often it comes."""

from __future__ import annotations

import pytest

from tests.platforms.slack_serving import Tact
from tests.servers.slack.client import LoopbackSlack

pytestmark = pytest.mark.usefixtures("tact")

PITCH = "check on linkedin as a dm to a stranger: I help bakers double their income, book a free audit"


async def test_a_draft_is_checked_privately_in_the_acknowledgement(slack: LoopbackSlack) -> None:
    done = await slack.command("U1", "C1", "/tact", PITCH)
    assert (done.status, done.user_sees) == (200, None)
    [answer] = await slack.posts(count=1)
    assert (answer.seen, answer.to, answer.via) == ("ephemeral", "U1", "ack")
    assert "*Avoid here*" in answer.words
    assert "Leave the offer out" in answer.words
    assert "Avoid here" in answer.text
    assert (answer.pings, answer.unescaped, answer.previews) == ([], [], [])


async def test_free_text_in_the_direct_messages_is_checked(slack: LoopbackSlack) -> None:
    await slack.say("U1", "DU1", "ok to dm a speaker from yesterday's meetup?")
    [answer] = await slack.posts(to="U1", seen="dm", count=1)
    assert answer.previews == []
    assert "Fits" in answer.words or "Adjust" in answer.words or "question" in answer.words


async def test_a_bare_command_opens_the_form_and_the_verdict_takes_its_place(slack: LoopbackSlack, tact: Tact) -> None:
    await slack.command("U1", "C1", "/tact", "")
    [form] = await slack.views("U1", count=1)
    done = await slack.submit("U1", form, {"draft": "I help bakers double their income, book a free audit", "network": "linkedin", "delivery": "dm", "relation": "stranger"})
    assert done.user_sees is None, done
    view = (await slack.views("U1", count=2))[-1]
    assert "Avoid here" in view.words
