"""Notices a text that seems to speak to the machine that reads it, so that no model's milder opinion of it counts."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
import re2

from bot.model import Case
from bot.reading.masks import plain


class _Wary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: tuple[str, ...]
    shape: tuple[str, ...]


def speaks_to_machines(case: Case) -> bool:
    """Whether the text or the charter of a case speaks of instructions, verdicts or encodings; wrong now and then.

    What is missed by it still cannot touch what is grave or sure; what is noticed in vain only keeps the local verdict.
    """
    return any(_notices(text) for text in (case.text, case.charter or ""))


def _notices(text: str) -> bool:
    words, shape = _patterns()
    return bool(shape.search(text) or words.search(plain(text, keep_quotes=True).text))


@cache
def _patterns() -> tuple[Any, Any]:
    raw = tomllib.loads((files("prompts") / "advisor" / "wary.toml").read_text(encoding="utf-8"))
    wary = msgspec.convert(raw, _Wary)
    words, shape = ("|".join(f"(?:{one})" for one in group) for group in (wary.words, wary.shape))
    return re2.compile(words), re2.compile(shape)
