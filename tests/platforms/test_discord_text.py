"""Text on its way to Discord: nobody is pinged, nothing is hidden, nothing is lost at a cut."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wcwidth import iter_graphemes

from adapters.discord.escaping import length, to_discord
from adapters.discord.outgoing import CONTENT, MESSAGES, PANEL, Part, to_parts
from adapters.discord.splitting import split
from adapters.discord.words import load
from bot.model import Button, Reply, Tone
from bot.sound import visible

SPICE = st.sampled_from([
    "@everyone", "@here", "<@1>", "<@!1>", "<@&1>", "<#1>", "<t:1:R>", "</tact:1>", "<:x:1>", "<a:x:1>", "[bank](https://evil.example)",
    "[a]: https://evil.example", "https://evil.example/a_b*c", "<https://evil.example>", "```", "`", "**", "__", "_", "*", "||", "~~", "# ",
    "-# ", "> ", ">>> ", "\\", "“", "”", "👨‍👩‍👧", "e\u0301", "🇩🇪", "\u202e", "\u200b", "\ufeff", "\udc00", "\x00", "\r\n", "\n", "\n\n", " ", ". ", "a",
    "word", "－", "＠everyone", "_(", ")_", "- ", "1. ",
])  # fmt: skip
TEXTS = st.lists(st.one_of(SPICE, st.text(max_size=8)), max_size=60).map("".join)
LONG = st.builds(lambda text, times: text * times, TEXTS, st.integers(1, 400))
_UNESCAPED = re.compile(r"(?<!\\)(?:\\\\)*[`|~\[\]<>]")


@settings(max_examples=500, deadline=None)
@given(TEXTS)
def test_no_mark_up_but_tacts_own_comes_out(text: str) -> None:
    shown = to_discord(text)
    plain = re.sub(r"<https?://[^\s<>]+>", "", shown)
    assert not _UNESCAPED.search(plain)
    for line in shown.split("\n"):
        assert not re.match(r"\s*(?:-#|#{1,3}|>{1,3})\s", line)
    assert not re.search(r"(?<!\\)\]\(", plain)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_what_a_person_wrote_is_shown_as_they_wrote_it(text: str) -> None:
    """Taking the escapes away gives the text, without what nobody sees."""
    shown = to_discord(text)
    spoken = re.sub(r"\\([\\`*_~|\[\]<>#-])|<(https?://[^\s<>]+)>", lambda found: found[1] or found[2], shown)
    assert spoken == visible(text)


def test_bold_and_sources_stay_and_a_quotation_is_literal() -> None:
    said = "**Adjust** (LinkedIn)\n\n- It asks. Seen in: “**buy** <@1> [x](https://e.example) _now_”. Why _(Rubric: big_ask)_"
    shown = to_discord(said)
    assert shown.startswith("**Adjust** (LinkedIn)\n\n- It asks.")
    assert r"“\*\*buy\*\* \<@1\> \[x\](<https://e.example>) \_now\_”" in shown
    assert shown.endswith(r"_(Rubric: big\_ask)_")


@pytest.mark.parametrize("hidden", ["\u202e", "\u200b", "\u2066", "\ufeff", "\U000e0041", "\x07"])
def test_unseen_characters_are_taken_out_and_families_stay_together(hidden: str) -> None:
    assert to_discord(f"a{hidden}b 👨‍👩‍👧") == "ab 👨‍👩‍👧"


@settings(max_examples=150, deadline=None)
@given(LONG)
def test_pieces_fit_and_make_up_the_text(text: str) -> None:
    pieces = list(split(text, lambda piece: length(piece) <= 200))
    assert "".join(pieces) == text
    assert all(length(piece) <= 200 or len(list(iter_graphemes(piece))) == 1 for piece in pieces)


def test_cuts_are_made_where_a_reader_would() -> None:
    def cut(text: str) -> list[str]:
        return list(split(text, lambda piece: len(piece) <= 20))

    assert cut("One is here.\n\nTwo is there. Three") == ["One is here.\n\n", "Two is there. Three"]
    assert cut("One is here. Two is there") == ["One is here. ", "Two is there"]
    assert cut("onetwothree fourfivesix") == ["onetwothree ", "fourfivesix"]
    family = "👨‍👩‍👧"
    assert all(piece.startswith("👨") and piece.endswith("👧") for piece in cut(family * 12))


@settings(max_examples=100, deadline=None)
@given(LONG, st.sampled_from(Tone))
def test_every_message_is_within_discords_limits(text: str, tone: Tone) -> None:
    parts = to_parts(Reply(text, tone=tone), load())
    assert 1 <= len(parts) <= MESSAGES
    for part in parts:
        assert 0 < length(part.text) <= (CONTENT if part.colour is None else PANEL)
    if len(parts) == 1 and parts[0].file:
        assert parts[0].file == visible(text).strip()
        assert parts[0].description


async def test_a_long_reply_is_several_messages_and_a_very_long_one_a_file() -> None:
    long, book = "A sentence of some length. " * 150, "A sentence of some length. " * 1000
    parts = to_parts(Reply(long, buttons=(Button("Why?", "help"),)), load())
    assert len(parts) > 1
    assert [bool(part.buttons) for part in parts] == [False] * (len(parts) - 1) + [True]
    assert " ".join(part.text for part in parts) == long.strip()
    [part] = to_parts(Reply(book), load())
    assert part.file == book.strip()
    assert "attached file" in part.text
    assert part.body()["files"][0].description == "The whole answer as text"


async def test_buttons_are_within_discords_limits() -> None:
    buttons = [Button("x" * 200, f"check on {n}:") for n in range(30)]
    buttons += [Button("too long", "help " + "x" * 200), Button("again", "check on 0:")]
    for tone in (Tone.PLAIN, Tone.FITS):
        [part] = to_parts(Reply("Which?", buttons=tuple(buttons), tone=tone), load())
        view = part.body()["view"]
        found = [child for child in view.walk_children() if hasattr(child, "command")]
        assert len(found) == 25
        assert all(len(child.item.label) <= 80 and len(child.custom_id) <= 100 for child in found)
        assert len({child.custom_id for child in found}) == 25
        assert len(view.to_components()) <= 5
        assert "You can also say: " in part.text


def test_nothing_is_something() -> None:
    assert [part.text for part in to_parts(Reply("\u200b \n"), load())] == ["…"]


def test_the_text_of_a_part_is_data() -> None:
    assert Part("x") == Part("x")
