"""Use cases around the second opinion: consent to it, and the refined reply that comes after the local one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from bot.coach.speaking import place, small_print, speak
from bot.consent_commands import UseModel
from bot.judge import without
from bot.judging import Judging
from bot.model import Button, Person, Reply, Room, Tone
from bot.render import render
from bot.storage import StoreError

if TYPE_CHECKING:
    from bot.advisor import Advisor, Second
    from bot.coach.drafts import Draft, Drafts
    from bot.storage import Store
    from bot.storage.spending import Budget


class Advising:
    """Asks the advisor where the tenant's admin and the person both allowed it."""

    def __init__(
        self,
        advisor: Advisor | None,
        budget: Budget | None,
        judging: Judging,
        drafts: Drafts,
        store: Store,
        now: Callable[[], datetime],
    ) -> None:
        self._advisor = advisor
        self._budget = budget
        self._judging = judging
        self._drafts = drafts
        self._store = store
        self._now = now

    @property
    def has_model(self) -> bool:
        """Whether there is a language model to ask at all."""
        return self._advisor is not None

    async def second_opinion(self, person: Person, first: Reply, room: Room) -> Reply | None:
        """The reply that takes the first one's place; None when nothing was asked, and then nothing was sent."""
        advisor, draft = self._advisor, self._drafts.of(person)
        if advisor is None or draft is None or draft.number != first.draft:
            return None
        if not advisor.wants(draft.case, draft.verdict):
            return None
        try:
            consent = await self._store.consents.of(person, room.house)
        except StoreError:  # the first reply stands
            return None
        if not (consent.given(advisor.recipient) and (room.own or consent.allowed(advisor.recipient))):
            return None
        second = await advisor.advise(draft.case, draft.verdict, partial(self._spend, person, room.house))
        second = replace(second, verdict=without(second.verdict, draft.minded_not))
        if second.missing is None:
            with suppress(StoreError):  # the record keeps the first verdict; who read the draft is said all the same
                await self._store.verdicts.refine(person, draft.verdict, second.verdict)
        return refined(first, draft, second, advisor.recipient, self._judging)

    async def consent(self, person: Person, command: UseModel, room: Room) -> Reply:
        """Gives, withdraws or shows consent; for everyone only where an admin says so."""
        recipient = self._advisor.recipient if self._advisor else ""
        command = replace(command, everyone=command.everyone and not room.own)
        if command.everyone and command.on is not None and not room.admin and recipient:
            return Reply(render("model", recipient=recipient, changed="refused"), tone=Tone.PROBLEM)
        if recipient or command.on is False:
            await self._keep(person, command, recipient, room.house)
        consent = await self._store.consents.of(person, room.house)
        yours, theirs = consent.given(recipient), consent.allowed(recipient)
        text = render("model", recipient=recipient, changed="", yours=yours, theirs=theirs, own=room.own)
        return Reply(text, buttons=self._switches(yours, theirs, room) if recipient else ())

    def _switches(self, yours: bool, theirs: bool, room: Room) -> tuple[Button, ...]:
        """What may be switched, as buttons: one's own consent, and for an admin that of the house."""
        labels = self._judging.wording.overall
        own = ("model_off", "privacy model off") if yours else ("model_on", "privacy model on")
        all_ = (
            ("model_none", "privacy model off for everyone")
            if theirs
            else ("model_all", "privacy model on for everyone")
        )
        shown = (own, all_) if room.admin and not room.own else (own,)
        return tuple(Button(labels[label], command) for label, command in shown)

    async def _keep(self, person: Person, command: UseModel, recipient: str, house: str) -> None:
        consents = self._store.consents
        match command.on, command.everyone:
            case True, True:
                await consents.allow(person.tenant, house, recipient, self._now())
            case True, False:
                await consents.give(person, recipient, self._now())
            case False, True:
                await consents.forbid(person.tenant, house)
            case False, False:
                await consents.withdraw(person)

    async def _spend(self, person: Person, house: str, tokens: int) -> bool:
        if self._budget is None:
            return True
        try:
            return await self._store.spending.book(person, house, tokens, self._budget, self._now())
        except StoreError:  # what cannot be booked is not spent
            return False


def refined(first: Reply, draft: Draft, second: Second, recipient: str, judging: Judging) -> Reply:
    """The first reply with the verdict of both in it; what stood around the verdict stays."""
    words = small_print(recipient, str(second.missing or ""))
    more = _more(draft.case.text, second, judging)
    before = speak(draft.case, draft.verdict, judging, draft.trend, down=draft.left_out)
    after = speak(draft.case, second.verdict, judging, draft.trend, words, more, draft.left_out)
    above, _, below = first.text.partition(before.text)
    own = first.buttons[len(before.buttons) :]
    return replace(after, text=f"{above}{after.text}{below}", buttons=after.buttons + own, draft=first.draft)


def _more(draft: str, second: Second, judging: Judging) -> str:
    """Rewrites by name, each with what the local judge says of it, or the question in their place."""
    words = judging.wording
    rows = []
    for one in second.rewrites:
        moved = one.case.text == draft  # the words stay, the place is another one
        label, verdict = words.label("rewrite", one.kind), words.label("verdict", one.verdict.fit.code)
        rows.append((label, "" if moved else one.case.text, place(one.case, words) if moved else "", verdict))
    return render("rewrites", ask=second.ask, rewrites=rows) if rows or second.ask else ""
