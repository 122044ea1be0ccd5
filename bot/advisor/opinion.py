"""Reads what a model answered: strictly, or not at all. Nothing of an answer is ever shown but quotes and checked rewrites."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Literal, NoReturn

import msgspec

from bot.advisor.locking import Locked
from bot.llm.port import CHARACTERS_OUT
from bot.model import Delivery, Fit, Network, Reason, Span

MOST = 3
"""Objections, and rewrites, at most."""
LONGEST_QUOTE = 300


class Kind(StrEnum):
    """What a rewrite does."""

    SMALLER_ASK = "smaller_ask"
    WARMER_OPENING = "warmer_opening"
    BETTER_PLACE = "better_place"


class Malformed(ValueError):
    """An answer that cannot be used; the message is in our own words and safe to send back."""


class _Objection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reason: Reason
    quote: Annotated[str, msgspec.Meta(max_length=LONGEST_QUOTE)]


class _Rewrite(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: Kind
    text: str
    network: Network | None
    delivery: Delivery | None


class _Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    verdict: Literal["fits", "adjust", "avoid"]
    confidence: Annotated[float, msgspec.Meta(ge=0, le=1)]
    objections: Annotated[tuple[_Objection, ...], msgspec.Meta(max_length=MOST)]
    rewrites: Annotated[tuple[_Rewrite, ...], msgspec.Meta(max_length=MOST)]


@dataclass(frozen=True, slots=True)
class Objection:
    """A reason from the vocabulary, and the words of the draft that caused it, if it named any."""

    reason: Reason
    span: Span | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A rewrite as the model gave it; not checked yet, and not to be shown."""

    kind: Kind
    text: str = field(repr=False)
    network: Network | None = None
    delivery: Delivery | None = None


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a model thinks of a draft."""

    fit: Fit
    confidence: float
    objections: tuple[Objection, ...]
    suggestions: tuple[Suggestion, ...]


def read_opinion(answer: str, draft: str, locked: Locked, *, charter: bool) -> Opinion:
    """The opinion in an answer about a draft; raises Malformed for anything that is not exactly what was asked for."""
    said = _decode(answer)
    fit = Fit[said.verdict.upper()]
    if bool(said.objections) != (fit is not Fit.FITS):
        raise Malformed("objections go with adjust and avoid, and only with them")
    objections = tuple(_objection(one, draft, locked, charter) for one in said.objections)
    suggestions = tuple(Suggestion(r.kind, r.text, r.network, r.delivery) for r in said.rewrites)
    return Opinion(fit, said.confidence, objections, suggestions)


def _objection(said: _Objection, draft: str, locked: Locked, charter: bool) -> Objection:
    if said.reason is Reason.NONE or (said.reason is Reason.CHARTER_VIOLATION and not charter):
        raise Malformed("a reason does not apply")
    quote = locked.unlock(said.quote)
    start = draft.find(quote)
    if start < 0:
        raise Malformed("a quote does not occur in the text")
    return Objection(said.reason, Span(start, start + len(quote)) if quote.strip() else None)


def _decode(answer: str) -> _Answer:
    if len(answer) > CHARACTERS_OUT:
        raise Malformed("it is too long")
    text = answer.strip()
    if text.startswith("```") and text.endswith("```"):
        text = text.strip("`").removeprefix("json")
    try:
        raw = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)
        return msgspec.convert(raw, _Answer)
    except Malformed:
        raise
    except (ValueError, RecursionError, msgspec.ValidationError):
        raise Malformed("it is not the JSON that was described") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise Malformed("a name stands twice in one object")
    return dict(pairs)


def _refuse(_constant: str) -> NoReturn:
    raise Malformed("a number is not a number")


@cache
def schema() -> dict[str, Any]:
    """The form of an answer as a JSON schema, without references: strict modes take none at the root."""
    raw = msgspec.json.schema(_Answer)
    return dict(_inline(raw, raw["$defs"]))


# What strict modes of providers refuse; we hold the answer to it ourselves.
_NOT_SENT = frozenset({"$defs", "title", "maxItems", "maxLength", "minimum", "maximum", "description"})


def _inline(node: Any, defs: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_inline(part, defs) for part in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _inline(defs[node["$ref"].rpartition("/")[2]], defs)
    kind = {"type": "string"} if "enum" in node else {}  # all our codes are words, and strict modes want that said
    return kind | {name: _inline(part, defs) for name, part in node.items() if name not in _NOT_SENT}
