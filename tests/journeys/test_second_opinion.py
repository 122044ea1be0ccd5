"""Second opinions as people meet them: consent, the local answer first, then the refined one; or why there is none."""

from __future__ import annotations

import asyncio
import io
import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.doctor import doctor
from bot.advisor import Advisor
from bot.coach import Coach
from bot.coach.speaking import small_print, speak
from bot.judging import Judging
from bot.llm import open_model
from bot.model import Case, Delivery, Layer, Network, Person, Relation, Reply, Room, Tone
from bot.storage.spending import Budget
from bot.storage.store import Store
from tests.conftest import Clock
from tests.journeys.test_terminal import said, tact
from tests.servers.model.process import ModelProcess

ANA, BEN = Person("t1", "ana"), Person("t1", "ben")
ADMIN = Room(admin=True)
ASK = (
    "check on linkedin as a dm to a stranger: "
    "Hi Sam, could I pick your brain for an hour or two sometime next week about moving into data work?"
)
SMALLER = "Hi Sam, could I ask you one question about moving into data work? If it doesn't suit, no answer is needed."
FITTING: dict[str, Any] = {"verdict": "fits", "confidence": 0.9, "objections": [], "rewrites": []}


def answer(verdict: str, reason: str, quote: str, rewrite: str = "") -> str:
    rewrites = [{"kind": "smaller_ask", "text": rewrite, "network": None, "delivery": None}] if rewrite else []
    objections = [{"reason": reason, "quote": quote}]
    return json.dumps({"verdict": verdict, "confidence": 0.9, "objections": objections, "rewrites": rewrites})


@pytest.fixture
async def advisor(model: ModelProcess, judging: Judging, clock: Clock) -> AsyncIterator[Advisor]:
    advisor = Advisor(open_model(model.url("ollama")), judging, clock)
    yield advisor
    await advisor.close()


@pytest.fixture
def coach(advisor: Advisor, judging: Judging, store: Store, clock: Clock) -> Coach:
    return Coach(judging, store, clock, advisor=advisor, budget=Budget())


async def allow(coach: Coach, *people: Person) -> None:
    await coach.hear(people[0], "privacy model on for everyone", ADMIN)
    for person in people:
        await coach.hear(person, "privacy model on")


async def both(coach: Coach, person: Person, text: str) -> tuple[Reply, Reply | None]:
    first = await coach.hear(person, text)
    return first, await coach.second_opinion(person, first)


async def test_without_both_consents_not_one_connection_is_made(coach: Coach, model: ModelProcess) -> None:
    for said_ in (None, "privacy model on", "privacy model off"):
        if said_:
            await coach.hear(ANA, said_)
        for _ in range(10):
            assert (await both(coach, ANA, ASK))[1] is None
    await coach.hear(ANA, "privacy model on for everyone", ADMIN)
    assert (await both(coach, ANA, ASK))[1] is None, "Ana switched it off for herself"
    assert model.seen == []


async def test_only_an_admin_decides_for_everyone(coach: Coach, model: ModelProcess) -> None:
    refused = await coach.hear(ANA, "privacy model on for everyone")
    assert "Only an admin" in refused.text
    assert refused.tone is Tone.PROBLEM
    assert "your admins did not" in (await coach.hear(ANA, "privacy model on")).text
    assert "is on" in (await coach.hear(ANA, "privacy model on for everyone", ADMIN)).text
    assert (await both(coach, ANA, ASK))[1] is not None
    assert "Only an admin" in (await coach.hear(ANA, "privacy model off for everyone")).text
    assert "your admins did not" in (await coach.hear(ANA, "privacy model off for everyone", ADMIN)).text
    assert (await both(coach, ANA, ASK))[1] is None


