"""Would you cry foul? A case is shown, posted, voted on and closed, and leads to a line of the charter."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from random import Random

import pytest

from bot.coach import Coach
from bot.delivery import Delivery
from bot.judging import Judging
from bot.letters import Address, Letter, Outcome, Report
from bot.model import Person, Room, Tone
from bot.polling import Polling
from bot.storage.store import Store
from tests.conftest import Clock

TENANT = "slack:T1"
ADMIN, MEMBER = Person(TENANT, "admin"), Person(TENANT, "member")
PEOPLE = [Person(TENANT, f"U{number}") for number in range(7)]
HERE, AS_ADMIN = Room("C1"), Room("C1", admin=True)
OWN = "I wrote a small tool for beekeepers, have a look: https://hive.example"


@dataclass
class Channel:
    """The outside world: what was posted, and what took its place."""

    platform: str = "slack"
    letters: list[Letter] = field(default_factory=list)

    async def send(self, letter: Letter) -> Report:
        self.letters.append(letter)
        return Report(Outcome.DELIVERED, message=f"m{len(self.letters)}")


class World:
    """A community."""

    def __init__(self, judging: Judging, store: Store, clock: Clock) -> None:
        self.coach, self.store, self.channel = Coach(judging, store, clock), store, Channel()
        self.polling = Polling(store, judging.wording, clock)
        self.delivery = Delivery(store, {"slack": self.channel}, clock, Random(1))

    async def say(self, person: Person, said: str, room: Room = HERE) -> str:
        return (await self.coach.hear(person, said, room)).text

    async def work(self) -> list[Letter]:
        """Does what is due; what was sent."""
        before = len(self.channel.letters)
        await self.polling.step()
        await self.delivery.once()
        return self.channel.letters[before:]


@pytest.fixture
async def world(judging: Judging, store: Store, clock: Clock) -> AsyncIterator[World]:
    made = World(judging, store, clock)
    for person in (ADMIN, MEMBER, *PEOPLE):
        await store.addresses.keep(person, Address("slack", "T1", person.user, f"D{person.user}"), clock())
    return made


async def test_a_case_is_shown_before_it_is_posted_and_its_result_takes_its_place(world: World, clock: Clock) -> None:
    shown = await world.coach.hear(ADMIN, "poll beekeeper-tool for 2 days", AS_ADMIN)
    assert "for all to see" in shown.text
    assert await world.work() == []
    await world.coach.hear(ADMIN, shown.buttons[0].command, AS_ADMIN)
    [posted] = await world.work()
    assert (posted.address.channel, posted.address.user, posted.reply.private) == ("C1", "", False)
    assert [button.command for button in posted.reply.buttons] == [
        "poll vote 1 fine", "poll vote 1 borderline", "poll vote 1 foul"
    ]  # fmt: skip
    assert "easier to like" not in posted.reply.text  # what custom says would lead the vote
    for person, choice in zip(PEOPLE, ["foul"] * 4 + ["fine"] * 2, strict=False):
        said = await world.say(person, f"poll vote 1 {choice}")
        assert "foul: " not in said
    assert "6 people have voted" in said
    clock.pass_(days=2)
    result, follows = await world.work()
    assert result.address.message == "m1"
    assert "Most would cry foul: of 6 votes" in result.reply.text
    assert "- Foul: 4 ███████░░░" in result.reply.text
    assert "easier to like" in result.reply.text
    assert result.reply.buttons == ()
    assert follows.person == ADMIN
    assert "“No self-promotion.”" in follows.reply.text
    assert await world.work() == []


async def test_what_follows_waits_for_the_end_of_the_quiet_hours_and_can_be_switched_off(
    world: World, clock: Clock
) -> None:
    await world.say(ADMIN, "quiet 12:00 to 13:00 in Europe/Berlin")
    for number, expected in ((1, 2), (2, 1)):
        await world.say(ADMIN, f"poll: {OWN}", AS_ADMIN)
        await world.say(ADMIN, "poll post", AS_ADMIN)
        await world.work()
        for person in PEOPLE:
            await world.say(person, f"poll vote {number} foul")
        clock.at = clock.at.replace(hour=11, minute=10)
        await world.say(ADMIN, f"poll close {number}", AS_ADMIN)
        letters = await world.work()
        assert [letter.reply.private for letter in letters] == [False]
        clock.at = clock.at.replace(hour=12, minute=0)
        letters += await world.work()
        assert len(letters) == expected
        if number == 1:
            _, why, snooze, _ = (button.command for button in letters[1].reply.buttons)
            assert "told to you alone, once" in await world.say(ADMIN, why)
            assert "No word about polls until 2026-03-16" in await world.say(ADMIN, snooze)
            assert "Switched off: polls until 2026-03-16" in await world.say(ADMIN, "quiet")
        clock.pass_(days=1)


async def test_four_votes_show_nothing_anywhere(world: World, clock: Clock) -> None:
    await world.say(ADMIN, f"poll: {OWN}", AS_ADMIN)
    await world.say(ADMIN, "poll post", AS_ADMIN)
    await world.work()
    for person in PEOPLE[:4]:
        said = await world.say(person, "poll vote 1 foul")
        assert "4" not in said.replace("14", "")
    clock.pass_(days=4)
    [result] = await world.work()
    assert "Fewer than five people voted" in result.reply.text
    assert "█" not in result.reply.text
    assert "No line follows" in await world.say(ADMIN, "poll accept 1", AS_ADMIN)


async def test_only_who_looks_after_the_place_posts_or_members_with_their_leave(world: World) -> None:
    shown = await world.say(MEMBER, f"poll: {OWN}")
    assert "Polls are posted by those who look after this place" in shown
    assert "If these are somebody's words, ask them before you post" in shown
    assert (await world.coach.hear(MEMBER, "poll post", HERE)).tone is Tone.PROBLEM
    for said in ("poll members on", "poll close 1", "poll accept 1"):
        assert (await world.coach.hear(MEMBER, said, HERE)).tone is Tone.PROBLEM
    await world.say(ADMIN, "poll members on", AS_ADMIN)
    await world.say(MEMBER, f"poll: {OWN}")
    await world.say(ADMIN, "poll members off", AS_ADMIN)
    assert "did not give members leave" in await world.say(MEMBER, "poll post")
    await world.say(ADMIN, "poll members on", AS_ADMIN)
    await world.say(MEMBER, f"poll: {OWN}")
    assert "comes into this channel" in await world.say(MEMBER, "poll post")
    assert len(await world.work()) == 1


async def test_a_private_draft_is_asked_about_by_its_writers_word_alone(world: World) -> None:
    await world.say(MEMBER, f"check on slack in a channel: {OWN}")
    assert "I hold no draft of yours" in await world.say(ADMIN, "poll draft", AS_ADMIN)
    assert "This is a draft of yours" in await world.say(MEMBER, "poll draft")
    assert await world.work() == []


async def test_a_line_that_follows_is_previewed_and_then_changes_verdicts(world: World, clock: Clock) -> None:
    await world.say(ADMIN, "charter here: No recruiting.", AS_ADMIN)
    await world.say(ADMIN, f"poll: {OWN}", AS_ADMIN)
    await world.say(ADMIN, "poll post", AS_ADMIN)
    await world.work()
    for person in PEOPLE:
        await world.say(person, "poll vote 1 foul")
    await world.say(ADMIN, "poll close 1", AS_ADMIN)
    await world.work()
    listed = await world.coach.hear(ADMIN, "poll", AS_ADMIN)
    assert [button.command for button in listed.buttons] == ["poll accept 1"]
    preview = await world.coach.hear(ADMIN, "poll accept 1", AS_ADMIN)
    assert "Nothing was changed yet" in preview.text
    assert "“No self-promotion” is read as: **not here**" in preview.text
    assert "judged in another way" in preview.text
    assert await world.say(ADMIN, "charter export", AS_ADMIN) == "No recruiting."
    await world.say(ADMIN, preview.buttons[0].command, AS_ADMIN)
    assert await world.say(ADMIN, "charter export", AS_ADMIN) == "No recruiting.\nNo self-promotion."
    assert "No self-promotion" in await world.say(MEMBER, f"check on slack in a channel to acquaintances: {OWN}")


async def test_a_poll_that_was_never_posted_ends_in_silence(world: World, clock: Clock) -> None:
    await world.say(ADMIN, f"poll for 1 hour: {OWN}", AS_ADMIN)
    await world.say(ADMIN, "poll post", AS_ADMIN)
    assert "not posted yet" in await world.say(ADMIN, "poll", AS_ADMIN)
    clock.pass_(hours=1)
    assert await world.work() == []


async def test_bad_input_gets_one_sentence(world: World) -> None:
    for said, says in (
        ("poll no-such-case", "There is no case “no-such-case”"),
        ("poll: " + "word " * 300, "at most 1,000 characters"),
        ("poll post", "No case waits"),
        ("poll vote 99 foul", "your vote was not kept"),
        ("poll close 99", "No poll 99 is open"),
    ):
        assert says in await world.say(ADMIN, said, AS_ADMIN)
    assert "Say it in the channel" in await world.say(ADMIN, "poll beekeeper-tool", Room(admin=True))


async def test_what_somebody_wrote_pings_nobody_and_hides_nothing(world: World) -> None:
    said = await world.say(ADMIN, "poll: <!channel> look\u202e at **this**", AS_ADMIN)
    assert "“@channel look at this”" in said
