"""Use cases for less: no nudges or reminders for a while, no listening, and why there are any at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.attention import DEFAULT
from bot.coach.asking import MUTE as REMINDERS
from bot.coach.listening import MUTE as LISTENING
from bot.coach.nudging import MUTE as NUDGES
from bot.commands import Listen, QuietNudges, WhyNudges
from bot.ledger import WINDOW
from bot.letters import LetterKind
from bot.model import Person, Reply
from bot.polling import MUTE as POLLS
from bot.render import render
from bot.wording import Wording, offered

if TYPE_CHECKING:
    from bot.coach.pushing import Pushing
    from bot.storage import Store

_LETTERS = {NUDGES: LetterKind.NUDGE, REMINDERS: LetterKind.REMINDER, POLLS: LetterKind.RESULT}
HEARD = (LetterKind.NUDGE, LetterKind.NOTICE)
"""What is sent because of what was noticed in channels."""
_PER_WEEK = {NUDGES: DEFAULT.nudges_per_week, REMINDERS: DEFAULT.reminders_per_week, POLLS: 0}


class Wishes:
    """Keeps what somebody does not want to hear."""

    def __init__(self, wording: Wording, pushing: Pushing, store: Store, now: Callable[[], datetime]) -> None:
        self._wording = wording
        self._pushing = pushing
        self._store = store
        self._now = now

    async def answer(self, person: Person, command: QuietNudges | WhyNudges | Listen) -> Reply:
        """The reply to one of these wishes."""
        match command:
            case QuietNudges():
                return await self._nudges(person, command)
            case WhyNudges():
                return await self._why(person, command.what)
            case Listen():
                return await self._listening(person, command)

    async def _nudges(self, person: Person, command: QuietNudges) -> Reply:
        """None of them until then, or for good, or again; those on their way are taken back."""
        said = {"what": command.what, "per_week": _PER_WEEK[command.what]}
        if command.days is None:
            await self._store.mutes.unmute(person, command.what)
            return Reply(render("quiet_nudges", on=True, until=None, **said))
        until = self._now() + timedelta(days=command.days) if command.days else None
        async with self._store.together():
            await self._store.mutes.mute(person, command.what, until, self._now())
            await self._store.outbox.stop(person, (_LETTERS[command.what],))
            if until:
                await self._pushing.answered(person, _LETTERS[command.what], "snoozed")
        return Reply(render("quiet_nudges", on=False, until=until, **said))

    async def _why(self, person: Person, what: str) -> Reply:
        """Why there are nudges, reminders or words about polls, and what they go by; or why anything is noticed."""
        if what == LISTENING:
            unheard = await self._store.mutes.opted_out(person, self._now())
            offers = () if unheard else offered(self._wording, LISTENING)
            return Reply(render("listening_why", unheard=unheard), buttons=offers)
        await self._pushing.answered(person, _LETTERS[what], "why")
        balance = await self._store.ledger.balance(person, self._now())
        mutes = await self._store.mutes.of(person, self._now())
        return Reply(
            render(
                "nudge_why",
                what=what,
                per_week=_PER_WEEK[what],
                days=WINDOW.days,
                gave=balance.gave,
                asked=balance.asked,
                muted=what in mutes,
                until=mutes.get(what),
            )
        )

    async def _listening(self, person: Person, command: Listen) -> Reply:
        """Whether own messages in coached channels may be noticed; what came of that and is on its way is taken back."""
        now = self._now()
        until = now + timedelta(days=command.days) if command.days else None
        async with self._store.together():
            if command.on:
                await self._store.mutes.opt_in(person)
            else:
                await self._store.mutes.opt_out(person, now, until)
                await self._store.outbox.stop(person, HEARD)
                if until:  # who is listened to again without having said so is told again
                    await self._store.remarks.forget(person, LISTENING)
        return Reply(render("quiet_listening", on=command.on, until=until))
