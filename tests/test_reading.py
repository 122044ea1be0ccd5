"""What a text does and how it sounds."""

import tomllib
from importlib.resources import files

import pytest
import re2

from bot.model import Form, Intent
from bot.reading import form_of, read, read_lexically, sentence_around
from bot.reading.lexicon import STRUCTURE, load


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Could anyone help me fix this timeout?", Intent.ASK_HELP),
        ("What would you do in my place? Any advice welcome.", Intent.ASK_ADVICE),
        ("Could you refer me for the night job?", Intent.ASK_JOB),
        ("Please vote for our school garden", Intent.ASK_SUPPORT),
        ("Would you introduce me to your editor?", Intent.ASK_INTRO),
        ("Could we grab a coffee next week?", Intent.ASK_TIME),
        ("Could you lend me 50 until payday?", Intent.ASK_MONEY),
        ("I'd like to connect", Intent.CONNECT),
        ("20% off all lamps, use code GLOW", Intent.PITCH),
        ("My new podcast is out today!", Intent.SELF_PROMO),
        ("We're hiring two nurses", Intent.RECRUIT),
        ("Barbecue at mine on Saturday, who's in?", Intent.INVITE),
        ("Thank you so much for the lift", Intent.THANKS),
        ("Congratulations, well deserved", Intent.GIVE_PRAISE),
        ("Happy to help, just shout", Intent.OFFER),
        ("You idiots never listen", Intent.HOSTILE),
        ("My biopsy is on Tuesday", Intent.PRIVATE_INFO),
    ],
)
def test_intents_are_seen(text: str, intent: Intent) -> None:
    assert read(text).does(intent)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Only 3 spots left, act now", "pressure_urgency"),
        ("If you don't mind, no answer needed", "easy_no"),
        ("Your talk on pumps at the fair made my week", "personal"),
        ("hi", "bare_hello"),
        ("THIS IS VERY IMPORTANT NEWS", "shouting"),
        ("ok?", "short"),
        ("", "empty"),
        ("🎉🎉", "empty"),
        ("Hola chicos, alguien sabe porque la cosa sale negro aqui", "foreign"),
        ("frее mоnеу for you", "disguise"),
    ],
)
def test_signs_are_seen(text: str, sign: str) -> None:
    assert sign in read(text).signs


@pytest.mark.parametrize("text", ["`you idiots`", 'He said "you idiots, buy now"', "> you idiots, act now"])
def test_the_words_of_others_are_not_the_writers(text: str) -> None:
    reading = read(text)
    assert not reading.does(Intent.HOSTILE)
    assert "insult" not in reading.signs


@pytest.mark.parametrize(
    "text",
    [
        "Would it be weird if I wrote to her?",
        "ok to dm a speaker?",
        "Should I post this here?",
        "where can I post my flat?",
    ],
)
def test_a_question_to_the_coach_is_known(text: str) -> None:
    assert form_of(text) is Form.QUESTION


@pytest.mark.parametrize("text", ["Could you refer me?", "How do I reset the printer?", "Happy birthday!"])
def test_a_draft_is_known(text: str) -> None:
    assert form_of(text) is Form.DRAFT


def test_a_sentence_is_found_around_a_place() -> None:
    text = "Hi Ana. Buy now, friends! See you."
    span = read(text).signs["sale"][0]
    whole = sentence_around(text, span)
    assert text[whole.start : whole.end] == "Buy now, friends!"


def test_a_sentence_ends_with_its_line() -> None:
    text = "Buy now\nSee you"
    whole = sentence_around(text, read(text).signs["sale"][0])
    assert text[whole.start : whole.end] == "Buy now"


def test_evidence_is_in_the_text_as_written() -> None:
    text = "Hey! COULD YOU REFER ME for it?"
    span = read(text).evidence[Intent.ASK_JOB][0]
    assert text[span.start : span.end] == "COULD YOU REFER ME"


def test_every_pattern_is_linear_time_syntax() -> None:
    """RE2 refuses what could take exponential time; the lexicon loads, so every pattern is linear."""
    assert len(load().entries) > 400


def test_the_lexicon_finds_what_each_pattern_finds_by_itself() -> None:
    raw = tomllib.loads(files("bot.reading").joinpath("lexicon.toml").read_text(encoding="utf-8"))
    alone = {name: [p.replace("…", r"[^.!?\n]*") for p in sign["find"]] for name, sign in raw["signs"].items()}
    for text in (
        "Buy now, only 3 left! DM me",
        "you people never answer. shame on you",
        "my ex told me in confidence",
        "",
    ):
        reading = read_lexically(text)
        found = {name for name, patterns in alone.items() if any(re2.search(p, reading.plain.text) for p in patterns)}
        assert found == set(reading.signs) - STRUCTURE


@pytest.mark.parametrize(
    ("text", "shouting", "foreign"),
    [
        ("STOP DOING THIS NOW PLEASE", True, False),
        ("NO WAY ok", False, False),
        ("Дорогие друзья", False, True),
        ("ÀÉÎÕÜ ÀÉÎÕÜ ÀÉÎÕÜ ÀÉÎÕÜ", True, False),
    ],
)
def test_signs_of_shape(text: str, shouting: bool, foreign: bool) -> None:
    signs = read_lexically(text).signs
    assert ("shouting" in signs, "foreign" in signs) == (shouting, foreign)
    assert set(signs.keys()) == set(signs)
