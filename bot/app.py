"""Puts the concrete parts together; the only place that knows them all."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom
from typing import TYPE_CHECKING

from bot.coach import Coach
from bot.delivery import Delivery
from bot.duties import Duties
from bot.judging import Judging, build_judging
from bot.letters import Sender
from bot.library import Library
from bot.polling import Polling
from bot.settings import ModelSettings, Settings, SettingsError
from bot.storage import open_store
from bot.tipping import Book, Tipping
from bot.tips import load as load_tips
from bot.upkeep import Upkeep
from bot.watching import NOBODY, Watch

if TYPE_CHECKING:
    from bot.advisor import Advisor
    from bot.storage import Store
    from bot.storage.spending import Budget

__all__ = ["Service", "build_advisor", "build_coach", "build_judging", "build_service"]


@dataclass(frozen=True)
class Service:
    """Everything a surface needs, put together."""

    settings: Settings
    judging: Judging
    store: Store
    coach: Coach
    book: Book
    now: Callable[[], datetime]
    watch: Watch = NOBODY
    advisor: Advisor | None = None

    def duties(self, senders: Mapping[str, Sender]) -> Duties:
        """What is done by itself, with the senders of the platforms that are served, by their names."""
        delivery = Delivery(self.store, senders, self.now, SystemRandom(), watch=self.watch)
        tipping = Tipping(self.store, self.book, self.judging.wording, self.now)
        polling = Polling(self.store, self.judging.wording, self.now)
        return Duties(tipping, delivery, Upkeep(self.store, self.now), polling)


@asynccontextmanager
async def build_service(
    settings: Settings, now: Callable[[], datetime], watch: Watch = NOBODY
) -> AsyncIterator[Service]:
    """A service on the settings' database, which is closed at the end; raises StoreError and CharterError."""
    judging = build_judging(settings.charters)
    judging.load_all()
    advisor = build_advisor(settings.model, judging, now)
    store = await open_store(settings.database_url, settings.keys)
    try:
        await store.sweep(now())
        book = Library(load_tips, judging.wording)
        coach = Coach(judging, store, now, book, watch, advisor, _budget() if advisor else None)
        yield Service(settings, judging, store, coach, book, now, watch, advisor)
    finally:
        await store.close()
        if advisor:
            await advisor.close()


def build_advisor(model: ModelSettings, judging: Judging, now: Callable[[], datetime]) -> Advisor | None:
    """The advisor on the settings' language model; None where they name none. Raises SettingsError."""
    if not model.url:
        return None
    from bot.advisor import Advisor
    from bot.llm import BadModel, Keys, open_model

    try:
        return Advisor(open_model(model.url, Keys(model.openai_key, model.anthropic_key)), judging, now)
    except BadModel as problem:
        raise SettingsError(str(problem)) from problem


def _budget() -> Budget:
    from bot.storage.spending import Budget

    return Budget()


@asynccontextmanager
async def build_coach(settings: Settings, now: Callable[[], datetime]) -> AsyncIterator[Coach]:
    """A coach on the settings' database, for a conversation."""
    async with build_service(settings, now) as service:
        yield service.coach
