"""The loopback Discord, tried with the real discord.py: what people do, and what they see."""

from __future__ import annotations

import asyncio
import io

import discord
import pytest

from tests.platforms.example_discord_bot import Bot, running
from tests.servers.discord_platform.client import LoopbackDiscord
from tests.servers.discord_platform.errors import Impossible
from tests.servers.discord_platform.limits import VERSION2
from tests.servers.discord_platform.settings import Intents
from tests.servers.discord_platform.world import MANAGE_GUILD, ORDINARY

pytest_plugins = ["tests.servers.discord_platform.fixtures"]


async def heard(bot: Bot, *what: str, deadline: float = 5.0) -> None:
    """Waits until the bot heard something."""
    async with asyncio.timeout(deadline):
        while what not in bot.heard:
            await asyncio.sleep(0.005)


async def test_a_bot_logs_in_registers_its_commands_and_sees_its_guilds(loopback: LoopbackDiscord) -> None:
    await loopback.add_guild("foreign", channels=["there"], installed=False)
    async with running(loopback.address) as bot:
        await loopback.ready()
        assert [guild.name for guild in bot.guilds] == ["G1"]
        assert [channel.name for channel in bot.guilds[0].text_channels] == ["C1"]
        await loopback.add_guild("G2", channels=["C2"], members=["U1"])
        await heard(bot, "joined", "G2")
    names = [(command["name"], command["type"]) for command in await loopback.commands()]
    assert names == [("tact", 1), ("admin", 1), ("Look up", 2), ("Check etiquette", 3)]
    [gone] = await loopback.happened("disconnect")
    assert gone["code"] == 1000
    assert await loopback.sessions() == []


async def test_a_command_is_answered_for_one_person_only(loopback: LoopbackDiscord) -> None:
    async with running(loopback.address):
        answer = await loopback.slash("U1", "tact ping", guild="G1", channel="C1")
    assert (answer.kind, answer.text, answer.private) == ("message", "pong", True)
    assert answer.acked_ms is not None
    assert 0 < answer.acked_ms < 3000
    [seen] = await loopback.messages(channel="C1")
    assert (seen.only_for, seen.author, seen.interaction) == ("U1", "tact", answer.interaction)


async def test_a_deferred_answer_is_awaited_and_followed_up(loopback: LoopbackDiscord) -> None:
    async with running(loopback.address):
        answer = await loopback.slash("U1", "tact check", {"text": "hi", "place": "blog"}, channel="C1")
        await loopback.messages(contains="more", only_for="U1", at_least=1)
    assert (answer.text, answer.private) == ("blog: hi", True)
    assert answer.settled_ms is not None
    assert answer.acked_ms is not None
    assert answer.settled_ms > answer.acked_ms
    thinking, *_ = await loopback.happened("message")
    assert (thinking["loading"], thinking["content"]) == (True, "")


async def test_a_followup_takes_the_place_of_thinking_and_stays_private(loopback: LoopbackDiscord) -> None:
    async with running(loopback.address):
        answer = await loopback.slash("U1", "tact think", channel="C1")
    assert (answer.text, answer.private) == ("thought", True)
    assert len(await loopback.messages()) == 1


async def test_choices_are_offered_while_typing(loopback: LoopbackDiscord) -> None:
    async with running(loopback.address):
        answer = await loopback.autocomplete("U1", "tact check", {"text": "hi", "place": "b"}, "place", channel="C1")
    assert answer.choices == [{"name": "blog", "value": "blog"}]


async def test_a_form_is_opened_filled_in_and_sent(loopback: LoopbackDiscord) -> None:
    async with running(loopback.address):
        opened = await loopback.slash("U1", "tact draft", channel="C1")
        assert opened.modal is not None
        assert opened.modal["title"] == "Check a draft"
        with pytest.raises(Impossible, match="'text' must be filled in"):
            await loopback.submit(opened, {"place": ["x"]})
        with pytest.raises(Impossible, match="no field nowhere"):
            await loopback.submit(opened, {"text": "mine", "nowhere": "?"})
        answer = await loopback.submit(opened, {"text": "mine", "place": ["blog"]})
    assert (answer.text, answer.private) == ("blog: mine", True)


