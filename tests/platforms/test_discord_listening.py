"""Channels that are coached: only where who manages the server switched it on, only people who met Tact, never the text."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.model import EntryKind, Person
from tests.platforms.discord_serving import tact_on
from tests.servers.discord_platform.client import LoopbackDiscord
from tests.servers.discord_platform.errors import Impossible
from tests.servers.discord_platform.world import MANAGE_GUILD, ORDINARY

pytest_plugins = ["tests.servers.discord_platform.fixtures"]

HELPING = "You need to set PYTHONPATH before you start it, then the import works; here is how: export PYTHONPATH=. and try again"


async def test_coaching_is_offered_only_where_the_operator_allows_it(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    await loopback.change_user("U2", permissions=ORDINARY | MANAGE_GUILD)
    async with tact_on(loopback, tmp_path):
        with pytest.raises(Impossible, match="There is no 'listen'"):
            await loopback.slash("U2", "tact-admin listen", {"listening": "on"}, channel="C1")


async def test_who_manages_the_server_switches_it_on_and_off(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    await loopback.change_user("U2", permissions=ORDINARY | MANAGE_GUILD)
    await loopback.call("add_channel", name="C2", guild="G1", topic="")
    async with tact_on(loopback, tmp_path, DISCORD_LISTEN="1"):

        async def said(listening: str, channel: str = "C1") -> str:
            options = {"listening": listening} if listening else {}
            answer = await loopback.slash("U2", "tact-admin listen", options, channel=channel)
            assert answer.private
            return answer.text

        assert "does not listen" in await said("")
        assert "coaches in this channel now" in await said("on")
        assert "coaches in this channel now" in await said("")
        assert "does not listen" in await said("", channel="C2")
    async with tact_on(loopback, tmp_path, DISCORD_LISTEN="1"):
        assert "coaches in this channel now" in await said("")
        assert "does not listen" in await said("off")
        assert "does not listen" in await said("")


async def test_gives_are_noticed_there_of_people_who_met_tact(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    guild = await loopback.add_guild("G3", channels=["C3", "C4"], members=["U2"])
    await loopback.change_user("U2", permissions=ORDINARY | MANAGE_GUILD)
    people = {name: Person("discord", await loopback.add_user(name)) for name in ("Ana", "Ben")}
    for name in people:
        await loopback.call("join", user=name, guild="G3")
    async with tact_on(loopback, tmp_path, DISCORD_LISTEN="1") as tact:
        await loopback.slash("U2", "tact-admin listen", {"listening": "on"}, channel="C3")
        await loopback.dm("Ana", "help")
        await loopback.messages(channel="@Ana", author="tact", at_least=1)
        await loopback.say("Ben", HELPING, channel="C3")  # never met Tact, and could not be told
        await loopback.say("Ana", HELPING, channel="C4")  # not coached
        await loopback.say("Ana", HELPING, channel="C3")
        await loopback.repeat(3)
        await react(loopback, guild, people["Ana"].user, "🙏")
        await loopback.dm("Ana", "balance")
        _, balance = await loopback.messages(channel="@Ana", author="tact", at_least=2)
        since = tact.began - timedelta(days=1)
        assert [entry.kind for entry in await tact.service.store.ledger.since(people["Ana"], since)] == [
            EntryKind.GAVE
        ] * 2
        assert await tact.service.store.ledger.since(people["Ben"], since) == ()
    assert await loopback.messages(channel="C3", author="tact", only_for="") == []
    for file in tmp_path.iterdir():
        assert b"PYTHONPATH" not in file.read_bytes()
    assert balance.content


async def react(loopback: LoopbackDiscord, guild: str, user: str, emoji: str) -> None:
    """Somebody reacts to a message of somebody else's in channel C3."""
    channel = (await loopback.call("channels"))["C3"]
    body = {
        "user_id": user, "channel_id": channel, "guild_id": guild, "message_id": "77", "message_author_id": "78", "burst": False,
        "type": 0, "emoji": {"id": None, "name": emoji},
        "member": {"user": {"id": user, "username": "x", "discriminator": "0", "avatar": None}, "roles": [], "flags": 0,
                   "joined_at": "2026-01-01T00:00:00+00:00", "deaf": False, "mute": False},
    }  # fmt: skip
    await loopback.dispatch("MESSAGE_REACTION_ADD", body)
