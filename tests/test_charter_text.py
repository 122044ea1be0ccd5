"""Rules from wherever an admin copied them: one a line, without what hides, pings or decorates."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.charter_text import tidy

PASTED = """\
# Rules of the house

**Please read**
1. No recruiting!
2) Own projects *only* in <#C012|showcase>
- Keep `@everyone` for emergencies
  * nested: see [the guide](https://rules.example/a_b)
> quoted, with <@U123> and <@!456> and <!here>
Conduct:
----
Jobs in #job_posts | Memes in #random
```
"""


def test_a_page_of_rules_becomes_one_rule_a_line() -> None:
    assert tidy(PASTED).split("\n") == [
        "No recruiting!",
        "Own projects only in #showcase",
        "Keep @everyone for emergencies",
        "nested: see the guide (https://rules.example/a_b)",
        "quoted, with @somebody and @somebody and @here",
        "Jobs in #job_posts",
        "Memes in #random",
    ]


def test_a_topic_of_one_line_is_taken_apart() -> None:
    assert tidy("1) Be kind 2) No ads (up to 2) 3) Jobs in #jobs").split("\n") == [
        "Be kind", "No ads (up to 2)", "Jobs in #jobs"
    ]  # fmt: skip


def test_what_was_written_as_sentences_stays_as_it_was() -> None:
    for text in (
        "No recruiting. Own projects only in #showcase.",
        "#showcase: own projects are welcome",
        "2 links at most",
    ):
        assert tidy(text) == text


@pytest.mark.parametrize("hidden", ["\u202e", "\u200b", "\x00", "\x1b", "\ufeff", "\U000e0041", "\ud800"])
def test_nothing_that_nobody_sees_is_kept(hidden: str) -> None:
    assert tidy(f"No{hidden} ads") == "No ads"


ODD = st.text(alphabet="ab1.2) #*-_`~>|[](): \n\t\r<@!&C/https.•\u200b\u202eé", max_size=60)


@given(st.one_of(ODD, st.text(max_size=60)))
@example("1. - * 2. x")
@example("**a**\n===\n- 1) (a) b")
def test_what_comes_out_comes_out_of_itself_again_and_hides_nothing(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    assert not {"<", ">", "`", "\r", "\t"} & set(once)
    assert all(sign == "\n" or unicodedata.category(sign)[0] != "C" for sign in once)
