"""What must be true of somebody, kept in the plainest way: the model that the core is held against."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.letters import Letter, LetterKind
from bot.model import Entry, EntryKind, Person

WINDOW = timedelta(days=30)
COPIES = 2
"""How often a letter may be shown at most, with attempts of which nobody knows (F8)."""
QUIET_FROM, QUIET_UNTIL = 20, 8


@dataclass
class Known:
    """One person as the model knows them."""

    person: Person
    written: list[tuple[Entry, str]] = field(default_factory=list)
    """Gives and asks in the order in which they were written down, with their event."""
    life: int = 0
    """How often they were erased; their nicknames say it, so that what outlives an erasure is seen."""
    reachable: bool = False
    unheard: bool = False
    sent: bool = False
    """Whether their draft was said to be sent; it is remembered until the process ends."""
    pushed: dict[str, Letter] = field(default_factory=dict)

    @property
    def nick(self) -> str:
        """Whom they write about in this life."""
        return f"Qx{self.person.tenant[-1]}{self.person.user[-1]}x{self.life}x"

    def write(self, *entries: Entry, event: str = "") -> None:
        """Writes down what an event gives and asks for; what was written for it before counts no second time."""
        known = {(entry.kind, of) for entry, of in self.written if of}
        self.written += [(entry, event) for entry in entries if (entry.kind, event) not in known]

    def take_back(self) -> None:
        """Takes back what was written down last, with all of the same event."""
        if self.written:
            last, event = self.written[-1]
            self.written = [(entry, of) for entry, of in self.written if (of != event if event else entry is not last)]

    def balance(self, now: datetime) -> tuple[int, int]:
        """Gives and asks of the last 30 days."""
        recent = [entry for entry, _ in self.written if now - WINDOW <= entry.at <= now]
        gave = sum(entry.kind is EntryKind.GAVE for entry in recent)
        return gave, len(recent) - gave

    def vanish(self) -> None:
        """Everything kept of them is erased."""
        self.written, self.pushed = [], {}
        self.life, self.reachable, self.sent = self.life + 1, False, False


@dataclass
class Mail:
    """What the platform showed: copies of each letter, and which of them it confirmed."""

    shown: dict[str, int] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    def show(self, letter: Letter, known: Known, now: datetime) -> None:
        """Somebody sees a letter; whatever should not be is noted."""
        self.shown[letter.id] = self.shown.get(letter.id, 0) + 1
        if letter.id in self.confirmed:
            self.problems.append(f"{letter.kind} came again after it was confirmed")
        if self.shown[letter.id] > COPIES:
            self.problems.append(f"{letter.kind} was shown {self.shown[letter.id]} times")
        if not known.reachable:
            self.problems.append(f"{letter.kind} came to somebody who was erased and has not come again")
        if letter.kind in (LetterKind.TIP, LetterKind.NUDGE, LetterKind.REMINDER):
            self._push(letter, known, now)

    def _push(self, letter: Letter, known: Known, now: datetime) -> None:
        """Never in the quiet hours, one push a day, two nudges and two reminders in seven days."""
        if not QUIET_UNTIL <= now.hour < QUIET_FROM:
            self.problems.append(f"{letter.kind} of {letter.due:%a %H:%M} was shown at {now:%a %H:%M}")
        known.pushed[letter.id] = letter
        same_day = [one for one in known.pushed.values() if one.due.date() == letter.due.date()]
        if len(same_day) > 1:
            self.problems.append(f"two pushes of {letter.due.date()}: {[one.kind for one in same_day]}")
        near = [one for one in known.pushed.values() if abs((one.due.date() - letter.due.date()).days) < 7]
        if letter.kind is not LetterKind.TIP and sum(one.kind is letter.kind for one in near) > 2:
            self.problems.append(f"a third {letter.kind} in a week")