async def test_privacy_explains_who_reads_what(coach: Coach, model: ModelProcess) -> None:
    assert "It is off." in (await coach.hear(ANA, "privacy model")).text
    await allow(coach, ANA)
    shown = await coach.hear(ANA, "privacy model")
    assert f"loopback-1 at 127.0.0.1:{model.port}" in shown.text
    assert "links, mentions, addresses and code" in shown.text
    assert [button.command for button in shown.buttons] == ["privacy model off"]
    assert "loopback-1" in (await coach.hear(ANA, "privacy")).text
    assert "loopback-1" in (await coach.hear(ANA, "privacy export")).text
    assert "or off" in (await coach.hear(ANA, "privacy model perhaps")).text


async def test_without_a_model_it_is_said_so(judging: Judging, store: Store, clock: Clock) -> None:
    coach = Coach(judging, store, clock)
    assert "nothing you write leaves Tact" in (await coach.hear(ANA, "privacy model on for everyone", ADMIN)).text
    first, second = await both(coach, ANA, ASK)
    assert "_(Judged by local rules.)_" in first.text
    assert second is None


async def test_the_local_answer_is_refined_and_says_who_read_it(
    coach: Coach, model: ModelProcess, store: Store, clock: Clock
) -> None:
    await allow(coach, ANA)
    model.script("answer", answer("adjust", "big_ask", "an hour or two", SMALLER))
    first, second = await both(coach, ANA, ASK)
    assert "_(Judged by local rules.)_" in first.text
    assert second is not None
    assert second.tone is first.tone
    assert f"also sent to loopback-1 at 127.0.0.1:{model.port}.)_" in second.text
    assert f"**A smaller ask**: Fits\n“{SMALLER}”" in second.text
    assert "ana" not in model.seen[0]["data"].casefold().replace("anything", ""), "nobody's name or id goes out"
    (kept,) = await store.verdicts.since(ANA, clock())
    assert kept.judge_version.endswith(":loopback-1")
    assert kept.judge_version.count("+") == 1


async def test_what_stood_below_the_verdict_stays(coach: Coach, model: ModelProcess) -> None:
    await allow(coach, ANA)
    first = await coach.hear(ANA, ASK)
    second = await coach.second_opinion(ANA, replace(first, text=first.text + "\n\nA remark."))
    assert second is not None
    assert second.text.endswith("\n\nA remark.")
    assert second.text.count("Judged by") == 1


async def test_the_trend_stays(coach: Coach, model: ModelProcess) -> None:
    await allow(coach, ANA)
    await coach.hear(ANA, ASK)
    first, second = await both(coach, ANA, ASK + " Sam")
    assert "**better**" in first.text
    assert second is not None
    assert "**better**" in second.text


async def test_thanks_are_coached_by_a_question_and_not_rewritten(coach: Coach, model: ModelProcess) -> None:
    await allow(coach, ANA)
    text = "Thank you for the evening. You owe me one now, after all I've done for you."
    model.script("answer", answer("adjust", "pressure", "You owe me", "Thank you for the evening."))
    _, second = await both(coach, ANA, f"check on email as a dm to an acquaintance: {text}")
    assert second is not None
    assert "Before you send it" in second.text
    assert "A smaller ask" not in second.text


def test_a_question_says_as_well_who_read_the_draft(judging: Judging) -> None:
    case = Case("Could you introduce me to your editor?")
    verdict = judging.judge(case)
    assert verdict.question
    assert "Judged by" not in speak(case, verdict, judging).text
    assert "also sent to X" in speak(case, verdict, judging, judged=small_print("X")).text


async def test_a_missing_context_is_asked_for_first(coach: Coach, model: ModelProcess) -> None:
    await allow(coach, ANA)
    first, second = await both(coach, ANA, "Could you introduce me to your editor?")
    assert "Which network" in first.text
    assert (second, model.seen) == (None, [])


async def test_a_text_in_another_language_gets_a_verdict_after_all(coach: Coach, model: ModelProcess) -> None:
    await allow(coach, ANA)
    model.script("answer", answer("adjust", "pressure", "sonst ist alles aus"))
    text = "Könnten Sie mich bitte Ihrem Verleger vorstellen? Ich brauche das bis morgen, sonst ist alles aus."
    first, second = await both(coach, ANA, f"check on email as a dm to a stranger: {text}")
    assert "English" in first.text
    assert second is not None
    assert "“sonst ist alles aus”" in second.text


