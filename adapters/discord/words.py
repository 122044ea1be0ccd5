"""The words that only Discord needs, from `prompts/discord.toml`, and their translations for Discord's own lists."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any

import discord
import msgspec
from discord import app_commands

from bot.catalogues import ENGLISH
from bot.language import by_language, known_in, read_words, speaking


class Kind(StrEnum):
    """What an option takes, which decides what is offered while typing."""

    TEXT = "text"
    WORD = "word"
    NETWORK = "network"
    DELIVERY = "delivery"
    RELATION = "relation"
    PURPOSE = "purpose"
    GIVE = "give"
    ASK = "ask"
    HOUR = "hour"
    ZONE = "zone"
    TOPIC = "topic"


class Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name in Discord's list of commands, and what is said of it there."""

    name: str
    says: str


class OptionWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An option of commands."""

    says: str
    kind: Kind
    choices: tuple[str, ...] = ()


class CommandWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A command: the line it says to the coach, and the form it opens when nothing is filled in.

    `empty`: what is said instead when nothing is filled in. `reach`: letters will follow. `home`: it shows the person's own page instead of saying a line. `listens`: it switches
    coaching in a channel, which is Discord's own affair.
    """

    says: str
    line: tuple[str, ...]
    form: str = ""
    empty: str = ""
    reach: bool = False
    home: bool = False
    listens: bool = False


class FormWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A form, and the line that it says to the coach when it is sent."""

    title: str
    line: tuple[str, ...]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of `prompts/discord.toml`."""

    menu: str
    group: Named
    admin: Named
    commands: Mapping[str, CommandWords]
    admin_commands: Mapping[str, CommandWords]
    options: Mapping[str, OptionWords]
    first: Mapping[str, tuple[str, ...]]
    forms: Mapping[str, FormWords]
    labels: Mapping[str, str]
    says: Mapping[str, str]
    translations: Mapping[str, Mapping[str, str]]


@by_language
def load() -> Words:
    """The words, read once per process."""
    return msgspec.convert(read_words("discord.toml"), Words)


class Translations(app_commands.Translator):
    """Gives Discord what `[translations.<locale>]` holds; what it does not hold stays English."""

    def __init__(self, words: Words) -> None:
        self._words = words

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContext[Any, Any],  # noqa: ARG002
    ) -> str | None:
        """The translation of a name or description, or None."""
        said = self._words.translations.get(locale.value, {}).get(string.message)
        language = known_in(locale.value)
        return said or (_said(language).get(string.message) if language not in ("", ENGLISH) else None)


@cache
def _said(language: str) -> Mapping[str, str]:
    """What `prompts/<language>/discord.toml` says for each English description, and for the entry in the menu."""
    with speaking(ENGLISH):
        english = load()
    with speaking(language):
        return dict(zip(_descriptions(english), _descriptions(load()), strict=True))


def _descriptions(words: Words) -> tuple[str, ...]:
    said = [one.says for commands in (words.commands, words.admin_commands) for one in commands.values()]
    return (words.menu, *said, *(one.says for one in words.options.values()), words.group.says, words.admin.says)
