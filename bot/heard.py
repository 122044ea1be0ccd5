"""Hears the network, the way of sending and the closeness in a question's own words.

"ok to dm a speaker from yesterday's meetup?" tells the way (dm) and the closeness (acquaintance). The words are data in
`prompts/words.toml`; what was given explicitly is never overruled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import re2

from bot.model import Case, Delivery, Form, Network, Relation
from bot.reading.masks import plain

Heard = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Patterns by kind (network, delivery, relation) and code, in the order in which they are tried."""


@cache
def _pattern(words: tuple[str, ...]) -> Any:
    return re2.compile("|".join(f"(?:{word})" for word in words))


def complete(case: Case, heard: Heard) -> Case:
    """A question with the context that its words tell; drafts stay as they are."""
    if case.form is not Form.QUESTION or (case.network and case.delivery and case.relation):
        return case
    text = plain(case.text, keep_quotes=True).text
    network, delivery, relation = (_first(heard[kind], text) for kind in ("network", "delivery", "relation"))
    return replace(
        case,
        network=case.network or (Network(network) if network else None),
        delivery=case.delivery or (Delivery(delivery) if delivery else None),
        relation=case.relation or (Relation(relation) if relation else None),
    )


def _first(codes: Mapping[str, tuple[str, ...]], text: str) -> str | None:
    return next((code for code, words in codes.items() if _pattern(words).search(text)), None)
