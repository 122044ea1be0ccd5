"""Use cases around polls “would you cry foul?”: show a case, post it, vote, and write what follows into the charter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot import gallery
from bot.charter_commands import PreviewCharter
from bot.charter_text import tidy
from bot.coach.proposals import Proposals
from bot.commands import BadCommand
from bot.judging import Judging
from bot.letters import Address, LetterKind, channel_of
from bot.model import Button, Network, Person, Reply, Room
from bot.poll_commands import (
    AcceptLine,
    ClosePoll,
    LetMembers,
    PollCommand,
    PosePoll,
    PostPoll,
    ShowGallery,
    ShowPolls,
    Vote,
)
from bot.polling import line_after, poll_reply, told
from bot.polls import TEXT, Posed
from bot.problems import problem
from bot.render import render

if TYPE_CHECKING:
    from bot.coach.charters import Charters
    from bot.coach.drafts import Drafts
    from bot.storage import Store

LISTED = 5
"""Polls of a channel that are listed."""
FROM_GALLERY = 3
"""Cases offered as buttons."""
POST_WITHIN = timedelta(hours=1)
"""A poll that could not be posted by then is not posted any more."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A case that was shown to somebody and is not posted yet."""

    channel: str
    posed: Posed
    lasts: timedelta


class Polls:
    """Asks communities."""

    def __init__(
        self, judging: Judging, drafts: Drafts, charters: Charters, store: Store, now: Callable[[], datetime]
    ) -> None:
        self._words = judging.wording
        self._drafts = drafts
        self._charters = charters
        self._store = store
        self._now = now
        self._proposals: Proposals[Proposal] = Proposals()

    def forget(self, person: Person) -> None:
        """Drops what somebody was about to ask."""
        self._proposals.forget(person)

    def forget_all(self, tenant: str, house: str = "") -> None:
        """Drops what waits to be asked in a tenant, or in one house of it."""
        self._proposals.forget_all(tenant, house)

    async def answer(self, person: Person, command: PollCommand, room: Room) -> Reply:
        """The reply to a command about polls; raises BadCommand."""
        match command:
            case ShowGallery():
                return self._gallery(command.network)
            case PosePoll():
                return await self._pose(person, command, room)
            case PostPoll():
                return await self._post(person, room)
            case Vote():
                return await self._vote(person, command, room)
            case AcceptLine():
                return await self._accept(person, command, room)
            case ClosePoll() | LetMembers():
                return await self._look_after(person, command, room)
            case ShowPolls():
                return await self._show(person, room)

    def _gallery(self, network: Network | None) -> Reply:
        label = self._words.label
        cases = [
            (one.id, one.title, label("network", one.network))
            for one in gallery.load().cases
            if network in (None, one.network)
        ]
        buttons = tuple(Button(title, f"poll {code}") for code, title, _ in cases[:FROM_GALLERY])
        return Reply(render("poll_gallery", cases=cases), buttons=buttons)

    async def _pose(self, person: Person, command: PosePoll, room: Room) -> Reply:
        """What would be posted; who may post it here can do so with one click."""
        posed = self._posed(person, command)
        may = bool(room.channel) and await self._owner(person, room) is not None
        shown = poll_reply(0, posed, self._now() + command.lasts, self._words).text
        said = {"own_draft": not command.code and command.posed is None, "words": command.posed is not None}
        text = render("poll_preview", shown=shown, may=may, here=bool(room.channel), **said)
        if not may:
            return Reply(text)
        self._proposals.put(person, Proposal(room.channel, posed, command.lasts))
        return Reply(text, buttons=(Button(self._words.overall["poll_post"], "poll post"),))

    def _posed(self, person: Person, command: PosePoll) -> Posed:
        """The case that is meant; raises BadCommand."""
        if command.code:
            known = gallery.load().find(command.code)
            if known is None:
                raise BadCommand(problem("no_such_case", code=command.code))
            return known.posed
        posed = command.posed
        if posed is None:
            last = self._drafts.of(person)
            if last is None:
                raise BadCommand(problem("no_draft_to_ask"))
            case = last.case
            posed = Posed(case.text, network=case.network, delivery=case.delivery, relation=case.relation)
        text = tidy(posed.text)
        if not text or len(text) > TEXT:
            raise BadCommand(problem("case_length", limit=TEXT))
        return replace(posed, text=text)

    async def _post(self, person: Person, room: Room) -> Reply:
        """Puts the poll into the outbox, in one step with its row."""
        waiting = self._proposals.take(person)
        if waiting is None or waiting.channel != room.channel or not room.channel:
            raise BadCommand(problem("no_case_waits"))
        owner, now = await self._owner(person, room), self._now()
        if owner is None:
            raise BadCommand(problem("members_may_not_ask"))
        async with self._store.together():
            address, closes = await self._address(person, room), now + waiting.lasts
            number = await self._store.polls.open(
                person.tenant, owner, room.channel, waiting.posed, address, now, closes
            )
            await self._store.outbox.put(
                channel_of(person.tenant, room.channel),
                LetterKind.POLL,
                poll_reply(number, waiting.posed, closes, self._words),
                now,
                cause=f"poll/{number}",
                at=now,
                good_until=now + POST_WITHIN,
                to=address,
            )
        return Reply(render("poll_posted", number=number, closes=closes))

    async def _vote(self, person: Person, command: Vote, room: Room) -> Reply:
        poll = await self._store.polls.vote(person, room.channel, command.number, command.choice, self._now())
        if poll is None:
            raise BadCommand(problem("poll_over"))
        voters = await self._store.polls.voters(poll.number)
        choice = self._words.label("choice", command.choice)
        return Reply(render("poll_voted", choice=choice, voters=voters, closes=poll.closes))

    async def _show(self, person: Person, room: Room) -> Reply:
        found = await self._store.polls.here(person.tenant, room.channel, LISTED) if room.channel else ()
        may = bool(room.channel) and await self._owner(person, room) is not None
        rows = [(poll, told(poll, self._words)) for poll in found]
        closed = [poll for poll in found if room.admin and poll.tally and line_after(poll)]
        label = self._words.overall["poll_line"]
        buttons = tuple(Button(f"{label} ({poll.number})", f"poll accept {poll.number}") for poll in closed)
        return Reply(render("polls", rows=rows, may=may, here=bool(room.channel), admin=room.admin), buttons=buttons)

    async def _accept(self, person: Person, command: AcceptLine, room: Room) -> Reply:
        """The line that follows, as it would be read behind what holds; kept with one more click."""
        self._refuse_others(room)
        poll = await self._store.polls.find(person.tenant, room.channel, command.number)
        line = line_after(poll) if poll else ""
        if not line:
            raise BadCommand(problem("no_line_follows", number=command.number))
        return await self._charters.preview(person, PreviewCharter(line, add=True), room)

    async def _look_after(self, person: Person, command: ClosePoll | LetMembers, room: Room) -> Reply:
        self._refuse_others(room)
        if isinstance(command, LetMembers):
            await self._store.polls.let(person, room.channel, self._now(), members=command.members)
            return Reply(render("poll_members", members=command.members))
        if not await self._store.polls.close_early(person.tenant, room.channel, command.number, self._now()):
            raise BadCommand(problem("no_open_poll", number=command.number))
        return Reply(render("poll_closing", number=command.number))

    async def _owner(self, person: Person, room: Room) -> int | None:
        return await self._store.polls.owner(person, room.channel, self._now(), admin=room.admin)

    async def _address(self, person: Person, room: Room) -> Address:
        """The channel, by the way in which the person is reached."""
        own = await self._store.addresses.of(person)
        platform, _, workspace = person.tenant.partition(":")
        at = (own.platform, own.workspace) if own else (platform, workspace)
        return Address(*at, "", room.id)

    @staticmethod
    def _refuse_others(room: Room) -> None:
        if not (room.channel and room.admin):
            raise BadCommand(problem("poll_not_yours"))