async def test_a_button_still_works_after_a_restart(loopback: LoopbackDiscord) -> None:
    async with running(loopback.address):
        tip = (await loopback.slash("U1", "tact tip", channel="C1")).message
    assert tip is not None
    assert tip.buttons == {"Snooze": "snooze:4"}
    failed = await loopback.click(tip, tip.buttons["Snooze"], "U1")
    assert (failed.kind, failed.failed) == ("failed", "no session is connected or may be resumed")
    async with running(loopback.address):
        answer = await loopback.click(tip, tip.buttons["Snooze"], "U2")
        with pytest.raises(Impossible, match="there is nothing"):
            await loopback.click(tip, "snooze:4", "U1")
    assert answer.kind == "update"
    assert answer.message is not None
    assert (answer.message.id, answer.text, answer.message.edited) == (tip.id, "snoozed 4 h", True)


async def test_a_select_and_options_that_name_people_and_channels(loopback: LoopbackDiscord) -> None:
    async with running(loopback.address):
        answer = await loopback.slash("U1", "tact choose", {"person": "U2", "there": "C1"}, channel="C1")
        with pytest.raises(Impossible, match="does not offer email"):
            await loopback.click(answer.message, "choice", "U1", values=["email"])
        chosen = await loopback.click(answer.message, "choice", "U1", values=["blog"])
    assert (answer.text, chosen.text) == ("U2 in C1", "chose blog")


async def test_what_changes_and_goes_is_heard(loopback: LoopbackDiscord) -> None:
    async with running(loopback.address) as bot:
        said = await loopback.dm("U1", "befor")
        await loopback.edit("U1", said, "before")
        with pytest.raises(Impossible, match="U2 did not write"):
            await loopback.edit("U2", said, "not mine")
        await loopback.remove(said)
        await loopback.add_channel("C2", "G1", topic="old")
        await loopback.change_channel("C2", topic="new")
        await loopback.remove_channel("C2")
        await loopback.remove_guild("G1")
        await heard(bot, "removed from", "G1")
        with pytest.raises(discord.Forbidden, match="50001"):
            await bot.fetch_channel(int((await loopback.channels())["C1"]))
    assert bot.heard == [
        ("message", "befor"), ("edited", "before"), ("deleted", said.id), ("topic", "old", "new"),
        ("deleted channel", "C2"), ("removed from", "G1"),
    ]  # fmt: skip


async def test_an_ephemeral_message_can_only_be_clicked_by_its_reader(loopback: LoopbackDiscord) -> None:
    async with running(loopback.address):
        answer = await loopback.slash("U1", "tact ping", channel="C1")
        with pytest.raises(Impossible, match="U2 does not see"):
            await loopback.click(answer.message, "anything", "U2")


async def test_components_of_the_second_version_are_shown(loopback: LoopbackDiscord) -> None:
    async with running(loopback.address):
        answer = await loopback.slash("U1", "tact panel", channel="C1")
    assert answer.message is not None
    assert answer.message.flags & VERSION2
    assert (answer.text, answer.message.buttons) == ("## Tip", {"OK": "panel"})


async def test_every_text_of_a_message_is_read(loopback: LoopbackDiscord) -> None:
    embed = discord.Embed(title="Adjust", description="why").add_field(name="Say", value="this").set_footer(text="end")
    async with running(loopback.address) as bot:
        await bot.guilds[0].text_channels[0].send("hello", embed=embed)
    [seen] = await loopback.messages(channel="C1")
    assert seen.text == "hello\nAdjust\nwhy\nSay\nthis\nend"


async def test_a_menu_entry_brings_the_message_without_any_intent(loopback: LoopbackDiscord) -> None:
    async with running(loopback.address, discord.Intents.none()):
        written = await loopback.say("U2", "hi there", channel="C1")
        answer = await loopback.menu("U1", "Check etiquette", written)
        looked = await loopback.menu("U1", "Look up", written, target="U2")
    assert (answer.text, answer.private) == ("read: hi there", True)
    assert looked.text == "looked up U2"


@pytest.mark.parametrize(("content", "text"), [(False, ""), (True, "what I wrote")])
async def test_messages_are_blank_without_the_content_intent(
    loopback: LoopbackDiscord, content: bool, text: str
) -> None:
    intents = discord.Intents(guilds=True, guild_messages=True, message_content=content)
    async with running(loopback.address, intents) as bot:
        await loopback.say("U1", "what I wrote", channel="C1")
        mention = f"<@{bot.application_id}> hello"
        await loopback.say("U1", mention, channel="C1")
        await heard(bot, "message", mention)
    assert bot.heard == [("message", text), ("message", mention)]


async def test_a_dm_is_heard_and_answered(loopback: LoopbackDiscord) -> None:
    async with running(loopback.address, discord.Intents(dm_messages=True)):
        written = await loopback.dm("U1", "hello")
        [reply] = await loopback.messages(channel="@U1", author="tact", at_least=1)
        assert (await loopback.slash("U1", "tact ping")).text == "pong"
    assert (reply.content, reply.guild) == ("you said: hello", "")
    assert int(reply.id) > int(written.id)


