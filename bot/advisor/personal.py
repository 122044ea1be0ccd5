"""Thanks, apologies and condolences: words that only the writer can find, so Tact asks and does not write (design §4)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec
import re2

from bot.language import by_language, read_words
from bot.reading.model import Reading


class _Occasion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    find: tuple[str, ...]
    unless_asking: bool
    question: str


def question_for(reading: Reading) -> str:
    """The question to think about in place of a rewrite; empty for every other kind of text."""
    asking = any(intent.is_ask and reading.does(intent) for intent in reading.intents)
    for name, occasion in _occasions().items():
        if not (asking and occasion.unless_asking) and _pattern(name).search(reading.plain.text):
            return occasion.question
    return ""


@by_language
def _occasions() -> Mapping[str, _Occasion]:
    return msgspec.convert(read_words("advisor/personal.toml"), dict[str, _Occasion])


@cache
def _pattern(name: str) -> Any:
    return re2.compile("|".join(f"(?:{words})" for words in _occasions()[name].find))
