"""Use case: a checked draft went out, and what it gives and asks for is written down, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from bot import reading
from bot.coach.remarking import SURE
from bot.commands import BadCommand, Sent
from bot.ledger import COMMUNAL, entries_in
from bot.model import Form, Person, Reply
from bot.problems import problem
from bot.render import render

if TYPE_CHECKING:
    from bot.coach.drafts import Drafts
    from bot.coach.ledger import Bookkeeping
    from bot.storage import Store


class Sending:
    """Writes down what drafts did that their writers say they sent."""

    def __init__(self, drafts: Drafts, bookkeeping: Bookkeeping, store: Store, now: Callable[[], datetime]) -> None:
        self._drafts = drafts
        self._bookkeeping = bookkeeping
        self._store = store
        self._now = now

    async def sent(self, person: Person, command: Sent) -> Reply:
        """Writes it down once per draft; among friends and family nothing, for nobody keeps count there."""
        draft = self._drafts.of(person)
        if draft is None:
            raise BadCommand(problem("no_draft_kept"))
        if draft.written:
            return Reply(render("sent", why="again"))
        if draft.case.form is Form.QUESTION:
            return Reply(render("sent", why="question"))
        if draft.case.relation in COMMUNAL:
            return Reply(render("sent", why="close"))
        intents = reading.read(draft.case.text, draft.case.form).intents
        now = self._now()
        entries = entries_in(intents, now, SURE, command.who)
        if not entries:
            return Reply(render("sent", why="neither"))
        draft.written = True
        kept = await self._store.ledger.record(person, *entries, event=f"sent/{now.isoformat()}")
        return await self._bookkeeping.written(person, kept)