async def test_an_app_of_ones_own_works_where_the_bot_is_not(loopback: LoopbackDiscord) -> None:
    await loopback.add_guild("foreign", channels=["there"], members=["U3"], installed=False)
    await loopback.add_conversation("friends", ["U3", "U4"])
    async with running(loopback.address, discord.Intents.none()):
        with pytest.raises(Impossible, match="not installed here"):
            await loopback.slash("U3", "tact ping", channel="there")
        await loopback.change_user("U3", installed=True)
        for place in ("there", "friends"):
            assert (await loopback.slash("U3", "tact whose", channel=place)).text == "guild False, user True"
        assert (await loopback.slash("U1", "tact whose", channel="C1")).text == "guild True, user False"


async def test_an_admin_command_is_offered_to_admins_in_guilds(loopback: LoopbackDiscord) -> None:
    await loopback.change_user("U2", permissions=ORDINARY | MANAGE_GUILD, locale="de")
    async with running(loopback.address):
        with pytest.raises(Impossible, match="U1 lacks the permission"):
            await loopback.slash("U1", "admin charter", channel="C1")
        with pytest.raises(Impossible, match="not offered in this kind of channel"):
            await loopback.slash("U2", "admin charter")
        answer = await loopback.slash("U2", "admin charter", channel="C1")
    assert answer.text == "de True"


async def test_a_picture_arrives_with_its_description(loopback: LoopbackDiscord) -> None:
    async with running(loopback.address) as bot:
        picture = discord.File(io.BytesIO(b"not really"), "chart.png", description="Do and don't")
        sent = await bot.guilds[0].text_channels[0].send("look", file=picture)
        [seen] = await loopback.messages(channel="C1")
        assert (seen.attachments[0]["filename"], seen.attachments[0]["description"]) == ("chart.png", "Do and don't")
        assert await loopback.file(seen.attachments[0]) == b"not really"
        for kept in (sent.attachments, []):
            await sent.edit(attachments=kept)
            [seen] = await loopback.messages(channel="C1")
            assert len(seen.attachments) == len(kept)


async def test_only_what_is_allowed_pings(loopback: LoopbackDiscord) -> None:
    async with running(loopback.address) as bot:
        channel = bot.guilds[0].text_channels[0]
        user = await loopback.add_user("U5")
        await channel.send(f"@everyone <@{user}>")
        await channel.send(f"@everyone <@{user}>", allowed_mentions=discord.AllowedMentions(users=True, everyone=True))
        edited = await channel.send("calm")
        await edited.edit(content="@here", allowed_mentions=discord.AllowedMentions.all())
    pings = [seen.pings for seen in await loopback.messages(channel="C1")]
    assert pings == [[], ["U5", "@everyone"], ["@everyone"]]


async def test_shards_get_their_own_guilds_and_the_first_the_dms(loopback: LoopbackDiscord) -> None:
    await loopback.add_guild("even", channels=["C-even"], members=["U1"], shard=(0, 2))
    await loopback.add_guild("odd", channels=["C-odd"], members=["U1"], shard=(1, 2))
    intents = discord.Intents(guilds=True, messages=True, message_content=True)
    async with running(loopback.address, intents, shard_count=2) as bot:
        sessions = {tuple(session["shard"]): session for session in await loopback.sessions()}
        assert set(sessions) == {(0, 2), (1, 2)}
        before = {shard: session["sequence"] for shard, session in sessions.items()}
        await loopback.say("U1", "on the second", channel="C-odd")
        await loopback.dm("U1", "on the first")
        await heard(bot, "message", "on the second")
        await loopback.messages(channel="@U1", author="tact", at_least=1)
        assert (await loopback.slash("U1", "tact ping", channel="C-odd")).text == "pong"
        after = {tuple(session["shard"]): session["sequence"] for session in await loopback.sessions()}
    assert {shard: after[shard] - before[shard] for shard in after} == {(0, 2): 2, (1, 2): 2}


async def test_intents_are_what_the_bot_asked_for(loopback: LoopbackDiscord) -> None:
    async with running(loopback.address, discord.Intents(dm_messages=True)):
        [session] = await loopback.sessions()
        await loopback.say("U1", "not for you", channel="C1")
        assert (await loopback.sessions())[0]["sequence"] == session["sequence"]
    assert session["intents"] == Intents.DIRECT_MESSAGES
