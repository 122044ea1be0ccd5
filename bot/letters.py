"""What is sent later or unasked: letters, where they go, and what became of each.

A handler returns a Reply that its adapter shows at once; a letter waits in the outbox until a platform's sender takes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum
from typing import Protocol

from bot.model import Person, Reply


class LetterKind(StrEnum):
    """Why a letter is sent; tips, nudges and reminders share one attention budget."""

    TIP = "tip"
    NUDGE = "nudge"
    REMINDER = "reminder"
    ANSWER = "answer"
    NOTICE = "notice"
    POLL = "poll"
    RESULT = "result"
    """What follows from a poll, for who looks after its place."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person is reached, in ids that only the platform understands; it rests sealed.

    `workspace` is Slack's workspace, or the server where a channel of Discord's is.

    A channel that gets tips has one too: its `user` is empty.
    """

    platform: str
    workspace: str
    user: str
    channel: str = ""
    message: str = ""
    """A message there in whose place the letter is put; a new one where it is gone."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A reply on its way to one person; its id (25 characters at most) is the same in every attempt."""

    id: str
    kind: LetterKind
    person: Person
    address: Address
    reply: Reply
    due: datetime
    attempt: int = 1
    unknowns: int = 0
    """Earlier attempts that may have been shown."""
    trace: str = ""
    """The trace of what caused it (`bot.tracing`)."""


class Outcome(Enum):
    """What became of an attempt."""

    DELIVERED = "delivered"
    LATER = "later"
    """The platform asks to wait; nothing was shown."""
    UNKNOWN = "unknown"
    """It may or may not have been shown; tried twice at most."""
    UNREACHABLE = "unreachable"
    """This person cannot be reached now (closed messages, left, blocked)."""
    SUSPENDED = "suspended"
    """Nobody of this workspace can be reached (token revoked, scope missing)."""
    REFUSED = "refused"
    """The platform will never take this letter as it is."""


@dataclass(frozen=True, slots=True)
class Report:
    """An attempt's outcome, seconds to wait for LATER, and why, in a code without content (60 characters at most)."""

    outcome: Outcome
    wait: float = 0.0
    why: str = ""
    channel: str = ""
    """The channel it went to, where opening one was part of sending; it is kept for the next letter."""
    message: str = ""
    """The platform's id of the message it became, where it is a single one that can be changed."""
    whole_platform: bool = False
    """Whether the wait holds for every workspace of the platform, not only for the letter's own."""
    alone: bool = False
    """Whether the wait holds for this letter and no other."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A letter that was given up, for its owner and the operator to see and send again; without its words."""

    id: str
    tenant: str
    kind: LetterKind
    due: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many letters wait, are being sent, and were given up; and since when the oldest that is due has waited."""

    waiting: int
    sending: int
    dead: int
    oldest_due: datetime | None


def channel_of(tenant: str, channel: str) -> Person:
    """Whom letters to a channel are for."""
    return Person(tenant, f"#{channel}")


class Sender(Protocol):
    """The port to a platform: sends one letter once, retries nothing, and never raises for what a platform does."""

    platform: str

    async def send(self, letter: Letter) -> Report:
        """Sends a letter; what became of it."""
