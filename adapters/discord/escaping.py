"""Neutral Markdown as Discord's own: Tact's bold and italics stay, whatever a person wrote is shown as they wrote it."""

from __future__ import annotations

import re

from bot.sound import visible

_LINK = r"https?://[^\s<>“”\\\[\]|`]*[^\s<>“”).,;:!?'\"\]*_~|`\\]"
_TOKEN = re.compile(
    rf"(?P<link>{_LINK})"
    r"|(?P<quoted>“[^“”\n]*”)|(?P<bold>\*\*)|(?P<italic>(?<![^\s])_(?=\()|(?<=\))_)"
    r"|(?P<start>^[ \t]*(?:-#|#{1,3}|>{1,3})(?=\s))|(?P<mark>[\\`*_~|\[\]<>])",
    re.MULTILINE,
)
_MARK = re.compile(r"[\\`*_~|\[\]<>#]")


def to_discord(text: str) -> str:
    """The text in Discord's Markdown: no masked link, mention, heading, code or spoiler comes out of it.

    Bold and the italics around a source are Tact's own; between “quotation marks”, where a draft is repeated, nothing is.
    """
    plain = visible(text)
    bold = sum(1 for found in _TOKEN.finditer(plain) if found.lastgroup == "bold")
    italic = sum(1 for found in _TOKEN.finditer(plain) if found.lastgroup == "italic")
    kept = {"bold"} if bold % 2 == 0 else set()
    kept |= {"italic"} if italic % 2 == 0 else set()

    def write(found: re.Match[str]) -> str:
        said, kind = found.group(), found.lastgroup or ""
        if kind == "link":
            return f"<{said}>"  # in brackets Discord shows it as it is, to its last letter, and without a preview
        if kind in kept:
            return said
        if kind == "quoted":
            return _quoted(said)
        return "".join(letter if letter.isspace() else f"\\{letter}" for letter in said)

    return _TOKEN.sub(write, plain)


def _quoted(said: str) -> str:
    """A quotation, all of it as it was written; links stay links, with their real host."""
    pieces = re.split(f"({_LINK})", said)
    return "".join(
        f"<{piece}>" if at % 2 else _MARK.sub(lambda mark: f"\\{mark.group()}", piece)
        for at, piece in enumerate(pieces)
    )


def longest(text: str) -> int:
    """The most UTF-16 units a text can have in Discord's Markdown; never fewer for a text that goes on."""
    return length(text) + len(_MARK.findall(text)) + text.count("-#") + 2 * text.count("http")


def length(text: str) -> int:
    """Length as Discord's clients count it, in UTF-16 units: never less than its characters."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
