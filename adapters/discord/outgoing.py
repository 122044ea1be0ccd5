"""A reply as Discord messages: text within the limits, colour beside the words, buttons whose value is a command."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import discord

from adapters.discord.buttons import CommandButton, holds
from adapters.discord.escaping import longest, to_discord
from adapters.discord.splitting import split
from adapters.discord.words import Words
from adapters.pictures import drawn
from bot.model import Button, Reply, Tone
from bot.sound import visible

CONTENT = 2_000
"""Characters of a message's content (Discord, message resource)."""
PANEL = 4_000
"""Characters of all texts in a message of components (Discord, components reference)."""
BUTTONS = 25
"""Five rows of five."""
MESSAGES = 4
"""Messages for one reply; more is a file. A user-installed app may follow up five times in a foreign server."""
DESCRIPTION = 1024
"""Characters of an attachment's description."""
TEXT, PICTURE = "tact.txt", "tact.png"
COLOURS: Mapping[Tone, int] = {Tone.FITS: 0x3F8F5B, Tone.ADJUST: 0xB98A2B, Tone.AVOID: 0xA5484B}
"""A stripe beside the words, never instead of them; a reply of another tone is plain text, which notifications show."""


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a reply."""

    text: str
    colour: int | None = None
    buttons: tuple[Button, ...] = ()
    file: str = ""
    description: str = ""
    picture: bytes = b""
    alt: str = ""
    """What the picture shows, in words."""

    def body(self) -> dict[str, Any]:
        """The arguments for any of discord.py's ways to send; needs a running loop."""
        view = self._panel() if self.colour is not None else self._row()
        body: dict[str, Any] = {} if self.colour is not None else {"content": self.text}
        if view is not None:
            body["view"] = view
        files = []
        if self.file:
            files.append(discord.File(io.BytesIO(self.file.encode()), TEXT, description=self.description))
        if self.picture:
            files.append(discord.File(io.BytesIO(self.picture), PICTURE, description=self.alt))
        return body | ({"files": files} if files else {})

    def _row(self) -> discord.ui.View | None:
        if not self.buttons:
            return None
        view = discord.ui.View(timeout=None)
        for button in self.buttons:
            view.add_item(CommandButton(button.label, button.command))
        return view

    def _panel(self) -> discord.ui.LayoutView:
        view = discord.ui.LayoutView(timeout=None)
        container: discord.ui.Container[Any] = discord.ui.Container(accent_colour=self.colour)
        container.add_item(discord.ui.TextDisplay(self.text))
        for start in range(0, len(self.buttons), 5):
            row: discord.ui.ActionRow[Any] = discord.ui.ActionRow()
            for button in self.buttons[start : start + 5]:
                row.add_item(CommandButton(button.label, button.command))
            container.add_item(row)
        if self.picture:
            shown = discord.MediaGalleryItem(f"attachment://{PICTURE}", description=self.alt)
            container.add_item(discord.ui.MediaGallery(shown))
        if self.file:
            container.add_item(discord.ui.File(f"attachment://{TEXT}"))
        view.add_item(container)
        return view


async def parts_of(reply: Reply, words: Words) -> list[Part]:
    """The messages that say a reply, with its picture where one can be drawn."""
    return to_parts(reply, words, await drawn(reply.image))


def to_parts(reply: Reply, words: Words, picture: bytes = b"") -> list[Part]:
    """The messages that say a reply, at least one; the last one has the picture and the buttons."""
    fitting = tuple({b.command: b for b in reply.buttons if holds(b)}.values())[:BUTTONS]
    text = visible(reply.text).strip() or "…"
    spare = [b.command for b in reply.buttons if b not in fitting]
    if spare:
        text = f"{text}\n\n{words.says['also'].format(commands='; '.join(spare))}"
    colour = COLOURS.get(reply.tone)
    alt = visible(reply.image.alt)[:DESCRIPTION] if reply.image else ""
    limit = CONTENT if colour is None else PANEL
    pieces = list(islice(_pieces(text, limit), MESSAGES + 1))
    if len(pieces) > MESSAGES:
        more = words.says["more"]
        said = f"{next(_pieces(text, limit - len(more) - 2))}\n\n{more}"
        return [Part(said, colour, fitting, text, words.says["file"], picture, alt)]
    parts = [Part(piece, colour) for piece in pieces]
    return [*parts[:-1], replace(parts[-1], buttons=fitting, picture=picture, alt=alt)]


def in_place(first: Reply, second: Reply, words: Words) -> Part | None:
    """The one message that can take the place of the first reply's; None where it has to follow.

    A message that was text stays text, and a panel a panel (Discord, components reference).
    """
    was, now = to_parts(first, words), to_parts(second, words)
    alike = len(was) == len(now) == 1 and (was[0].colour is None) == (now[0].colour is None)
    return now[0] if alike and not was[0].file else None


def edited(part: Part) -> dict[str, Any]:
    """The arguments for changing a message; what the part does not have goes."""
    body = {"view": None} | part.body()
    return body | ({"attachments": [body.pop("file")]} if "file" in body else {})


def _pieces(text: str, limit: int) -> Iterator[str]:
    """The text in Discord's Markdown, in pieces of at most so many characters."""
    for piece in split(text, lambda piece: longest(piece) <= limit):
        if piece.strip():
            yield to_discord(piece.strip())
