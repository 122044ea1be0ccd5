"""Norms of a server on Discord: a filled form, a preview before anything is kept, and a poll that lives on over a restart."""

from __future__ import annotations

from pathlib import Path

import discord

from tests.platforms.discord_serving import Tact, tact_on
from tests.servers.discord_platform.answers import Answer
from tests.servers.discord_platform.client import LoopbackDiscord

pytest_plugins = ["tests.servers.discord_platform.fixtures"]

TOOL = "I wrote a small tool for beekeepers, have a look: https://hive.example"


async def work(tact: Tact) -> None:
    assert tact.platform.sender is not None
    await tact.service.duties({"discord": tact.platform.sender}).once()


def button(answer: Answer, label: str) -> str:
    assert answer.message is not None
    return answer.message.buttons[label]


async def test_the_form_is_filled_and_its_words_are_shown_before_they_are_kept(
    loopback: LoopbackDiscord, tmp_path: Path
) -> None:
    await loopback.change_channel("C1", topic="- Memes are welcome")
    async with tact_on(loopback, tmp_path):
        await loopback.change_user("U2", permissions=discord.Permissions(manage_guild=True).value)
        topic = await loopback.slash("U2", "tact-admin charter", {"norm": "import"}, channel="C1")
        assert "“Memes are welcome” is read as: **welcome**" in topic.text
        empty = await loopback.slash("U2", "tact-admin charter", channel="C1")
        shown = await loopback.submit(empty, {"sentences": "# Rules\n1. No ads\n2. Be nice"})
        assert shown.private
        assert "Nothing was changed" in shown.text
        assert "hard to hold anybody to" in shown.text
        kept = await loopback.click(shown.message, button(shown, "Keep these words"), "U2")
        assert "version 1" in kept.text
        filled = await loopback.slash("U2", "tact-admin charter", channel="C1")
        assert "No ads\\nBe nice" in str(filled)
        other = await loopback.slash("U1", "tact charter", channel="C1")
        assert "Change the words" not in (other.message.buttons if other.message else {})


async def test_a_poll_is_posted_voted_on_over_a_restart_and_replaced_by_its_result(
    loopback: LoopbackDiscord, tmp_path: Path
) -> None:
    voters = ["U1", "U3", "U4", "U5", "U6", "U7"]
    for user in voters:
        await loopback.join(user, "G1")
    async with tact_on(loopback, tmp_path) as tact:
        await loopback.change_user("U2", permissions=discord.Permissions(manage_guild=True).value)
        shown = await loopback.slash("U2", "tact poll", {"case": TOOL}, channel="C1")
        assert shown.private
        posted = await loopback.click(shown.message, button(shown, "Post it here"), "U2")
        assert posted.private
        await work(tact)
        [poll] = await loopback.messages(channel="C1", author="tact", only_for="", at_least=1)
        assert list(poll.buttons) == ["Fine", "Borderline", "Foul"]
        for user in voters[:3]:
            assert "Noted: **Foul**" in (await loopback.click(poll, poll.buttons["Foul"], user)).text
    async with tact_on(loopback, tmp_path) as tact:
        for user in voters[2:]:
            noted = await loopback.click(poll, poll.buttons["Fine"], user)
            assert noted.private
        assert "6 people have voted" in noted.text
        assert "ends now" in (await loopback.slash("U2", "tact poll", {"wish": "close 1"}, channel="C1")).text
        await work(tact)
        [result] = await loopback.messages(channel="C1", author="tact", only_for="")
        assert result.id == poll.id
        assert "Most find it fine: of 6 votes" in result.text
        assert result.buttons == {}
        listed = await loopback.slash("U2", "tact poll", channel="C1")
        preview = await loopback.click(listed.message, button(listed, "Show the line (1)"), "U2")
        assert "“Own projects are welcome” is read as: **welcome**" in preview.text
