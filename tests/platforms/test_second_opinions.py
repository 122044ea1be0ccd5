"""Second opinions where people write: the local answer at once, and the refined one in its place when the model answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.platforms.discord_serving import tact_on
from tests.platforms.slack_serving import AS_PITCH, one_workspace, serving_slack
from tests.servers.discord_platform.answers import Answer
from tests.servers.discord_platform.answers import Shown as Message
from tests.servers.discord_platform.client import LoopbackDiscord
from tests.servers.discord_platform.limits import EPHEMERAL
from tests.servers.discord_platform.world import MANAGE_GUILD, ORDINARY
from tests.servers.model.process import ModelProcess
from tests.servers.slack.client import LoopbackSlack, Shown

pytest_plugins = ["tests.servers.discord_platform.fixtures"]

ASK = "Hi Sam, could I pick your brain for an hour or two sometime next week about moving into data work?"
CHECK = f"check on linkedin as a dm to a stranger: {ASK}"
SMALLER = "Hi Sam, could I ask you one question about moving into data work? If it doesn't suit, no answer is needed."
REWRITE = {"kind": "smaller_ask", "text": SMALLER, "network": None, "delivery": None}
OPINION = json.dumps({
    "verdict": "adjust", "confidence": 0.9, "objections": [{"reason": "big_ask", "quote": "an hour or two"}],
    "rewrites": [REWRITE],
})  # fmt: skip
LOCAL = "(Judged by local rules.)"
ALSO = "also sent to loopback-1"
CHECKED = {"draft": ASK, "network": "linkedin", "delivery": "dm", "relation": "stranger"}
EVERYONE = "privacy model on for everyone"


@pytest.fixture
def model(model: ModelProcess) -> ModelProcess:
    model.script("answer", OPINION)
    return model


async def test_on_slack_an_answer_is_there_at_once_and_then_refined_in_its_place(
    slack: LoopbackSlack, model: ModelProcess, tmp_path: Path
) -> None:
    async with serving_slack(slack, one_workspace(slack, tmp_path) | {"TACT_LLM": model.url("openai")}):
        await _consent_on_slack(slack)
        for ask in (_by_click, _by_command, _directly, _by_mention, _by_form):
            before, asked = await slack.mark(), len(model.seen)
            first, second = await ask(slack, before)
            assert LOCAL in first.words, ask
            assert (second.to, second.seen) == ("U1", first.seen), ask
            assert ALSO in second.words, ask
            assert SMALLER in second.words, ask
            assert (second.pings, second.unescaped, second.previews) == ([], [], []), ask
            assert len(model.seen) == asked + 1, ask
            assert "U1" not in model.seen[-1]["data"], "nobody's id goes out"
        before = await slack.mark()
        await slack.command("U1", "C1", "/tact", "privacy model off")
        await slack.command("U1", "C1", "/tact", CHECK)
        await slack.posts(count=2, after=before)
    assert len(model.seen) == asked + 1, "nothing is sent once it was switched off"


async def _consent_on_slack(slack: LoopbackSlack) -> None:
    """The refusal for who is no admin, then both consents."""
    for user, text, said in (
        ("U1", EVERYONE, "Only an admin"),
        ("U3", EVERYONE, "off for you"),
        ("U1", "privacy model on", "is on"),
    ):
        before = await slack.mark()
        await slack.command(user, "C1", "/tact", text)
        [answer] = await slack.posts(count=1, after=before)
        assert said in answer.words


async def _by_command(slack: LoopbackSlack, before: int) -> tuple[Shown, Shown]:
    await slack.command("U1", "C1", "/tact", CHECK)
    first, second = await slack.posts(count=2, after=before)
    assert (first.via, second.via) == ("ack", "response_url")
    [call] = await slack.calls("response_url", after=before)
    assert call.args["replace_original"] is True
    return first, second


async def _by_click(slack: LoopbackSlack, before: int) -> tuple[Shown, Shown]:
    await slack.command("U1", "C1", "/tact", f"check as a dm to a stranger: {ASK}")
    [asked] = await slack.posts(count=1, after=before)
    await slack.click("U1", asked, "LinkedIn")
    first, second = await slack.shown(count=2, after=before, via="response_url")
    assert (first.action, second.action, first.ts) == ("update", "update", second.ts)
    return first, second


async def _directly(slack: LoopbackSlack, before: int) -> tuple[Shown, Shown]:
    await slack.say("U1", "DU1", CHECK)
    [first] = await slack.posts(count=1, after=before)
    [second] = await slack.shown(count=1, after=before, via="chat.update")
    assert (first.action, second.action, first.ts) == ("post", "update", second.ts)
    return first, second


async def _by_mention(slack: LoopbackSlack, before: int) -> tuple[Shown, Shown]:
    await slack.say("U1", "C1", f"<@U0TACT> {CHECK}", raw=True)
    first, second = await slack.posts(count=2, after=before, seen="ephemeral")
    return first, second


async def _by_form(slack: LoopbackSlack, before: int) -> tuple[Shown, Shown]:
    await slack.command("U1", "C1", "/tact")
    [form] = await slack.views("U1", count=1, after=before)
    await slack.submit("U1", form, {"draft": ASK, **AS_PITCH})
    _, first, second = await slack.views("U1", count=3, after=before)
    assert (first.via, second.action) == ("ack", "update")
    return first, second


async def test_a_form_that_shows_another_draft_by_then_is_left_alone(
    slack: LoopbackSlack, model: ModelProcess, tmp_path: Path
) -> None:
    model.script()
    async with serving_slack(slack, one_workspace(slack, tmp_path) | {"TACT_LLM": model.url("openai")}) as tact:
        await _consent_on_slack(slack)
        await slack.command("U1", "C1", "/tact")
        [form] = await slack.views("U1", count=1)
        await slack.submit("U1", form, {"draft": ASK, **AS_PITCH})
        verdict = (await slack.views("U1", count=2))[-1]
        await slack.submit("U1", verdict, {"draft": "Hi Sam, your talk on data work was a joy."})
        views = await slack.views("U1", count=4)
        await tact.platform._desk.work.drain(5)
    assert [ALSO in view.words for view in views] == [False, False, False, True]
    assert len(await slack.views("U1")) == 4


async def test_on_discord_an_answer_is_there_at_once_and_then_refined_in_its_place(
    loopback: LoopbackDiscord, model: ModelProcess, tmp_path: Path
) -> None:
    await loopback.change_user("U2", permissions=ORDINARY | MANAGE_GUILD)
    async with tact_on(loopback, tmp_path, TACT_LLM=model.url("anthropic")):
        assert "Only an admin" in (await _privacy(loopback, "U1", "model on for everyone")).text
        assert "did not" in (await _privacy(loopback, "U1", "model on")).text
        await loopback.slash("U1", "tact check", CHECKED, channel="C1")
        await loopback.dm("U1", CHECK)  # the server has not allowed it; nobody but the person decides here
        [alone] = await loopback.messages(channel="@U1", author="tact", at_least=1)
        refined = await _changed(loopback, alone)
        assert (ALSO in refined.text, SMALLER in refined.text, len(model.seen)) == (True, True, 1)
        assert "off for you" in (await _privacy(loopback, "U2", "model on for everyone")).text
        answer = await loopback.slash("U1", "tact check", CHECKED, channel="C1")
        assert answer.private
        assert answer.message is not None
        refined = await _changed(loopback, answer.message)
        assert ALSO in refined.text
        assert refined.flags & EPHEMERAL
        assert len(model.seen) == 2
        assert not any("U1" in seen["data"] or alone.id in seen["data"] for seen in model.seen)


async def _privacy(loopback: LoopbackDiscord, user: str, data: str) -> Answer:
    return await loopback.slash(user, "tact privacy", {"data": data}, channel="C1")


async def _changed(loopback: LoopbackDiscord, message: Message) -> Message:
    [changed] = await loopback.messages(id=message.id, edited=True, at_least=1)
    return changed
