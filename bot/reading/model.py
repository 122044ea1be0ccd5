"""What reading a text yields: the folded text, what it does, and how it sounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model import Intent, Span

PLAIN_FROM = 0.5
"""From which probability by its words a text plainly does something."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A folded text: lower case, no accents, masks as <link>, <code>, <quote>, <person>, <everyone>."""

    text: str
    origin: tuple[int, ...]
    masks: frozenset[str]
    disguised: bool

    def span(self, start: int, end: int) -> Span:
        """Where plain text[start:end] stands in the original."""
        if start >= end:
            return Span(0, 0)
        return Span(self.origin[start], self.origin[end - 1] + 1)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text does and how it sounds, before any context is known."""

    intents: Mapping[Intent, float]
    """Probability of each intent, 0..1."""
    signs: Mapping[str, tuple[Span, ...]]
    """Marks of tone and structure with their places; structural ones have none."""
    plain: Plain
    """The folded, masked text that was read; never shown."""
    words: int
    lexical: Mapping[Intent, float] = field(default_factory=dict)
    """Intents by their plainest words alone; rules go by these, so that each can point to its words."""
    evidence: Mapping[Intent, tuple[Span, ...]] = field(default_factory=dict)
    """The words that show an intent most plainly, where there are such words."""
    hints: Mapping[str, float] = field(default_factory=dict)
    """What the trained reader suspects of intents and reasons, 0..1; material for the judge, not a verdict."""
    plainly: frozenset[Intent] = field(init=False)
    """What the text plainly does, by its words."""

    def __post_init__(self) -> None:
        plainly = frozenset(intent for intent, chance in self.lexical.items() if chance >= PLAIN_FROM)
        object.__setattr__(self, "plainly", plainly)

    def does(self, intent: Intent) -> bool:
        """Whether the text plainly does this, by its words."""
        return intent in self.plainly
