"""Buttons that live as long as their message: the command stands in the button itself, so a restart loses none."""

from __future__ import annotations

import re
from typing import Any, Self

import discord

from adapters.discord.escaping import length
from adapters.discord.incoming import Interaction
from bot.language import known_in, speak
from bot.model import Button
from bot.sound import visible

CUSTOM_ID = 100
"""Characters of a custom id (Discord, components reference)."""
LABEL = 80
_PREFIX = "tact:"


def holds(button: Button) -> bool:
    """Whether Discord's button can hold the command; what is longer is said in words instead."""
    return length(_PREFIX + button.command) <= CUSTOM_ID


class CommandButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]], template=re.compile(r"tact:(?P<command>.+)", re.DOTALL)
):
    """A command to click. It is the clicker's own command: nobody can act for the person it was first shown to."""

    def __init__(self, label: str, command: str) -> None:
        shown = visible(label).strip() or command
        shown = shown if length(shown) <= LABEL else shown[: LABEL // 2 - 1] + "…"
        style = discord.ButtonStyle.secondary
        super().__init__(discord.ui.Button(label=shown, style=style, custom_id=f"{_PREFIX}{command}"))
        self.command = command

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str]) -> Self:  # noqa: ARG003
        """The button that was clicked, from nothing but its id."""
        return cls(getattr(item, "label", None) or match["command"], match["command"])

    async def callback(self, interaction: Interaction) -> None:
        """Says the command for whoever clicked."""
        speak(known_in(interaction.locale.value))
        await interaction.client.answering.clicked(interaction, self.command)
