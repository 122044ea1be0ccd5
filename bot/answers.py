"""The other side: help for those who are asked, pestered or invited, and for words that must be one's own.

What is said stands in `prompts/answers.toml`, decoded strictly.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
import re2

from bot.commands import TOPICS
from bot.language import by_language, laid_over, overlay
from bot.reading.masks import plain

BRIEF = 40
"""Words that a question to the coach has at most; more is a draft."""


class AnswersError(ValueError):
    """A file of answers that cannot be used; the message is for the person who wrote it."""


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What holds, lines to adapt, a question that leads to one's own words, and where it comes from."""

    about: str
    heard: tuple[str, ...]
    say: str
    lines: tuple[str, ...]
    question: str
    source: str


class _Asking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    heard: tuple[str, ...]
    not_heard: tuple[str, ...]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    asking: _Asking
    decline: Answer
    clumsy: Answer
    pest: Answer
    invitation: Answer
    thanks: Answer
    condolence: Answer


@dataclass(frozen=True)
class Answers:
    """Answers by topic, and how questions for them are recognised."""

    asking: _Asking
    by_topic: Mapping[str, Answer]

    def heard(self, text: str) -> str | None:
        """The topic of a question that plainly asks the coach for such help; None for everything else."""
        if len(text.split()) > BRIEF or "\n" in text.strip():
            return None
        folded = plain(text, keep_quotes=True).text.strip()
        if not _any(self.asking.heard).search(folded) or _any(self.asking.not_heard).search(folded):
            return None
        order = ("condolence", "pest", "invitation", "decline", "clumsy", "thanks")
        return next((topic for topic in order if _any(self.by_topic[topic].heard).search(folded)), None)


def parse(text: str, file: str, over: Mapping[str, Any] | None = None) -> Answers:
    """Decodes the file strictly; raises AnswersError naming file, field and remedy."""
    try:
        raw = msgspec.convert(laid_over(tomllib.loads(text), over or {}, file), _File)
        known = {topic: getattr(raw, topic) for topic in TOPICS}
        for answer in (raw.asking, *known.values()):
            _any(answer.heard)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, re2.error) as error:
        raise AnswersError(f"{file}: {error}. Nothing was loaded; see prompts/README.md.") from error
    return Answers(raw.asking, known)


@by_language
def load() -> Answers:
    """The built-in answers, read once per process; raises AnswersError."""
    return parse(
        (files("prompts") / "answers.toml").read_text(encoding="utf-8"), "answers.toml", overlay("answers.toml")
    )


@cache
def _any(patterns: tuple[str, ...]) -> Any:
    return re2.compile("|".join(f"(?:{pattern})" for pattern in patterns))
