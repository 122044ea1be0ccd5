"""Folds a text for judging and hides what is not the writer's own voice: quotes, code, links, mentions.

The plain text is for judging only and is never shown. Every character of it knows which character of the
original it came from, so that a finding can quote the words as they were written.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import re2

from bot.reading.model import Plain

LIMIT = 20_000
"""Characters read of one text, so that time is bounded (design §4); every surface refuses longer ones and says so."""

# Letters that pass for Latin ones in a disguise. Folded only inside words that also hold Latin letters.
_LOOKALIKES = dict(
    zip(
        "аеорсухіјѕԁһкмтвнԛԝ" + "αορνικτυχεβ" + "ａ",
        "aeopcyxijsdhkmtbhqw" + "aopviktuxeb" + "a",
        strict=True,
    )
)
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u3164\uffa0")
_LEET = str.maketrans("013457@$", "oieastas")

_MASKED = re.compile(
    r"(?P<code>```.*?(?:```|\Z)|`[^`\n]{1,300}`)"
    r"|(?P<link>https?://\S{1,2000}|www\.\S{1,500}|<https?://[^>\s]{1,2000}>"
    r"|\b[a-z0-9][a-z0-9-]{0,62}+\.(?:[a-z0-9-]{1,62}\.){0,4}(?:com|org|net|example|io|dev|app|co|me|gg|ly|eu|de|uk)\b(?:/\S{0,500})?)"
    r"|(?P<everyone><!(?:channel|here|everyone)>|@(?:everyone|channel|here|all)\b)"
    r"|(?P<person><@!?[A-Za-z0-9]{1,40}>|@(?<![\w.]@)[A-Za-z][\w.-]{1,40})"
    r"|(?P<place><#[A-Za-z0-9|_-]{1,80}>)"
    r"|(?P<quoted>(?m:^)[ \t]{0,3}>[^\n]{0,2000})"
    r"|(?P<quote>\"[^\"\n]{3,600}\"|“[^”\n]{3,600}”|«[^»\n]{3,600}»|„[^“”\n]{3,600}[“”])"
    r"|(?P<single>['‘](?<![^\s:].)(?=\S)[^'’\n]{0,300}(?:['’](?=\w)[^'’\n]{0,300}){0,8}['’](?=[\s.,;:!?)]|$))",
    re.IGNORECASE | re.DOTALL,
)
_MASK_SIGNS = r"(?:^|\W)['‘]|[`@<>\"“«„]|://|(?i:www\.|\.[a-z])"
"""Without any of these nothing can be masked."""
_ALL_QUOTED = re.compile(r"\s*[\"“”„«'‘][^\"“”„«»]*[\"“”»'’]\s*")
"""A draft that was pasted in quotation marks is still the writer's own."""
_SPACED = re.compile(r"(?<![^\W_])(?:[^\W\d_][ .\-_*]){3,40}[^\W\d_](?![^\W_])")
_SPACED_SIGN = re.compile(r"[ .\-_*][^\W\d_][ .\-_*][^\W\d_][ .\-_*]")
_LEET_SIGN = re.compile(r"[013457@$][a-z]")
_LEET_WORD = re.compile(r"[a-z](?<!\S.)(?=\S*[013457@$])[a-z013457@$]{2,30}[a-z](?![\w%])")
_STRETCH = re.compile(r"[\x00-\x7f]+|[^\x00-\x7f]")
_BEYOND = re.compile(r"[^\x00-\x7f]")
_ASCII = str.maketrans("\t`", " '")


@cache
def _mask_signs() -> Any:
    """RE2 tells much quicker whether there is any of the signs than the masks can be looked for."""
    signs = re2.Set.SearchSet()
    signs.Add(_MASK_SIGNS)
    signs.Compile()
    return signs


@cache
def _fold(char: str) -> str:
    """One character beyond ASCII as lower-case letters without accents, quotation marks and dashes made plain."""
    if char in "’‘´ʼ":
        return "'"
    if char in "“”„«»":
        return '"'
    if char == "ı":
        return "i"
    if char in "–—−":
        return "-"
    if char in "\u00a0\u2009\u202f":
        return " "
    parts = unicodedata.normalize("NFKD", char.casefold())
    return "".join(p for p in parts if not unicodedata.combining(p))


