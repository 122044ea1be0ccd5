"""A small bot on the real discord.py, with one of everything: what the loopback Discord is tried with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import discord
import yarl
from discord import app_commands

from tests.servers.discord_platform.process import Address
from tests.servers.discord_platform.settings import TOKEN


class Snooze(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"snooze:(?P<hours>\d+)"):
    """A button that survives a restart."""

    def __init__(self, hours: str) -> None:
        super().__init__(discord.ui.Button(label="Snooze", custom_id=f"snooze:{hours}"))
        self.hours = hours

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: Any, match: Any) -> Snooze:
        return cls(match["hours"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.edit_message(content=f"snoozed {self.hours} h", view=None)


class Choice(discord.ui.Select[Any]):
    def __init__(self) -> None:
        super().__init__(custom_id="choice", options=[discord.SelectOption(label=x) for x in ("x", "blog")])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message(f"chose {self.values[0]}", ephemeral=True)


class Draft(discord.ui.Modal, title="Check a draft"):
    text: Any = discord.ui.TextInput(
        label="Draft", style=discord.TextStyle.paragraph, custom_id="text", max_length=4000
    )
    place: Any = discord.ui.Label(
        text="Network",
        component=discord.ui.Select(custom_id="place", options=[discord.SelectOption(label=x) for x in ("x", "blog")]),
    )

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        said = f"{self.place.component.values[0]}: {self.text.value}"
        await interaction.response.send_message(said, ephemeral=True)


class Panel(discord.ui.LayoutView):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        button: Any = discord.ui.Button(label="OK", custom_id="panel")
        self.add_item(discord.ui.Container(discord.ui.TextDisplay("## Tip"), discord.ui.ActionRow(button)))


class Bot(discord.AutoShardedClient):
    """Answers everything it is asked and notes what it hears."""

    def __init__(self, intents: discord.Intents, **more: Any) -> None:
        cache = discord.MemberCacheFlags.none()
        more = {"guild_ready_timeout": 0.05, "member_cache_flags": cache, "chunk_guilds_at_startup": False, **more}
        super().__init__(intents=intents, max_messages=None, allowed_mentions=discord.AllowedMentions.none(), **more)
        self.heard: list[tuple[str, ...]] = []
        self.slow = 0.0
        self.up = asyncio.Event()
        self.tree = app_commands.CommandTree(
            self,
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
        )
        _commands(self, self.tree)

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Snooze)
        await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """No pause of five seconds between IDENTIFYs."""

    async def on_ready(self) -> None:
        self.up.set()

    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot:
            return
        self.heard.append(("message", message.content))
        if isinstance(message.channel, discord.DMChannel):
            await message.channel.send(f"you said: {message.content}")

    async def on_guild_join(self, guild: discord.Guild) -> None:
        self.heard.append(("joined", guild.name))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        self.heard.append(("removed from", guild.name))

    async def on_guild_channel_update(self, before: Any, after: Any) -> None:
        self.heard.append(("topic", before.topic or "", after.topic))

    async def on_guild_channel_delete(self, channel: Any) -> None:
        self.heard.append(("deleted channel", channel.name))

    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        self.heard.append(("edited", event.message.content))

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        self.heard.append(("deleted", str(event.message_id)))


def _commands(bot: Bot, tree: app_commands.CommandTree[Bot]) -> None:
    tact = app_commands.Group(name="tact", description="Tact")
    tree.add_command(tact)

    @tact.command(description="answers at once")
    async def ping(i: discord.Interaction[Bot]) -> None:
        await i.response.send_message("pong", ephemeral=True)

    @tact.command(description="thinks first")
    async def check(i: discord.Interaction[Bot], text: app_commands.Range[str, 1, 6000], place: str = "x") -> None:
        await i.response.defer(ephemeral=True, thinking=True)
        await i.edit_original_response(content=f"{place}: {text}")
        await i.followup.send("more", ephemeral=True)

    @check.autocomplete("place")
    async def places(i: discord.Interaction[Bot], typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=n, value=n) for n in ("x", "blog", "email") if n.startswith(typed)]

    @tact.command(description="thinks, and answers by a followup")
    async def think(i: discord.Interaction[Bot]) -> None:
        await i.response.defer(ephemeral=True, thinking=True)
        await i.followup.send("thought")

    @tact.command(description="says through whose installation it was asked")
    async def whose(i: discord.Interaction[Bot]) -> None:
        await i.response.send_message(f"guild {i.is_guild_integration()}, user {i.is_user_integration()}")

    @tact.command(description="opens a form")
    async def draft(i: discord.Interaction[Bot]) -> None:
        await i.response.send_modal(Draft())

    @tact.command(description="has a button")
    async def tip(i: discord.Interaction[Bot]) -> None:
        view = discord.ui.View(timeout=None)
        view.add_item(Snooze("4"))
        await i.response.send_message("tip", view=view)

    @tact.command(description="has a select, and takes a person and a channel")
    async def choose(i: discord.Interaction[Bot], person: discord.User, there: discord.TextChannel) -> None:
        view = discord.ui.View()
        view.add_item(Choice())
        await i.response.send_message(f"{person.name} in {there.name}", view=view, ephemeral=True)

    @tact.command(description="has components of the second version")
    async def panel(i: discord.Interaction[Bot]) -> None:
        await i.response.send_message(view=Panel())

    @tact.command(description="is too slow")
    async def late(i: discord.Interaction[Bot]) -> None:
        await asyncio.sleep(bot.slow)
        try:
            await i.response.send_message("late")
        except discord.NotFound as error:
            bot.heard.append(("late", str(error.code)))

    in_guilds = app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False)
    may = discord.Permissions(manage_guild=True)
    admin = app_commands.Group(
        name="admin", description="for admins", allowed_contexts=in_guilds, default_permissions=may
    )
    tree.add_command(admin)

    @admin.command(description="answers admins")
    async def charter(i: discord.Interaction[Bot]) -> None:
        await i.response.send_message(f"{i.locale} {i.permissions.manage_guild}", ephemeral=True)

    @tree.context_menu(name="Look up")
    async def look_up(i: discord.Interaction[Bot], person: discord.User) -> None:
        await i.response.send_message(f"looked up {person.name}", ephemeral=True)

    @tree.context_menu(name="Check etiquette")
    async def etiquette(i: discord.Interaction[Bot], message: discord.Message) -> None:
        await i.response.send_message(f"read: {message.content}", ephemeral=True)


@asynccontextmanager
async def running(address: Address, intents: discord.Intents | None = None, **more: Any) -> AsyncIterator[Bot]:
    """A bot that is ready; closed at the end as a well-behaved one is."""
    bot, task = start(address, intents, **more)
    up = asyncio.create_task(bot.up.wait())
    try:
        await asyncio.wait({task, up}, timeout=10, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        assert bot.up.is_set()
        yield bot
    finally:
        await bot.close()
        for one in (task, up):
            one.cancel()
        await asyncio.gather(task, up, return_exceptions=True)


def start(
    address: Address, intents: discord.Intents | None = None, token: str = TOKEN, **more: Any
) -> tuple[Bot, asyncio.Task[None]]:
    """A bot on its way, and the task it lives in."""
    bot = aimed(address, intents, **more)
    return bot, asyncio.create_task(bot.start(token))


def aimed(address: Address, intents: discord.Intents | None = None, **more: Any) -> Bot:
    """A bot that will go to a loopback Discord."""
    discord.http.Route.BASE = address.rest
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(address.gateway)  # a fixed shard_count asks nobody
    return Bot(intents or discord.Intents(guilds=True, messages=True), **more)
