"""Tips from the first wish to the last word, with a restart in the middle, on both engines."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from adapters.console import converse
from bot.attention import STOPS
from bot.coach import Coach
from bot.delivery import Delivery
from bot.duties import Duties
from bot.judging import Judging
from bot.letters import Address, Letter, LetterKind, Outcome, Report
from bot.library import Library
from bot.model import Person, Reply, Room, Tone
from bot.storage import open_store
from bot.storage.pushes import Pushed
from bot.storage.store import Store
from bot.tipping import Tipping
from bot.tips import load
from bot.upkeep import Upkeep
from tests.conftest import Clock

ANA = Person("t1", "ana")
HOME = Address("slack", "t1", "ana", "D1")
AT_HOME = Room(zone="Europe/Berlin")
CHANNEL = Room("C1", admin=True, zone="Europe/Berlin")
SUNDAY = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Inbox:
    """A platform that shows what it gets."""

    platform = "slack"

    def __init__(self) -> None:
        self.got: list[Letter] = []
        self.answer = Report(Outcome.DELIVERED)
        self.gate: asyncio.Event | None = None

    async def send(self, letter: Letter) -> Report:
        if self.gate:
            await self.gate.wait()
        self.got.append(letter)
        return self.answer


class Town:
    """A coach and what it does by itself, on one store and one clock."""

    def __init__(self, judging: Judging, store: Store, clock: Clock, inbox: Inbox | None = None) -> None:
        clock.at = max(clock.at, SUNDAY)
        self.store, self.clock, self.inbox = store, clock, inbox or Inbox()
        book = Library(load, judging.wording)
        self.coach = Coach(judging, store, clock, book)
        self.delivery = Delivery(store, {"slack": self.inbox}, clock, Random(1))
        self.duties = Duties(Tipping(store, book, judging.wording, clock), self.delivery, Upkeep(store, clock))

    async def say(self, text: str, room: Room = AT_HOME) -> Reply:
        return await self.coach.hear(ANA, text, room)

    async def until(self, at: datetime, hours: float = 0.5) -> None:
        """Lets time pass, so many hours at a time, and what is due happen."""
        while self.clock.at < at:
            self.clock.at = min(at, self.clock.at + timedelta(hours=hours))
            await self.duties.once()


@pytest.fixture
async def town(judging: Judging, either_store: Store, clock: Clock) -> Town:
    clock.at = SUNDAY
    await either_store.addresses.keep(ANA, HOME, SUNDAY)
    return Town(judging, either_store, clock)


async def test_tips_come_when_they_were_asked_for_and_answer_to_their_buttons(town: Town) -> None:
    said = await town.say("tips on weekdays at 9")
    assert "Monday to Friday at 09:00 in Europe/Berlin" in said.text
    assert "2026-03-02 09:00" in said.text
    assert "time zone is the one of your profile" in said.text
    await town.until(datetime(2026, 3, 2, 12, tzinfo=UTC))
    (letter,) = town.inbox.got
    assert datetime(2026, 3, 2, 8, tzinfo=UTC) <= letter.due < datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
    done, snooze, why, off = letter.reply.buttons
    assert "Source:" in (await town.say(why.command)).text
    assert "Well done" in (await town.say(done.command)).text
    assert "comes again in place of your next tip, on 2026-03-03 09:00" in (await town.say(snooze.command)).text
    await town.until(datetime(2026, 3, 3, 12, tzinfo=UTC))
    assert town.inbox.got[1].reply.text == letter.reply.text
    assert "Tips are off" in (await town.say(off.command)).text
    await town.until(datetime(2026, 3, 6, 12, tzinfo=UTC))
    assert len(town.inbox.got) == 2
    assert "Tips are off" in (await town.say("tips")).text


async def test_without_a_zone_it_is_asked_for_and_nothing_is_kept(town: Town) -> None:
    assert "Which time zone" in (await town.say("tips on weekdays at 9", Room())).text
    assert "Which time zone" in (await town.say("quiet 20-8", Room())).text
    assert await town.store.schedules.of(ANA) is None
    assert "Asia/Tokyo" in (await town.say("tips at 7:30 in Asia/Tokyo", Room())).text
    assert "Which time zone" not in (await town.say("tips at 8:30", Room())).text
    kept = await town.store.schedules.of(ANA)
    assert kept is not None
    assert f"{kept.schedule.zone} {kept.schedule.at:%H:%M}" == "Asia/Tokyo 08:30"


@pytest.mark.parametrize(
    ("hour", "quiet"), [("7:30", "20:00 and 07:30"), ("21:15", "22:15 and 08:00"), ("23:30", "00:30 and 08:00")]
)
async def test_the_usual_quiet_hours_give_way_to_the_hour_that_is_wished_for(
    judging: Judging, store: Store, clock: Clock, hour: str, quiet: str
) -> None:
    said = (await Town(judging, store, clock).say(f"tips on weekdays at {hour}")).text
    assert f"Nothing comes between {quiet}" in said


async def test_a_tip_at_once_is_never_shown_again_and_costs_nothing(town: Town) -> None:
    await town.say("tips on weekdays at 9")
    shown = [(await town.say("tips now")).text for _ in range(5)]
    assert len(set(shown)) == 5
    await town.until(datetime(2026, 3, 2, 12, tzinfo=UTC))
    (letter,) = town.inbox.got
    assert letter.reply.text not in shown


async def test_a_tip_answers_what_came_up_in_ones_own_drafts(town: Town) -> None:
    for draft in ("You owe me after all I've done for you.", "Last chance, you must answer me today!"):
        await town.say(f"check on email as a dm to an acquaintance: {draft}")
    await town.say("tips now")
    assert "came up 2 times in your drafts" in (await town.say("tips why")).text


async def test_a_pause_and_its_end(town: Town) -> None:
    assert "no tips that could be paused" in (await town.say("tips pause 2 weeks")).text
    await town.say("tips on weekdays at 9")
    assert "No tips until 2026-03-15 00:00" in (await town.say("tips pause 2 weeks")).text
    assert "paused until 2026-03-15" in (await town.say("tips")).text
    await town.until(datetime(2026, 3, 5, 12, tzinfo=UTC), 2)
    assert town.inbox.got == []
    assert "the next comes on 2026-03-06 09:00" in (await town.say("tips resume")).text
    await town.until(datetime(2026, 3, 6, 12, tzinfo=UTC), 2)
    assert len(town.inbox.got) == 1
    assert (await town.say("tips pause until yesterday")).tone is Tone.PROBLEM


@pytest.mark.parametrize("asked", ["tips now", "tips resume"])
async def test_who_was_written_to_no_more_gets_tips_again_when_they_ask_for_one(town: Town, asked: str) -> None:
    await town.say("tips on weekdays at 9")
    for days in range(40, 40 - STOPS, -1):
        await town.store.pushes.record(ANA, Pushed("tip", f"t{days}", SUNDAY - timedelta(days=days)))
    await town.until(datetime(2026, 3, 2, 12, tzinfo=UTC))
    assert town.inbox.got == []
    assert "I stopped writing" in (await town.say("tips")).text
    await town.say(asked)
    await town.until(datetime(2026, 3, 3, 12, tzinfo=UTC))
    assert len(town.inbox.got) == 1
    assert "I stopped writing" not in (await town.say("tips")).text


async def test_quiet_shows_the_budget_the_hours_and_the_week(town: Town) -> None:
    before = (await town.say("quiet")).text
    assert "between 20:00 and 08:00" in before
    assert "at most 5 messages" in before
    assert (await town.say("stop")).text == before
    assert "there was none" in before
    await town.say("tips on weekdays at 9")
    assert "nothing was changed" in (await town.say("quiet 8:00 to 10:00")).text
    assert "22:00 and 07:00 in Europe/Berlin" in (await town.say("quiet 22-7")).text
    await town.until(datetime(2026, 3, 2, 12, tzinfo=UTC))
    await town.say("tips done")
    assert "2026-03-02 09:" in (await town.say("quiet")).text
    assert "tip, done" in (await town.say("quiet")).text
    assert "You have no quiet hours" in (await town.say("quiet off")).text


async def test_what_could_not_be_delivered_is_shown_and_sent_again(town: Town) -> None:
    await town.store.outbox.put(ANA, LetterKind.NOTICE, Reply("News"), SUNDAY, cause="n", at=SUNDAY)
    town.inbox.answer = Report(Outcome.REFUSED, why="msg_too_long")
    await town.duties.once()
    shown = await town.say("quiet")
    assert "notice, because msg_too_long" in shown.text
    town.inbox.answer = Report(Outcome.DELIVERED)
    assert "On their way again: 1" in (await town.say(shown.buttons[0].command)).text
    await town.duties.once()
    assert [letter.reply.text for letter in town.inbox.got] == ["News", "News"]
    assert "nothing that could be sent again" in (await town.say("quiet resend")).text


async def test_after_off_is_confirmed_nothing_comes_even_when_a_tip_was_just_leaving(town: Town) -> None:
    await town.say("tips on weekdays at 9")
    town.clock.at = datetime(2026, 3, 2, 8, 20, tzinfo=UTC)
    town.inbox.gate = asyncio.Event()
    leaving = asyncio.create_task(town.duties.once())
    async with asyncio.timeout(20):
        while not (await town.store.outbox.backlog(town.clock())).sending:
            await asyncio.sleep(0.01)
    confirmed = asyncio.create_task(town.say("tips off"))
    await asyncio.sleep(0.1)
    assert not confirmed.done()
    town.inbox.gate.set()
    assert "none is on its way" in (await confirmed).text
    arrived = len(town.inbox.got)
    await leaving
    await town.until(datetime(2026, 3, 4, 12, tzinfo=UTC))
    assert len(town.inbox.got) == arrived == 1


async def test_an_admin_gives_a_channel_a_tip_a_week(town: Town) -> None:
    assert "by somebody who looks after it" in (await town.say("tips here on mondays at 9", Room("C1"))).text
    assert "one tip a week at most" in (await town.say("tips here on weekdays at 9", CHANNEL)).text
    assert "This channel gets a tip on Monday at 09:00" in (await town.say("tips here on mondays at 9", CHANNEL)).text
    await town.until(datetime(2026, 3, 10, 12, tzinfo=UTC), 4)
    assert [letter.address for letter in town.inbox.got] == [Address("slack", "t1", "", "C1")] * 2
    assert not any(letter.reply.private for letter in town.inbox.got)
    for days in range(40, 40 - STOPS, -1):
        await town.store.pushes.record(Person("t1", "#C1"), Pushed("tip", "t", SUNDAY - timedelta(days=days)))
    assert "I stopped writing" not in (await town.say("tips here", CHANNEL)).text
    why, pause, off = (button.command for button in town.inbox.got[0].reply.buttons)
    assert "Source:" in (await town.say(why, Room("C1"))).text
    for command in (pause, off):
        assert "by somebody who looks after it" in (await town.say(command, Room("C1"))).text
    assert "No tips in this channel until 2026-03-24" in (await town.say(pause, CHANNEL)).text
    await town.until(datetime(2026, 3, 17, 12, tzinfo=UTC), 4)
    assert len(town.inbox.got) == 2
    assert "Tips go on; the next comes on 2026-03-23" in (await town.say("tips here resume", CHANNEL)).text
    assert "Tips are off" in (await town.say(off, CHANNEL)).text
    await town.until(datetime(2026, 3, 24, 12, tzinfo=UTC), 4)
    assert len(town.inbox.got) == 2


async def test_a_channel_of_a_server_is_reached_by_its_own_id(town: Town) -> None:
    await town.say("tips here on mondays at 9", Room("900/77", admin=True, zone="Europe/Berlin"))
    await town.until(datetime(2026, 3, 3, 12, tzinfo=UTC))
    assert [letter.address.channel for letter in town.inbox.got] == ["77"]


async def test_all_of_it_survives_a_restart(judging: Judging, database: str, clock: Clock) -> None:
    clock.at = SUNDAY
    store = await open_store(database)
    await store.addresses.keep(ANA, HOME, SUNDAY)
    await Town(judging, store, clock).say("tips on weekdays at 9")
    await store.close()
    store = await open_store(database)
    inbox = Inbox()
    town = Town(judging, store, clock, inbox)
    await town.until(datetime(2026, 3, 2, 12, tzinfo=UTC))
    await store.close()
    store = await open_store(database)
    town = Town(judging, store, clock, inbox)
    await town.until(datetime(2026, 3, 2, 15, tzinfo=UTC))
    assert len(inbox.got) == 1
    assert "Source:" in (await town.say("tips why")).text
    await town.say("privacy erase confirm")
    await town.until(datetime(2026, 3, 4, 12, tzinfo=UTC))
    assert len(inbox.got) == 1
    await store.close()


async def test_how_the_week_went(town: Town) -> None:
    assert "too little to say" in (await town.say("tips week")).text
    for _ in range(3):
        await town.say("check on email as a dm to a friend: Thank you for the lift yesterday, Ana!")
        town.clock.pass_(minutes=1)
    assert "you checked 3 drafts" in (await town.say("tips week")).text


async def test_the_console_shows_what_is_due_at_the_next_prompt(
    judging: Judging, store: Store, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    from adapters.console import PERSON, Screen

    clock.at = SUNDAY
    town = Town(judging, store, clock)
    await store.addresses.keep(PERSON, Address("console", "", PERSON.user), SUNDAY)
    delivery = Delivery(store, {"console": Screen()}, clock, Random(1))
    duties = Duties(
        Tipping(store, Library(load, judging.wording), judging.wording, clock), delivery, Upkeep(store, clock)
    )

    async def typed():  # type: ignore[no-untyped-def]
        yield "tips on weekdays at 9 in Europe/Berlin"
        clock.at = datetime(2026, 3, 2, 8, 20, tzinfo=UTC)
        yield "balance"

    await converse(town.coach, typed(), duties)
    shown = capsys.readouterr().out
    assert shown.index("you gave 0") < shown.index("Try this:")
