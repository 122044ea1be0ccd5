"""What was pushed to somebody, as tests look at it."""

from __future__ import annotations

from datetime import datetime

from bot.model import Person
from bot.storage.store import Store


async def pushed(store: Store, person: Person, since: datetime) -> tuple[tuple[str, datetime], ...]:
    """Kind and time of what was sent since, or is on its way."""
    return tuple((one.kind, one.at) for one in await store.pushes.of(person, since))
