"""Use cases around a community's own charter: write it, see how it is read, and what it changes before it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from textwrap import shorten
from typing import TYPE_CHECKING

from bot.charter_commands import (
    CharterCommand,
    EditCharter,
    ExportCharter,
    ImportCharter,
    KeepCharter,
    PreviewCharter,
    RestoreCharter,
    ShowCharter,
    TurnDown,
    WriteCharter,
)
from bot.charter_text import tidy
from bot.coach.charter_reading import changes_of, fitting, reading_of
from bot.coach.listening import network_of
from bot.coach.proposals import Proposals
from bot.commands import BadCommand
from bot.judging import Judging
from bot.model import Button, Person, Reply, Room
from bot.problems import problem
from bot.render import render

if TYPE_CHECKING:
    from bot.coach.turning_down import TurningDown
    from bot.storage import Store

SHOWN = 200
"""Characters shown of an earlier version."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Words that were shown to somebody and are not written yet."""

    channel: str
    everywhere: bool
    text: str


class Charters:
    """Keeps what communities write, and says how it is read."""

    def __init__(self, judging: Judging, turning_down: TurningDown, store: Store, now: Callable[[], datetime]) -> None:
        self._judging = judging
        self._turning_down = turning_down
        self._store = store
        self._now = now
        self._proposals: Proposals[Proposal] = Proposals()

    async def holding(self, person: Person, room: Room) -> str | None:
        """The charter that holds in a room: the channel's own before that of the whole community; None without one."""
        if not room.channel:
            return None
        return await self._store.charters.holding(person.tenant, room.channel, room.house) or None

    def forget_all(self, tenant: str, house: str = "") -> None:
        """Drops words that wait to be kept in a tenant, or in one house of it."""
        self._proposals.forget_all(tenant, house)

    async def answer(self, person: Person, command: CharterCommand, room: Room) -> Reply:
        """The reply to a command about the charter; raises BadCommand."""
        match command:
            case PreviewCharter():
                return await self.preview(person, command, room)
            case ImportCharter():
                return await self._bring_in(person, command, room)
            case KeepCharter():
                return await self._keep(person, room)
            case EditCharter():
                words = await self.words(person, room, everywhere=command.everywhere)
                return Reply(render("charter_edit", text=words, where=_where(command.everywhere)))
            case ExportCharter():
                return Reply(
                    await self._own(person, room, everywhere=command.everywhere)
                    or render("charter", text="", admin=False, down="")
                )
            case ShowCharter():
                return await self._show(person, command, room)
            case RestoreCharter():
                return await self._restore(person, command, room)
            case WriteCharter():
                return await self.write(person, command.text, room, everywhere=command.everywhere)
            case TurnDown():
                return await self._turning_down.answer(person, command, room)

    async def words(self, person: Person, room: Room, *, everywhere: bool) -> str:
        """The charter as it stands, for who may change it; raises BadCommand for others."""
        _place(room, everywhere=everywhere)
        return await self._own(person, room, everywhere=everywhere)

    async def preview(self, person: Person, command: PreviewCharter, room: Room) -> Reply:
        """How words would be read and what they would change; who may write them can keep them with one click."""
        text = fitting(command.text)
        if command.add:
            own = await self._own(person, room, everywhere=command.everywhere)
            text = fitting(f"{own}\n{text}" if own else text)
        changes = await self._would_change(person, room, text, everywhere=command.everywhere)
        said = render(
            "charter_preview",
            text=text,
            add=command.add,
            reading=reading_of(text, self._judging.wording),
            changes=changes,
        )
        if not (room.admin and room.channel):
            return Reply(said)
        self._proposals.put(person, Proposal(room.channel, command.everywhere, text))
        return Reply(said, buttons=(Button(self._judging.wording.overall["charter_keep"], "charter keep"),))

    async def write(self, person: Person, text: str, room: Room, *, everywhere: bool) -> Reply:
        """Keeps a new version; raises BadCommand for who may not, and for words beyond the limits."""
        place = _place(room, everywhere=everywhere)
        text = fitting(text) if text else ""
        before = await self.holding(person, room)
        version = await self._store.charters.write(person, place, text, self._now())
        changes = changes_of(self._judging, before, await self.holding(person, room), network_of(person))
        back = Button(
            self._judging.wording.overall["charter_back"], f"charter{_where(everywhere)} back to {version - 1}"
        )
        return Reply(
            render(
                "charter_written",
                version=version,
                text=text,
                reading=reading_of(text, self._judging.wording),
                changes=changes,
            ),
            buttons=(back,) if version > 1 else (),
        )

    async def _bring_in(self, person: Person, command: ImportCharter, room: Room) -> Reply:
        """Rules from elsewhere as they would be read here."""
        if not tidy(command.text):
            return Reply(render("charter_import", where=_where(command.everywhere)))
        return await self.preview(person, PreviewCharter(command.text, command.everywhere), room)

    async def _keep(self, person: Person, room: Room) -> Reply:
        waiting = self._proposals.take(person)
        if waiting is None or waiting.channel != room.channel:
            raise BadCommand(problem("no_words_wait"))
        return await self.write(person, waiting.text, room, everywhere=waiting.everywhere)

    async def _own(self, person: Person, room: Room, *, everywhere: bool) -> str:
        """The words of just this place, without those of the place around it."""
        if not room.channel:
            return ""
        return await self._store.charters.holding(person.tenant, room.house if everywhere else room.channel)

    async def _show(self, person: Person, command: ShowCharter, room: Room) -> Reply:
        if command.versions:
            place = room.house if command.everywhere else room.channel
            rows = await self._store.charters.versions(person, place) if room.channel else ()
            return Reply(
                render("charter_versions", rows=[(r.version, r.at, r.mine, shorten(r.text, SHOWN)) for r in rows])
            )
        rooms = (room.house,) if command.everywhere else (room.channel, room.house)
        text = await self._store.charters.holding(person.tenant, *rooms) if room.channel else ""
        down = await self._turning_down.named(person, room)
        words = self._judging.wording.overall["charter_edit"]
        edit = (Button(words, f"charter edit{_where(command.everywhere)}"),) if room.admin and room.channel else ()
        said = render(
            "charter", text=text, reading=reading_of(text, self._judging.wording), admin=room.admin, down=down
        )
        return Reply(said, buttons=edit)

    async def _restore(self, person: Person, command: RestoreCharter, room: Room) -> Reply:
        place = _place(room, everywhere=command.everywhere)
        found = [v for v in await self._store.charters.versions(person, place) if v.version == command.version]
        if not found:
            raise BadCommand(problem("no_such_version", version=command.version))
        return await self.write(person, found[0].text, room, everywhere=command.everywhere)

    async def _would_change(self, person: Person, room: Room, text: str, *, everywhere: bool) -> str:
        """What judging would change if these words took the place of the channel's, or of the whole community's."""
        before = await self.holding(person, room)
        other = await self._own(person, room, everywhere=not everywhere)
        both = (other, text) if everywhere else (text, other)
        after = "\n".join(dict.fromkeys(filter(None, both)))
        return changes_of(self._judging, before, after, network_of(person))


def _where(everywhere: bool) -> str:
    return " everywhere" if everywhere else ""


def _place(room: Room, *, everywhere: bool) -> str:
    if not room.channel:
        raise BadCommand(problem("charter_nowhere"))
    if not room.admin:
        raise BadCommand(problem("charter_not_yours"))
    return room.house if everywhere else room.channel
