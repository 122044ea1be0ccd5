"""One user's month, day by day: checks, asks, answers, thanks, a promotion; and what Tact says and sends.

    python -m tests.journeys.month

prints the transcript. The store is closed and opened again every week.
"""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from bot.coach import Coach
from bot.judging import Judging, build_judging
from bot.letters import Address, Letter, LetterKind, Outcome, Report
from bot.library import Library
from bot.model import Person, Reply, Room
from bot.retries import fate
from bot.storage import open_store
from bot.storage.store import Store
from bot.tipping import Tipping
from bot.tips import load as load_tips

ANA = Person("slack:T1", "ana")
HELP = Room("C-help")
START = datetime(2026, 3, 2, tzinfo=UTC)
"""A Monday."""

# day of the month, hour, what she does: says a line to Tact, writes in a coached channel (#), reacts (:), or clicks a label of the last reply (>)
STORY = (
    (1, 9, "purpose operational on slack"),
    (1, 9, "purpose career on linkedin"),
    (1, 14, "# Could anyone help me get the pump script to run? It stops with a KeyError."),
    (2, 10, "asked advice from Ben"),
    (2, 11, "check on slack in a channel to acquaintances: Could anyone help me fix my Python script? It does not run any more."),
    (2, 11, "> I sent it"),
    (2, 11, "# Could anyone help me fix my Python script? It does not run any more."),
    (3, 9, "tips on monday and thursday at 9 in Europe/London"),
    (3, 10, "# Could someone explain to me how the valve simulation is started? I can't get it to run."),
    (4, 9, "asked Ben answered"),
    (4, 10, "> Done"),
    (5, 10, "asked introduction from Cleo"),
    (6, 9, "asked Cleo answered"),
    (6, 21, "# Can anybody help me with the SQL query for the pump table? It returns nothing."),
    (7, 12, "thanked Cleo"),
    (8, 10, "# You can fix that KeyError by renaming the column first, then run the script again."),
    (9, 10, ": pray"),
    (9, 15, "# Thank you so much for the review yesterday, it fixed everything!"),
    (10, 9, "check on linkedin as a dm to an acquaintance: Hi Dan, could you introduce me to the editor of Pump Weekly?"),
    (10, 9, "> I sent it"),
    (11, 10, "thanked Ben"),
    (12, 11, "# Could anyone help me with the plot of the valve data? The axis is wrong."),
    (13, 9, "gave information to Eve"),
    (14, 10, "balance"),
    (15, 10, "asked Ben told"),
    (16, 9, "check on linkedin as a post: I've been promoted to lead the pump team. Thank you, Ben and Cleo, for years of good advice!"),
    (16, 9, "review promotion"),
    (16, 9, "> Done 1"),
    (16, 10, "purpose operational strategic on slack"),
    (17, 10, "asked help from Finn"),
    (17, 11, "asked help from Gus"),
    (18, 10, "asked introduction from my boss"),
    (18, 15, "# Could anyone from accounting help me understand how a purchase order is approved?"),
    (19, 10, "review done 2"),
    (19, 10, "asked advice from Hal"),
    (19, 11, "check on slack as a dm to an acquaintance: Hello Ida, could you tell me how the budget of a team is planned here?"),
    (19, 11, "> I sent it"),
    (20, 9, "asked Finn answered"),
    (21, 9, "asked Gus declined"),
    (22, 10, "quiet nudges 1 week"),
    (23, 10, "# Could anyone help me find last year's figures for the pump line?"),
    (24, 10, "# Can someone help me with the rota? I don't understand the colours."),
    (24, 11, "review done 3"),
    (25, 9, "how do I say no to a recruiter?"),
    (26, 10, "where: please vote for my neighbour's blog in the contest"),
    (28, 10, "thanked"),
    (29, 10, "gave help to Ida"),
    (29, 11, "review later 1 week"),
    (30, 10, "# Could anyone help me with the holiday plan for the team?"),
    (31, 10, "check on linkedin as a post: A good book on leading a small team, for whoever is new to it as I am: https://b.example"),
    (32, 9, "check on linkedin as a post: What a fine spring morning in Leeds"),
)  # fmt: skip


