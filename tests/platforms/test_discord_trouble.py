"""What goes wrong on Discord gets one clear, private sentence: slow answers, bad input, closed messages, a lost database."""

from __future__ import annotations

import asyncio
import logging
import re
import sqlite3
from pathlib import Path

import pytest

from bot.letters import Address, Letter, LetterKind, Outcome
from bot.model import Person, Reply
from tests.platforms.discord_serving import PITCH, SUSPENSE, held, tact_on, until
from tests.servers.discord_platform.client import LoopbackDiscord

pytest_plugins = ["tests.servers.discord_platform.fixtures"]

ODD = [
    "@everyone @here",
    "<@1> <@&2> <#3> </tact:4>",
    "[your bank](https://evil.example)",
    "```x``` ||y|| # z",
    "\u202egnihsihp",
    "👨‍👩‍👧" * 200,
    "x" * 6000,
    "word " * 1200,
]


@pytest.mark.parametrize("draft", ODD, ids=range(len(ODD)))
async def test_an_odd_draft_is_answered_privately_and_pings_nobody(
    loopback: LoopbackDiscord, tmp_path: Path, draft: str
) -> None:
    async with tact_on(loopback, tmp_path):
        answer = await loopback.slash("U1", "tact check", {"draft": draft, "network": "linkedin"}, channel="C1")
        await loopback.dm("U1", f"gave help to {draft[:1900]}")
        [reply] = await loopback.messages(channel="@U1", author="tact", at_least=1)
    assert answer.private
    for message in (answer.message, reply):
        assert message is not None
        assert message.text
        assert message.pings == []
        assert "](https://evil.example" not in message.text.replace("\\](", "")
    bodies = [r["body"] for r in await loopback.requests("(callback|messages)$") if r["method"] == "POST"]
    assert bodies
    for body in bodies:
        assert (body.get("data") or body)["allowed_mentions"]["parse"] == []


async def test_a_draft_of_forty_thousand_characters_is_refused_in_words(
    loopback: LoopbackDiscord, tmp_path: Path
) -> None:
    """Discord takes no such message; whatever brings one gets the coach's sentence."""
    async with tact_on(loopback, tmp_path):
        body = {
            "id": "1", "channel_id": (await loopback.call("channels"))["C1"], "content": "x" * 40_000, "type": 0, "attachments": [],
            "embeds": [], "mentions": [], "mention_roles": [], "mention_everyone": False, "pinned": False, "tts": False,
            "timestamp": "2026-01-01T00:00:00+00:00", "edited_timestamp": None, "flags": 0, "components": [],
            "author": {"id": "5", "username": "U5", "discriminator": "0", "avatar": None, "global_name": None},
        }  # fmt: skip
        await loopback.dispatch("MESSAGE_CREATE", body)
        [reply] = await loopback.messages(channel="C1", author="tact", at_least=1)
    assert "over 20,000 characters" in reply.text


