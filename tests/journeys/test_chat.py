"""Conversations with the coach, with a restart in the middle."""

from __future__ import annotations

import re

from bot.coach import Coach
from bot.judging import Judging
from bot.model import Person, Tone
from bot.storage import open_store
from bot.storage.store import Store
from tests.conftest import Clock

ANA, BEN = Person("console", "ana"), Person("console", "ben")
PRESSING = "Could you read my draft? You owe me after all I've done for you. I have it here."


async def test_a_draft_is_checked_improved_and_checked_again(judging: Judging, store: Store, clock: Clock) -> None:
    coach = Coach(judging, store, clock)
    first = await coach.hear(ANA, f"check on email as a dm to an acquaintance: {PRESSING}")
    assert first.tone is Tone.ADJUST
    assert "“after all I've done”" in first.text
    assert "take out: “You owe me after all I've done for you.”" in first.text
    assert first.private
    again = await coach.hear(ANA, "check on email as a dm to an acquaintance: Could you read my draft? I have it here.")
    assert "**better**" in again.text
    worse = await coach.hear(ANA, f"check on email as a dm to an acquaintance: {PRESSING}")
    assert "**worse**" in worse.text
    same = await coach.hear(ANA, f"check on email as a dm to an acquaintance: {PRESSING} Ana")
    assert "**same**" in same.text


async def test_where_a_question_is_asked_nothing_is_compared(judging: Judging, store: Store, clock: Clock) -> None:
    coach = Coach(judging, store, clock)
    for text in ("Could you introduce me to your editor?", "Lovely weather today.", "Could you all read this?"):
        reply = await coach.hear(ANA, text)
        assert "Which network is it for?" in reply.text
        assert "last draft" not in reply.text


async def test_the_last_draft_can_be_tried_elsewhere(judging: Judging, store: Store, clock: Clock) -> None:
    coach = Coach(judging, store, clock)
    ask = "Could you introduce me to your editor?"
    assert (await coach.hear(ANA, f"check on linkedin as a dm to a stranger: {ask}")).tone is Tone.ADJUST
    reply = await coach.hear(ANA, "check to a friend:")
    assert reply.tone is Tone.FITS
    assert "LinkedIn, message to one person, friends, close colleagues" in reply.text
    assert "better" not in reply.text


async def test_the_one_missing_thing_is_asked_with_buttons_that_are_commands(
    judging: Judging, store: Store, clock: Clock
) -> None:
    coach = Coach(judging, store, clock)
    reply = await coach.hear(ANA, "Could you introduce me to your editor?")
    assert "Which network is it for?" in reply.text
    linkedin = next(button for button in reply.buttons if button.label == "LinkedIn")
    answered = await coach.hear(ANA, linkedin.command)
    assert "(LinkedIn)" in answered.text


async def test_purpose_ledger_and_verdicts_survive_a_restart(judging: Judging, database: str, clock: Clock) -> None:
    store = await open_store(database)
    coach = Coach(judging, store, clock)
    assert "career and business" in (await coach.hear(ANA, "purpose career on linkedin")).text
    assert "pull in different directions" in (await coach.hear(ANA, "purpose friends career on facebook")).text
    await coach.hear(ANA, "gave help to M")
    for _ in range(3):
        await coach.hear(ANA, "asked advice from K")
    await coach.hear(ANA, "check on x as a post: Good morning")
    await store.close()

    store = await open_store(database)
    coach = Coach(judging, store, clock)
    shown = (await coach.hear(ANA, "purpose")).text
    assert "LinkedIn: career and business opportunities" in shown
    balance = (await coach.hear(ANA, "balance")).text
    assert "gave 1 and asked 3" in balance
    assert "gave help (M)" in balance
    assert "1 verdicts" in (await coach.hear(ANA, "privacy")).text
    nudged = await coach.hear(ANA, "check on slack in a channel to acquaintances: Could anyone help me fix my script?")
    assert "asks" in nudged.text
    assert nudged.tone is Tone.ADJUST
    await store.close()


