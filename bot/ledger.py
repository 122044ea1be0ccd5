"""Give and take: what a text gives and asks for, what became of an ask, and what it all adds up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.model import Entry, EntryKind, Intent, Relation

WINDOW = timedelta(days=30)
"""How far back a balance looks."""
COMMUNAL = frozenset({Relation.TRUSTED, Relation.FAMILY})
"""Close ties, where keeping count would only show a want of care (Clark & Mills, peers.md §2): nothing is kept of them unasked."""

_GIVES = {
    Intent.GIVE_HELP: "help",
    Intent.GIVE_INFO: "information",
    Intent.GIVE_INTRO: "introduction",
    Intent.GIVE_PRAISE: "praise",
    Intent.OFFER: "offer",
    Intent.THANKS: "thanks",
}
_ASKS = {
    Intent.ASK_HELP: "help",
    Intent.ASK_ADVICE: "advice",
    Intent.ASK_INTRO: "introduction",
    Intent.ASK_SUPPORT: "support",
    Intent.ASK_JOB: "job",
    Intent.ASK_TIME: "time",
    Intent.ASK_MONEY: "money",
    Intent.CONNECT: "connection",
    Intent.PITCH: "pitch",
}


class Outcome(StrEnum):
    """What became of an ask."""

    OPEN = "open"
    ANSWERED = "answered"
    DECLINED = "declined"
    CLOSED = "closed"


class Step(StrEnum):
    """What somebody says happened with an ask."""

    OPEN = "open"
    ANSWERED = "answered"
    DECLINED = "declined"
    CLOSED = "closed"
    THANKED = "thanked"
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class Ask:
    """An ask with what became of it; told is when the one who answered heard how it went."""

    number: int
    what: str
    at: datetime
    who: str = ""
    outcome: Outcome = Outcome.OPEN
    answered_at: datetime | None = None
    thanked_at: datetime | None = None
    told_at: datetime | None = None

    def after(self, step: Step, now: datetime) -> Ask:
        """The ask after a step; the same when the step changes nothing. Thanked and told closes it."""
        if step is Step.OPEN:
            return replace(self, outcome=Outcome.OPEN, answered_at=None, thanked_at=None, told_at=None)
        if step in (Step.DECLINED, Step.CLOSED):
            return replace(self, outcome=Outcome(step))
        reached = Outcome.DECLINED if self.outcome is Outcome.DECLINED else Outcome.ANSWERED
        answered = replace(self, outcome=reached, answered_at=self.answered_at or now)
        if step is Step.ANSWERED:
            return self if self.outcome is Outcome.CLOSED else replace(answered, outcome=Outcome.ANSWERED)
        if step is Step.THANKED:
            answered = replace(answered, thanked_at=self.thanked_at or now)
        else:
            answered = replace(answered, told_at=self.told_at or now)
        done = self.outcome is Outcome.CLOSED or (answered.thanked_at and answered.told_at)
        return replace(answered, outcome=Outcome.CLOSED) if done else answered


@dataclass(frozen=True, slots=True)
class Balance:
    """Gives and asks within the window, and how many of each kind."""

    gave: int = 0
    asked: int = 0
    kinds: tuple[tuple[EntryKind, str, int], ...] = field(default=(), compare=False)

    @property
    def phrase(self) -> str:
        """The balance as the history phrase that the judge reads; empty when nothing is written down."""
        if not self.gave and not self.asked:
            return ""
        return f"asked {self.asked}, gave {self.gave} in the last {WINDOW.days} days"

    def of(self, kind: EntryKind) -> tuple[tuple[str, int], ...]:
        """What was given, or asked for, and how often; the most frequent first."""
        return tuple(sorted(((what, count) for k, what, count in self.kinds if k is kind), key=lambda one: -one[1]))


def add_up(counts: Iterable[tuple[EntryKind, str, int]]) -> Balance:
    """The balance of counts by kind."""
    kinds = tuple(counts)
    gave = sum(count for kind, _, count in kinds if kind is EntryKind.GAVE)
    return Balance(gave, sum(count for _, _, count in kinds) - gave, kinds)


def entries_in(intents: Mapping[Intent, float], at: datetime, sure: float, who: str = "") -> tuple[Entry, ...]:
    """What a text gives and asks for, the likeliest of each side that is at least so sure: one text is one of each."""
    found = []
    for kind, known in ((EntryKind.GAVE, _GIVES), (EntryKind.ASKED, _ASKS)):
        chances = [(chance, what) for intent, what in known.items() if (chance := intents.get(intent, 0.0)) >= sure]
        if chances:
            found.append(Entry(kind, max(chances)[1], at, who))
    return tuple(found)
