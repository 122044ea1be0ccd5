"""Takes out of a text what a model need not see and must not change (links, mentions, addresses, code), and puts it back."""

from __future__ import annotations

from dataclasses import dataclass, field

import re2

# RE2: linear time, whatever the text.
_LOCKED = re2.compile(
    r"(?P<code>(?s:```.*?(?:```|\z))|`[^`\n]+`)"
    r"|(?P<link><(?:https?|mailto|tel):[^>\n]*>|(?i:\b(?:https?|ftp|mailto|tel|data|javascript):\S+)|\bwww\.\S+)"
    r"|(?P<address>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<person><[@#!][^>\n]*>|@[\w.-]+)"
    r"|(?P<site>[\pL\pN][\pL\pN-]*(?:\.[\pL\pN-]+)*\.(?:(?:com|org|net|example|io|dev|app|co|me|gg|ly|eu|de|uk|info|biz|xyz|ru)\b(?:/\S*)?|\pL{2,}/\S*))"
    r"|(?P<phone>\+?\d(?:[ ()/.-]?\d){7,14})"
)
_SHOWN = {"code": "code", "link": "link", "address": "address", "person": "person", "site": "link", "phone": "number"}


@dataclass(frozen=True, slots=True)
class Locked:
    """A text with places held for what was taken out."""

    text: str = field(repr=False)
    held: tuple[tuple[str, str], ...] = field(repr=False)
    """Each placeholder with what it stands for."""

    def unlock(self, text: str) -> str:
        """A text with everything put back."""
        for placeholder, original in self.held:
            text = text.replace(placeholder, original)
        return text

    def keeps_all(self, text: str) -> bool:
        """Whether a text holds every placeholder just as often as this one, in the same order."""
        return _order(text) == _order(self.text)


def lock(text: str) -> Locked:
    """A text without links, mentions, addresses, long numbers and code."""
    text = sendable(text)
    pieces: list[str] = []
    held: list[tuple[str, str]] = []
    at = 0
    for match in _LOCKED.finditer(text):
        placeholder = f"[[{_SHOWN[str(match.lastgroup)]} {len(held) + 1}]]"
        held.append((placeholder, match.group()))
        pieces += text[at : match.start()], placeholder
        at = match.end()
    return Locked("".join((*pieces, text[at:])), tuple(held))


def sendable(text: str) -> str:
    """A text without halves of characters, which no encoding takes."""
    return text.encode("utf-8", "replace").decode()


def _order(text: str) -> list[str]:
    return [match.group() for match in re2.finditer(r"\[\[[a-z]+ \d+\]\]", text)]
