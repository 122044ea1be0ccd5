"""Use cases for less: no nudges for a while, no listening, and why there are nudges at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.attention import DEFAULT
from bot.coach.nudging import MUTE
from bot.commands import Listen, QuietNudges, WhyNudges
from bot.ledger import WINDOW
from bot.letters import LetterKind
from bot.model import Person, Reply
from bot.render import render

if TYPE_CHECKING:
    from bot.storage import Store


class Wishes:
    """Keeps what somebody does not want to hear."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def answer(self, person: Person, command: QuietNudges | WhyNudges | Listen) -> Reply:
        """The reply to one of these wishes."""
        match command:
            case QuietNudges():
                return await self._nudges(person, command)
            case WhyNudges():
                return await self._why(person)
            case Listen():
                return await self._listening(person, command)

    async def _nudges(self, person: Person, command: QuietNudges) -> Reply:
        """No nudges until then, or for good, or again; those on their way are taken back."""
        if command.days is None:
            await self._store.mutes.unmute(person, MUTE)
            return Reply(render("quiet_nudges", on=True, until=None))
        until = self._now() + timedelta(days=command.days) if command.days else None
        async with self._store.together():
            await self._store.mutes.mute(person, MUTE, until, self._now())
            await self._store.outbox.stop(person, (LetterKind.NUDGE,))
        return Reply(render("quiet_nudges", on=False, until=until))

    async def _why(self, person: Person) -> Reply:
        """Why there are nudges, and what they go by."""
        balance = await self._store.ledger.balance(person, self._now())
        mutes = await self._store.mutes.of(person, self._now())
        return Reply(
            render(
                "nudge_why",
                per_week=DEFAULT.nudges_per_week,
                days=WINDOW.days,
                gave=balance.gave,
                asked=balance.asked,
                muted=MUTE in mutes,
                until=mutes.get(MUTE),
            )
        )

    async def _listening(self, person: Person, command: Listen) -> Reply:
        """Whether own messages in coached channels may be noticed."""
        if command.on:
            await self._store.mutes.opt_in(person)
        else:
            await self._store.mutes.opt_out(person, self._now())
        return Reply(render("quiet_listening", on=command.on))
