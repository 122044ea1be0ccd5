"""Neutral Markdown on a terminal: bold and colour where it is one, plain text everywhere else."""

from __future__ import annotations

import re

import click

from bot.model import Reply, Tone
from bot.settings import plain_output
from bot.sound import visible

_COLOURS = {Tone.FITS: "green", Tone.ADJUST: "yellow", Tone.AVOID: "magenta", Tone.PROBLEM: "cyan"}
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_ITALIC = re.compile(r"(?<![\w_])_(\(.{1,200}?\))_(?![\w_])")


def show(reply: Reply) -> None:
    """Prints a reply; colours only where standard output is a terminal and NO_COLOR is not set."""
    click.echo(paint(reply), color=False if plain_output() else None)


def paint(reply: Reply) -> str:
    """A reply as text with ANSI styles."""
    colour = _COLOURS.get(reply.tone)
    text = visible(reply.text)  # control characters of a draft must not steer the terminal
    text = _BOLD.sub(lambda found: click.style(found.group(1), bold=True, fg=colour), text)
    return _ITALIC.sub(lambda found: click.style(found.group(1), dim=True), text)
