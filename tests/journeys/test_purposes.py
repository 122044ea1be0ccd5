"""A purpose is stated, used, looked at again after a month, and a drift from it is noticed; with a restart in the middle."""

from __future__ import annotations

from bot.coach import Coach
from bot.judging import Judging
from bot.model import Person, Tone
from bot.storage import open_store
from bot.storage.store import Store
from tests.conftest import Clock

ANA = Person("console", "ana")
BRAND = (
    "My podcast about pumps has its tenth episode, have a listen: https://pumps.example",
    "New on my blog: how I built my pump shop. https://pumps.example/shop",
    "I am proud that my new book on pumps is out today, look inside at https://pumps.example/book",
    "My newsletter on pumps has a thousand readers now, sign up at https://pumps.example/news",
    "My talk on valves won a prize, watch it at https://pumps.example/talk",
)


async def post(coach: Coach, text: str) -> str:
    return (await coach.hear(ANA, f"check on linkedin as a post: {text}")).text


async def test_several_purposes_and_two_ways_out_of_a_conflict(judging: Judging, store: Store, clock: Clock) -> None:
    coach = Coach(judging, store, clock)
    both = (await coach.hear(ANA, "purpose friends brand")).text
    assert "pull in different directions" in both
    assert "their own list" in both
    assert "an account of its own" in both
    calm = (await coach.hear(ANA, "purpose career strategic on linkedin")).text
    assert "different directions" not in calm
    assert "LinkedIn: career and business opportunities, perspective" in (await coach.hear(ANA, "purpose")).text
    assert "cleared" in (await coach.hear(ANA, "purpose clear")).text
    assert "all networks" not in (await coach.hear(ANA, "purpose")).text


async def test_guidance_on_the_six_dilemmas(judging: Judging, store: Store, clock: Clock) -> None:
    coach = Coach(judging, store, clock)
    text = (await coach.hear(ANA, "help strategic")).text
    for question in judging.wording.dilemmas.values():
        assert f"**{question}**" in text
    assert text.count(" Do: ") == 6
    assert "personal board of directors" in text
    assert "At odds with personal or product brand" in (await coach.hear(ANA, "help day-to-day")).text


async def test_an_unknown_purpose_gets_the_nearest_and_changes_nothing(
    judging: Judging, store: Store, clock: Clock
) -> None:
    coach = Coach(judging, store, clock)
    await coach.hear(ANA, "purpose brand")
    for line, says in (("purpose carer on linkedin", "career"), ("purpose clear brand", "clear drops them all")):
        reply = await coach.hear(ANA, line)
        assert reply.tone is Tone.PROBLEM
        assert says in reply.text
    assert "brand" in (await coach.hear(ANA, "purpose")).text


async def test_a_reply_says_how_a_draft_serves_or_misses_the_purpose_but_not_each_time(
    judging: Judging, store: Store, clock: Clock
) -> None:
    coach = Coach(judging, store, clock)
    assert "serves" not in await post(coach, BRAND[0])
    await coach.hear(ANA, "purpose career on linkedin")
    assert "this rather serves personal or product brand" in await post(coach, BRAND[1])
    assert "rather serves" not in await post(coach, BRAND[2])
    clock.pass_(days=8)
    await coach.hear(ANA, "purpose brand on linkedin")
    served = (await coach.hear(ANA, "check on linkedin as a post: What pumps taught me about patience; notes on my blog https://a.example")).text  # fmt: skip
    assert "It serves what you are on LinkedIn for: personal or product brand" in served


async def test_a_drift_is_noticed_once_a_month_over_a_restart(judging: Judging, database: str, clock: Clock) -> None:
    store = await open_store(database)
    coach = Coach(judging, store, clock)
    await coach.hear(ANA, "purpose career on linkedin")
    for text in BRAND[:3]:
        assert "Has the goal changed" not in await post(coach, text)
        clock.pass_(hours=3)
    await store.close()

    store = await open_store(database)
    coach = Coach(judging, store, clock)
    assert "Has the goal changed" not in await post(coach, BRAND[3])
    reply = await coach.hear(ANA, f"check on linkedin as a post: {BRAND[4]}")
    assert "Your last 5 checks on LinkedIn served your personal or product brand" in reply.text
    commands = [button.command for button in reply.buttons]
    assert commands[-3:] == [
        "purpose brand on linkedin",
        "purpose opportunities brand on linkedin",
        "purpose keep on linkedin",
    ]
    assert "Has the goal changed" not in await post(coach, BRAND[0])
    clock.pass_(days=29)
    for text in BRAND:
        assert "Has the goal changed" not in await post(coach, text)
    clock.pass_(days=1)
    assert "Has the goal changed" in await post(coach, f"{BRAND[0]} Enjoy!")
    await coach.hear(ANA, commands[-2])
    assert "brand" in (await coach.hear(ANA, "purpose")).text
    await store.close()


async def test_a_goal_is_asked_about_after_a_month_and_kept_with_a_click(
    judging: Judging, database: str, clock: Clock
) -> None:
    store = await open_store(database)
    coach = Coach(judging, store, clock)
    await coach.hear(ANA, "purpose career on linkedin")
    clock.pass_(days=29)
    assert "Still your goal" not in await post(coach, "A fine Tuesday to all of you")
    await store.close()

    store = await open_store(database)
    coach = Coach(judging, store, clock)
    clock.pass_(days=1)
    reply = await coach.hear(ANA, "check on linkedin as a post: A fine Wednesday to all of you")
    assert "Still your goal" in reply.text
    keep = next(button for button in reply.buttons if button.label == "Still my goal")
    assert "holds" in (await coach.hear(ANA, keep.command)).text
    clock.pass_(days=29)
    assert "Still your goal" not in await post(coach, "A fine Thursday to all of you")
    clock.pass_(days=2)
    assert "Still your goal" in await post(coach, "A fine Saturday to all of you")
    assert "nothing to keep" in (await coach.hear(ANA, "purpose keep on slack")).text
    await store.close()