@dataclass(frozen=True)
class Pushed:
    """A letter as it came."""

    kind: LetterKind
    at: datetime
    reply: Reply


@dataclass
class Month:
    """The clock of the month, what was said, and what was pushed."""

    at: datetime = START
    transcript: list[str] = field(default_factory=list)
    pushed: list[Pushed] = field(default_factory=list)
    last: Reply = field(default_factory=lambda: Reply(""))

    def now(self) -> datetime:
        return self.at

    def write(self, who: str, text: str) -> None:
        self.transcript.append(f"{self.at:%a %d %b %H:%M}  {who}  " + text.replace("\n", "\n" + " " * 18))

    def show(self, reply: Reply | None) -> None:
        if reply:
            labels = " ".join(f"[{button.label}]" for button in reply.buttons)
            self.write("tact>", f"{reply.text}\n{labels}" if labels else reply.text)
            self.last = reply


async def live(judging: Judging, url: str) -> Month:
    """The whole month; letters are shown when they are due."""
    month = Month()
    store = await open_store(url)
    await store.addresses.keep(ANA, Address("slack", "T1", "U1"), month.at)
    coach = Coach(judging, store, month.now, Library(load_tips, judging.wording))
    week = 0
    for day, hour, act in STORY:
        until = START + timedelta(days=day - 1, hours=hour)
        await _deliver(month, judging, store, until)
        month.at = max(until, month.at + timedelta(minutes=1))
        if day // 7 > week:
            week = day // 7
            await store.close()
            store = await open_store(url)
            coach = Coach(judging, store, month.now, Library(load_tips, judging.wording))
        await _act(month, coach, act, f"{day}/{hour}/{act}")
    await _deliver(month, judging, store, month.at + timedelta(days=14))
    month.show(await coach.home(ANA))
    await store.close()
    return month


async def _act(month: Month, coach: Coach, act: str, event: str) -> None:
    kind, _, text = act.partition(" ")
    if kind == "#":
        month.write("#help ", text)
        month.show(await coach.seen(ANA, text, HELP, event))
    elif kind == ":":
        month.write("#help ", f"reacts with :{text}:")
        month.show(await coach.reacted(ANA, text, HELP))
    elif kind == ">":
        month.write("click ", f"[{text}]")
        command = next(button.command for button in month.last.buttons if button.label == text)
        month.show(await coach.hear(ANA, command))
    else:
        month.write("ana>  ", act)
        month.show(await coach.hear(ANA, act))


async def _deliver(month: Month, judging: Judging, store: Store, until: datetime) -> None:
    """Writes what is due in the mornings, and shows every letter that is due by then, at its time."""
    tipping = Tipping(store, Library(load_tips, judging.wording), judging.wording, month.now)
    while (due := await _next(month, store)) <= until:
        month.at = due
        await tipping.step()
        for letter in await store.leases.claim(month.at, 16, "slack"):
            await _take(month, store, letter)


async def _next(month: Month, store: Store) -> datetime:
    """When the scheduler looks next, or the next letter is due."""
    today = month.at.replace(hour=0, minute=0, second=0, microsecond=0)
    looks = [today + timedelta(hours=hours) for hours in (8, 9, 10, 24 + 8)]
    pushes = [push.at for push in await store.pushes.of(ANA, month.at)]
    return min(at for at in (*looks, *pushes) if at > month.at)


async def _take(month: Month, store: Store, letter: Letter) -> None:
    month.pushed.append(Pushed(letter.kind, month.at, letter.reply))
    month.write("PUSH  ", f"({letter.kind})")
    month.show(letter.reply)
    report = Report(Outcome.DELIVERED)
    await store.leases.settle(letter, report, fate(letter, report, month.at, Random(1)))


def main() -> None:
    """Prints the transcript and how many pushes there were."""
    with tempfile.TemporaryDirectory() as folder:
        month = asyncio.run(live(build_judging(), f"sqlite+aiosqlite:///{Path(folder) / 'tact.db'}"))
    print("\n".join(month.transcript))
    print(f"\npushes: {len(month.pushed)} of which {[f'{push.kind} {push.at:%d %b %H:%M}' for push in month.pushed]}")


if __name__ == "__main__":
    main()
