"""Use cases of single tips: one at once, why this one, done, put off, and how the week went."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from bot.bars import progress_bars
from bot.coach.schedules import YEAR, buttons, day
from bot.commands import Tips
from bot.model import Person, Reply
from bot.pictures import bars_image
from bot.progress import progress
from bot.render import render
from bot.tipping import LOOKED_AT, Book, Facts, progress_words, tip_reply
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.storage import Store


class Tipped:
    """Answers what somebody says to a tip."""

    def __init__(self, wording: Wording, book: Book, store: Store, now: Callable[[], datetime]) -> None:
        self._wording = wording
        self._book = book
        self._store = store
        self._now = now

    async def another(self, person: Person) -> Reply:
        """A tip at once; it costs nothing of the budget, and is not shown again until all were."""
        from bot.storage.pushes import ASKED, Pushed, Use  # here, so that the core starts without a database

        now = self._now()
        chosen = self._book.choose(await self._facts(person), now)
        if chosen is None:
            return Reply(render("tips", what="no_more"))
        unused = [one for one in await self._store.pushes.of(person, now - YEAR) if one.counts][-1:]
        if unused and not unused[0].used_at:  # asking for more ends the back-off
            await self._store.pushes.use(person, now, Use.ASKED_WHY, unused[0].topic)
        await self._store.pushes.record(person, Pushed(ASKED, chosen.id, now, used_at=now))
        return tip_reply(chosen, self._wording)

    async def why(self, person: Person, topic: str) -> Reply:
        """Why the last tip came, or the one with this id, what is known about it, and where it is from."""
        from bot.storage.pushes import Use

        used = await self._store.pushes.use(person, self._now(), Use.ASKED_WHY, topic)
        if used:
            chosen = self._book.explain(used.topic, await self._facts(person))
        else:  # one that came into a channel: nothing of anybody chose it
            chosen = self._book.explain(topic, Facts()) if topic else None
        if chosen is None:
            return Reply(render("tip_why", found=False), buttons=buttons(self._wording, "now"))
        said = {"because": chosen.because, "evidence": chosen.evidence, "source": chosen.source}
        return Reply(render("tip_why", found=True, **said), buttons=buttons(self._wording, "snooze", "off"))

    async def used(self, person: Person, command: Tips) -> Reply:
        """Done, or put off: both are using it, so that what was ignored before is forgotten."""
        from bot.storage.pushes import Use

        how = Use.DONE if command.action == "done" else Use.SNOOZED
        used = await self._store.pushes.use(person, self._now(), how, command.topic)
        if used is None:
            return Reply(render("tips", what="nothing"), buttons=buttons(self._wording, "now"))
        kept = await self._store.schedules.of(person)
        then = day(kept.next_due, kept.schedule) if kept and kept.next_due else ""
        return Reply(render("tips", what=how.value, next=then))

    async def week(self, person: Person) -> Reply:
        """How the drafts of a week went, for nobody but their writer."""
        now = self._now()
        judged = await self._store.verdicts.since(person, now - LOOKED_AT)
        found = progress(judged, now)
        image = bars_image(progress_bars(found, self._wording.pictures)) if found else None
        return Reply(progress_words(judged, self._wording, now) or render("progress", progress=None), image=image)

    async def _facts(self, person: Person) -> Facts:
        now = self._now()
        stated = await self._store.purposes.of(person)
        purposes = tuple(dict.fromkeys(purpose for known in stated.values() for purpose in known))
        pushed = await self._store.pushes.of(person, now - YEAR)
        shown = [one.topic for one in pushed if one.topic and not one.skipped]
        return Facts(await self._store.verdicts.since(person, now - LOOKED_AT), purposes, shown)