async def test_everything_kept_can_be_seen_and_erased(judging: Judging, store: Store, clock: Clock) -> None:
    coach = Coach(judging, store, clock)
    for line in (
        "purpose brand",
        "thanked K",
        "check on x as a post: SECRETWORD for all",
        "check on x to my family: hi",
    ):
        await coach.hear(ANA, line)
    exported = (await coach.hear(ANA, "privacy export")).text
    assert "purpose on all networks: personal or product brand" in exported
    assert "gave thanks K" in exported
    assert len(re.findall(r" judge \w+", exported)) == 2
    assert "SECRETWORD" not in exported
    assert "privacy erase confirm" in (await coach.hear(ANA, "privacy erase")).text
    assert "brand" in (await coach.hear(ANA, "purpose")).text
    assert "rows are gone" in (await coach.hear(ANA, "privacy erase confirm")).text
    assert "no purpose yet" in (await coach.hear(ANA, "purpose")).text
    assert "no text to check" in (await coach.hear(ANA, "check on x:")).text


async def test_nobody_meets_anothers_draft(judging: Judging, store: Store, clock: Clock) -> None:
    coach = Coach(judging, store, clock)
    await coach.hear(ANA, "check on x as a post: mine alone")
    assert "no text to check" in (await coach.hear(BEN, "check on x:")).text


async def test_where_ranks_the_places_best_first(judging: Judging, store: Store, clock: Clock) -> None:
    coach = Coach(judging, store, clock)
    text = (await coach.hear(ANA, "where: please vote for my neighbour's blog in the contest")).text
    verdicts = re.findall(r"\*\*(Fits|Adjust|Avoid here)\*\*", text)
    assert verdicts == sorted(verdicts, key=["Fits", "Adjust", "Avoid here"].index)
    assert verdicts[0] == "Fits"
    assert verdicts[-1] == "Avoid here"


async def test_a_purpose_can_be_cleared(judging: Judging, store: Store, clock: Clock) -> None:
    coach = Coach(judging, store, clock)
    await coach.hear(ANA, "purpose brand on x")
    assert "cleared" in (await coach.hear(ANA, "purpose clear on x")).text
    assert "no purpose yet" in (await coach.hear(ANA, "purpose")).text


async def test_help_on_every_command(judging: Judging, store: Store, clock: Clock) -> None:
    from bot.commands import NAMES

    coach = Coach(judging, store, clock)
    assert "**check** a draft" in (await coach.hear(ANA, "help")).text
    for name in NAMES:
        assert f"**{name}" in (await coach.hear(ANA, f"help {name}")).text or name in (
            "gave",
            "asked",
            "thanked",
            "balance",
        )
    assert "like professions" in (await coach.hear(ANA, "help linkedin")).text


async def test_a_command_that_cannot_be_read_gets_one_sentence(judging: Judging, store: Store, clock: Clock) -> None:
    reply = await Coach(judging, store, clock).hear(ANA, "check on linkdin: hi")
    assert reply.tone is Tone.PROBLEM
    assert "linkedin" in reply.text


async def test_an_empty_ledger_says_how_to_begin(judging: Judging, store: Store, clock: Clock) -> None:
    assert "gave help to M" in (await Coach(judging, store, clock).hear(ANA, "balance")).text


async def test_only_the_last_drafts_stay_in_memory(judging: Judging, store: Store, clock: Clock) -> None:
    from bot.coach.drafts import REMEMBERED

    coach = Coach(judging, store, clock)
    for number in range(REMEMBERED + 1):
        await coach.hear(Person("console", str(number)), "check on x as a post: hello")
    assert "no text" in (await coach.hear(Person("console", "0"), "check on slack:")).text
    assert "Slack" in (await coach.hear(Person("console", "1"), "check on slack:")).text


async def test_an_edited_draft_pasted_alone_keeps_its_context(judging: Judging, store: Store, clock: Clock) -> None:
    coach = Coach(judging, store, clock)
    await coach.hear(ANA, f"check on email as a dm to an acquaintance: {PRESSING}")
    edited = await coach.hear(ANA, "Could you read my draft? I have it here, whenever suits.")
    assert "E-mail, message to one person" in edited.text
    other = await coach.hear(ANA, "Something quite different about boats and harbours in spring")
    assert "E-mail, message to one person" not in other.text


async def test_a_draft_that_is_too_long_is_refused_and_nothing_is_kept(
    judging: Judging, store: Store, clock: Clock
) -> None:
    reply = await Coach(judging, store, clock).hear(ANA, "check on x as a post: " + "word " * 5000)
    assert "over 20,000 characters" in reply.text
    assert await store.verdicts.since(ANA, clock.at) == ()


async def test_where_is_also_a_question(judging: Judging, store: Store, clock: Clock) -> None:
    reply = await Coach(judging, store, clock).hear(ANA, "where should I post that my flat is to let?")
    assert reply.text.startswith("Where this belongs")
