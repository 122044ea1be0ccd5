"""The commands as Discord lists them, built from `prompts/discord.toml`: a new one is a few lines there.

Each turns its options into the command text that every surface understands; none of them knows what it means.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from inspect import Parameter, Signature
from typing import Any

import discord
from discord import app_commands

from adapters.discord.answering import Answering
from adapters.discord.forms import form_named
from adapters.discord.incoming import Interaction
from adapters.discord.lines import offers, options_of, say
from adapters.discord.rooms import Rooms
from adapters.discord.words import CommandWords, Kind, Named, Words
from bot.language import known_in, speak
from bot.wording import Wording

TEXT_LIMIT = 6_000
"""Characters of a slash command's option (Discord, application commands)."""
WORD_LIMIT = 100
EVERYWHERE = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
IN_SERVERS = app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False)
BY_ALL = app_commands.AppInstallationType(guild=True, user=True)
BY_SERVERS = app_commands.AppInstallationType(guild=True, user=False)
Callback = Callable[..., Coroutine[Any, Any, None]]


class Tree(app_commands.CommandTree[Any]):
    """Tact's commands."""

    def __init__(
        self, client: discord.Client, answering: Answering, rooms: Rooms | None, words: Words, wording: Wording
    ) -> None:
        super().__init__(client, allowed_installs=BY_ALL, allowed_contexts=EVERYWHERE)
        self._answering = answering
        self._rooms = rooms
        self.words = words
        self._wording = wording
        everybody = _group(words.group)
        admins = _group(words.admin, IN_SERVERS, BY_SERVERS, discord.Permissions(manage_guild=True))
        for group, commands in ((everybody, words.commands), (admins, words.admin_commands)):
            for name, command in commands.items():
                if command.listens and rooms is None:
                    continue
                group.add_command(self._command(name, command, group))
            self.add_command(group)
        self.add_command(app_commands.ContextMenu(name=words.menu, callback=self._menu()))

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Discord's own words are said in the language of the person's Discord; each command runs in a task of its own."""
        speak(known_in(interaction.locale.value))
        return True

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError) -> None:
        """What Discord still lists from another version is said to the coach, who names what is nearest."""
        if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
            await self._answering.said(interaction, _spelled(interaction))
        else:
            await self._answering.failed(interaction, error)

    def _command(
        self, name: str, command: CommandWords, group: app_commands.Group
    ) -> app_commands.Command[Any, ..., None]:
        async def run(interaction: Interaction, **given: str | None) -> None:
            if command.home:
                await self._answering.home(interaction)
            elif command.listens and self._rooms is not None:
                await self._rooms.switch(interaction, say(command.line, given))
            elif command.form and not any(given.values()):
                form = form_named(command.form, self.words, self._wording)
                await self._answering.open_form(interaction, form)
            else:
                said = say(command.line, given) if any(given.values()) or not command.empty else command.empty
                await self._answering.said(interaction, said, reach=command.reach)

        options = {option: self.words.options[option] for option in options_of(command.line)}
        kinds = {option: app_commands.Range[str, 1, TEXT_LIMIT if words.kind is Kind.TEXT else WORD_LIMIT]
                 for option, words in options.items()}  # fmt: skip
        run.__signature__ = Signature([  # type: ignore[attr-defined]  # discord.py reads the options from it
            Parameter("interaction", Parameter.POSITIONAL_OR_KEYWORD, annotation=discord.Interaction),
            *(Parameter(option, Parameter.KEYWORD_ONLY, default=None, annotation=kind | None)
              for option, kind in kinds.items()),
        ])  # fmt: skip
        describe = app_commands.describe(**{option: words.says for option, words in options.items()})
        typed = {option: self._offers(option) for option, words in options.items() if self._offered(option)}
        callback: Callback = app_commands.autocomplete(**typed)(describe(run))
        return app_commands.Command(name=name, description=command.says, callback=callback, parent=group)

    def _offered(self, option: str) -> bool:
        return bool(offers(self.words.options[option], "", self.words, self._wording))

    def _offers(self, option: str) -> Callable[[Interaction, str], Coroutine[Any, Any, list[app_commands.Choice[str]]]]:
        async def offer(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:  # noqa: ARG001
            found = offers(self.words.options[option], typed, self.words, self._wording)
            return [app_commands.Choice(name=name[:100], value=code) for name, code in found]

        return offer

    def _menu(self) -> Callable[[Interaction, discord.Message], Coroutine[Any, Any, None]]:
        async def check(interaction: Interaction, message: discord.Message) -> None:
            """One's own message is checked; with somebody else's, a reply to it is drafted."""
            if message.author.id != interaction.user.id:
                await self._answering.open_form(interaction, form_named("reply", self.words, self._wording))
            elif message.content.strip():
                place = "dm" if message.guild is None and interaction.guild_id is None else "channel"
                await self._answering.said(interaction, f"check discord {place} : {message.content}")
            else:
                await self._answering.tell(interaction, "bare")

        return check


def _group(
    words: Named,
    contexts: app_commands.AppCommandContext | None = None,
    installs: app_commands.AppInstallationType | None = None,
    needed: discord.Permissions | None = None,
) -> app_commands.Group:
    return app_commands.Group(
        name=words.name,
        description=words.says,
        allowed_contexts=contexts,
        allowed_installs=installs,
        default_permissions=needed,
    )


def _spelled(interaction: Interaction) -> str:
    """A command as the person sees it: its names and values as words."""
    data: Any = interaction.data or {}
    words: list[str] = []
    level: Any = data.get("options") or []
    while level:
        words += [str(option["value"] if "value" in option else option["name"]) for option in level]
        level = level[0].get("options") or []
    return " ".join(words) or str(data.get("name", ""))
