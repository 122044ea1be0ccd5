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
        self.tree = app_commands.CommandTree(
            self,
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
        )
        _commands(self, self.tree)

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Snooze)
        await self.tree.sync()

    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot:
            return
        self.heard.append(("message", message.content))
        if isinstance(message.channel, discord.DMChannel):
            await message.channel.send(f"you said: {message.content}")

    async def on_guild_join(self, guild: discord.Guild) -> None:
        self.heard.append(("joined", guild.name))


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

    @tact.command(description="opens a form")
    async def draft(i: discord.Interaction[Bot]) -> None:
        await i.response.send_modal(Draft())

    @tact.command(description="has a button")
    async def tip(i: discord.Interaction[Bot]) -> None:
        view = discord.ui.View(timeout=None)
        view.add_item(Snooze("4"))
        await i.response.send_message("tip", view=view)

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

    admin = app_commands.Group(
        name="admin", description="for admins", guild_only=True, default_permissions=discord.Permissions(manage_guild=True)
    )  # fmt: skip
    tree.add_command(admin)

    @admin.command(description="answers admins")
    async def charter(i: discord.Interaction[Bot]) -> None:
        await i.response.send_message(f"{i.locale} {i.permissions.manage_guild}", ephemeral=True)

    @tree.context_menu(name="Check etiquette")
    async def etiquette(i: discord.Interaction[Bot], message: discord.Message) -> None:
        await i.response.send_message(f"read: {message.content}", ephemeral=True)


@asynccontextmanager
async def running(
    address: Address, *, intents: discord.Intents | None = None, token: str = TOKEN, **more: Any
) -> AsyncIterator[Bot]:
    """A bot that is ready; closed at the end as a well-behaved one is."""
    discord.http.Route.BASE = address.rest
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(address.gateway)
    bot = Bot(intents or discord.Intents(guilds=True, messages=True), **more)
    task = asyncio.create_task(bot.start(token))
    ready = asyncio.create_task(_ready(bot))
    try:
        await asyncio.wait({task, ready}, timeout=15, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        assert ready.done()
        yield bot
    finally:
        ready.cancel()
        await bot.close()
        task.cancel()
        await asyncio.gather(task, ready, return_exceptions=True)


async def _ready(bot: Bot) -> None:
    while not hasattr(bot, "_ready") or isinstance(bot._ready, type(discord.utils.MISSING)):
        await asyncio.sleep(0.005)  # the event exists once login is done
    await bot.wait_until_ready()
