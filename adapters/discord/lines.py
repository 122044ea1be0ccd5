"""Filled-in options as the command text that every surface understands, and what is offered while they are typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from zoneinfo import available_timezones

from adapters.discord.words import Kind, OptionWords, Words
from bot.commands import ASKS, GIVES, NAMES, TOPICS
from bot.model import Delivery, Network, Purpose, Relation
from bot.wording import Wording

OFFERED = 25
"""Choices Discord shows at most."""
_OPTION = re.compile(r"\{(\w+)\}")
_CODES: Mapping[Kind, Iterable[str]] = {
    Kind.NETWORK: Network,
    Kind.DELIVERY: Delivery,
    Kind.RELATION: Relation,
    Kind.PURPOSE: Purpose,
    Kind.GIVE: GIVES,
    Kind.ASK: ASKS,
    Kind.TOPIC: (*NAMES, *Network, *Purpose, *TOPICS),
    Kind.HOUR: tuple(f"{hour:02}:00" for hour in (*range(7, 24), *range(7))),
}


def options_of(line: Sequence[str]) -> tuple[str, ...]:
    """The options that a line has, in order."""
    return tuple(name for piece in line for name in _OPTION.findall(piece))


def say(line: Sequence[str], given: Mapping[str, str | None]) -> str:
    """The command text of a line: pieces whose option is empty are left out."""
    pieces = []
    for piece in line:
        names = _OPTION.findall(piece)
        if all((given.get(name) or "").strip() for name in names):
            pieces.append(_OPTION.sub(lambda found: str(given[found.group(1)]), piece))
    return " ".join(pieces)


def offers(option: OptionWords, typed: str, words: Words, wording: Wording) -> list[tuple[str, str]]:
    """Labels and values that go with what is typed so far, at most 25; what begins with it first."""
    known = [(label(option.kind, code, wording), code) for code in _offered(option, typed, words)]
    said = typed.casefold().strip()
    found = [(name, code) for name, code in known if said in name.casefold() or said in code.casefold()]
    return sorted(found, key=lambda pair: not pair[1].casefold().startswith(said))[:OFFERED]


def codes(kind: Kind) -> Sequence[str]:
    """The codes an option of a kind takes; empty where anything may be typed."""
    return tuple(_CODES.get(kind, ()))


def label(kind: Kind, code: str, wording: Wording) -> str:
    """A code in words, where there are words for it."""
    return wording.label(kind, code) if kind in wording.labels else code


def _offered(option: OptionWords, typed: str, words: Words) -> Sequence[str]:
    if option.kind is Kind.ZONE:
        return _zones() if typed.strip() else words.first["zone"]
    return option.choices or codes(option.kind)


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/")))
