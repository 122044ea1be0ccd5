"""Cuts a text where a reader would: at a paragraph, a line, a sentence, a word; never inside a letter or emoji."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from wcwidth import iter_graphemes

_ENDS = tuple(re.compile(pattern) for pattern in (r"\n\n+", r"\n", r"[.!?…]['\")”’]*\s+", r"\s+"))
"""What a piece may end with, best first."""
EARLIEST = 0.4
"""A piece that ends well has at least this share of the longest possible one."""
LONGEST = 4_100
"""Characters of the longest piece that any limit of Discord's allows."""


def split(text: str, fits: Callable[[str], bool]) -> Iterator[str]:
    """The text in pieces that all fit; put together they are the text. A single letter fits always."""
    at = 0
    while at < len(text):
        end = at + _longest(text[at : at + LONGEST], fits)
        if end < len(text):
            end = at + _well(text[at:end])
        yield text[at:end]
        at = end


def _longest(text: str, fits: Callable[[str], bool]) -> int:
    """Length of the longest beginning that fits; at least 1."""
    if fits(text):
        return len(text)
    low, high = 1, len(text)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(text[:middle]) else (low, middle)
    return low


def _well(text: str) -> int:
    """Where a piece that was cut anywhere ends better."""
    least = int(len(text) * EARLIEST)
    for end in _ENDS:
        found = [match.end() for match in end.finditer(text, least) if match.end() < len(text)]
        if found:
            return found[-1]
    letters = list(iter_graphemes(text))
    return len(text) - len(letters[-1]) if len(letters) > 1 else len(text)
