"""What helps and what does not: dismissing with a reason, figures for who looks after a place, and turning a finding down."""

from __future__ import annotations

from bot.coach import Coach
from bot.judging import Judging
from bot.model import Person, Reply, Room, Tone
from bot.storage.store import Store
from tests.conftest import Clock

ADMIN = Person("slack:T1", "admin")
PEOPLE = [Person("slack:T1", f"U{number}") for number in range(8)]
HERE, AS_ADMIN = Room("C1"), Room("C1", admin=True)
ASK = "check on slack as a dm to a stranger: Hi! Could you refer me for the analyst job at your company? My CV is attached."
BETTER = "check: Hi! Could you tell me how the analyst job at your company is? No answer needed if it doesn't suit."


class Community:
    def __init__(self, judging: Judging, store: Store, clock: Clock) -> None:
        self.coach, self.clock = Coach(judging, store, clock), clock

    async def say(self, person: Person, said: str, room: Room = HERE) -> Reply:
        return await self.coach.hear(person, said, room)

    async def figures(self) -> Reply:
        """What the admin sees on the next day."""
        self.clock.pass_(days=1)
        return await self.say(ADMIN, "insights", AS_ADMIN)


async def test_figures_come_from_five_people_up_and_a_noisy_finding_is_turned_down(
    judging: Judging, store: Store, clock: Clock
) -> None:
    here = Community(judging, store, clock)
    for person in PEOPLE[:4]:
        await here.say(person, ASK)
    assert "Fewer than five people" in (await here.figures()).text
    for person in PEOPLE:
        found = await here.say(person, ASK)
        assert "dismiss" in [button.command for button in found.buttons]
        asked = await here.say(person, "dismiss")
        assert [button.command for button in asked.buttons] == [
            "dismiss fine-here", "dismiss misread", "dismiss context"
        ]  # fmt: skip
        noted = (await here.say(person, "dismiss fine-here")).text
        assert "**better**" in (await here.say(person, BETTER)).text
    what = noted.split("“")[1].split("”")[0]
    clock.pass_(hours=1)
    assert "came up for" not in (await here.say(ADMIN, "insights", AS_ADMIN)).text  # nothing of today
    shown = await here.figures()
    assert "at least 5 people checked at least 20 messages" in shown.text
    assert "for at least 5 of them it had got better" in shown.text
    assert f"“{what}” was dismissed by at least 5: It is fine here" in shown.text
    assert f"“{what}” is **noisy** here" in shown.text
    assert "U1" not in shown.text
    [down] = shown.buttons
    assert down.command.startswith("charter quieter ")
    assert f"“{what}” is not said any more" in (await here.say(ADMIN, down.command, AS_ADMIN)).text
    quiet = await here.say(PEOPLE[0], ASK)
    assert f"Not minded here, because those who look after this place said so: {what}" in quiet.text
    elsewhere = await here.say(Person("slack:T2", "U0"), ASK)
    assert "Not minded" not in elsewhere.text
    assert f"Not minded here: {what}" in (await here.say(ADMIN, "charter quieter", AS_ADMIN)).text
    await here.say(ADMIN, down.command.replace("quieter", "louder"), AS_ADMIN)
    assert "Not minded" not in (await here.say(PEOPLE[0], ASK)).text


async def test_nobody_else_sees_figures_or_turns_anything_down_and_harm_is_always_said(
    judging: Judging, store: Store, clock: Clock
) -> None:
    here = Community(judging, store, clock)
    for person, said, room in (
        (PEOPLE[0], "insights", HERE),
        (ADMIN, "insights", Room(admin=True)),
        (PEOPLE[0], "charter quieter big_ask", HERE),
        (ADMIN, "charter quieter hostile", AS_ADMIN),
        (ADMIN, "charter quieter charter_violation", AS_ADMIN),
    ):
        assert (await here.say(person, said, room)).tone is Tone.PROBLEM, said


async def test_of_a_server_only_what_was_checked_there_counts(judging: Judging, store: Store, clock: Clock) -> None:
    here = Community(judging, store, clock)
    people = [Person("discord", str(number)) for number in range(6)]
    ask = ASK.replace("on slack", "on discord")
    for person in people:
        await here.say(person, ask, Room())
        await here.say(person, ask, Room("S2/C1"))
    clock.pass_(days=1)
    first = await here.say(people[0], "insights", Room("S1/C1", admin=True))
    second = await here.say(people[0], "insights", Room("S2/C9", admin=True))
    assert "Fewer than five" in first.text
    assert "at least 5 people checked at least 5 messages" in second.text


async def test_without_a_finding_nothing_is_counted(judging: Judging, store: Store, clock: Clock) -> None:
    here = Community(judging, store, clock)
    assert "nothing was counted" in (await here.say(PEOPLE[0], "dismiss misread")).text
    fits = await here.say(PEOPLE[0], "check on slack in a channel to acquaintances: Thanks all, that fixed it!")
    assert "dismiss" not in [button.command for button in fits.buttons]
