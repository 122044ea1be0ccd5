"""Use cases around the second opinion: consent to it, and the refined reply that comes after the local one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from bot.coach.speaking import place, small_print, speak
from bot.commands import UseModel
from bot.judging import Judging
from bot.model import Button, Person, Reply, Room, Spoken
from bot.render import render
from bot.storage import StoreError

if TYPE_CHECKING:
    from bot.advisor import Advisor, Second
    from bot.storage import Store
    from bot.storage.spending import Budget


class Advising:
    """Asks the advisor where the tenant's admin and the person both allowed it."""

    def __init__(
        self,
        advisor: Advisor | None,
        budget: Budget | None,
        judging: Judging,
        store: Store,
        now: Callable[[], datetime],
    ) -> None:
        self._advisor = advisor
        self._budget = budget
        self._judging = judging
        self._store = store
        self._now = now

    async def second_opinion(self, person: Person, first: Reply) -> Reply | None:
        """The reply that takes the first one's place; None when nothing was asked, and then nothing was sent."""
        advisor, spoken = self._advisor, first.spoken
        if advisor is None or spoken is None or not advisor.wants(spoken.case, spoken.verdict):
            return None
        try:
            if not (await self._store.consents.of(person)).holds(advisor.recipient):
                return None
            second = await advisor.advise(spoken.case, spoken.verdict, partial(self._spend, person))
            if second.missing is None:
                await self._store.verdicts.refine(person, spoken.verdict, second.verdict)
        except StoreError:  # the first reply stands
            return None
        return refined(first, spoken, second, advisor.recipient, self._judging)

    async def consent(self, person: Person, command: UseModel, room: Room) -> Reply:
        """Gives, withdraws or shows consent; for everyone only where an admin says so."""
        recipient = self._advisor.recipient if self._advisor else ""
        if command.everyone and command.on is not None and not room.admin and recipient:
            return Reply(render("model", recipient=recipient, changed="refused"))
        if recipient or command.on is False:
            await self._keep(person, command, recipient)
        consent = await self._store.consents.of(person)
        yours, theirs = consent.person == recipient, consent.tenant == recipient
        text = render("model", recipient=recipient, changed="", asked=yours and theirs, yours=yours, theirs=theirs)
        offered = (
            (Button("Switch it off", "privacy model off"),) if yours else (Button("Switch it on", "privacy model on"),)
        )
        return Reply(text, buttons=offered if recipient else ())

    async def _keep(self, person: Person, command: UseModel, recipient: str) -> None:
        consents = self._store.consents
        match command.on, command.everyone:
            case True, True:
                await consents.allow(person.tenant, recipient, self._now())
            case True, False:
                await consents.give(person, recipient, self._now())
            case False, True:
                await consents.forbid(person.tenant)
            case False, False:
                await consents.withdraw(person)

    async def _spend(self, person: Person, tokens: int) -> bool:
        return self._budget is None or await self._store.spending.book(person, tokens, self._budget, self._now())


def refined(first: Reply, spoken: Spoken, second: Second, recipient: str, judging: Judging) -> Reply:
    """The first reply with the verdict of both in it; what stood around the verdict stays."""
    words = small_print(recipient, str(second.missing or ""))
    more = _more(spoken.case.text, second, judging)
    before = speak(spoken.case, spoken.verdict, judging, spoken.trend)
    after = speak(spoken.case, second.verdict, judging, spoken.trend, words, more)
    above, _, below = first.text.partition(before.text)
    own = first.buttons[len(before.buttons) :]
    return replace(after, text=f"{above}{after.text}{below}", buttons=after.buttons + own, spoken=first.spoken)


def _more(draft: str, second: Second, judging: Judging) -> str:
    """Rewrites by name, each with what the local judge says of it, or the question in their place."""
    words = judging.wording
    rows = []
    for one in second.rewrites:
        moved = one.case.text == draft  # the words stay, the place is another one
        label, verdict = words.label("rewrite", one.kind), words.label("verdict", one.verdict.fit.code)
        rows.append((label, "" if moved else one.case.text, place(one.case, words) if moved else "", verdict))
    return render("rewrites", ask=second.ask, rewrites=rows) if rows or second.ask else ""
