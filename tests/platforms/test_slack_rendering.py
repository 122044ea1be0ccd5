"""Replies as Slack shows them: within every limit, nothing lost, and nothing a user wrote pings, links or hides."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack import words
from adapters.slack.incoming import addressed, plain
from adapters.slack.outgoing import NOTIFICATION, escape, highlighted, mrkdwn, render, split
from adapters.slack.views import FIELDS, Draft, Held, Views, read_draft
from bot import wording
from bot.commands import Check
from bot.grammar import Grammar
from bot.model import Button, Reply
from bot.sound import visible
from tests.servers.slack.blocks import message_faults, view_faults
from tests.servers.slack.markup import read_markup

HOSTILE = [
    "<!channel>", "<!here>", "<!everyone>", "<@U2>", "<@W012|bo>", "<#C1>", "<!subteam^S1>", "<https://evil|https://bank>",
    "&lt;!channel&gt;", "@everyone", "`<!channel>`", "```<@U2>```", "<\u200b!channel>", "＜!channel＞", "[bank](https://evil)",
    "**<!channel>**", "<!date^1^{date}^https://evil|now>", "&amp;lt;!here&amp;gt;", "<javascript:alert(1)|x>", "\u202egnirts",
]  # fmt: skip
PIECES = st.sampled_from(
    [*HOSTILE, "\n\n", "\n- ", "**bold**", "# Head\n", " ", "e\u0301", "👩‍👩‍👧", "👍🏽", "word. "]
) | st.text(max_size=40)
TEXTS = st.lists(PIECES, max_size=30).map("".join)
LONG = st.tuples(TEXTS, st.integers(0, 400)).map(lambda pair: (pair[0] or "x") * pair[1])
BUTTONS = st.lists(st.builds(Button, TEXTS, TEXTS), max_size=12).map(tuple)


@settings(max_examples=120, deadline=None)
@given(text=TEXTS | LONG, buttons=BUTTONS)
def test_every_reply_is_within_slacks_limits_and_pings_nobody(text: str, buttons: tuple[Button, ...]) -> None:
    messages = render(Reply(text[:60_000], buttons=buttons))
    assert messages
    for message in messages:
        assert message_faults(message.blocks) == []
        assert 0 < len(message.text) <= NOTIFICATION
        markup = read_markup({"text": message.text, "blocks": message.blocks})
        assert (markup.pings, markup.unescaped) == ([], [])
        assert [link for link in markup.links if link[1]] == []


def bare(text: str) -> str:
    """A text without what rendering may add, move or leave out: marks, blanks and marks of direction."""
    return re.sub(r"[\s*#•\[\]()…-]", "", visible(text))


@settings(max_examples=120, deadline=None)
@given(text=TEXTS | LONG)
def test_no_word_is_lost_on_the_way(text: str) -> None:
    text = text[:60_000]
    shown = "".join(
        block["text"]["text"] for m in render(Reply(text)) for block in m.blocks if block["type"] == "section"
    )
    assert bare(shown) == bare(escape(text))


@settings(max_examples=120, deadline=None)
@given(text=LONG)
def test_no_sign_is_torn_apart(text: str) -> None:
    pieces = split(escape(text[:60_000]), 3000)
    for piece in pieces:
        assert len(piece) <= 3000
        assert not re.search(r"&[a-z]{0,3}\Z", piece)
    for piece in pieces[1:]:
        assert piece[0] not in "\u200d\ufe0f\u0301\U0001f3fd"


@settings(max_examples=60, deadline=None)
@given(draft=TEXTS | LONG, said=TEXTS | LONG, quotes=st.lists(TEXTS, max_size=3).map(tuple), buttons=BUTTONS)
def test_every_view_is_within_slacks_limits(
    draft: str, said: str, quotes: tuple[str, ...], buttons: tuple[Button, ...]
) -> None:
    views = Views(words.load(), wording.load())
    held, reply = Held("C1"), Reply(said[:30_000], buttons=buttons, quotes=quotes)
    kept = Draft(draft[:3000], "linkedin", "dm", "")
    for view in (
        views.form(held),
        views.form(held, kept, said[:9000]),
        views.result(held, kept, reply),
        views.note(reply),
        views.waiting(held, kept),
    ):
        assert view_faults(view) == []
        assert read_markup({"blocks": view["blocks"]}).pings == []


@given(text=TEXTS, quotes=st.lists(TEXTS, max_size=3))
def test_a_highlighted_draft_is_the_draft(text: str, quotes: list[str]) -> None:
    [quote] = highlighted(text or "x", quotes)["elements"]
    shown = "".join(part["text"] for part in quote["elements"])
    assert shown == visible(text or "x")


def test_only_the_quoted_words_are_highlighted() -> None:
    [quote] = highlighted("Hi, vote for me, only today", ["vote for me", "today", "not there"])["elements"]
    assert [(part["text"], "style" in part) for part in quote["elements"]] == [
        ("Hi, ", False), ("vote for me", True), (", only ", False), ("today", True),
    ]  # fmt: skip


def test_markdown_becomes_slacks_markup() -> None:
    markdown = "# Head\n**Adjust** (R&D <3)\n\n- one _(source)_\n  - two\n[bank](https://evil.example) `**`"
    assert mrkdwn(markdown) == (
        "*Head*\n*Adjust* (R&amp;D &lt;3)\n\n• one _(source)_\n  • two\nbank (https://evil.example) `**`"
    )


@pytest.mark.parametrize(("markup", "typed"), [
    ("a &lt;b&gt; &amp; c", "a <b> & c"),
    ("<https://a.example|a.example> <https://b.example>", "a.example https://b.example"),
    ("<https://evil.example|my bank>", "my bank (https://evil.example)"),
    ("<mailto:a@b.example|a@b.example>", "a@b.example"),
    ("hi <@U2> <@U3|cyd> <#C1|general> <!channel>", "hi @U2 @cyd #general @channel"),
    ("<!subteam^S1> 1 &lt; 2", "@subteam 1 < 2"),
])  # fmt: skip
def test_a_message_is_read_as_it_was_typed(markup: str, typed: str) -> None:
    assert plain(markup) == typed


def test_what_was_said_to_the_app_stands_without_its_name() -> None:
    assert addressed("<@U0TACT> check: hi <@U2>") == "check: hi @U2"
    assert addressed("<@U0TACT|tact>,  help") == "help"
    assert addressed("<@U0TACT>") == ""


@given(
    text=TEXTS.filter(str.strip),
    network=st.sampled_from(["", "linkedin", "mvp"]),
    delivery=st.sampled_from(["", "mass_dm"]),
    relation=st.sampled_from(["", "public"]),
)
def test_the_form_says_what_a_command_would(text: str, network: str, delivery: str, relation: str) -> None:
    command = Grammar(wording.load().synonyms).parse(Draft(text, network, delivery, relation).command)
    assert isinstance(command, Check)
    assert command.text == text.strip()
    assert (command.network or "", command.delivery or "", command.relation or "") == (network, delivery, relation)


def test_what_is_not_of_the_vocabulary_counts_as_not_chosen() -> None:
    def chosen(value: object) -> dict[str, object]:
        return {name: {name: {"selected_option": {"value": value}}} for name in FIELDS}

    assert read_draft({"state": {"values": {"draft": {"draft": {"value": "hi"}}, **chosen("myspace")}}}) == Draft("hi")
    assert read_draft({"state": {"values": {"draft": {"draft": {"value": None}}, **chosen(None)}}}) == Draft()
    assert read_draft({"state": None}) == Draft()
