"""Tact on Discord, as people meet it: commands, direct messages, the menu, forms and buttons."""

from __future__ import annotations

from pathlib import Path

from tests.platforms.discord_serving import tact_on
from tests.servers.discord_platform.client import LoopbackDiscord

pytest_plugins = ["tests.servers.discord_platform.fixtures"]

PITCH = "Hi! I help bakers double their income, book a free audit today"


async def test_a_draft_is_checked_in_a_server_for_one_pair_of_eyes(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    async with tact_on(loopback, tmp_path):
        options = {"draft": PITCH, "network": "linkedin", "delivery": "dm", "relation": "stranger"}
        answer = await loopback.slash("U1", "tact check", options, guild="G1", channel="C1")
    assert answer.private
    assert "Avoid here" in answer.text


async def test_free_text_in_a_direct_message_is_a_check(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    async with tact_on(loopback, tmp_path):
        await loopback.dm("U1", f"check on linkedin as a dm to a stranger: {PITCH}")
        [reply] = await loopback.messages(channel="@U1", author="tact", at_least=1)
    assert "Avoid here" in reply.text
