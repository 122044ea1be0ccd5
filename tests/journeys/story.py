"""One person's story through all eight points, told line by line on any surface, with a restart in the middle.

What lies a month back is lived beforehand on a clock that is moved, as another process did then; the rest is typed today.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.coach import Coach
from bot.judging import Judging
from bot.letters import Address
from bot.model import Person
from bot.storage import open_store

ASK = "check on slack in a channel to acquaintances: Could anyone help me get my Python script to run? It does not work any more."
THANKS = "check on email as a dm to an acquaintance: Thank you for your talk on pumps. Could you introduce me to your editor? If it doesn't suit, no answer is needed."
INTRO = "check on email as a dm to M: Hello M, could you introduce me to your boss?"
CONTEST = "where: please vote for my neighbour's blog in the contest"
POST = "check on linkedin as a post: "

# how long ago, and what was said then; {noon} is a zone where it is noon, for a reminder counts on its own day alone
BEFORE = (
    (timedelta(days=31), "quiet off in {noon}"),
    (timedelta(days=31), "purpose career on linkedin"),
    (timedelta(days=20), f"{POST}My podcast about pumps has its tenth episode, have a listen: https://pumps.example"),
    (timedelta(days=15), f"{POST}New on my blog: how I built my pump shop. https://pumps.example/shop"),
    (timedelta(days=10), f"{POST}I am proud that my new book on pumps is out today, see https://pumps.example/book"),
    (timedelta(days=9), "asked advice from Ben"),
    (timedelta(days=8), "asked job from L"),
    (timedelta(days=7, minutes=5), "asked Ben answered"),
)
REMINDED = "Ben answered your ask for advice"
"""What is pushed as soon as a process runs: a week has passed since the answer, and nobody was thanked."""


@dataclass(frozen=True, slots=True)
class Line:
    """What is typed, or clicked where it begins with ">"; what the reply holds, and what it must not."""

    said: str
    holds: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One of the eight points: what is said before the restart, and after it."""

    before: tuple[Line, ...]
    after: tuple[Line, ...]


PARTS = {
    "nudges": Part(
        (Line(ASK, ("asked 2, gave 0). Five minutes each:",)),),
        (
            Line(ASK, ("Slack",), ("Five minutes each:",)),
            Line("quiet nudges why", ("gave", "asked")),
            Line("quiet nudges 2 weeks", ("until",)),
        ),
    ),
    "purposes": Part(
        (
            Line("purpose friends brand", ("pull in different directions", "their own list", "an account of its own")),
            Line("help strategic", ("Who belongs?", "How well known?", "Being active?", "personal board of directors")),
            Line(f"{POST}My newsletter on pumps has a thousand readers, see https://p.example", ("Still your goal",)),
            Line(">purpose keep on linkedin", ("holds",)),
        ),
        (
            Line("purpose", ("LinkedIn: career and business opportunities", "friends and family")),
            Line(
                f"{POST}My talk on valves won a prize, watch it at https://pumps.example/talk",
                ("Your last 5 checks on LinkedIn served your personal or product brand",),
            ),
        ),
    ),
    "closing the loop": Part(
        (
            Line("thanked", ("Ben (ask 1, advice): answered on", "not thanked yet")),
            Line("asked L answered", ("is now answered",)),
            Line("thanked Ben", ("Your ask for advice is thanked for",)),
        ),
        (Line("thanked", ("L (ask 2, job)",), ("Ben",)), Line("asked L declined", ("declined",))),
    ),
    "ledger": Part(
        (
            Line("gave help to M"),
            Line(THANKS, ("E-mail",)),
            Line("sent to Ed", ("gave thanks (Ed); asked introduction (Ed)",)),
            Line("balance", ("you gave 3 and asked 3", "■")),
        ),
        (
            Line("undo", ("gave thanks (Ed); asked introduction (Ed)",)),
            Line("balance", ("you gave 2 and asked 2",)),
        ),
    ),
    "ties": Part(
        (
            Line(INTRO, ("How well does M know you?",)),
            Line(">tie M know", ("Kept for checks: M knows of you.",)),
            Line("tie M did hello", ("Noted: said hello",)),
        ),
        (
            Line(INTRO, ("Checked for M, who knows of you",), ("How well does M",)),
            Line("tie M did hello", ("nothing was counted twice",)),
            Line("tie", ("knows of you 1",)),
        ),
    ),
    "turning points": Part(
        (
            Line("review promotion", ("Your manager's part.", "personal board", "12.")),
            Line(">review done 1", ("1 of 12 steps done",)),
        ),
        (
            Line("review", ("1 of 12 steps done",)),
            Line("review done 1", ("nothing was counted twice",)),
            Line("review done 2", ("2 of 12 steps done",)),
            Line("review moved", ("One turning point at a time",)),
        ),
    ),
    "where": Part(
        (Line(CONTEST, ("Fits: ", "E-mail (message to one person: family or friends)", "Avoid here: ")),),
        (Line(CONTEST, ("Fits: ", "E-mail (message to one person: family or friends)", "Avoid here: ")),),
    ),
    "both sides": Part(
        (Line("How do I say no to a colleague?", ("early no",)), Line("help pest", ("?",))),
        (Line("somebody keeps sending me webinar links", ("owe a pest no answer",)), Line("help invitation", ("?",))),
    ),
}


async def live_before(judging: Judging, url: str, person: Person, address: Address) -> None:
    """The month before today."""
    today = datetime.now(UTC)
    at = today
    store = await open_store(url)
    coach = Coach(judging, store, lambda: at)
    for ago, line in BEFORE:
        at = today - ago
        await store.addresses.keep(person, address, at)
        await coach.hear(person, line.format(noon=f"Etc/GMT{today.hour - 12:+d}"))
    await store.close()
