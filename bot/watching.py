"""What is told to whoever watches Tact run: kinds and figures, never who it was or what was said."""

from __future__ import annotations

from bot.letters import Outcome
from bot.model import Person

SURFACES = frozenset({"slack", "discord", "console", "web", "mcp"})


class Watch:
    """Tells nobody. Another one counts, and writes a line for each."""

    def command(self, kind: str, surface: str) -> None:
        """A command of a kind was answered; `unreadable` for what was none."""

    def verdict(self, code: str) -> None:
        """A draft was judged."""

    def acked(self, surface: str, seconds: float) -> None:
        """A platform was told that something arrived, so long after it did."""

    def attempt(self, platform: str, outcome: Outcome) -> None:
        """A letter was tried."""


NOBODY = Watch()


def surface_of(person: Person) -> str:
    """Where somebody is, as one of a few words."""
    found = person.tenant.partition(":")[0]
    return found if found in SURFACES else "other"
