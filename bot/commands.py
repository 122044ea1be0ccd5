"""The commands that every surface understands (the words for them are read by `bot.grammar`).

A button's value is a command text too, so a click is a command again. What cannot be read raises BadCommand with one
sentence that says what happened, the nearest known word and an example.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.model import Delivery, EntryKind, Form, Network, Purpose, Relation

NAMES = (
    "check", "where", "purpose", "gave", "asked", "thanked", "balance", "tips", "tie", "review", "poll", "chart",
    "charter", "quiet", "privacy", "help",
)  # fmt: skip
"""Every command word, on every surface (design §3)."""

EXAMPLES: Mapping[str, str] = {
    "check": "check on linkedin as a dm to a stranger: Hi Ana, your talk on pumps …",
    "where": "where: please vote for my neighbour's blog",
    "purpose": "purpose career on linkedin",
    "gave": "gave help to M",
    "asked": "asked advice from K",
    "thanked": "thanked M",
    "balance": "balance",
    "privacy": "privacy",
    "help": "help check",
}
GIVES = ("help", "information", "introduction", "praise", "offer", "thanks")
ASKS = ("help", "advice", "introduction", "support", "job", "time", "money", "favour")


class BadCommand(ValueError):
    """A command that cannot be read; the message is the reply."""


def example(name: str) -> str:
    """An example of a command."""
    return EXAMPLES.get(name, f"help {name}")


@dataclass(frozen=True, slots=True)
class Check:
    """Judge a draft, or a question about an act; without a text, the last draft in a new context."""

    text: str
    network: Network | None = None
    delivery: Delivery | None = None
    relation: Relation | None = None
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class Where:
    """The same draft on every network and way of sending."""

    text: str
    relation: Relation | None = None


@dataclass(frozen=True, slots=True)
class SetPurpose:
    """State purposes, overall or for one network; none given clears them."""

    purposes: tuple[Purpose, ...]
    network: Network | None = None


@dataclass(frozen=True, slots=True)
class ShowPurpose:
    """Say which purposes are kept."""


@dataclass(frozen=True, slots=True)
class Record:
    """Write a give or an ask into the private ledger."""

    kind: EntryKind
    what: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class Balance:
    """Gives and asks in words."""


@dataclass(frozen=True, slots=True)
class Privacy:
    """Show, export or erase what is kept."""

    action: str = "show"


@dataclass(frozen=True, slots=True)
class UseModel:
    """Consent to a language model, given, withdrawn or shown; for oneself, or by an admin for everyone of the tenant."""

    on: bool | None = None
    everyone: bool = False


@dataclass(frozen=True, slots=True)
class Help:
    """What can be said, or more about one command."""

    topic: str = ""


@dataclass(frozen=True, slots=True)
class Later:
    """A command of the grammar that this version cannot do yet."""

    name: str


Command = Check | Where | SetPurpose | ShowPurpose | Record | Balance | Privacy | UseModel | Help | Later
