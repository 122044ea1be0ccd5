"""Each person's last draft, held in memory and never on disk, so that it can be checked again and said to be sent."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import count

from bot.model import Case, Person, Reason, Verdict

REMEMBERED = 500
"""Last drafts held in memory."""
ALIKE = 0.5
"""From this share of common words on, a text is an edit of another."""
COMPARED = 4_000
"""Characters compared for it."""


@dataclass(slots=True)
class Draft:
    """A draft as it was checked: better or worse than the one before, and whether what it gives and asks for is written down."""

    case: Case
    verdict: Verdict
    trend: str = ""
    number: int = 0
    written: bool = False
    minded_not: frozenset[Reason] = frozenset()
    """What the community does not mind where it was checked."""
    left_out: tuple[Reason, ...] = ()
    """Which of that was found, and left out."""


class Drafts:
    """The last draft of each person, of the last persons only."""

    def __init__(self) -> None:
        self._last: OrderedDict[Person, Draft] = OrderedDict()
        self._count = count(1)

    def of(self, person: Person) -> Draft | None:
        """A person's last draft."""
        return self._last.get(person)

    def remember(
        self,
        person: Person,
        case: Case,
        verdict: Verdict,
        trend: str = "",
        minded_not: frozenset[Reason] = frozenset(),
        left_out: tuple[Reason, ...] = (),
    ) -> int:
        """Keeps a draft in place of the last one, and numbers it; the same words again were written down already."""
        before = self._last.get(person)
        written = before is not None and before.written and before.case.text == case.text
        number = next(self._count)
        draft = self._last[person] = Draft(case, verdict, trend, number, written, minded_not, left_out)
        self._last.move_to_end(person)
        while len(self._last) > REMEMBERED:
            self._last.popitem(last=False)
        return draft.number

    def goes_out(self, person: Person, text: str) -> bool:
        """Whether a message that was seen is the last draft and was written down already; if not, it is from now on."""
        last = self._last.get(person)
        if last is None or not is_edit(text, last.case.text):
            return False
        before, last.written = last.written, True
        return before

    def forget(self, person: Person) -> None:
        """Drops the last draft."""
        self._last.pop(person, None)

    def forget_all(self, tenant: str) -> None:
        """Drops the last drafts of everybody in a tenant."""
        for person in [person for person in self._last if person.tenant == tenant]:
            del self._last[person]


def is_edit(text: str, before: str) -> bool:
    """Whether a text is another one after an edit."""
    both = SequenceMatcher(None, text[:COMPARED].split(), before[:COMPARED].split())
    bounds = (both.real_quick_ratio, both.quick_ratio)  # never below the ratio, and quicker: most texts end here
    return all(bound() >= ALIKE for bound in bounds) and both.ratio() >= ALIKE
