"""The commands that every surface understands (the words for them are read by `bot.grammar`).

A button's value is a command text too, so a click is a command again. What cannot be read raises BadCommand with one
sentence that says what happened, the nearest known word and an example.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from bot.charter_commands import CharterCommand
from bot.consent_commands import UseModel
from bot.insights import Because
from bot.language_commands import ChooseLanguage
from bot.ledger import Step
from bot.model import Delivery, EntryKind, Form, Network, Purpose, Relation
from bot.poll_commands import PollCommand
from bot.review_commands import ReviewCommand
from bot.schedule import QuietHours, Weekday
from bot.tie_commands import TieCommand

NAMES = (
    "check", "where", "purpose", "gave", "asked", "thanked", "balance", "tips", "tie", "review", "poll", "chart",
    "charter", "insights", "dismiss", "quiet", "privacy", "language", "sent", "undo", "help",
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
    "tips": "tips on weekdays at 9 in Europe/Berlin",
    "quiet": "quiet 20:00 to 8:00",
    "sent": "sent to M",
    "undo": "undo",
    "charter": "charter here: Own projects only in #showcase. No recruiting.",
    "chart": "chart linkedin",
    "tie": "tie M like",
    "poll": "poll on slack in a channel: I wrote a small tool for beekeepers, have a look",
    "insights": "insights",
    "dismiss": "dismiss fine-here",
    "review": "review promotion",
    "privacy": "privacy",
    "language": "language german",
    "help": "help check",
}
GIVES = ("help", "information", "introduction", "praise", "offer", "thanks")
ASKS = ("help", "advice", "introduction", "support", "job", "time", "money", "favour", "connection", "pitch")
TOPICS = ("decline", "clumsy", "pest", "invitation", "thanks", "condolence")
"""The other side: what can be asked about beside drafts, as `help decline`."""


class BadCommand(ValueError):
    """A command that cannot be read; the message is the reply."""


def example(name: str) -> str:
    """An example of a command."""
    return EXAMPLES.get(name, f"help {name}")


@dataclass(frozen=True, slots=True)
class Check:
    """Judge a draft, or a question about an act; without a text, the last draft in a new context. `who` is a nickname."""

    text: str
    network: Network | None = None
    delivery: Delivery | None = None
    relation: Relation | None = None
    form: Form | None = None
    who: str = ""


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
class KeepPurpose:
    """Say that the purposes, overall or of one network, hold still."""

    network: Network | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """Write a give or an ask into the private ledger: so many days ago, or of a day."""

    kind: EntryKind
    what: str
    who: str = ""
    ago: int = 0
    day: date | None = None


@dataclass(frozen=True, slots=True)
class ShowAsks:
    """The asks that are open."""


@dataclass(frozen=True, slots=True)
class Resolve:
    """Say what became of an ask, named by its number or by who was asked; without either, of the only one there is."""

    step: Step
    which: str = ""


@dataclass(frozen=True, slots=True)
class ShowOwed:
    """Who answered and waits for thanks, or for the result."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The last draft went out: write down what it gives and asks for."""

    who: str = ""


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back what was written down last."""


@dataclass(frozen=True, slots=True)
class QuietNudges:
    """No nudges, reminders or words about polls for so many days, or until they are wanted again (0); None switches them on."""

    days: int | None = 0
    what: str = "nudges"


@dataclass(frozen=True, slots=True)
class WhyNudges:
    """Why there are nudges, reminders or words about polls, and from what; or why anything in channels is noticed."""

    what: str = "nudges"


@dataclass(frozen=True, slots=True)
class Listen:
    """Whether Tact may notice one's own messages in coached channels; not for so many days, or (0) until told."""

    on: bool
    days: int = 0


@dataclass(frozen=True, slots=True)
class Balance:
    """Gives and asks in words."""


@dataclass(frozen=True, slots=True)
class ShowInsights:
    """Figures about groups, for who looks after a place."""


@dataclass(frozen=True, slots=True)
class Dismiss:
    """The last verdict did not help, and why."""

    because: Because | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """What fits where: everywhere, on one network, or `here`, by the charter of this place."""

    network: Network | None = None
    here: bool = False
    dark: bool = False


@dataclass(frozen=True, slots=True)
class Privacy:
    """Show, export or erase what is kept: show, export, export json, erase, erase confirm."""

    action: str = "show"


@dataclass(frozen=True, slots=True)
class SetTips:
    """Tips on days at a local hour; what is None or empty stays as it was. `here` is for the whole channel, by an admin."""

    days: frozenset[Weekday] | None = None
    at: time | None = None
    zone: str = ""
    here: bool = False


@dataclass(frozen=True, slots=True)
class Tips:
    """Show the schedule, or: now, why, off, resume, snooze, done, week. A topic names the tip a button was on."""

    action: str = "show"
    topic: str = ""
    here: bool = False


@dataclass(frozen=True, slots=True)
class PauseTips:
    """No tips until then, in words about time; `here` for the whole channel, by an admin."""

    until: str
    here: bool = False


@dataclass(frozen=True, slots=True)
class SetQuiet:
    """Hours without pushes, or none; an empty zone is the one that is kept."""

    hours: QuietHours | None
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Show what may be pushed and what was; or `resend` what could not be delivered."""

    action: str = "show"


@dataclass(frozen=True, slots=True)
class Help:
    """What can be said, or more about one command."""

    topic: str = ""


NormCommand = CharterCommand | PollCommand | ShowInsights | Dismiss | Chart
"""Commands about what a community holds to."""
Command = (
    Check | Where | SetPurpose | ShowPurpose | KeepPurpose | Record | ShowAsks | Resolve | ShowOwed | Sent | Undo
    | Balance | QuietNudges | WhyNudges | Listen | SetTips | Tips | PauseTips | SetQuiet | Quiet | NormCommand
    | TieCommand | ReviewCommand | Privacy | ChooseLanguage | UseModel | Help
)  # fmt: skip