@cache
def _is_invisible(char: str) -> bool:
    """Whether a character shows nothing: format characters, variation selectors and their like."""
    return (
        unicodedata.category(char) == "Cf"
        or char in _INVISIBLE
        or "\ufe00" <= char <= "\ufe0f"
        or "\U000e0100" <= char <= "\U000e01ef"
    )


def _fold_word(word: str) -> tuple[str, bool]:
    """A word whose look-alike letters are Latin ones, and whether it was disguised."""
    if word.isascii() or not any("a" <= c <= "z" for c in word):
        return word, False
    latin = "".join(_LOOKALIKES.get(c, c) for c in word)
    return latin, latin != word


def plain(text: str, *, keep_quotes: bool = False) -> Plain:
    """Folds and masks a text; quotes stay readable where they hold the writer's own draft."""
    text = text[:LIMIT]
    shown, places, parted = _shown(text)
    if not places:
        return _plain(text, keep_quotes=keep_quotes)
    found = _plain(shown, keep_quotes=keep_quotes)
    origin = tuple(places[at] for at in found.origin)
    return replace(found, origin=origin, disguised=found.disguised or parted)


def _shown(text: str) -> tuple[str, list[int], bool]:
    """The text without what shows nothing, which must not hide a link or a mention either; where the rest of it stood.

    Also whether such a sign parted two letters. There are no places where nothing was left out.
    """
    hidden = {at.start() for at in _BEYOND.finditer(text) if _is_invisible(at.group())}
    if not hidden:
        return text, [], False
    places = [at for at in range(len(text)) if at not in hidden]
    parted = any(
        after - before > 1
        and (text[before] + text[after]).isascii()
        and text[before].isalpha()
        and text[after].isalpha()
        for before, after in pairwise(places)
    )
    return "".join(text[at] for at in places), places or [0], parted


def _plain(text: str, *, keep_quotes: bool) -> Plain:
    """Folds and masks a text in which everything shows."""
    keep_quotes = keep_quotes or bool(_ALL_QUOTED.fullmatch(text))
    out: list[str] = []
    origin: list[int] = []
    masks: set[str] = set()

    def add(start: int, end: int) -> None:
        for stretch in _STRETCH.finditer(text, start, end):
            piece, at = stretch.group(), stretch.start()
            folded = piece.lower().translate(_ASCII) if piece.isascii() else _fold(piece)
            out.append(folded)
            origin.extend(range(at, stretch.end()) if piece.isascii() else [at] * len(folded))

    at = 0
    for match in _MASKED.finditer(text) if _mask_signs().Match(text) else ():
        kind = match.lastgroup or ""
        if kind in ("quote", "single", "quoted") and (keep_quotes or match.group().count(" ") < 1):
            continue
        kind = "quote" if kind in ("single", "quoted") else kind
        masks.add(kind)
        add(at, match.start())
        token = f" <{kind}> "
        out.append(token)
        origin.extend([match.start()] * (len(token) - 1) + [max(match.start(), match.end() - 1)])
        at = match.end()
    add(at, len(text))
    folded, places, hidden = _undisguise("".join(out), origin)
    return Plain(folded, tuple(places), frozenset(masks), hidden)


def _undisguise(text: str, origin: list[int]) -> tuple[str, list[int], bool]:
    """Undoes look-alike letters, l e t t e r spacing and leet; positions stay exact."""
    hidden = False
    if not text.isascii():
        words = re.split(r"(\W+)", text)
        for i, word in enumerate(words):
            words[i], was = _fold_word(word)
            hidden = hidden or was
        text = "".join(words)
    for match in reversed(list(_SPACED.finditer(text))) if _SPACED_SIGN.search(text) else ():
        letters = [i for i in range(match.start(), match.end()) if text[i].isalpha()]
        text = text[: match.start()] + "".join(text[i] for i in letters) + text[match.end() :]
        origin[match.start() : match.end()] = [origin[i] for i in letters]
        hidden = True
    if _LEET_SIGN.search(text):
        text = _LEET_WORD.sub(lambda m: m.group().translate(_LEET), text)
    return text, origin, hidden
