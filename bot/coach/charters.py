"""Use cases around a community's own charter: write it, see how it is read, and what it changes before it is made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from textwrap import shorten
from typing import TYPE_CHECKING

from bot.charter_lint import notes
from bot.coach.listening import network_of
from bot.commands import BadCommand, PreviewCharter, RestoreCharter, ShowCharter, WriteCharter
from bot.judging import Judging
from bot.local_charters import LIMIT, read_charter
from bot.model import Button, Network, Person, Reply, Room
from bot.problems import problem
from bot.render import render
from bot.replay import replay

if TYPE_CHECKING:
    from bot.storage import Store

SHOWN = 200
"""Characters shown of an earlier version."""
Command = WriteCharter | ShowCharter | PreviewCharter | RestoreCharter


class Charters:
    """Keeps what communities write, and says how it is read."""

    def __init__(self, judging: Judging, store: Store, now: Callable[[], datetime]) -> None:
        self._judging = judging
        self._store = store
        self._now = now

    async def holding(self, person: Person, room: Room) -> str | None:
        """The charter that holds in a room: the channel's own before that of the whole community; None without one."""
        if not room.channel:
            return None
        return await self._store.charters.holding(person.tenant, room.channel, room.house) or None

    async def answer(self, person: Person, command: Command, room: Room) -> Reply:
        """The reply to a command about the charter; raises BadCommand."""
        match command:
            case PreviewCharter():
                return self._preview(command.text, await self.holding(person, room), network_of(person))
            case ShowCharter():
                return await self._show(person, command, room)
            case RestoreCharter():
                return await self._restore(person, command, room)
            case WriteCharter():
                return await self._write(person, command.text, self._place(command.everywhere, room), room)

    async def _show(self, person: Person, command: ShowCharter, room: Room) -> Reply:
        if command.versions:
            place = room.house if command.everywhere else room.channel
            rows = await self._store.charters.versions(person, place) if room.channel else ()
            return Reply(
                render("charter_versions", rows=[(r.version, r.at, r.mine, shorten(r.text, SHOWN)) for r in rows])
            )
        rooms = (room.house,) if command.everywhere else (room.channel, room.house)
        text = await self._store.charters.holding(person.tenant, *rooms) if room.channel else ""
        return Reply(render("charter", text=text, reading=self._reading(text), admin=room.admin))

    async def _restore(self, person: Person, command: RestoreCharter, room: Room) -> Reply:
        place = self._place(command.everywhere, room)
        found = [v for v in await self._store.charters.versions(person, place) if v.version == command.version]
        if not found:
            raise BadCommand(problem("no_such_version", version=command.version))
        return await self._write(person, found[0].text, place, room)

    async def _write(self, person: Person, text: str, place: str, room: Room) -> Reply:
        if len(text) > LIMIT:
            raise BadCommand(problem("charter_too_long", limit=LIMIT))
        before = await self.holding(person, room)
        version = await self._store.charters.write(person, place, text, self._now())
        changes = self._changes(before, await self.holding(person, room), network_of(person))
        everywhere = " everywhere" if place == room.house else ""
        back = Button(self._judging.wording.overall["charter_back"], f"charter{everywhere} back to {version - 1}")
        return Reply(
            render("charter_written", version=version, text=text, reading=self._reading(text), changes=changes),
            buttons=(back,) if version > 1 else (),
        )

    def _preview(self, text: str, before: str | None, network: Network | None) -> Reply:
        changes = self._changes(before, text, network)
        return Reply(render("charter_preview", reading=self._reading(text), changes=changes))

    def _reading(self, text: str) -> str:
        """How each sentence is read, and what its readers would stumble over."""
        charter = read_charter(text)
        mode = partial(self._judging.wording.label, "charter_mode")
        clauses = [(clause.sentence, mode(clause.mode)) for clause in charter.clauses]
        found = notes(charter, self._judging.wording.labels["charter_topic"])
        stumbles = [(note.trouble.value, note.sentence, note.other, note.open, note.sharper) for note in found]
        return render("charter_reading", clauses=clauses, notes=stumbles)

    def _changes(self, before: str | None, after: str | None, network: Network | None) -> str:
        """The sample drafts that a change of the charter judges in another way: draft, before, after."""
        label = partial(self._judging.wording.label, "verdict")
        replayed = replay(self._judging, before, after, network or Network.SLACK)
        changed = [(one.text, label(one.before.fit.code), label(one.after.fit.code)) for one in replayed if one.changed]
        return render("charter_changes", changed=changed)

    @staticmethod
    def _place(everywhere: bool, room: Room) -> str:
        if not room.channel:
            raise BadCommand(problem("charter_nowhere"))
        if not room.admin:
            raise BadCommand(problem("charter_not_yours"))
        return room.house if everywhere else room.channel
