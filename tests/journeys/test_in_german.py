"""A conversation in German: no English sentence but the draft and the titles of sources, in answers and in letters alike."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from adapters.console import Screen, converse
from adapters.doctor import _language
from bot.coach import Coach
from bot.delivery import Delivery
from bot.duties import Duties
from bot.judging import Judging
from bot.language import speaking
from bot.letters import Address
from bot.library import Library
from bot.model import Person, Room, Tone
from bot.settings import read_settings
from bot.storage.store import Store
from bot.tipping import Tipping
from bot.tips import load
from bot.upkeep import Upkeep
from tests.conftest import Clock
from tests.journeys.test_tips import Town

SUNDAY = datetime(2026, 3, 1, 12, tzinfo=UTC)
DRAFT = "Could you read my draft? You owe me after all I've done for you. I have it here."
ENGLISH = re.compile(
    r"(?<![-.…:])\b(the|and|you|your|are|with|this|that|have|of|from|nothing|they|it|its|for|which|when|were|there|their|to|is)\b(?!-)",
    re.IGNORECASE,
)
"""Words that an English sentence hardly does without, and that are none in German."""
QUOTED = re.compile(r"`[^`]*`|„[^“]*“|“[^”]*”|_\(.*?\)_|Quelle: .*|Beispiele?: .*|\(Quelle.*?\)", re.DOTALL)
"""Commands, the draft, and titles of sources."""
SAID = (
    f"check on email as a dm to an acquaintance: {DRAFT}", "check on email as a dm to an acquaintance: Could you read my draft?",
    "Could you introduce me to your editor?", "check on linkedin:", f"where: {DRAFT}", "purpose career on linkedin", "purpose friends career on facebook",
    "purpose", "help career", "help linkedin", "help email", "help decline", "gave help to M", "asked advice from K", "asked K answered", "thanked", "asked list",
    "balance", "tips on weekdays at 9 in Europe/Berlin", "tips", "tips now", "tips why", "tips week", "tips pause 2 weeks", "tips resume", "quiet",
    "quiet 20:00 to 8:00", "quiet nudges why", "quiet nudges off", "tie M like", "tie M", "tie", "tie M did hello", "check on linkedin as a dm to M: Hi M, buy my pump.",
    "review promotion", "review", "review done 1", "review why", "review stop", "charter preview: Be nice. No recruiting. Job posts must state the pay.",
    "chart linkedin", "chart", "sent", "undo", "privacy", "privacy export", "privacy model", "privacy erase", "help", "language",
    "chek: Hi", "gave nonsense", "asked 99 answered", "tips on fooday", "quiet forever", "review circus", "tips at 9 in Nowhere/Land", "check on nowhere: Hi",
    *(f"help {topic}" for topic in ("check", "where", "tips", "quiet", "tie", "review", "privacy", "language", "balance", "charter", "chart", "sent", "purpose")),
)  # fmt: skip


def english_left(text: str, *drafts: str) -> list[str]:
    """The lines of an answer that still look English."""
    for draft in (DRAFT, *drafts):
        text = text.replace(draft, "")
    return [
        line for line in QUOTED.sub("", text).splitlines() if len(set(map(str.casefold, ENGLISH.findall(line)))) > 1
    ]


@pytest.fixture
async def town(judging: Judging, store: Store, clock: Clock) -> Town:
    clock.at = SUNDAY
    await store.addresses.keep(Person("t1", "ana"), Address("slack", "t1", "ana", "D1"), SUNDAY)
    return Town(judging, store, clock)


async def test_everything_is_said_in_german(town: Town) -> None:
    said = await town.say("language german")
    assert "Ab jetzt spreche ich Deutsch" in said.text
    assert "nur englische Entwürfe" in said.text
    for text in SAID:
        reply = await town.say(text)
        buttons = [button.label for button in reply.buttons]
        assert not english_left("\n".join((reply.text, *buttons))), f"{text}: {reply.text}"
    assert "spreche ich nicht" in (await town.say("language klingon")).text
    assert english_left("Only you see this.\nYou have no quiet hours.")
    assert "From now on I speak English" in (await town.say("language english")).text


async def test_the_judge_says_which_language_it_reads_in_the_language_that_is_spoken(town: Town) -> None:
    draft = "check on linkedin as a post: Heute suche ich eine neue Stelle und würde mich sehr über einen Rat von euch freuen."
    assert "I can read English words only" in (await town.say(draft)).text
    await town.say("language deutsch")
    assert "Ich kann nur englische Entwürfe beurteilen" in (await town.say(draft)).text


async def test_the_verdict_is_the_same_in_both_languages(town: Town) -> None:
    check = f"check on email as a dm to an acquaintance: {DRAFT}"
    english = await town.say(check)
    await town.say("language german")
    german = await town.say(check)
    assert (german.tone, german.quotes) == (english.tone, english.quotes) == (Tone.ADJUST, english.quotes)
    assert "take out" in english.text
    assert "herausnehmen" in german.text


async def test_letters_come_in_the_language_of_each_person(town: Town) -> None:
    await town.say("language german")
    await town.say("tips on weekdays at 9")
    await town.say("review moved")
    await town.until(SUNDAY + timedelta(days=4))
    texts = [letter.reply.text for letter in town.inbox.got]
    assert any("**Probier das:**" in text for text in texts)
    assert any("Wendepunkt" in text for text in texts)
    assert not [english_left(text) for text in texts if english_left(text)]


async def test_the_language_is_kept_shown_and_erased(town: Town) -> None:
    ana = Person("t1", "ana")
    await town.say("language german")
    assert "languages: language de" in (await town.say("privacy export")).text
    assert '"language":"de"' in (await town.say("privacy export json")).text
    await town.say("privacy erase confirm")
    assert await town.store.languages.of(ana) == ""
    assert "I speak English with you" in (await town.say("language")).text


async def test_what_the_platform_tells_counts_until_somebody_says_otherwise(town: Town) -> None:
    swiss, french = Room(locale="de-CH"), Room(locale="fr")
    assert "I speak English" in (await town.say("language", french)).text
    assert "Ich spreche Deutsch" in (await town.say("language", swiss)).text
    assert await town.store.languages.of(Person("t1", "ana")) == "de"
    await town.say("language english", swiss)
    assert "I speak English" in (await town.say("language", swiss)).text


async def test_the_operators_language_is_for_who_said_no_other(judging: Judging, store: Store, clock: Clock) -> None:
    async def lines() -> AsyncIterator[str]:
        for line in ("balance", "language english", "balance"):
            yield line

    book = Library(load, judging.wording)
    duties = Duties(Tipping(store, book, judging.wording, clock), _nothing(store, clock), Upkeep(store, clock))
    shown = io.StringIO()
    with speaking("de"), redirect_stdout(shown):
        await converse(Coach(judging, store, clock, book), lines(), duties)
    assert "In den letzten 30 Tagen" in shown.getvalue()
    assert "In the last 30 days" in shown.getvalue()


def _nothing(store: Store, clock: Clock) -> Delivery:
    return Delivery(store, {"console": Screen()}, clock, Random(1))


async def test_two_people_are_answered_at_once_each_in_their_language(
    judging: Judging, store: Store, clock: Clock
) -> None:
    coach, ana, ben = Coach(judging, store, clock), Person("t", "ana"), Person("t", "ben")
    await coach.hear(ana, "language german")
    said = await asyncio.gather(*(coach.hear(who, "balance") for who in (ana, ben) * 5))
    assert ["Tagen" in one.text for one in said] == [True, False] * 5


def test_the_doctor_names_a_language_there_are_no_words_in(tmp_path: Path) -> None:
    known, unknown = (read_settings({"TACT_LANGUAGE": said}, tmp_path) for said in ("DE", "klingon"))
    assert _language(known).startswith("de where people said no other")
    with pytest.raises(ValueError, match="TACT_LANGUAGE is 'klingon'"):
        _language(unknown)
