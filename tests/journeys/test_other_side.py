"""The other side of asks, pitches and invitations, by command and in one's own words, after a restart as before."""

from __future__ import annotations

import pytest

from bot.coach import Coach
from bot.commands import TOPICS
from bot.judging import Judging
from bot.model import Person
from bot.storage import open_store
from bot.storage.store import Store
from tests.conftest import Clock

ANA = Person("console", "ana")


@pytest.mark.parametrize("topic", TOPICS)
async def test_help_by_command(judging: Judging, store: Store, clock: Clock, topic: str) -> None:
    text = (await Coach(judging, store, clock).hear(ANA, f"help {topic}")).text
    sincere = topic in ("thanks", "condolence")
    assert text.count("\n- ") == (0 if sincere else 3)
    assert "?" in text


async def test_help_by_a_question_and_drafts_stay_drafts(judging: Judging, database: str, clock: Clock) -> None:
    store = await open_store(database)
    coach = Coach(judging, store, clock)
    assert "a clear, early no" in (await coach.hear(ANA, "How do I say no to a colleague?")).text.casefold()
    assert await store.verdicts.since(ANA, clock.at) == ()
    await store.close()

    store = await open_store(database)
    coach = Coach(judging, store, clock)
    assert "owe a pest no answer" in (await coach.hear(ANA, "somebody keeps sending me webinar links")).text
    assert "no lines" in (await coach.hear(ANA, "What do I write to a friend whose mother died?")).text
    explicit = await coach.hear(ANA, "check on linkedin as a dm to a stranger: How do I say no to a recruiter?")
    assert "LinkedIn" in explicit.text
    assert "Answering" not in (await coach.hear(ANA, "Does anyone know how to say no to a vendor?")).text
    await store.close()
