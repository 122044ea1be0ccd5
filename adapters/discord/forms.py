"""Forms for longer drafts: opened by a command or the message menu, and read from what Discord sends back.

They are read from the interaction alone, so a form opened before a restart, or in another process, still works.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import discord

from adapters.discord.incoming import Interaction
from adapters.discord.lines import codes, label, options_of, say
from adapters.discord.words import Kind, Words
from bot.wording import Wording

PREFIX = "tact:form:"
LONGEST = 4_000
"""Characters a text field takes (Discord, components reference)."""
OPEN_FOR = 900.0
"""Seconds for which discord.py remembers an opened form; the interaction's token lives as long."""


def form_named(name: str, words: Words, wording: Wording, filled: Mapping[str, str] = {}) -> discord.ui.Modal:
    """A form, empty or filled: its line's options, texts as paragraphs and codes as lists that may be left alone."""
    form = words.forms[name]
    modal = discord.ui.Modal(title=form.title, custom_id=f"{PREFIX}{name}", timeout=OPEN_FOR)
    for option in sorted(options_of(form.line), key=lambda one: words.options[one].kind is not Kind.TEXT):
        modal.add_item(
            discord.ui.Label(
                text=words.labels[option], component=_field(option, words, wording, filled.get(option, ""))
            )
        )
    return modal


def _field(option: str, words: Words, wording: Wording, filled: str) -> discord.ui.Item[Any]:
    kind = words.options[option].kind
    if kind is Kind.TEXT:
        return discord.ui.TextInput(
            custom_id=option, style=discord.TextStyle.paragraph, max_length=LONGEST, default=filled[:LONGEST] or None
        )
    choices = [discord.SelectOption(label=label(kind, code, wording)[:100], value=code) for code in codes(kind)]
    return discord.ui.Select(custom_id=option, options=choices, required=False, min_values=0)


def said_in(interaction: Interaction, words: Words) -> str:
    """The command text of a form that was sent; empty when it is none of Tact's."""
    data: Mapping[str, Any] = interaction.data or {}
    name = str(data.get("custom_id", "")).removeprefix(PREFIX)
    if name not in words.forms:
        return ""
    return say(words.forms[name].line, dict(_filled(data.get("components"))))


def _filled(components: object) -> Iterator[tuple[str, str]]:
    """Custom ids and values of the fields, wherever they stand."""
    for part in components if isinstance(components, list) else ():
        if not isinstance(part, Mapping):
            continue
        yield from _filled([part["component"]] if "component" in part else part.get("components"))
        values = part.get("values")
        value = values[0] if isinstance(values, list) and values else part.get("value")
        if isinstance(value, str) and isinstance(part.get("custom_id"), str):
            yield str(part["custom_id"]), value
