"""The lexicon as data: signs and intents found by patterns that take linear time (RE2)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, KeysView, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Generic, TypeVar

import re2

from bot.model import Intent, Span
from bot.reading.model import Plain

Key = TypeVar("Key", str, Intent)

STRONG, WEAK = 0.75, 0.3
"""How much a strong and a weak pattern say for an intent; several combine as independent hints."""

_GAP = r"[^.!?\n]*"
"""What the mark … of the lexicon stands for."""

STRUCTURE = frozenset(
    {"disguise", "link", "code", "quote", "person", "shouting", "asks", "short", "long", "empty", "foreign"}
)
"""Signs seen in the shape of a text rather than in its words."""


@dataclass(frozen=True, slots=True)
class _Entry:
    sign: str
    intent: Intent | None
    weight: float


class Places(Mapping[Key, tuple[Span, ...]], Generic[Key]):
    """Where signs or intents stand in a text; looked for only when somebody asks."""

    def __init__(self, numbers: Mapping[Key, tuple[int, ...]], lexicon: Lexicon, plain: Plain) -> None:
        self._numbers: Mapping[Key, tuple[int, ...]] = numbers
        self._lexicon = lexicon
        self._plain = plain

    def __getitem__(self, key: Key) -> tuple[Span, ...]:
        found = (self._lexicon.place(number, self._plain) for number in self._numbers[key])
        return tuple(span for span in found if span)

    def __contains__(self, key: object) -> bool:
        return key in self._numbers

    def keys(self) -> KeysView[Key]:
        """The signs or intents, as quick to ask as a set."""
        return self._numbers.keys()

    def __iter__(self) -> Iterator[Key]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


@dataclass(frozen=True, slots=True)
class Found:
    """Signs with their places, intents with their probability and the words that show them."""

    signs: Places[str]
    intents: dict[Intent, float]
    evidence: Places[Intent]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All patterns, behind filters of the letters they need, searched once per text."""

    entries: tuple[_Entry, ...]
    halves: tuple[Any, ...]
    """Filters of every other pattern. A filter remembers the combinations of letters it met: two of half the patterns meet
    far fewer of them than one of all, which halves the work."""

    def search(self, plain: Plain, structure: Iterable[str]) -> Found:
        """Signs (those of structure among them) and intents of one folded text."""
        signs: dict[str, tuple[int, ...]] = dict.fromkeys(structure, ())
        doubt: dict[Intent, float] = {}
        evidence: dict[Intent, tuple[int, ...]] = {}
        for number in self._found(plain.text):
            entry = self.entries[number]
            if entry.intent is None:
                signs[entry.sign] = (*signs.get(entry.sign, ()), number)
                continue
            doubt[entry.intent] = doubt.get(entry.intent, 1.0) * (1.0 - entry.weight)
            if entry.weight == STRONG:
                evidence[entry.intent] = (*evidence.get(entry.intent, ()), number)
        chances = {intent: 1.0 - rest for intent, rest in doubt.items()}
        return Found(Places(signs, self, plain), chances, Places(evidence, self, plain))

    def _found(self, text: str) -> list[int]:
        """The numbers of the patterns that match, in order."""
        encoded, of = text.encode(), len(self.halves)
        return sorted(of * at + half for half, group in enumerate(self.halves) for at in group.Match(encoded) or ())

    def place(self, number: int, plain: Plain) -> Span | None:
        """Where a pattern stands in the original text; None for one that matches no characters."""
        at, half = divmod(number, len(self.halves))
        found = self.halves[half].re(at).search(plain.text)
        return plain.span(found.start(), found.end()) if found and found.end() > found.start() else None


def sign_names() -> frozenset[str]:
    """Every sign a charter may name."""
    return frozenset(entry.sign for entry in load().entries if entry.intent is None) | STRUCTURE


def _raw() -> dict[str, Any]:
    return tomllib.loads(files("bot.reading").joinpath("lexicon.toml").read_text(encoding="utf-8"))


@cache
def load() -> Lexicon:
    """The lexicon, compiled once per process."""
    raw = _raw()
    listed: list[tuple[_Entry, str]] = []
    for name, sign in raw["signs"].items():
        listed += [(_Entry(name, None, 1.0), pattern) for pattern in sign["find"]]
    for name, intent in raw["intents"].items():
        for strength, weight in (("strong", STRONG), ("weak", WEAK)):
            listed += [(_Entry("", Intent(name), weight), pattern) for pattern in intent[strength]]
    patterns = [pattern.replace("…", _GAP) for _, pattern in listed]
    return Lexicon(tuple(entry for entry, _ in listed), (_filter(patterns[::2]), _filter(patterns[1::2])))


def _filter(patterns: list[str]) -> Any:
    group, options = re2.Filter(), re2.Options()
    options.never_capture = True
    for pattern in patterns:
        group.Add(pattern, options)
    group.Compile()
    return group