async def test_an_unknown_word_gets_the_nearest_command(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    async with tact_on(loopback, tmp_path):
        await loopback.dm("U1", "chekc on linkedin: hello")
        [reply] = await loopback.messages(channel="@U1", author="tact", at_least=1)
    assert "Did you mean “check”?" in reply.text


async def test_slow_work_is_announced_and_its_answer_takes_that_place(
    loopback: LoopbackDiscord, tmp_path: Path
) -> None:
    async with tact_on(loopback, tmp_path):
        async with held(tmp_path / "tact.db"):
            asking = asyncio.create_task(
                loopback.slash("U1", "tact check", {"draft": SUSPENSE}, channel="C1", deadline=10)
            )
            await loopback.messages(channel="C1", loading=True, at_least=1)
            await loopback.dm("U1", "help")
        answer = await asking
        [reply] = await loopback.messages(channel="@U1", author="tact", at_least=1)
    assert answer.private
    assert "One question first" in answer.text
    assert answer.acked_ms is not None
    assert answer.settled_ms is not None
    assert answer.acked_ms < answer.settled_ms
    assert reply.text


async def test_an_interaction_that_is_over_is_no_fault(
    loopback: LoopbackDiscord, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "tact.discord")
    await loopback.refuse("/callback$", 404, 10062, times=2)
    async with tact_on(loopback, tmp_path):
        await loopback.slash("U1", "tact check", {"draft": PITCH}, channel="C1", deadline=0.1)
        await until(lambda: "an interaction was over before its answer: 10062" in caplog.text)
        await loopback.slash("U1", "tact check", channel="C1", deadline=0.1)
        await until(lambda: "a form could not be opened: 10062" in caplog.text)
        assert len(await loopback.requests("/callback$")) == 2
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_an_answer_that_discord_does_not_take_is_apologised_for(
    loopback: LoopbackDiscord, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await loopback.refuse("/callback$", 400, 50035)
    async with tact_on(loopback, tmp_path):
        answer = await loopback.slash("U1", "tact check", {"draft": PITCH}, channel="C1")
    assert answer.private
    code = re.search(r"the code (\w{6})", answer.text)
    assert code
    assert f"fault {code[1]}: HTTPException" in caplog.text


async def test_an_answer_that_comes_after_fifteen_minutes_goes_by_letter(
    loopback: LoopbackDiscord, tmp_path: Path
) -> None:
    ana = Person("discord", await loopback.add_user("Ana"))
    await loopback.call("join", user="Ana", guild="G1")
    await loopback.refuse("/webhooks/", 401, 50027)
    async with tact_on(loopback, tmp_path) as tact:
        await loopback.dm("Ana", "help")  # they wrote to Tact before, so it knows where
        await loopback.messages(channel="@Ana", author="tact", at_least=1)
        async with held(tmp_path / "tact.db"):
            await asyncio.gather(
                loopback.slash("Ana", "tact check", {"draft": SUSPENSE}, channel="C1", deadline=1.5),
                return_exceptions=True,
            )
        store = tact.service.store
        async with asyncio.timeout(5):
            while not (letters := await store.leases.claim(tact.service.now(), 5, "discord", held={})):
                await asyncio.sleep(0.01)
    [letter] = letters
    assert (letter.kind, letter.person) == (LetterKind.ANSWER, ana)
    assert "One question first" in letter.reply.text


async def test_a_database_that_is_gone_is_said_in_one_sentence_and_the_code_stands_in_the_log(
    loopback: LoopbackDiscord, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with tact_on(loopback, tmp_path) as tact:
        with sqlite3.connect(tmp_path / "tact.db") as other:
            other.execute("DROP TABLE receipts")
        other.close()
        answer = await loopback.slash("U1", "tact check", {"draft": "CANARY"}, channel="C1")
        await loopback.dm("U1", "CANARY")
        [reply] = await loopback.messages(channel="@U1", author="tact", at_least=1)
        assert tact.platform.ready()
    for text in (answer.text, reply.text):
        assert "Tact cannot reach its notes just now" in text
    assert answer.private
    assert "CANARY" not in caplog.text


async def test_letters_need_open_messages_and_say_so(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    tips = {"days": "weekdays", "hour": "09:00", "zone": "Europe/Berlin"}
    await loopback.change_user("U1", accepts_dms=False)
    async with tact_on(loopback, tmp_path):
        await loopback.refuse("/users/@me/channels$", 403, 50007)
        closed = await loopback.slash("U1", "tact tips", tips, channel="C1")
        await loopback.refuse("/users/@me/channels$", 403, 40003)
        later = await loopback.slash("U2", "tact tips", tips, channel="C1")
    assert "could not open a direct message" in closed.text
    assert "open direct messages slowly" in later.text
    assert closed.private
    assert later.private


async def test_where_letters_go_is_kept_when_they_are_asked_for(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    ana = Person("discord", await loopback.add_user("Ana"))
    await loopback.call("join", user="Ana", guild="G1")
    async with tact_on(loopback, tmp_path) as tact:
        await loopback.slash("Ana", "tact check", {"draft": PITCH}, channel="C1")
        assert await tact.service.store.addresses.of(ana) is None
        for _ in range(2):
            await loopback.slash("Ana", "tact tips", {"days": "weekdays"}, channel="C1")
        address = await tact.service.store.addresses.of(ana)
        assert address == Address("discord", "", ana.user, (await loopback.call("channels"))["@Ana"])
        assert len(await loopback.requests("/users/@me/channels$")) == 1
        assert tact.platform.sender is not None
        letter = Letter("a" * 24, LetterKind.TIP, ana, address, Reply("Thank somebody."), tact.service.now())
        assert (await tact.platform.sender.send(letter)).outcome is Outcome.DELIVERED


async def test_a_message_that_was_read_and_never_answered_is_owed(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    ana = await loopback.add_user("Ana")
    await loopback.call("join", user="Ana", guild="G1")
    await loopback.fault(r"/channels/\d+/messages$", reset=True, method="POST")
    async with tact_on(loopback, tmp_path) as tact:
        for _ in range(2):
            await loopback.dm("Ana", "help")
        await loopback.messages(channel="@Ana", author="tact", at_least=1)
        now = tact.service.now()

        async def owed() -> list[str]:
            return [address.user for _, _, address in await tact.service.store.receipts.owed(tact.began, now)]

        async with asyncio.timeout(5):
            while await owed() != [ana]:
                await asyncio.sleep(0.01)


async def test_bots_webhooks_and_tact_itself_are_not_answered(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    async with tact_on(loopback, tmp_path) as tact:
        await loopback.dm("U1", "help")
        [reply] = await loopback.messages(channel="@U1", author="tact", at_least=1)
        channel = (await loopback.call("channels"))["@U1"]
        for more in (
            {"author": {"id": "9", "username": "b", "discriminator": "0", "avatar": None, "bot": True}},
            {"webhook_id": "8"},
            {"type": 6},
        ):
            body = {
                "id": "7", "channel_id": channel, "content": "help", "type": 0, "attachments": [], "embeds": [], "mentions": [],
                "mention_roles": [], "mention_everyone": False, "pinned": False, "tts": False, "flags": 0, "components": [],
                "timestamp": "2026-01-01T00:00:00+00:00", "edited_timestamp": None,
                "author": {"id": "5", "username": "U5", "discriminator": "0", "avatar": None}, **more,
            }  # fmt: skip
            await loopback.dispatch("MESSAGE_CREATE", body)
        await loopback.dm("U1", "help check")
        shown = await loopback.messages(channel="@U1", author="tact", at_least=2)
        assert shown[0].id == reply.id
        assert len(shown) == 2
        assert await tact.service.store.receipts.accept("discord", "7", tact.began)  # it was never accepted


async def test_the_channel_may_be_gone_before_the_answer(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    async with tact_on(loopback, tmp_path) as tact:
        asked = await loopback.slash("U1", "tact check", {"draft": SUSPENSE}, channel="C1")
        await loopback.call("remove_channel", name="C1", guild="G1")
        await loopback.refuse("/callback$", 404, 10003)
        await loopback.slash("U1", "tact help")
        assert tact.platform.ready()
        assert asked.private