@pytest.mark.parametrize(
    ("mode", "says"),
    [
        ("busy", "gave no answer"),
        ("broken", "gave no answer"),
        ("empty", "could not be used"),
        ("huge", "could not be used"),
    ],
)
async def test_when_the_model_fails_the_local_answer_stands_and_says_so(
    coach: Coach, model: ModelProcess, mode: str, says: str
) -> None:
    await allow(coach, ANA)
    model.script(mode)
    first, second = await both(coach, ANA, ASK)
    assert second is not None
    assert second.text.partition("_(Judged")[0] == first.text.partition("_(Judged")[0]
    assert "without the language model" in second.text
    assert says in second.text


async def test_one_broken_connection_is_mended_and_one_bad_answer_repaired(coach: Coach, model: ModelProcess) -> None:
    await allow(coach, ANA)
    model.script("broken_once")
    assert "also sent" in str((await both(coach, ANA, ASK))[1])
    model.script("answer", "I think it fits! CANARY", json.dumps(FITTING))
    assert "also sent" in str((await both(coach, ANA, ASK))[1])
    once, again = model.seen
    assert again["data"].startswith(once["data"])
    assert "could not be used" in again["data"]
    assert "CANARY" not in again["data"], "what it said is not sent back"
    model.script("answer", "no JSON")
    assert "could not be used" in str((await both(coach, ANA, ASK))[1])
    assert len(model.seen) == 2


async def test_a_model_that_hangs_holds_up_nothing(
    model: ModelProcess, judging: Judging, store: Store, clock: Clock
) -> None:
    advisor = Advisor(open_model(model.url("ollama", seconds=0.2)), judging, clock)
    coach = Coach(judging, store, clock, advisor=advisor, budget=Budget())
    await allow(coach, ANA)
    model.script("stall", "x" * 500)
    first = await coach.hear(ANA, ASK)
    waiting = asyncio.create_task(coach.second_opinion(ANA, first))
    again = await coach.hear(BEN, ASK)
    assert not waiting.done()
    assert again.text == first.text
    assert "did not answer in time" in str(await waiting)
    await advisor.close()


async def test_the_budget_is_a_hard_stop_and_others_keep_theirs(coach: Coach, model: ModelProcess) -> None:
    await allow(coach, ANA, BEN)
    said_ = [str((await both(coach, ANA, ASK))[1]) for _ in range(30)]
    assert sum("also sent" in text for text in said_) == 20
    assert "budget is used up" in said_[-1]
    assert len(model.seen) == 20
    assert "also sent" in str((await both(coach, BEN, ASK))[1])


async def test_a_failing_model_gets_a_pause(coach: Coach, model: ModelProcess, clock: Clock) -> None:
    await allow(coach, ANA)
    model.script("busy")
    said_ = [str((await both(coach, ANA, ASK))[1]) for _ in range(7)]
    assert ["gets a pause" in text for text in said_] == [False] * 5 + [True] * 2
    model.script()
    clock.pass_(seconds=31)
    assert "also sent" in str((await both(coach, ANA, ASK))[1])


def canary(number: int) -> str:
    return f"Could you introduce me to your canary{number:03} editor?"


async def test_people_who_ask_at_once_are_never_mixed(coach: Coach, model: ModelProcess) -> None:
    """The model quotes what it read; a quote of somebody else's draft would be refused or shown to the wrong person."""
    people = [Person("t1", f"p{number}") for number in range(8)]
    await allow(coach, *people)
    model.script("quote")

    async def check(number: int) -> str:
        text = f"check on linkedin as a dm to an acquaintance: {canary(number)}"
        second = (await both(coach, people[number], text))[1]
        assert second is not None
        return second.text

    for number, text in enumerate(await asyncio.gather(*map(check, range(len(people))))):
        assert "also sent" in text
        assert set(re.findall(r"canary\d+", text)) == {f"canary{number:03}"}


