"""A reply as Slack shows it: neutral Markdown becomes mrkdwn in blocks, within every limit, and pings nobody.

Only & < > are escaped, as Slack asks; with them gone no mention, channel or hidden link can come out of a user's words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.model import Button, Reply
from bot.sound import visible

Block = dict[str, Any]

SECTION = 3000
"""Characters of a section's text (Block Kit reference)."""
BLOCKS = 50
"""Blocks of a message."""
MESSAGE = 12_000
"""Characters in the blocks of one message; Slack refuses somewhat more (msg_blocks_too_long)."""
NOTIFICATION = 3_000
"""Characters of the text that notifications and screen readers get."""
LABEL, VALUE = 75, 2000
"""Characters of a button's label and value."""
IN_A_ROW = 5
"""Buttons that stand side by side, so that they can be read on a phone."""
ACTION = "tact:say"
"""Buttons with this action_id hold a command text in their value."""

_BOLD = re.compile(r"\*\*([^*\n]{1,1000})\*\*")
_HEADING = re.compile(r"^#{1,6} +(.{1,1000})$", re.MULTILINE)
_ITEM = re.compile(r"^(\s{0,8})[-*] +", re.MULTILINE)
_LINK = re.compile(r"\[([^\[\]\n]{1,500})\]\((https?://[^\s()]{1,1000})\)")
_MARKS = re.compile(r"\*\*|^#{1,6} +", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Message:
    """What one message holds; `text` is for notifications and screen readers."""

    text: str
    blocks: list[Block]


def escape(text: str) -> str:
    """The text with & < > escaped, and without what nobody sees."""
    return visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mrkdwn(markdown: str) -> str:
    """Neutral Markdown in Slack's markup; a link shows where it leads."""
    text = escape(markdown)
    text = _LINK.sub(r"\1 (\2)", text)
    text = _HEADING.sub(r"**\1**", text)
    return _BOLD.sub(r"*\1*", _ITEM.sub(r"\1• ", text))


def plainly(markdown: str) -> str:
    """The words alone, for notifications and screen readers."""
    return _MARKS.sub("", escape(markdown))


def render(reply: Reply) -> list[Message]:
    """The messages of a reply: mostly one; buttons stand under the last."""
    sections = [section(piece) for piece in split(mrkdwn(reply.text), SECTION)]
    buttons = actions(reply.buttons)
    messages: list[list[Block]] = [[]]
    for block in [*sections, *buttons]:
        if _full(messages[-1], block):
            messages.append([])
        messages[-1].append(block)
    notices = split(plainly(reply.text), NOTIFICATION)
    return [Message(notices[min(number, len(notices) - 1)], blocks) for number, blocks in enumerate(messages) if blocks]


def section(text: str) -> Block:
    """A section of markup in which Slack looks for nothing more than the markup."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def label(text: str, longest: int = LABEL) -> Block:
    """A plain text of at most so many characters."""
    text = visible(text).strip() or "…"
    return {"type": "plain_text", "text": text if len(text) <= longest else text[: longest - 1] + "…"}


def actions(buttons: Sequence[Button]) -> list[Block]:
    """The buttons of a reply in rows; one whose command is too long to travel is left out."""
    elements = [
        {"type": "button", "action_id": f"{ACTION}:{number}", "text": label(button.label), "value": button.command}
        for number, button in enumerate(buttons)
        if button.label and 0 < len(button.command) <= VALUE
    ]
    rows = [elements[at : at + IN_A_ROW] for at in range(0, len(elements), IN_A_ROW)]
    return [{"type": "actions", "elements": row} for row in rows]


def highlighted(text: str, quotes: Sequence[str]) -> Block:
    """A draft with the quoted words in bold; rich text, in which nothing is markup."""
    elements = [
        {"type": "text", "text": piece, **({"style": {"bold": True}} if marked else {})}
        for piece, marked in _marked(visible(text)[:SECTION], [visible(quote) for quote in quotes])
    ]
    return {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": elements}]}


def split(text: str, longest: int) -> list[str]:
    """Pieces of at most so many characters, cut between paragraphs, lines, sentences or words where one can be."""
    pieces = []
    rest = text.strip("\n")
    while len(rest) > longest:
        at = _cut(rest, longest)
        pieces.append(rest[:at].rstrip("\n"))
        rest = rest[at:].lstrip("\n")
    return [piece for piece in [*pieces, rest] if piece.strip()] or ["…"]


def _cut(text: str, longest: int) -> int:
    """Where to cut: in the last third, at the best border that stands there."""
    for border in ("\n\n", "\n", ". ", " "):
        at = text.rfind(border, longest * 2 // 3, longest)
        if at > 0:
            return at + len(border)
    at = longest
    while at > longest - 40 and not _splits_well(text, at):
        at -= 1
    return at


def _splits_well(text: str, at: int) -> bool:
    """Whether no sign is torn apart there: not inside an escape, before a combining mark, or beside a joiner."""
    after, before = text[at], text[at - 1]
    in_escape = re.search(r"&[a-z]{0,3}\Z", text[at - 4 : at]) is not None
    joined = after in "\u200d\ufe0f\u20e3" or before == "\u200d" or "\U0001f3fb" <= after <= "\U0001f3ff"
    return not in_escape and not joined and not "\u0300" <= after <= "\u036f"


def _full(blocks: Sequence[Block], more: Block) -> bool:
    """Whether a message has no room for one more block."""
    if len(blocks) >= BLOCKS:
        return True
    length = sum(len(block["text"]["text"]) for block in [*blocks, more] if block["type"] == "section")
    return bool(blocks) and length > MESSAGE


def _marked(text: str, quotes: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """The text in pieces that are marked or not; the first place of each quote counts."""
    marks = [False] * len(text)
    for quote in filter(None, quotes):
        at = text.find(quote)
        if at >= 0:
            marks[at : at + len(quote)] = [True] * len(quote)
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or marks[at] != marks[start]:
            yield text[start:at], marks[start]
            start = at
