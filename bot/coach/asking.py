"""Use cases around what became of asks: say it, see who waits for thanks or the result, be reminded once."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from bot.commands import BadCommand, Resolve
from bot.ledger import Ask, Outcome, Step
from bot.letters import LetterKind
from bot.loop import REMIND_AFTER, Owed, owed
from bot.model import Button, Entry, EntryKind, Person, Reply
from bot.problems import problem
from bot.render import render
from bot.wording import Wording, offered

if TYPE_CHECKING:
    from bot.coach.pushing import Pushing
    from bot.storage import Store

MUTE = "reminders"
"""What somebody does not want to hear, as it is kept."""
SHOWN = 10
"""Asks listed at most; the rest is counted."""
OFFERED = 3
"""Of how many a button is offered, and of two for each: platforms take few."""
_UNRESOLVED = (Outcome.OPEN, Outcome.ANSWERED, Outcome.DECLINED)


class Asking:
    """Keeps what became of asks, and who waits."""

    def __init__(self, wording: Wording, pushing: Pushing, store: Store, now: Callable[[], datetime]) -> None:
        self._wording = wording
        self._pushing = pushing
        self._store = store
        self._now = now

    async def resolve(self, person: Person, command: Resolve) -> Reply:
        """Keeps what became of an ask; asks back where several could be meant."""
        meant = await self._meant(person, command)
        if len(meant) > 1:
            return self._which(meant, command.step)
        ask = meant[0]
        now = self._now()
        changed = ask.after(command.step, now)
        if changed == ask:
            return Reply(render("ask_same", ask=ask))
        async with self._store.together():
            if command.step is Step.THANKED:
                await self._store.ledger.record(person, Entry(EntryKind.GAVE, "thanks", now, ask.who))
            await self._keep(person, ask, changed)
        return Reply(render("ask", ask=changed, before=ask.outcome.value), buttons=self._next(changed))

    async def thanked(self, person: Person, who: str, at: datetime) -> Ask | None:
        """Keeps that somebody who answered was thanked; the ask it was for, None where it is not known."""
        if not who:
            return None
        answered = await self._store.ledger.asks(person, Outcome.ANSWERED)
        waiting = [ask for ask in answered if _same(ask.who, who) and not ask.thanked_at]
        for ask in waiting:
            await self._keep(person, ask, ask.after(Step.THANKED, at))
        return waiting[-1] if waiting else None

    async def forget(self, person: Person, number: int) -> None:
        """An ask is gone: nobody is to be reminded of it."""
        await self._pushing.withdraw(person, _cause(number))

    async def open(self, person: Person) -> Reply:
        """The asks that are open, newest first."""
        asks = await self._store.ledger.asks(person, Outcome.OPEN)
        words = self._wording.overall
        buttons = [
            Button(f"{ask.number} {words[step].lower()}", f"asked {ask.number} {step}")
            for ask in asks[:OFFERED]
            for step in ("answered", "declined")
        ]
        return Reply(render("asks", asks=asks[:SHOWN], more=max(0, len(asks) - SHOWN)), buttons=tuple(buttons))

    async def owed(self, person: Person) -> Reply:
        """Who answered and waits for thanks, and who was thanked and may like to hear how it went."""
        waiting = owed(await self._store.ledger.asks(person, Outcome.ANSWERED), self._now())
        buttons = tuple(self._done(one) for one in waiting[:OFFERED])
        return Reply(render("owed", waiting=waiting[:SHOWN], more=max(0, len(waiting) - SHOWN)), buttons=buttons)

    async def _meant(self, person: Person, command: Resolve) -> tuple[Ask, ...]:
        """The asks a command may mean, newest first; raises BadCommand when there is none, with the nearest."""
        if _is_number(command.which):
            ask = await self._store.ledger.ask(person, int(command.which))
            if ask is None:
                raise BadCommand(problem("no_such_ask", which=command.which))
            return (ask,)
        asks = await self._store.ledger.asks(person, *_UNRESOLVED)
        named = tuple(ask for ask in asks if _same(ask.who, command.which)) if command.which else asks
        if not named:
            raise BadCommand(_unknown(command, asks))
        changing = tuple(ask for ask in named if ask.after(command.step, self._now()) != ask)
        waiting = tuple(ask for ask in changing if ask.outcome is not Outcome.DECLINED)
        if not waiting and not command.which:
            raise BadCommand(problem("no_ask_open"))
        return waiting or changing or named[:1]

    async def _keep(self, person: Person, ask: Ask, changed: Ask) -> None:
        """Keeps an ask's new state; one reminder of thanks waits for a week, as long as they are owed."""
        await self._store.ledger.change(person, changed)
        if changed.outcome is Outcome.ANSWERED and changed.thanked_at is None:
            if ask.answered_at is None:
                await self._remind(person, changed)
        else:
            await self._pushing.withdraw(person, _cause(ask.number))
            await self._pushing.used(person, _cause(ask.number))

    async def _remind(self, person: Person, ask: Ask) -> None:
        if MUTE not in await self._store.mutes.of(person, self._now()):
            reminder = Reply(render("remind", ask=ask), buttons=(*self._next(ask), *offered(self._wording, MUTE)))
            await self._pushing.put(person, LetterKind.REMINDER, reminder, _cause(ask.number), REMIND_AFTER)

    def _which(self, meant: Sequence[Ask], step: Step) -> Reply:
        word = self._wording.overall.get(step.value, step.value)
        buttons = tuple(
            Button(f"{ask.number}: {ask.what}, {word.lower()}", f"asked {ask.number} {step}")
            for ask in meant[: 2 * OFFERED]
        )
        return Reply(
            render("which_ask", asks=meant[:SHOWN], step=step.value, more=max(0, len(meant) - SHOWN)), buttons=buttons
        )

    def _next(self, ask: Ask) -> tuple[Button, ...]:
        """What may be said of an ask next."""
        words = self._wording.overall
        if ask.outcome is not Outcome.ANSWERED:
            return ()
        steps = [step for step, at in ((Step.THANKED, ask.thanked_at), (Step.TOLD, ask.told_at)) if at is None]
        return tuple(Button(words[step], f"asked {ask.number} {step}") for step in steps)

    def _done(self, one: Owed) -> Button:
        return Button(
            f"{self._wording.overall[one.step]}: {one.ask.who or one.ask.what}", f"asked {one.ask.number} {one.step}"
        )


def _cause(number: int) -> str:
    return f"loop/{number}"


def _is_number(which: str) -> bool:
    """Whether an ask is named by its number; longer ones, and digits of other kinds, are nobody's."""
    return which.isascii() and which.isdigit() and len(which) < 10


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _unknown(command: Resolve, asks: Sequence[Ask]) -> str:
    """One sentence for somebody who was asked nothing, with the nearest name."""
    if not asks:
        return problem("no_ask_kept")
    names = {ask.who.casefold(): ask.who for ask in asks if ask.who}
    near = difflib.get_close_matches(command.which.casefold(), names, 1, 0.5)
    guess = problem("guess_asked", near=names[near[0]], step=command.step) if near else ""
    return problem("no_ask_to", which=command.which, guess=guess)
