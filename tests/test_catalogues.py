"""Words by language: found by key, chosen by what a reader accepts, complete for every template."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from bot import tips
from bot.catalogues import Catalogue, CatalogueError, chosen, load
from bot.charter_lint import Trouble

PAGE = files("prompts") / "page"
KNOWN = {language: Catalogue(language, {}) for language in ("en", "de", "pt-br")}


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-CH, en;q=0.5", "de"),
        ("en;q=0.4, de;q=0.9", "de"),
        ("de;q=0, fr", "en"),
        ("PT-BR", "pt-br"),
        ("fr, *;q=0.1", "en"),
        ("de;q=much, ;;;,,", "en"),
    ],
)
def test_the_language_is_the_first_that_is_wanted_and_there(accepted: str, language: str) -> None:
    assert chosen(accepted, KNOWN).language == language


def test_values_are_filled_in_and_one_is_told_from_many() -> None:
    words = Catalogue("en", {"hello": "Hello {name}", "found.one": "1 tip", "found.other": "{n} tips"})
    assert words.say("hello", name="{n} <b>") == "Hello {n} <b>"
    assert [words.say("found", n=n) for n in (0, 1, 2)] == ["0 tips", "1 tip", "2 tips"]
    with pytest.raises(KeyError):
        words.say("nowhere")


@pytest.mark.parametrize(
    ("german", "says"),
    [("a = 1\nb = 2", "de.toml has b, which en.toml has not"), ("a = ", "de.toml is not valid TOML")],
)
def test_a_catalogue_that_cannot_be_used_is_refused_with_what_to_mend(tmp_path: Path, german: str, says: str) -> None:
    (tmp_path / "en.toml").write_text('a = "A"')
    (tmp_path / "de.toml").write_text(german)
    with pytest.raises(CatalogueError, match=says):
        load(tmp_path)


def test_every_word_of_the_page_is_there_and_none_is_left_over() -> None:
    """Keys that a template puts together count by what they begin with."""
    words = set(load(PAGE / "words")["en"].words)
    plain = {key.removesuffix(".one").removesuffix(".other") for key in words}
    exact, begun = set(), {"problem."}
    for file in PAGE.iterdir():
        if file.name.endswith(".j2"):
            for call in Environment(autoescape=True).parse(file.read_text(encoding="utf-8")).find_all(nodes.Call):
                if getattr(call.node, "name", "") == "say":
                    key = call.args[0]
                    if isinstance(key, nodes.Const):
                        exact.add(key.value)
                    else:
                        begun.add(key.nodes[0].value)
    assert exact - plain == set()
    assert {key for key in plain - exact if not key.startswith(tuple(begun))} == set()
    assert {f"tips.topic.{tip.topic}" for tip in tips.load()} <= words
    assert {f"charter.trouble.{trouble}" for trouble in Trouble} <= words
