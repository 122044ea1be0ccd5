"""A community's own charter: written by who looks after it, shown as it is read, holding in checks, put back."""

from __future__ import annotations

import pytest

from bot.coach import Coach
from bot.commands import BadCommand
from bot.judging import Judging
from bot.model import Button, Person, Room, Tone
from bot.storage import open_store
from bot.storage.store import Store
from tests.conftest import Clock

ADMIN, ANA, ELSEWHERE = Person("slack:T1", "admin"), Person("slack:T1", "ana"), Person("slack:T2", "ana")
ADMIN_THERE = Person("discord", "admin")
GENERAL, AS_ADMIN, SHOWCASE = Room("C1"), Room("C1", admin=True), Room("C2")
PROMO = "check on slack in a channel to acquaintances: I wrote a small tool for beekeepers, have a look: https://hive.example"
RULE = "Own projects only in #showcase"


async def test_a_charter_holds_from_when_it_is_written_until_it_is_put_back_over_a_restart(
    judging: Judging, database: str, clock: Clock
) -> None:
    store = await open_store(database)
    coach = Coach(judging, store, clock)
    assert "**Fits**" in (await coach.hear(ANA, PROMO, GENERAL)).text
    written = await coach.hear(ADMIN, f"charter here: {RULE}", AS_ADMIN)
    assert "version 1" in written.text
    assert "**only there**" in written.text
    assert "these would be judged in another way" in written.text
    await store.close()

    store = await open_store(database)
    coach = Coach(judging, store, clock)
    assert RULE in (await coach.hear(ANA, PROMO, GENERAL)).text
    assert "**Fits**" in (await coach.hear(ANA, PROMO, SHOWCASE)).text
    assert "**Fits**" in (await coach.hear(ELSEWHERE, PROMO, GENERAL)).text
    assert RULE in (await coach.hear(ANA, "charter", GENERAL)).text
    changed = await coach.hear(ADMIN, "charter here: Everybody may show own projects.", AS_ADMIN)
    assert changed.buttons == (Button("Put the one before back", "charter back to 1"),)
    assert "**Fits**" in (await coach.hear(ANA, PROMO, GENERAL)).text
    assert "version 3" in (await coach.hear(ADMIN, changed.buttons[0].command, AS_ADMIN)).text
    assert RULE in (await coach.hear(ANA, PROMO, GENERAL)).text
    versions = (await coach.hear(ADMIN, "charter versions", AS_ADMIN)).text
    assert versions.index("**3**") < versions.index("**2**") < versions.index("**1**")
    assert "by you" in versions
    assert "by somebody else" in (await coach.hear(ANA, "charter versions", GENERAL)).text
    assert "is gone" in (await coach.hear(ADMIN, "charter clear", AS_ADMIN)).text
    assert "**Fits**" in (await coach.hear(ANA, PROMO, GENERAL)).text
    await store.close()


async def test_a_channel_and_everywhere_hold_together(judging: Judging, store: Store, clock: Clock) -> None:
    coach = Coach(judging, store, clock)
    await coach.hear(ADMIN, "charter everywhere: No recruiting.", AS_ADMIN)
    await coach.hear(ADMIN, f"charter here: {RULE}", AS_ADMIN)
    shown = (await coach.hear(ANA, "charter", GENERAL)).text
    assert shown.index(RULE) < shown.index("No recruiting")
    assert "No recruiting" in (await coach.hear(ANA, "charter", SHOWCASE)).text
    assert RULE not in (await coach.hear(ANA, "charter everywhere", GENERAL)).text


async def test_servers_of_one_platform_keep_their_own(judging: Judging, store: Store, clock: Clock) -> None:
    coach, admin = Coach(judging, store, clock), Person("discord", "1")
    await coach.hear(admin, "charter everywhere: No recruiting.", Room("S1/C1", admin=True))
    assert "No recruiting" in (await coach.hear(admin, "charter", Room("S1/C2"))).text
    assert "No charter" in (await coach.hear(admin, "charter", Room("S2/C1"))).text


async def test_only_who_looks_after_a_place_changes_its_charter(judging: Judging, store: Store, clock: Clock) -> None:
    coach = Coach(judging, store, clock)
    for said in (f"charter here: {RULE}", "charter clear", "charter back to 1", "charter everywhere: Nothing at all."):
        reply = await coach.hear(ANA, said, GENERAL)
        assert reply.tone is Tone.PROBLEM
        assert "nothing was changed" in reply.text
    assert "No charter" in (await coach.hear(ANA, "charter", GENERAL)).text
    assert "belongs to a channel" in (await coach.hear(ADMIN, f"charter here: {RULE}", Room(admin=True))).text


async def test_words_are_tried_without_being_kept_and_trouble_is_named(
    judging: Judging, store: Store, clock: Clock
) -> None:
    coach = Coach(judging, store, clock)
    text = "charter preview: No recruiting. Everybody may recruit here. Be excellent to each other."
    shown = (await coach.hear(ANA, text, GENERAL)).text
    assert "Nothing was changed" in shown
    assert "disagree" in shown
    assert "“Be excellent to each other” is hard to hold anybody to" in shown
    assert "“No insults and no personal attacks.”" in shown
    assert "No charter" in (await coach.hear(ANA, "charter", GENERAL)).text


