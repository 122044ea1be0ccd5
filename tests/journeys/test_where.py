"""Where a draft belongs: the worked case of the contest, and that a purpose and a restart make no difference to the order."""

from __future__ import annotations

import re

from bot.coach import Coach
from bot.judging import Judging
from bot.model import Person
from bot.storage import open_store
from tests.conftest import Clock

ANA = Person("console", "ana")
CONTEST = "where: please vote for my neighbour's blog in the contest"


def rows(text: str) -> list[tuple[str, str]]:
    """Each line's verdict and the rest of it."""
    return re.findall(r"\*\*(Fits|Adjust|Avoid here)\*\*: (.+)", text)


async def test_the_contest_comes_out_as_the_sources_have_it_over_a_restart(
    judging: Judging, database: str, clock: Clock
) -> None:
    """Facebook yes, own blog yes, X as a plea, LinkedIn a status and no mass message, e-mail to family and certain others."""
    store = await open_store(database)
    text = (await Coach(judging, store, clock).hear(ANA, CONTEST)).text
    await store.close()
    store = await open_store(database)
    assert (await Coach(judging, store, clock).hear(ANA, CONTEST)).text == text
    await store.close()

    fits = next(rest for verdict, rest in rows(text) if verdict == "Fits")
    avoid = "\n".join(rest for verdict, rest in rows(text) if verdict == "Avoid here")
    assert "Facebook (public post or status)" in fits
    assert "Blog (public post or status)" in fits
    assert "X, Bluesky, Mastodon (public post or status)" in fits
    assert re.search(r"LinkedIn \([^)]*public post or status", fits)
    assert "LinkedIn (same text to many)" in avoid
    assert "E-mail (message to one person: family or friends)" in fits
    assert "E-mail (message to one person: people who know of me or strangers)" in avoid
    assert "E-mail (same text to many)" in avoid
    assert "Technical community (public post or status; message to one person)" in avoid
    assert re.search(r"Association \([^)]*same text to many", avoid)


async def test_it_is_ranked_and_each_reason_is_said_once(judging: Judging, database: str, clock: Clock) -> None:
    store = await open_store(database)
    text = (await Coach(judging, store, clock).hear(ANA, CONTEST)).text
    await store.close()
    verdicts = [verdict for verdict, _ in rows(text)]
    assert verdicts == sorted(verdicts, key=["Fits", "Adjust", "Avoid here"].index)
    reasons = [rest.rpartition("). ")[2] for verdict, rest in rows(text) if verdict == "Avoid here"]
    assert len(reasons) == len(set(reasons))
    assert len(verdicts) <= 6


async def test_to_somebody_in_particular_only_they_are_thought_of(
    judging: Judging, database: str, clock: Clock
) -> None:
    store = await open_store(database)
    text = (await Coach(judging, store, clock).hear(ANA, CONTEST.replace("where:", "where to a friend:"))).text
    await store.close()
    assert "strangers" not in text
    assert "E-mail (message to one person)" in next(rest for verdict, rest in rows(text) if verdict == "Fits")
