"""Stated purposes, their conflicts, and the files that hold what is known of them."""

from __future__ import annotations

from importlib.resources import files

import pytest

from bot.model import Intent, Network, Purpose
from bot.purposes import LONGEST, PurposeError, conflicts, load, parse, purposes_on, served
from bot.reading.model import Plain, Reading

STATED = {None: (Purpose.BRAND,), Network.X: (Purpose.OPERATIONAL,)}
GOOD = (files("prompts") / "purposes" / "brand.toml").read_text(encoding="utf-8")
SOURCES = {
    "What is networking, and how does one use it appropriately?",
    "Is what you are doing really networking?",
    "Notworking",
    "Different names for different networking",
    "Is there a purpose behind your networking?",
    "You received a promotion, what about your network?",
}


def test_a_networks_own_purpose_beats_the_overall_one() -> None:
    assert purposes_on(STATED, Network.X) == (Purpose.OPERATIONAL,)
    assert purposes_on(STATED, Network.SLACK) == (Purpose.BRAND,)
    assert purposes_on(STATED, None) == (Purpose.BRAND,)
    assert purposes_on({}, Network.X) == ()


def test_purposes_at_odds_are_named_whichever_was_said_first() -> None:
    three = (Purpose.FRIENDS_FAMILY, Purpose.STRATEGIC, Purpose.BRAND)
    (found,) = conflicts(three, load())
    assert (found.one, found.other) == (Purpose.FRIENDS_FAMILY, Purpose.BRAND)
    assert found.known.segment
    assert found.known.second
    assert len(conflicts(three[::-1], load())) == 1
    assert conflicts((Purpose.STRATEGIC, Purpose.OPPORTUNITIES), load()) == ()


def reading(*signs: str, **intents: float) -> Reading:
    chances = {Intent(code): chance for code, chance in intents.items()}
    return Reading(chances, dict.fromkeys(signs, ()), Plain("", (), frozenset(), disguised=False), 5)


def test_the_purpose_a_text_serves_is_its_likeliest_one() -> None:
    assert served(reading(self_promo=0.9, ask_help=0.6), load(), 0.5) is Purpose.BRAND
    assert served(reading(ask_help=0.4), load(), 0.5) is None
    assert served(reading(thanks=1.0), load(), 0.5) is None


def test_small_talk_serves_friends_only_where_it_is_about_life() -> None:
    assert served(reading(social=0.9), load(), 0.5) is None
    assert served(reading("family_life", social=0.9), load(), 0.5) is Purpose.FRIENDS_FAMILY


def test_no_intent_serves_two_purposes() -> None:
    every = [intent for guide in load().values() for intent in guide.intents]
    assert len(every) == len(set(every))


@pytest.mark.parametrize("purpose", Purpose)
def test_a_purpose_answers_the_six_dilemmas_from_the_source_texts(purpose: Purpose) -> None:
    dilemmas = load()[purpose].dilemmas
    for field in dilemmas.__struct_fields__:
        advice = getattr(dilemmas, field)
        assert advice.say.endswith(".")
        assert advice.do.endswith(".")
        assert advice.source in SOURCES


@pytest.mark.parametrize("purpose", Purpose)
def test_every_purpose_has_enough_to_give_on_every_network(purpose: Purpose) -> None:
    guide = load()[purpose]
    assert sum(map(len, guide.gives.values())) >= 8
    for network in (None, *Network):
        gives = guide.gives_on(network)
        assert len({give.say for give in gives}) >= 3
        for give in gives:
            assert give.say.endswith(".")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[dilemmas.who]", "[dilemmas.whom]", "unknown field `whom` - at `$.dilemmas`"),
        ("[dilemmas.who]", "[dilemmas.who", "not valid TOML"),
        ('about = "', 'about = 3 # "', "Expected `str`, got `int` - at `$.about`"),
        ('"self_promo"', '"selfie"', "Invalid enum value 'selfie' - at `$.intents"),
        ('intents = ["self', 'signs = ["huge"]\nintents = ["self', "signs: 'huge' is unknown"),
        ("x = [", "ex = [", "gives.ex: no network is called so"),
        ('what = "praise"', 'what = "money"', "what 'money' is none of help"),
        ("Share a trick of your trade for free.", "Share a trick of your trade for free with everybody now.", str(LONGEST)),
        ("any = [", "email = [", "gives.any: at least 3"),
        ("[dilemmas.active]\nsay", "[dilemmas.active]\nsays", "unknown field `says`"),
    ],
)  # fmt: skip
def test_a_malformed_file_is_refused_with_file_field_and_remedy(old: str, new: str, says: str) -> None:
    assert old in GOOD
    with pytest.raises(PurposeError) as error:
        parse(GOOD.replace(old, new, 1), "purposes/brand.toml")
    message = str(error.value)
    assert message.startswith("purposes/brand.toml")
    assert says in message
    assert "Nothing was loaded" in message
