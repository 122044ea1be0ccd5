"""The anatomy of an ask: each part behaves as its examples say, and a malformed file is refused."""

from __future__ import annotations

from importlib.resources import files

import pytest

from bot.anatomy import AnatomyError, Part, load, missing, parse
from bot.model import Case, Delivery, Habit, Network, Relation
from bot.reading import read

ANATOMY = load()
TEXT = (files("prompts") / "anatomy.toml").read_text(encoding="utf-8")


def lacking(part: Part, text: str) -> bool:
    """Whether a text lacks a part, in the part's own context."""
    when = ANATOMY[part].when
    case = Case(
        text,
        Network.LINKEDIN,
        when.delivery[0] if when.delivery else Delivery.DM,
        when.relation[0] if when.relation else Relation.ACQUAINTANCE,
    )
    return part in missing(case, read(text), frozenset(when.habit[:1]), ANATOMY)


@pytest.mark.parametrize(("part", "text"), [(p, t) for p in Part for t in ANATOMY[p].bad])
def test_a_part_is_missing_where_its_example_says_so(part: Part, text: str) -> None:
    assert lacking(part, text)


@pytest.mark.parametrize(("part", "text"), [(p, t) for p in Part for t in ANATOMY[p].good])
def test_a_part_is_not_named_where_it_is_there(part: Part, text: str) -> None:
    assert not lacking(part, text)


def test_a_good_ask_lacks_nothing() -> None:
    text = (
        "Hi Ana, I'm a plumber in Leeds and read your paper on pumps. Which of the two books would you start with? "
        "One line is plenty, and if it doesn't suit, no answer is needed. I'd gladly test your next pump in return."
    )
    for relation in Relation:
        case = Case(text, Network.EMAIL, Delivery.DM, relation)
        assert missing(case, read(text), frozenset({Habit.TAKER}), ANATOMY) == ()


def test_where_closeness_is_not_known_little_is_said() -> None:
    text = "Could you introduce me to your editor?"
    assert missing(Case(text, Network.SLACK, Delivery.CHANNEL), read(text), frozenset(), ANATOMY) == ()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[what]", "[whatever]", "whatever"),
        ("say = \"Name", "said = \"Name", "unknown field `said`"),
        ('signs = ["big_time"]', 'signs = ["huge"]', "effort_asked: sign 'huge' is unknown"),
        ("bad = [\"Hi Ana, could I pick your brain some time?\", \"Could you help me out?\", \"Any advice would be great!\"]", "bad = []", "at least one bad"),
        ("Say what you could do for them, free to leave aside.", "Say " + "what " * 20, "over 16 words"),
        ('"\\\\bfellow\\\\b"', '"("', "none of RE2"),
    ],
)  # fmt: skip
def test_a_malformed_file_is_refused_with_part_and_remedy(old: str, new: str, says: str) -> None:
    assert old in TEXT
    with pytest.raises(AnatomyError) as error:
        parse(TEXT.replace(old, new, 1), "anatomy.toml")
    assert str(error.value).startswith("anatomy.toml")
    assert says in str(error.value)
    assert "Nothing was loaded" in str(error.value)


def test_a_part_that_is_left_out_is_named() -> None:
    cut = TEXT[: TEXT.index("[offer_back]")]
    with pytest.raises(AnatomyError, match="offer_back is not there"):
        parse(cut, "anatomy.toml")
