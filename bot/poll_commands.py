"""The commands about polls “would you cry foul?”."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.model import Network
from bot.polls import USUAL, Choice, Posed


@dataclass(frozen=True, slots=True)
class ShowPolls:
    """The polls of this channel."""


@dataclass(frozen=True, slots=True)
class ShowGallery:
    """The cases there are to ask about, of all networks or of one."""

    network: Network | None = None


@dataclass(frozen=True, slots=True)
class PosePoll:
    """A case as it would be asked about: of the gallery by its code, one's own words, or one's last draft."""

    posed: Posed | None = None
    code: str = ""
    lasts: timedelta = USUAL


@dataclass(frozen=True, slots=True)
class PostPoll:
    """The case that was shown last is asked about here, for all to see."""


@dataclass(frozen=True, slots=True)
class Vote:
    """What somebody thinks of a case."""

    number: int
    choice: Choice


@dataclass(frozen=True, slots=True)
class ClosePoll:
    """A poll ends now."""

    number: int


@dataclass(frozen=True, slots=True)
class AcceptLine:
    """The line that follows from a poll: shown as it would be read, to be kept with one click."""

    number: int


@dataclass(frozen=True, slots=True)
class LetMembers:
    """Whether members may ask in this channel too."""

    members: bool


PollCommand = ShowPolls | ShowGallery | PosePoll | PostPoll | Vote | ClosePoll | AcceptLine | LetMembers
