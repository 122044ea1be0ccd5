"""Commands about a community's own charter: shown, written, tried, edited, brought in, handed out, and what it turns down."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model import Reason


@dataclass(frozen=True, slots=True)
class ShowCharter:
    """The charter that holds here, or its versions."""

    everywhere: bool = False
    versions: bool = False


@dataclass(frozen=True, slots=True)
class WriteCharter:
    """A new charter for this channel or for everywhere in the community; an empty text takes it away."""

    text: str
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class RestoreCharter:
    """An earlier version of the charter put back."""

    version: int
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class PreviewCharter:
    """How a charter would be read, and what it would change, without keeping it; `add` puts it behind what holds."""

    text: str
    everywhere: bool = False
    add: bool = False


@dataclass(frozen=True, slots=True)
class KeepCharter:
    """The words that were shown last are written now."""


@dataclass(frozen=True, slots=True)
class EditCharter:
    """The words as they are, to be changed in a form."""

    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class ImportCharter:
    """Rules from elsewhere, read and shown; without any the channel's topic is taken."""

    text: str = ""
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class ExportCharter:
    """The words alone, as they can be brought in again."""

    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class TurnDown:
    """A reason that is not minded in this community; `back` minds it again. Without one, those that are not."""

    reason: Reason | None = None
    back: bool = False


CharterCommand = (
    ShowCharter
    | WriteCharter
    | RestoreCharter
    | PreviewCharter
    | KeepCharter
    | EditCharter
    | ImportCharter
    | ExportCharter
    | TurnDown
)
