"""Ties, from a question asked once to the next stage, with a restart in the middle."""

from __future__ import annotations

import pytest

from bot.coach import Coach
from bot.judging import Judging
from bot.model import Person, Tone
from bot.storage import open_store
from bot.storage.store import Store
from bot.ties import Stage, Tie
from tests.conftest import Clock

ANA = Person("slack:T1", "ana")
INTRO = "Hello M, could you introduce me to your boss?"
PITCH = "Hello M, we offer a new bookkeeping service for small shops at 20 pounds a month; would you like to try it?"


@pytest.fixture
def coach(judging: Judging, store: Store, clock: Clock) -> Coach:
    return Coach(judging, store, clock)


async def said(coach: Coach, *lines: str) -> str:
    """The last reply to these lines."""
    for line in lines:
        reply = await coach.hear(ANA, line)
    return reply.text


async def test_how_well_they_know_you_is_asked_once_and_holds_over_a_restart(
    judging: Judging, database: str, clock: Clock
) -> None:
    store = await open_store(database)
    coach = Coach(judging, store, clock)
    asked = await coach.hear(ANA, f"check on linkedin as a dm to M: {INTRO}")
    assert asked.text.count("How well") == 1
    assert "Your draft waits" in asked.text
    assert [b.command for b in asked.buttons] == ["tie M know", "tie M like", "tie M trust"]
    kept = await coach.hear(ANA, asked.buttons[0].command)
    assert "Kept for checks: M knows of you." in kept.text
    again = await coach.hear(ANA, kept.buttons[-1].command)
    assert "people who know of me" in again.text
    assert "Checked for M, who knows of you" in again.text
    await store.close()

    store = await open_store(database)
    coach = Coach(judging, store, clock)
    after = await coach.hear(ANA, f"check on linkedin as a dm to m: {INTRO}")
    assert "How well" not in after.text
    assert "Checked for M, who knows of you" in after.text
    assert "friends, close colleagues" in await said(coach, "tie M trust", f"check on linkedin as a dm to M: {INTRO}")
    assert "friends, close" in await said(coach, f"check on linkedin as a dm to a friend N: {INTRO}")
    await store.close()


async def test_steps_lead_to_the_next_stage_and_none_counts_twice(coach: Coach, clock: Clock) -> None:
    assert "Notice something useful they did" in await said(coach, "tie M know")
    assert "Noted: gave feedback" in await said(coach, "tie M did feedback")
    assert "nothing was counted twice" in await said(coach, "tie M did feedback")
    clock.pass_(days=1)
    assert "Noted: gave feedback" in await said(coach, "tie M did feedback")
    hello = await coach.hear(ANA, "tie M did hi yesterday")
    assert "If M likes you" not in hello.text
    ready = await coach.hear(ANA, "tie M did something funny")
    assert "If M likes you by now, say so" in ready.text
    assert ready.buttons[-1].command == "tie M like"
    assert "M likes you" in await said(coach, ready.buttons[-1].command)
    assert "Give a heads-up or an idea" in await said(coach, "tie M")


async def test_a_tie_slips_without_a_word_and_the_ledger_is_a_word(coach: Coach, clock: Clock) -> None:
    await said(coach, "tie M trust")
    clock.pass_(days=364)
    assert "counts as “likes you” in 1 days" in await said(coach, "tie M")
    clock.pass_(days=1)
    text = await said(coach, "tie M")
    assert "**M likes you.** You said M trusts you; after 365 days" in text
    check = await said(coach, f"check on linkedin as a dm to M: {INTRO}")
    assert "people who know of me" in check
    assert "after 365 days without a word" in check
    await said(coach, "thanked M")
    assert "**M trusts you.** Last word: today" in await said(coach, "tie M")
    clock.pass_(days=3000)
    assert "**M knows of you.**" in await said(coach, "tie M")
    clock.pass_(days=-3400)
    assert "**M trusts you.** Last word: today" in await said(coach, "tie M")


async def test_what_belongs_to_a_later_stage_is_said_kindly_and_only_then(
    coach: Coach, judging: Judging, store: Store
) -> None:
    await said(coach, "tie M know", "tie N trust")
    vouch = "check on slack as a dm to {}: Would you put in a word with your editor for me some day? It is no trouble if not."
    early = await said(coach, vouch.format("M"))
    assert early.startswith("**Fits**"), early
    assert "A natural step first: Notice something useful" in early
    assert "A natural step first" not in await said(coach, vouch.format("N"))
    help_ = "check on slack as a dm to M: Do you know a good book on pumps?"
    assert "A natural step first" not in await said(coach, help_)


async def test_a_thousand_ties_are_listed_by_ten_and_the_nearest_is_offered(
    coach: Coach, store: Store, clock: Clock
) -> None:
    async with store.together():
        for number in range(1000):
            await store.ties.keep(ANA, Tie(f"Name{number:03}", Stage.KNOW, clock(), clock()), clock())
    clock.pass_(days=1)
    await said(coach, "tie Name999 did hello", "tie Old know", "tie Old trust")
    listed = await coach.hear(ANA, "tie")
    assert listed.text.count("\n- Name") == 10
    assert "and 991 more" in listed.text
    assert "Name999" not in listed.text
    unknown = await coach.hear(ANA, "tie Name99")
    assert "did you mean Name99" in unknown.text
    assert "How well does Name99 know you?" in unknown.text
    assert unknown.buttons[0].command.startswith("tie Name99")
    assert len(listed.text) < 1500


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("tie M like trust", "cannot both be said"),
        ("tie M forget like", "cannot both be said"),
        ("tie like", "Whose tie?"),
        ("tie did hello", "Whose tie?"),
        ("tie M did", "Which step"),
        ("tie M did dancing", "I don't know the step “dancing”; nothing was written down. Steps are"),
        ("tie M did introducd", "Did you mean “tie M did introduce”"),
        ("tie M did hello on 2027-01-01", "still to come"),
        ("tie M did hello on 2026-02-31", "is no day"),
        ("tie ana@example.org", "no address"),
        ("tie https://x.example/ana", "no address"),
        ("tie Bartholomew Featherstone", "20 characters"),
    ],
)
async def test_what_cannot_be_kept_is_said_in_one_sentence_and_nothing_is_lost(
    coach: Coach, line: str, says: str
) -> None:
    await said(coach, "tie M know")
    reply = await coach.hear(ANA, line)
    assert reply.tone is Tone.PROBLEM
    assert says in reply.text
    assert "(1: knows of you 1" in await said(coach, "tie")


async def test_who_is_not_kept_is_asked_about_or_said_not_to_be_there(coach: Coach) -> None:
    assert "so the step was not written down" in await said(coach, "tie M did hello")
    assert "There is no tie M" in await said(coach, "tie M forget")
    assert "M is forgotten" in await said(coach, "tie M like", "tie forget M")
    assert "did you mean Maria?" in await said(coach, "tie Maria like", "tie Mario forget")
    assert "No tie is kept yet" in await said(coach, "tie Maria forget", "tie")


async def test_ties_are_in_the_export_and_go_with_the_rest(coach: Coach) -> None:
    await said(coach, "tie M know", "tie M did hello")
    assert "1 tie (" in await said(coach, "privacy")
    assert "- tie M know since 2026-03-02T09:00:00+00:00" in await said(coach, "privacy export")
    await said(coach, "privacy erase confirm")
    assert "No tie is kept yet" in await said(coach, "tie")


async def test_help_says_how(coach: Coach) -> None:
    assert "tie M did hello yesterday" in await said(coach, "help tie")
    assert "**tie**" in await said(coach, "help")
