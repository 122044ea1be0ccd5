"""Tact on Discord, as people meet it: commands, direct messages, the menu, forms and buttons."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from adapters.discord.incoming import DOUBLE_CLICK, clicks_of
from bot.model import Person
from tests.platforms.discord_serving import PITCH, SUSPENSE, tact_on
from tests.servers.discord_platform.client import LoopbackDiscord
from tests.servers.discord_platform.errors import Impossible
from tests.servers.discord_platform.limits import EPHEMERAL
from tests.servers.discord_platform.world import MANAGE_GUILD, ORDINARY

pytest_plugins = ["tests.servers.discord_platform.fixtures"]

U1_CHECKS = {"draft": PITCH, "network": "linkedin", "delivery": "dm", "relation": "stranger"}


async def test_a_draft_is_checked_in_a_server_for_one_pair_of_eyes(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    async with tact_on(loopback, tmp_path):
        answer = await loopback.slash("U1", "tact check", U1_CHECKS, guild="G1", channel="C1")
    assert answer.private
    assert "Avoid here" in answer.text
    assert "LinkedIn" in answer.text


async def test_free_text_in_a_direct_message_is_a_check_and_a_conversation(
    loopback: LoopbackDiscord, tmp_path: Path
) -> None:
    async with tact_on(loopback, tmp_path):
        await loopback.dm("U1", f"check on linkedin as a dm to a stranger: {PITCH}")
        [reply] = await loopback.messages(channel="@U1", author="tact", at_least=1)
        await loopback.dm("U1", "check on linkedin as a dm to a stranger: Your talk on rye was a joy, thank you")
        _, better = await loopback.messages(channel="@U1", author="tact", at_least=2)
    assert "Avoid here" in reply.text
    assert "Fits" in better.text
    assert not reply.flags & EPHEMERAL


async def test_a_question_comes_with_buttons_and_each_is_a_command(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    async with tact_on(loopback, tmp_path):
        asked = await loopback.slash("U1", "tact check", {"draft": SUSPENSE}, channel="C1")
        assert asked.message is not None
        assert "One question first" in asked.text
        answer = await loopback.click(asked.message, asked.message.buttons["LinkedIn"], "U1")
        assert (answer.kind, answer.private) == ("message", True)
        assert answer.message is not None
        verdict = await loopback.click(answer.message, answer.message.buttons["strangers"], "U1")
    assert "(LinkedIn, " in verdict.text


async def test_a_double_click_has_one_effect(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    ana = Person("discord", await loopback.add_user("Ana"))
    async with tact_on(loopback, tmp_path) as tact:
        asked = await loopback.slash("Ana", "tact check", {"draft": SUSPENSE})
        assert asked.message is not None
        custom_id = next(iter(asked.message.buttons.values()))
        clicks = await asyncio.gather(*(loopback.click(asked.message, custom_id, "Ana") for _ in range(2)))
        kept = await tact.service.store.verdicts.since(ana, tact.began)
    assert sorted(click.kind for click in clicks) == ["message", "update"]
    assert len(kept) == 2  # the command's and one click's


async def test_nothing_filled_in_opens_a_form(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    async with tact_on(loopback, tmp_path):
        opened = await loopback.slash("U1", "tact check", channel="C1")
        assert opened.modal is not None
        assert opened.modal["title"] == "Check a draft"
        fields = {"draft": PITCH, "network": ["linkedin"], "delivery": ["dm"], "relation": ["stranger"]}
        answer = await loopback.submit(opened, fields)
    assert answer.private
    assert "(LinkedIn, message to one person, strangers)" in answer.text


async def test_a_form_opened_before_a_restart_is_still_read(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    async with tact_on(loopback, tmp_path):
        opened = await loopback.slash("U1", "tact check", channel="C1")
    async with tact_on(loopback, tmp_path):
        answer = await loopback.submit(opened, {"draft": PITCH, "network": ["linkedin"], "relation": ["trusted"]})
    assert "How will it travel?" in answer.text


async def test_ones_own_message_is_checked_from_its_menu(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    written = await loopback.say("U1", PITCH, channel="C1")
    async with tact_on(loopback, tmp_path):
        answer = await loopback.menu("U1", "Check etiquette", written)
    assert answer.private
    assert "Discord" in answer.text


async def test_with_somebody_elses_message_a_reply_is_drafted_and_they_are_not_judged(
    loopback: LoopbackDiscord, tmp_path: Path
) -> None:
    written = await loopback.say("U2", PITCH, channel="C1")
    async with tact_on(loopback, tmp_path):
        opened = await loopback.menu("U1", "Check etiquette", written)
        assert opened.modal is not None
        assert opened.modal["title"] == "Your reply, before it goes out"
        answer = await loopback.submit(
            opened, {"draft": "What a stupid question, read the manual", "relation": ["public"]}
        )
    assert "reply in a thread" in answer.text
    assert PITCH not in answer.text


async def test_a_message_without_words_is_said_to_be_so(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    written = await loopback.say("U1", "", channel="C1")
    async with tact_on(loopback, tmp_path):
        answer = await loopback.menu("U1", "Check etiquette", written)
        await loopback.dm("U1", " ")
        [reply] = await loopback.messages(channel="@U1", author="tact", at_least=1)
    assert "no words Tact can read" in answer.text
    assert "no words in that message" in reply.text


async def test_choices_are_offered_by_code_and_in_words(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    async with tact_on(loopback, tmp_path):

        async def offered(command: str, option: str, typed: str) -> list[str]:
            answer = await loopback.autocomplete("U1", command, {option: typed}, option, channel="C1")
            return [choice["value"] for choice in answer.choices]

        assert await offered("tact check", "network", "tech") == ["mvp"]
        assert (await offered("tact check", "network", "li"))[0] == "linkedin"
        assert await offered("tact purpose", "purpose", "brand") == ["brand"]
        assert "Europe/Berlin" in await offered("tact tips", "zone", "berl")
        assert "Europe/Berlin" in await offered("tact tips", "zone", "")
        assert await offered("tact tips", "hour", "09") == ["09:00"]
        assert await offered("tact help", "topic", "linked") == ["linkedin"]


async def test_what_is_said_in_one_server_is_known_in_another_and_in_messages(
    loopback: LoopbackDiscord, tmp_path: Path
) -> None:
    await loopback.add_guild("G2", channels=["C2"], members=["U1"])
    async with tact_on(loopback, tmp_path):
        await loopback.slash("U1", "tact purpose", {"purpose": "brand"}, guild="G1", channel="C1")
        elsewhere = await loopback.slash("U1", "tact purpose", guild="G2", channel="C2")
        await loopback.dm("U1", "purpose")
        [reply] = await loopback.messages(channel="@U1", author="tact", at_least=1)
    for text in (elsewhere.text, reply.text):
        assert "personal or product brand" in text


async def test_in_the_own_chat_answers_are_plain_and_everywhere_else_ephemeral(
    loopback: LoopbackDiscord, tmp_path: Path
) -> None:
    await loopback.add_guild("foreign", channels=["there"], members=["U3"], installed=False)
    await loopback.add_conversation("friends", ["U3", "U4"])
    await loopback.change_user("U3", installed=True)
    async with tact_on(loopback, tmp_path):
        private = {
            where: (await loopback.slash("U3", "tact help", channel=where)).private
            for where in ("there", "friends", "")
        }
    assert private == {"there": True, "friends": True, "": False}


async def test_the_own_page_is_shown(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    async with tact_on(loopback, tmp_path):
        page = await loopback.slash("U1", "tact home", channel="C1")
        assert page.private
        assert page.message is not None
        data = await loopback.click(page.message, page.message.buttons["My data"], "U1")
    assert data.private


async def test_commands_of_admins_are_offered_to_admins_in_servers(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    await loopback.change_user("U2", permissions=ORDINARY | MANAGE_GUILD)
    async with tact_on(loopback, tmp_path):
        with pytest.raises(Impossible, match="lacks the permission"):
            await loopback.slash("U1", "tact-admin charter", {"sentences": "No ads."}, channel="C1")
        with pytest.raises(Impossible, match="not offered"):
            await loopback.slash("U2", "tact-admin charter", {"sentences": "No ads."})
        answer = await loopback.slash("U2", "tact-admin charter", {"sentences": "No ads."}, channel="C1")
    assert answer.private


def test_a_double_click_is_one_also_when_a_moment_ends_between_its_halves() -> None:
    def click(at: float, user: int = 1) -> Any:
        when = datetime.fromtimestamp(at, UTC)
        return SimpleNamespace(created_at=when, user=SimpleNamespace(id=user), message=SimpleNamespace(id=7), id=8)

    first = clicks_of(click(1000.0 * DOUBLE_CLICK - 0.01), "help")
    second = clicks_of(click(1000.0 * DOUBLE_CLICK + 0.01), "help")
    assert second[0] == first[1]
    assert clicks_of(click(1000.0 * DOUBLE_CLICK, user=2), "help")[0] not in (*first, *second)
    assert clicks_of(click(1002.0 * DOUBLE_CLICK), "help")[0] not in (*first, *second)
    assert "help" not in first[0]
