"""A charter's words from whatever an admin pasted: one line a rule, no list marks, headings, markup, pings or hidden signs.

What comes out comes out of itself again, to the byte, so that an export can be brought in elsewhere.
"""

from __future__ import annotations

import re
import unicodedata

SENTENCES = 60
"""Rules of a charter at most; nobody reads more (limits of text from admins)."""
SENTENCE = 400
"""Characters of one rule."""

_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]|<br ?/?>")
_SLACK_LINK = re.compile(r"<(https?://[^\s<>|]{1,1000})(?:\|([^<>]{1,500}))?>")
_SLACK_CHANNEL = re.compile(r"<#[^<>|\s]{1,40}\|([^<>]{1,100})>")
_NAMED = re.compile(r"<[@!][^<>|\s]{1,40}\|@?([^<>]{1,100})>")
_EVERYONE = re.compile(r"<!(here|channel|everyone)>")
_SOMEBODY = re.compile(r"<(?:@[!&]?|!subteam\^)[A-Za-z0-9:]{1,40}>")
_PLACE = re.compile(r"<#[^<>\s]{1,40}>")
_EMOJI = re.compile(r"<a?:(\w{1,40}):\d{1,25}>")
_LINK = re.compile(r"!?\[([^\[\]\n]{1,500})\]\((https?://[^\s()]{1,1000})\)")
_MARKUP = re.compile(r"\*\*|__|~~|\|\||`+|<[^<>\n]{0,200}>|(?<!\w)[*_]+(?=\S)|(?<=\S)[*_]+(?!\w)|[<>]")
_APART = re.compile(r"(?<!\s)\s+[|•·‣]\s+")
_ITEM = re.compile(r"^(?:[-*+•·‣–—>|]+\s+|\[[ x]\]\s+|(?:rule|§|no\.)\s*\d{1,3}\s*[.:)\-–]?\s+|\(?\d{1,3}[.):]\s+|\(?[a-z]\)\s+)", re.IGNORECASE)  # fmt: skip
_HEADING = re.compile(r"^#{1,6}\s.*|^(?:\*\*|__)[^*_]{1,80}(?:\*\*|__):?$|^[=\-_*#~`]{3,}\w*$")
_TITLE = re.compile(r"^(?!#)[^.!?:,;]{1,60}:$")
_UNDERLINE = re.compile(r"^(?:={3,}|-{3,})$")


def tidy(text: str) -> str:
    """The rules of a text, one a line; applied to its own result it changes nothing."""
    while (after := _tidy_once(text)) != text:
        text = after
    return text


def _tidy_once(text: str) -> str:
    lines = [line.strip() for line in _BREAKS.sub("\n", _visible(text)).split("\n")]
    kept = [
        line
        for at, line in enumerate(lines)
        if line and not _is_heading(line, lines[at + 1] if at + 1 < len(lines) else "")
    ]
    rules = [rule for line in kept for rule in _apart(_spoken(line))]
    return "\n".join(filter(None, (" ".join(_ITEM.sub("", rule).split()) for rule in rules)))


def _visible(text: str) -> str:
    """The text without control signs and without what nobody sees; a table's tabs are blanks."""
    whole = unicodedata.normalize("NFC", text.replace("\t", " "))
    return "".join(sign for sign in whole if sign in "\n\r\x0b\x0c\x85" or unicodedata.category(sign)[0] != "C")


def _is_heading(line: str, after: str) -> bool:
    return bool(_HEADING.match(line) or _TITLE.match(line) or (_UNDERLINE.match(after) and len(line) <= 60))


def _spoken(line: str) -> str:
    """The line without markup: mentions by name or by none, links with where they lead."""
    line = _SLACK_LINK.sub(lambda found: f"{found[2]} ({found[1]})" if found[2] else found[1], line)
    line = _SLACK_CHANNEL.sub(r"#\1", line)
    line = _EVERYONE.sub(r"@\1", _NAMED.sub(r"@\1", line))
    line = _PLACE.sub("#channel", _SOMEBODY.sub("@somebody", line))
    line = _LINK.sub(r"\1 (\2)", _EMOJI.sub(r":\1:", line))
    return _MARKUP.sub("", line)


def _apart(line: str) -> list[str]:
    """The rules of a line: a topic holds several, between bars, dots or numbers."""
    numbered = re.match(r"\(?1[.)]\s", line)
    pieces, at = [], 2
    while numbered and (found := re.search(rf"\s\(?{at}[.)]\s", line)):
        pieces.append(line[: found.start()])
        line, at = line[found.start() :].strip(), at + 1
    return [piece for whole in (*pieces, line) for piece in _APART.split(whole)]
