"""What a part of the page hands over to be shown, and what can be wrong with a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bot.model import Delivery, Fit, Form, Network, Purpose, Relation
from bot.wording import Wording

SYMBOLS = {Fit.FITS.code: "✓", Fit.ADJUST.code: "~", Fit.AVOID.code: "⊘"}
"""Beside the words, never instead of them."""
KINDS = {"network": Network, "delivery": Delivery, "relation": Relation, "purpose": Purpose, "form": Form}

Fields = Mapping[str, str]
"""What stands in the fields of a form; every field of the part is there."""


class Problem(Exception):
    """A form that cannot be answered: the key of its words with their values, or the words themselves; and a status."""

    def __init__(self, key: str, status: int = 400, **values: object) -> None:
        super().__init__(key)
        self.key, self.status, self.values = key, status, values


@dataclass(frozen=True, slots=True)
class At:
    """Where a part stands: its address, its template and the fields of its form."""

    path: str
    template: str
    fields: tuple[str, ...]
    fragment: str = ""
    """The template of the answer alone, for a preview while somebody types; empty where there is none."""
    private: bool = True
    """Whether its form holds somebody's words: they are posted, and never stand in an address."""


class Part(Protocol):
    """One part of the page: what it shows at first, and what it answers to its form."""

    at: At

    def shown(self, form: Fields) -> dict[str, Any]:
        """What its template needs before there is an answer."""

    def answered(self, form: Fields) -> dict[str, Any]:
        """What its template needs with the answer; raises Problem."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A drop-down field with its options in words."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]


def choice(name: str, words: Wording) -> Choice:
    """The field for one kind of code, with what stands for "nothing chosen" first."""
    label, nothing = words.fields[name]
    return Choice(name, label, (("", nothing), *((code.value, words.label(name, code)) for code in KINDS[name])))
