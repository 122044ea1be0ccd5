"""The home page in words."""

from __future__ import annotations

from datetime import timedelta

from bot.coach import Coach
from bot.grammar import Grammar
from bot.judging import Judging
from bot.model import Person
from bot.storage.store import Store
from tests.conftest import Clock

ANA = Person("console", "ana")


async def test_an_empty_home_says_how_to_begin(judging: Judging, store: Store, clock: Clock) -> None:
    home = await Coach(judging, store, clock).home(ANA)
    for words in (
        "purpose career on linkedin",
        "gave help to M",
        "Nobody who answered",
        "Nothing is switched off",
        "20:00 to 08:00",
        "None are switched on",
    ):
        assert words in home.text
    assert home.private


async def test_home_sums_up_what_is_kept(judging: Judging, store: Store, clock: Clock) -> None:
    coach = Coach(judging, store, clock)
    for line in ("purpose career on linkedin", "gave help to M", "asked advice from K", "asked job from L"):
        await coach.hear(ANA, line)
    assert "tips" in (await coach.hear(ANA, "tips on weekdays at 9 in Europe/Berlin")).text
    await coach.hear(ANA, "quiet 21:00 to 7:00")
    await store.mutes.mute(ANA, "nudges", clock.at + timedelta(days=14), clock.at)
    text = (await coach.home(ANA)).text
    assert "LinkedIn: career and business opportunities" in text
    assert "gave 1 ■" in text
    assert "asked 2 ■" in text
    assert "No nudges until 2026-03-16" in text
    assert "The next one comes on 2026-03-03 09:00" in text
    assert "Nothing comes from 21:00 to 07:00." in text


async def test_every_button_of_home_is_a_command(judging: Judging, store: Store, clock: Clock) -> None:
    grammar = Grammar(judging.wording.synonyms)
    for button in (await Coach(judging, store, clock).home(ANA)).buttons:
        grammar.parse(button.command)


async def test_home_shows_the_turning_point_that_runs_with_its_next_steps(
    judging: Judging, store: Store, clock: Clock
) -> None:
    coach = Coach(judging, store, clock)
    assert "steps done" not in (await coach.home(ANA)).text
    await coach.hear(ANA, "review promotion")
    await coach.hear(ANA, "review done 1")
    text = (await coach.home(ANA)).text
    assert "**Promotion.** 1 of 12 steps done. Next: 2 (2026-03-04): Ask your own manager" in text
    assert " 3 (2026-03-07): Thank three people" in text
    assert "Find one person" not in text
    await coach.hear(ANA, "review stop")
    assert "steps done" not in (await coach.home(ANA)).text
