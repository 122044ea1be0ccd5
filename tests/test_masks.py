"""What is not the writer's own voice is hidden, disguises are undone, and places stay exact."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.masks import LIMIT, plain


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Naïve CAFÉ – it’s", "naive cafe - it's"),
        ("see https://a.example/x?y=1 ok", "see  <link>  ok"),
        ("run `rm -rf` now", "run  <code>  now"),
        ("```\nbuy now\n```", " <code> "),
        ('He wrote "buy my stuff now" to me', "he wrote  <quote>  to me"),
        ("> buy now friends\nnot mine", " <quote> \nnot mine"),
        ("hi @ana and <@U12>", "hi  <person>  and  <person> "),
        ("@everyone look", " <everyone>  look"),
        ("<!channel> look", " <everyone>  look"),
        ("don't can't won't", "don't can't won't"),
        ("don`t\tstop", "don't stop"),
        ("Say ‘not my own words’.", "say  <quote> ."),
        ("'not my own words' he said", " <quote>  he said"),
        ("WWW.SHOP.EXAMPLE or shop.ME/x, v2.0 and e.g. this", " <link>  or  <link>  v2.0 and e.g. this"),
        ("naïve\u00a0“quoted words” 🎉 Ünïcode", "naive  <quote>  🎉 unicode"),
    ],
)
def test_folding_and_masking(text: str, folded: str) -> None:
    assert plain(text).text == folded


def test_quotes_stay_where_they_hold_the_writers_own_draft() -> None:
    assert "no thanks" in plain("I'd say 'no thanks, not for me'. ok?", keep_quotes=True).text
    assert "no thanks" not in plain("I'd say 'no thanks, not for me'. ok?").text


@pytest.mark.parametrize(
    "text",
    [
        "Frее оffеr",
        "f r e e offer",
        "f.r.e.e offer",
        "fr\u200bee offer",
        "fr\u2063ee offer",
        "fr\ufe0fee offer",
        "fr\u034fee offer",
        "FREE offer",
        "ｆｒｅｅ offer",
    ],
)
def test_a_disguise_is_undone(text: str) -> None:
    assert plain(text).text == "free offer"


@pytest.mark.parametrize("text", ["Frее оffеr", "f r e e offer", "fr\u200bee offer"])
def test_a_disguise_is_noticed(text: str) -> None:
    assert plain(text).disguised


@pytest.mark.parametrize("text", ["Привет, как дела?", "👨‍👩‍👧 family", "می‌خواهم", "a b testing", "U S A", "naïve"])
def test_honest_writing_is_no_disguise(text: str) -> None:
    assert not plain(text).disguised


def test_leet_is_read_as_letters() -> None:
    assert plain("get fr33m0ney").text == "get freemoney"


@given(st.text(max_size=300))
def test_every_character_knows_where_it_came_from(text: str) -> None:
    folded = plain(text)
    assert len(folded.text) == len(folded.origin)
    assert all(0 <= at < len(text) for at in folded.origin)
    assert list(folded.origin) == sorted(folded.origin)


def test_a_place_in_the_folded_text_is_a_place_in_the_original() -> None:
    text = "See https://a.example now, “Zoë”: bÜy it"
    folded = plain(text)
    at = folded.text.index("buy")
    span = folded.span(at, at + 3)
    assert text[span.start : span.end] == "bÜy"


def test_an_empty_place_is_empty() -> None:
    assert plain("abc").span(1, 1).end == 0


def test_input_is_capped() -> None:
    assert len(plain("a" * 100_000).text) == LIMIT