async def test_bad_input_gets_one_sentence(judging: Judging, store: Store, clock: Clock) -> None:
    coach = Coach(judging, store, clock)
    for said, says in (
        ("charter here:", "no charter after the colon"),
        ("charter here: " + "word " * 900, "over 4,000 characters"),
        ("charter back to 7", "no version 7"),
    ):
        assert says in (await coach.hear(ADMIN, said, AS_ADMIN)).text
    assert "No charter" in (await coach.hear(ADMIN, "charter", AS_ADMIN)).text


PASTED = "# House rules\n1. No recruiting\n2) Own projects *only* in <#C9|showcase>\n- Keep it kind <!here>\n"


async def test_rules_from_elsewhere_are_shown_as_they_are_read_then_kept_and_go_out_as_they_came_in(
    judging: Judging, store: Store, clock: Clock
) -> None:
    coach = Coach(judging, store, clock)
    assert "could not see a topic" in (await coach.hear(ADMIN, "charter import", AS_ADMIN)).text
    shown = await coach.hear(ADMIN, f"charter import: {PASTED}", AS_ADMIN)
    for sentence, mode in (("No recruiting", "not here"), ("Own projects only in #showcase", "only there")):
        assert f"“{sentence}” is read as: **{mode}**" in shown.text
    assert "No charter" in (await coach.hear(ANA, "charter", GENERAL)).text
    assert "version 1" in (await coach.hear(ADMIN, shown.buttons[0].command, AS_ADMIN)).text
    words = (await coach.hear(ANA, "charter export", GENERAL)).text
    assert words == "No recruiting\nOwn projects only in #showcase\nKeep it kind @here"
    again = await coach.hear(ADMIN, f"charter import everywhere: {words}", AS_ADMIN)
    await coach.hear(ADMIN, again.buttons[0].command, AS_ADMIN)
    assert (await coach.hear(ANA, "charter everywhere export", SHOWCASE)).text == words


async def test_what_was_shown_is_kept_once_by_who_may_and_in_its_own_channel(
    judging: Judging, store: Store, clock: Clock
) -> None:
    coach = Coach(judging, store, clock)
    assert (await coach.hear(ANA, f"charter preview: {RULE}", GENERAL)).buttons == ()
    assert (await coach.hear(ANA, "charter keep", GENERAL)).tone is Tone.PROBLEM
    for there in (Room("C2", admin=True), Room("C1")):
        await coach.hear(ADMIN, f"charter preview: {RULE}", AS_ADMIN)
        assert (await coach.hear(ADMIN, "charter keep", there)).tone is Tone.PROBLEM
        assert (await coach.hear(ADMIN, "charter keep", AS_ADMIN)).tone is Tone.PROBLEM
    await coach.hear(ADMIN, f"charter add: {RULE}", AS_ADMIN)
    assert "version 1" in (await coach.hear(ADMIN, "charter keep", AS_ADMIN)).text
    assert "No words wait" in (await coach.hear(ADMIN, "charter keep", AS_ADMIN)).text


async def test_words_and_cases_that_wait_go_with_the_server_they_were_shown_for(
    judging: Judging, store: Store, clock: Clock
) -> None:
    coach, nora = Coach(judging, store, clock), Person("discord", "nora")
    gone, stays = Room("900/77", admin=True), Room("901/78", admin=True)
    for who, room in ((ADMIN_THERE, gone), (nora, stays)):
        await coach.hear(who, f"charter preview: {RULE}", room)
        await coach.hear(who, "poll : I wrote a tool for beekeepers", room)
    await coach.leave_house("discord", gone.house)
    for command, said in (("charter keep", "No words wait"), ("poll post", "No case waits")):
        assert said in (await coach.hear(ADMIN_THERE, command, gone)).text
        assert said not in (await coach.hear(nora, command, stays)).text
    await coach.hear(nora, f"charter preview: {RULE}", stays)
    await coach.leave("discord")
    assert "No words wait" in (await coach.hear(nora, "charter keep", stays)).text


async def test_a_form_begins_with_the_words_of_just_that_place_for_who_may_change_them(
    judging: Judging, store: Store, clock: Clock
) -> None:
    coach = Coach(judging, store, clock)
    await coach.hear(ADMIN, "charter everywhere: No recruiting.", AS_ADMIN)
    await coach.hear(ADMIN, f"charter here: {RULE}", AS_ADMIN)
    assert await coach.charter_words(ADMIN, AS_ADMIN, everywhere=False) == RULE
    assert await coach.charter_words(ADMIN, AS_ADMIN, everywhere=True) == "No recruiting."
    assert RULE in (await coach.hear(ADMIN, "charter edit", AS_ADMIN)).text
    for room in (GENERAL, Room(admin=True)):
        assert (await coach.hear(ANA, "charter edit", room)).tone is Tone.PROBLEM
        with pytest.raises(BadCommand):
            await coach.charter_words(ANA, room, everywhere=False)


async def test_a_charter_has_limits_of_number_and_length(judging: Judging, store: Store, clock: Clock) -> None:
    coach = Coach(judging, store, clock)
    for text, says in (
        ("\n".join(f"No ads number {number}" for number in range(61)), "61 sentences, and 60 are the most"),
        ("No ads " + "at all " * 80, "has over 400 characters"),
        ("\u202e\u200b", "no words in that"),
    ):
        assert says in (await coach.hear(ADMIN, f"charter here: {text}", AS_ADMIN)).text
    assert "No charter" in (await coach.hear(ADMIN, "charter", AS_ADMIN)).text
