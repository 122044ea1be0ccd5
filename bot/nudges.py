"""Nudges: three things to give in five minutes, and the part of an ask that is missing. A pure function decides.

Never discouraging (most giving starts with an ask, and askers underestimate a yes by half), never twice for the same
thing, off among friends and family, where keeping count does not suit (peers.md §2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from bot.anatomy import Part
from bot.attention import Kind, Push, allows
from bot.language import by_language, read_words
from bot.ledger import COMMUNAL, Balance
from bot.model import Network, Purpose, Relation
from bot.purposes import FEWEST, Give, Guides
from bot.schedule import Schedule

PAUSE = timedelta(days=7)
"""How long the same thing is not said again."""
GIVE = "nudge/give"
"""The code under which the gives are remembered as said."""


ALWAYS = Schedule("UTC", quiet=None)
"""For an ask that is met while its writer is here anyway: no hours are quiet then."""


class Place(StrEnum):
    """Where an ask was met: in a draft being checked, or just after it was seen in a coached channel."""

    CHECK = "check"
    SEEN = "seen"


class Openings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a nudge begins."""

    check: str
    seen: str
    part: str
    also: str


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What nudges say, from `prompts/nudges.toml`."""

    openings: Openings
    buttons: dict[str, str]
    without_purpose: dict[Network, Purpose]


@dataclass(frozen=True, slots=True)
class Occasion:
    """All that decides on a nudge: the ask, the ledger before it, purpose, closeness, quiet, attention and history."""

    place: Place
    now: datetime
    balance: Balance
    missing: tuple[Part, ...] = ()
    purposes: tuple[Purpose, ...] = ()
    network: Network | None = None
    relation: Relation | None = None
    muted: bool = False
    said: Mapping[str, datetime] = field(default_factory=dict)
    schedule: Schedule = ALWAYS
    pushes: Sequence[Push] = ()


@dataclass(frozen=True, slots=True)
class Nudge:
    """Three gives, the part of the ask that is missing, or both; and the codes to remember it by."""

    place: Place
    gives: tuple[Give, ...]
    part: Part | None

    @property
    def codes(self) -> tuple[str, ...]:
        """What must not be said again for a while."""
        return ((GIVE,) if self.gives else ()) + ((_code(self.part),) if self.part else ())


def nudge(at: Occasion, guides: Guides, words: Words) -> Nudge | None:
    """What to say at an ask; None when nothing would help, was said lately, or would disturb.

    A nudge after the fact is a push: it needs something to give, and the quiet hours and the attention budget allow it.
    """
    if at.muted or at.relation in COMMUNAL or _communal(at):
        return None
    if at.place is Place.SEEN and allows(Kind.NUDGE, at.pushes, at.now, at.schedule):
        return None
    part = next((part for part in at.missing if not _lately(_code(part), at)), None)
    gives = _gives(at, guides, words) if gave_little(at.balance) and not _lately(GIVE, at) else ()
    if not gives and (part is None or at.place is Place.SEEN):
        return None
    return Nudge(at.place, gives, part)


def gave_little(before: Balance) -> bool:
    """Whether somebody who asks once more gives less than half of what they ask; a first ask never counts so."""
    asked = before.asked + 1
    return asked > 1 and before.gave * 2 < asked


def _communal(at: Occasion) -> bool:
    """Whether a network is for friends and family by what its owner said."""
    return bool(at.purposes) and set(at.purposes) == {Purpose.FRIENDS_FAMILY}


def _lately(code: str, at: Occasion) -> bool:
    """Whether something was said within the pause; a time in the future (a clock was wrong) counts as well."""
    return code in at.said and at.said[code] > at.now - PAUSE


def _gives(at: Occasion, guides: Guides, words: Words) -> tuple[Give, ...]:
    """Three that fit the purpose and the network, others each time."""
    by_network = words.without_purpose.get(at.network, Purpose.OPERATIONAL) if at.network else Purpose.OPERATIONAL
    purpose = at.purposes[0] if at.purposes else by_network
    offered = guides[purpose].gives_on(at.network)
    first = (at.balance.asked * FEWEST) % len(offered)
    return tuple(offered[(first + place) % len(offered)] for place in range(FEWEST))


def _code(part: Part) -> str:
    return f"nudge/{part}"


@by_language
def load() -> Words:
    """The built-in words, read once per process."""
    return msgspec.convert(read_words("nudges.toml"), Words)
