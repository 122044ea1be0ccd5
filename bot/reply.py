"""What is said back: a text with buttons, and perhaps a picture; neutral, so that every surface can show it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Button:
    """A label and the command text a click stands for."""

    label: str
    command: str


class Tone(Enum):
    """How a surface may colour a reply; words always carry the meaning as well."""

    PLAIN = "plain"
    FITS = "fits"
    ADJUST = "adjust"
    AVOID = "avoid"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Image:
    """A picture beside the words, as SVG; a surface that shows no SVG asks `bot.pictures.png` for it.

    `asked_for`: the picture itself was wanted, so that it is worth bringing by another way where it cannot stand here.
    """

    name: str
    svg: str
    alt: str
    """What it shows, in words."""
    asked_for: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What to say; an adapter or the outbox sends it. Text is neutral Markdown."""

    text: str
    private: bool = True
    tone: Tone = Tone.PLAIN
    buttons: tuple[Button, ...] = ()
    quotes: tuple[str, ...] = ()
    """Words of the checked draft that a surface may highlight."""
    draft: int = 0
    """The number of the remembered draft that it judges, by which a second opinion finds it; 0 for none."""
    image: Image | None = None
    """What it shows stands in the text as well."""
