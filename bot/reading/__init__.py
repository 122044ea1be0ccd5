"""Reads what a text does: `read(text) -> Reading`, the one seam between words and judgement."""

from __future__ import annotations

import re

import re2

from bot.model import Form, Span
from bot.reading import lexicon, masks, trained
from bot.reading.model import Plain, Reading

__all__ = ["form_of", "read"]

_QUESTION = re.compile(
    r"(would it be|is it|isn't it|is that|is this|would that be|would this be|was it) "
    r"(too |very |a bit |really |so )?(ok|okay|fine|weird|rude|wrong|bad|odd|tacky|strange|appropriate|alright|all right|pushy|cheeky|bad form)"
    r"|\b(should|can|could|may|do|shall) i (just |simply |also |even )?(post|send|dm|message|ask|write|share|put|add|tag|mail|email|reply|invite|tell|mention|say|thank|connect|use|forward)"
    r"|^(ok|okay|fine|alright|all right|appropriate|rude|weird|pushy|tacky) (to|if|or)\b|\b(ok|okay|fine|pushy|weird|rude|tacky|good plan|good idea|reasonable|harsh|too much)\?\s*$"
    r"|where (should|do|can|could) i (post|ask|put|share|send)",
    re.IGNORECASE,
)
_LATIN = frozenset(map(chr, [*range(0x41, 0x5B), *range(0x61, 0x7B), *range(0xC0, 0x250)]))
_COMMON = frozenset(
    [
        "the",
        "a",
        "an",
        "and",
        "or",
        "to",
        "of",
        "in",
        "on",
        "for",
        "is",
        "are",
        "was",
        "be",
        "i",
        "you",
        "we",
        "it",
        "my",
        "your",
        "this",
        "that",
        "with",
        "at",
        "from",
        "have",
        "not",
        "me",
        "so",
        "if",
        "no",
        "do",
        "but",
        "can",
        "will",
        "just",
        "all",
        "they",
        "he",
        "she",
        "as",
        "by",
        "our",
        "us",
        "what",
        "how",
        "who",
        "when",
        "there",
        "here",
        "get",
        "new",
        "one",
        "out",
        "up",
        "any",
    ]
)
_SENTENCE = re2.compile(r"[^.!?…\n]*(?:[.!?…]+[\"'”’)]*(?:\s|$)|[.!?…]+|\n|$)")
_WORD = re.compile(r"[^\W\d_]++(?:'[^\W\d_]++)?+")
_WORD_OF_ASCII = re.compile(_WORD.pattern, re.ASCII)


def form_of(text: str) -> Form:
    """Whether a text asks a coach about an act, or is the message itself."""
    return Form.QUESTION if _QUESTION.search(text[: masks.LIMIT]) else Form.DRAFT


def read(text: str, form: Form = Form.DRAFT) -> Reading:
    """What the text does, with probabilities, and the signs of tone and structure in it, as training taught it."""
    return trained.refine(read_lexically(text, form), form)


def read_lexically(text: str, form: Form = Form.DRAFT) -> Reading:
    """The reading by lexicon and structure alone."""
    plain = masks.plain(text, keep_quotes=form is Form.QUESTION)
    words = (_WORD_OF_ASCII if plain.text.isascii() else _WORD).findall(plain.text)
    found = lexicon.load().search(plain, _structure(text, plain, words))
    return Reading(found.intents, found.signs, plain, len(words), found.intents, found.evidence)


def _structure(text: str, plain: Plain, words: list[str]) -> list[str]:
    """Signs seen in the shape of a text."""
    text = text[: masks.LIMIT]
    seen = [mask for mask in ("link", "code", "quote", "person") if mask in plain.masks]
    common = sum(map(_COMMON.__contains__, words))
    checks = {
        "disguise": plain.disguised,
        "shouting": _shouting(text),
        "asks": "?" in plain.text,
        "short": 0 < len(words) < 4,
        "long": len(words) > 150,
        "empty": not words,
        "foreign": (len(words) >= 6 and common < 0.1 * len(words)) or _other_script(text),
    }
    return seen + [name for name, holds in checks.items() if holds]


def _shouting(text: str) -> bool:
    """Whether most of more than a few letters are capitals."""
    capitals = sum(map(str.isupper, text))
    if capitals < 10:
        return False
    letters = sum(map(str.isalpha, text))
    return letters > 15 and capitals > 0.6 * letters


def _other_script(text: str) -> bool:
    """Whether most letters of a text are of another script than Latin."""
    if text.isascii():
        return False
    letters, latin = sum(map(str.isalpha, text)), sum(map(_LATIN.__contains__, text))
    return letters > 1 and latin * 2 < letters


def sentence_around(text: str, span: Span) -> Span:
    """The sentence of the original text in which a span stands, without the white space around it."""
    start = 0
    for match in _SENTENCE.finditer(text):
        if match.end() > span.start and match.end() >= span.end - 1:
            return _trimmed(text, start, match.end())
        start = match.end()
    return _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    begins = start + len(piece) - len(piece.lstrip())
    return Span(begins, max(begins, end - (len(piece) - len(piece.rstrip()))))
