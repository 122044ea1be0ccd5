"""One concrete change as a minimal edit; code, links, names, numbers and quotes stay byte-equal or nothing is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import re2

from bot.model import Finding, Fit, Span, Verdict
from bot.reading import sentence_around
from bot.wording import Edit, Wording

MIN_LEFT = 4
"""Words that must be left after a cut; a shorter rest is no message any more."""

# RE2: linear time, whatever the text.
_FACTS = re2.compile(
    r"(?s:```.*?```)|`[^`\n]+`"  # code
    r"|<[@#!][^>\n]*>|@[\w.-]+|https?://\S+|\b[\w-]+(?:\.[\w-]+)+(?:/\S*)?"  # mentions and links
    r"|\"[^\"\n]+\"|“[^”\n]+”|«[^»\n]+»|\B'[^'\n]+ [^'\n]+'\B"  # quotes
    r"|\d+(?:[.,:/-]\d+)*"  # numbers
    r"|[\p{Ll},;] (\p{Lu}[\pL\pN'-]+)|(?m:^)\p{Lu}\pL+,"  # names: inside a sentence, or addressed at its start
)


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A draft before and after one edit: `removed` was taken out and `added` put in at `at`."""

    before: str
    after: str
    at: int
    removed: str
    added: str


def rewrite(text: str, verdict: Verdict, wording: Wording) -> Rewrite | None:
    """The smallest edit that answers the first finding, or None: when no safe one is known, or no wording would save it."""
    if verdict.fit is not Fit.ADJUST:
        return None
    edit = _edit(text, verdict.findings[0], wording)
    return edit if edit and facts(edit.after) == facts(edit.before) else None


def facts(text: str) -> list[str]:
    """What an edit must not touch, in order: code, mentions, links, quotes, numbers and names."""
    found = (match.group(1) or match.group() for match in _FACTS.finditer(text))
    return [fact for fact in found if not fact.startswith(("I'", "I’"))]


def _edit(text: str, finding: Finding, wording: Wording) -> Rewrite | None:
    pieces = wording.edits
    match wording.reason(finding.reason).edit:
        case Edit.CUT:
            return _cut(text, finding)
        case Edit.ADD_WAY_OUT:
            return _append(text, pieces["way_out"])
        case Edit.ADD_REASON:
            return _after_greeting(text, pieces["reason"])
        case Edit.SHRINK:
            return _replace_sentence(text, finding, pieces)
        case _:
            return None


def _cut(text: str, finding: Finding) -> Rewrite | None:
    """Takes out the sentence that caused the finding."""
    if not finding.spans:
        return None
    where = _with_space(text, sentence_around(text, finding.spans[0]))
    after = text[: where.start] + text[where.end :]
    if len(after.split()) < MIN_LEFT:
        return None
    return Rewrite(text, after, where.start, text[where.start : where.end], "")


def _with_space(text: str, span: Span) -> Span:
    """The sentence with the white space that would be left double."""
    end = span.end
    while end < len(text) and text[end] in " \t":
        end += 1
    start = span.start
    while end == len(text) and start and text[start - 1].isspace():
        start -= 1
    return Span(start, end)


def _append(text: str, piece: str) -> Rewrite:
    added = (" " if "\n" not in text.strip() else "\n\n") + piece
    end = len(text.rstrip())
    return Rewrite(text, text[:end] + added + text[end:], end, "", added)


def _after_greeting(text: str, piece: str) -> Rewrite:
    greeting = re.match(r"\s*(?:hi|hello|hey|dear|good \w+)\b[^,.!\n]{0,40}[,.!\n]\s*", text, re.IGNORECASE)
    at = greeting.end() if greeting else 0
    added = piece + " "
    return Rewrite(text, text[:at] + added + text[at:], at, "", added)


def _replace_sentence(text: str, finding: Finding, pieces: Mapping[str, str]) -> Rewrite | None:
    if not finding.spans:
        return None
    where = sentence_around(text, finding.spans[0])
    piece = pieces["shrink"]
    after = text[: where.start] + piece + text[where.end :]
    return Rewrite(text, after, where.start, text[where.start : where.end], piece)