async def test_two_hundred_drafts_at_once_are_never_mixed(
    advisor: Advisor, model: ModelProcess, judging: Judging
) -> None:
    model.script("quote")

    async def advise(number: int) -> tuple[str, str]:
        case = Case(canary(number), Network.LINKEDIN, Delivery.DM, Relation.STRANGER)
        second = await advisor.advise(case, judging.judge(case))
        assert second.missing is None
        added = next(f for f in second.verdict.findings if f.layer is Layer.MODEL)
        return f"canary{number:03}", added.quote(case.text)

    for own, quoted in await asyncio.gather(*map(advise, range(200))):
        assert own in quoted


async def test_erasing_oneself_switches_it_off(coach: Coach, model: ModelProcess) -> None:
    await allow(coach, ANA)
    await coach.hear(ANA, "privacy erase confirm")
    assert (await both(coach, ANA, ASK))[1] is None


async def test_neither_a_draft_nor_an_answer_reaches_the_disk(
    coach: Coach, model: ModelProcess, tmp_path: Path
) -> None:
    await allow(coach, ANA)
    model.script("answer", answer("adjust", "big_ask", "an hour or two", SMALLER.replace("question", "canaryquestion")))
    await both(coach, ANA, ASK.replace("data work", "canarywork"))
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert files
    assert [file for file in files if b"canary" in file.read_bytes()] == []


def test_a_check_at_the_terminal_with_and_without_the_model(model: ModelProcess) -> None:
    draft = ("check", ASK.partition(": ")[2], "--on", "linkedin", "--as", "dm", "--to", "stranger")
    env = {"TACT_LLM": model.url("ollama")}
    assert "also sent" not in said(tact(*draft, env=env))
    assert model.seen == []
    model.script("answer", answer("adjust", "big_ask", "an hour or two", SMALLER))
    done = tact(*draft, "--llm", env=env)
    assert done.returncode == 1
    out = said(done)
    assert out.index("(Judged by local rules.)") < out.index("also sent to loopback-1") < len(out)
    assert SMALLER in out
    told = json.loads(tact(*draft, "--llm", "--json", env=env).stdout)
    assert told["judge_version"].endswith(":loopback-1")
    refused = tact(*draft, "--llm")
    assert (refused.returncode, "TACT_LLM" in said(refused)) == (78, True)


def test_a_conversation_shows_the_second_opinion_when_it_comes(model: ModelProcess) -> None:
    lines = "\n".join(["privacy model on for everyone", "privacy model on", ASK, "privacy model off", ASK])
    out = said(tact("chat", text=lines, env={"TACT_LLM": model.url("ollama")}))
    assert out.count("(Judged by local rules.)") == 2
    assert out.count("also sent to") == 1
    assert len(model.seen) == 1


def test_the_doctor_says_which_model_would_be_asked(model: ModelProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    for url, line in (
        (model.url("ollama"), "well  language model: loopback-1 at 127.0.0.1"),
        ("nonsense", "mend  language model: TACT_LLM is"),
        ("", "well  language model: none is set up"),
    ):
        monkeypatch.setenv("TACT_LLM", url)
        out = io.StringIO()
        doctor(out)
        assert line in out.getvalue()
    assert model.seen == []


async def test_what_a_community_turned_down_the_second_opinion_does_not_bring_back(
    coach: Coach, model: ModelProcess
) -> None:
    here, admin = Room("C1"), Room("C1", admin=True)
    ask = ASK.replace("linkedin", "slack")
    model.script("answer", answer("adjust", "big_ask", "an hour or two"))
    person = Person("slack:T1", "ana")
    await coach.hear(person, "privacy model on for everyone", admin)
    await coach.hear(person, "privacy model on", here)
    await coach.hear(person, "charter quieter big_ask", admin)
    first = await coach.hear(person, ask, here)
    second = await coach.second_opinion(person, first, here)
    assert second is not None
    assert "Not minded here" in first.text
    assert second.text.count("Not minded here, because those who look after this place said so: large or open") == 1
    assert second.text.count("large or open-ended ask") == 1
    assert second.text.count("Judged by") == 1
