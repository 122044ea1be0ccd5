"""Another language: complete, with the same placeholders and the same logic, and kept apart from what reads English."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, nodes

from adapters.discord import words as discord_words
from adapters.slack import words as slack_words
from adapters.web.page import built_in_words
from bot import anatomy, answers, chart, charter_lint, local_charters, nudges, purposes, reviews, ties, tips, wording
from bot.catalogues import ENGLISH, CatalogueError
from bot.charters import Charters, built_in_folder
from bot.language import known, known_in, laid_over, speaking, spoken
from bot.model import Network
from bot.reading.lexicon import sign_names

PROMPTS = files("prompts")
OTHERS = [language for language in known() if language != ENGLISH]
FILES = sorted(
    path
    for path in (
        *(f"networks/{network}.toml" for network in (*Network, "universal")),
        *(f"{folder}/{file.name}" for folder in ("purposes", "reviews") for file in (PROMPTS / folder).iterdir()),
        *(file.name for file in PROMPTS.iterdir() if file.name.endswith(".toml") and file.name != "samples.toml"),
        "advisor/personal.toml",
    )
    if path.endswith(".toml")
)
CODES = frozenset(
    [
        "id",
        "when",
        "verdict",
        "reason",
        "source",
        "edit",
        "bad",
        "good",
        "find",
        "heard",
        "not_heard",
        "shows",
        "lacks",
        "found",
        "words",
        "line",
        "choices",
        "kind",
        "samples",
        "network",
        "intents",
        "signs",
        "answers",
        "trouble",
        "try",
        "unless_asking",
        "silences",
        "code",
        "way",
        "sign",
        "form",
        "steps",
        "language",
        "otherwise",
    ]
)
"""Keys of what is a code, matches English text, shows English text, or is the title of an English source."""
CODES_OF = {"reviews": ("network",), "gallery.toml": ("network", "delivery", "relation", "subject", "text")}
ENGLISH_ONLY = frozenset(
    {
        "words.toml: synonyms", "words.toml: heard", "words.toml: places", "words.toml: circles", "words.toml: reactions",
        "words.toml: edits",  # they go into an English draft
        "words.toml: labels.charter_topic",  # the sentence of a charter that is offered must be one that is read
        "words.toml: labels.language",  # each in its own words
        "words.toml: labels.network", "words.toml: labels.bar",  # names
        "slack.toml: form.note", "discord.toml: group.name", "discord.toml: admin.name",
        "gallery.toml: subjects", "discord.toml: admin_commands.charter.empty",  # lines of charters, which are read
        "local.toml: needs.pay.about", "local.toml: needs.disclosure.about",
        *(f"sharper.toml: sharper.{n}.about" for n in range(12)),  # sentences of charters, which are read
        "chart.toml: ways", "nudges.toml: without_purpose", "local.toml: modes", "local.toml: topics", "discord.toml: first", "discord.toml: translations",
    }
)  # fmt: skip


def leaves(table: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """Every string with its key; tables in a list by their id, strings in a list by their number."""
    if isinstance(table, str):
        yield before, table
        return
    items = table.items() if isinstance(table, dict) else ((_id(one, at), one) for at, one in enumerate(table))
    for key, value in items:
        if isinstance(value, str | dict | list):
            yield from leaves(value, f"{before}.{key}" if before else str(key))


def _id(one: Any, at: int) -> str:
    return str(one["id"]) if isinstance(one, dict) and "id" in one else str(at)


def said(file: str) -> dict[str, str]:
    """What a person reads of an English file, by key."""
    found = dict(leaves(tomllib.loads((PROMPTS / file).read_text(encoding="utf-8"))))
    return {key: text for key, text in found.items() if text.strip() and not _is_code(file, key)}


def _is_code(file: str, key: str) -> bool:
    tables = {f"{file}: {key[:at]}" for at in (*(m.start() for m in re.finditer(r"\.", key)), len(key))}
    *above, name = (part for part in key.split(".") if not part.isdigit())
    inside = {"when", "bad", "good"}.intersection(above)  # whose own keys are codes as well
    return (
        bool(tables & ENGLISH_ONLY) or name in CODES or name in CODES_OF.get(file.partition("/")[0], ()) or bool(inside)
    )


def spoken_in(language: str, file: str) -> dict[str, str]:
    """The strings of another language's file, by key."""
    place = PROMPTS / language / file
    return dict(leaves(tomllib.loads(place.read_text(encoding="utf-8")))) if place.is_file() else {}


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("file", FILES)
def test_everything_a_person_reads_is_said_in_the_other_language_too(file: str, language: str) -> None:
    there = spoken_in(language, file)
    missing = sorted(key for key in said(file) if key not in there)
    assert not missing, f"{language}/{file} has no words for {', '.join(missing)}"


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("file", FILES)
def test_what_is_filled_in_is_the_same_in_both(file: str, language: str) -> None:
    english, there = said(file), spoken_in(language, file)
    all_of_it = dict(leaves(tomllib.loads((PROMPTS / file).read_text(encoding="utf-8"))))
    strange = sorted(there.keys() - all_of_it.keys())
    assert not strange, f"{language}/{file} has {strange}, which the English has not"
    differing = [key for key in english if key in there and _filled(english[key]) != _filled(there[key])]
    assert not differing, f"{language}/{file} fills in something else in {', '.join(differing)}"


def _filled(text: str) -> set[str]:
    return set(re.findall(r"\{[a-z_]*(?::[^}]*)?\}", text))


@pytest.mark.parametrize("language", OTHERS)
def test_every_reply_has_the_same_logic_in_the_other_language(language: str) -> None:
    """The same values, tests and loops: so it can be rendered wherever the English one can."""
    replies = [file.name for file in (PROMPTS / "replies").iterdir() if file.name.endswith(".j2")]
    there = {file.name for file in (PROMPTS / language / "replies").iterdir()}
    assert there == set(replies)
    for name in replies:
        english, other = (_logic(PROMPTS / folder / name) for folder in ("replies", f"{language}/replies"))
        assert other == english, f"{language}/replies/{name}: {other ^ english}"


WORDED = {"word", "replace", "capitalize", "upper"}
"""Filters about words, which a language may need where another does not."""


def _logic(file: Any) -> set[str]:
    tree = Environment().parse(file.read_text(encoding="utf-8"))
    for output in tree.find_all(nodes.Filter):
        assert output.name in WORDED | {"day", "moment", "join", "length", "dictsort", "items"}, output.name
    names = {node.name for node in tree.find_all(nodes.Name)}
    found = {f"{_plain(node.node)}.{node.attr}" for node in tree.find_all(nodes.Getattr)}
    tests = {repr(node.test) for node in tree.find_all(nodes.If)} | {
        repr(node.iter) for node in tree.find_all(nodes.For)
    }
    return names | found | {test for test in tests if "Filter" not in test}


def _plain(node: nodes.Node) -> str:
    return str(getattr(node, "name", type(node).__name__))


@pytest.mark.parametrize("language", OTHERS)
def test_every_file_is_read_in_the_other_language(language: str) -> None:
    """A key that the English has not, or another kind of value, would be refused."""
    charters = Charters(sign_names(), (built_in_folder(),))
    english = charters.network(Network.EMAIL)
    with speaking(language):
        for load in (anatomy, answers, chart, nudges, purposes, reviews, ties, wording, discord_words, slack_words):
            load.load()
        assert charter_lint.notes(local_charters.read_charter("Be nice."))
        local_charters.read_charter("Job posts must state the pay.").clauses[0].asked  # noqa: B018
        for network in Network:
            charters.network(network)
        spoken_charter = charters.network(Network.EMAIL)
    assert [rule.when for rule in spoken_charter.rules] == [rule.when for rule in english.rules]
    assert [rule.say for rule in spoken_charter.rules] != [rule.say for rule in english.rules]


@pytest.mark.parametrize("language", OTHERS)
def test_every_tip_is_there_and_short(language: str) -> None:
    english = tips.load()
    with speaking(language):
        there = tips.load()
    assert {file.name for file in (PROMPTS / language / "tips").iterdir()} == {f"{tip.id}.md" for tip in english}
    same = [
        one.id
        for one, other in zip(english, there, strict=True)
        if one.text == other.text or one.action == other.action
    ]
    assert not same
    assert not [tip.id for tip in there if len(tip.text.split()) > tips.WORDS]
    assert [(tip.id, tip.answers, tip.source) for tip in there] == [
        (tip.id, tip.answers, tip.source) for tip in english
    ]


def test_the_page_has_every_word_in_every_language() -> None:
    english = dict(leaves(tomllib.loads((PROMPTS / "page" / "words" / "en.toml").read_text("utf-8"))))
    for language in OTHERS:
        there = dict(leaves(tomllib.loads((PROMPTS / "page" / "words" / f"{language}.toml").read_text("utf-8"))))
        assert there.keys() == english.keys()
        assert [key for key in english if _filled(english[key]) != _filled(there[key])] == []
        assert language in built_in_words()


def test_a_key_the_english_has_not_is_refused_with_what_to_mend() -> None:
    english = {"a": "A", "rules": [{"id": "one", "say": "S", "n": 1}, {"id": "two", "say": "T"}], "list": ["x"]}
    with speaking("de"):
        merged = laid_over(english, {"rules": {"two": {"say": "Z"}}, "list": ["u", "v"]}, "f.toml")
        assert merged == {"a": "A", "rules": [english["rules"][0], {"id": "two", "say": "Z"}], "list": ["u", "v"]}
        assert laid_over({"l": [{"s": "a", "n": 1}]}, {"l": [{"s": "b"}]}, "f.toml") == {"l": [{"s": "b", "n": 1}]}
        for over, says in (
            ({"b": "B"}, "de/f.toml has b, which"),
            ({"rules": {"three": {"say": "Z"}}}, "de/f.toml has three, which"),
            ({"a": ["A"]}, "de/f.toml has a of another kind"),
        ):
            with pytest.raises(CatalogueError, match=says):
                laid_over(english, over, "f.toml")


def test_a_language_is_spoken_inside_a_block_and_an_unknown_one_changes_nothing() -> None:
    assert (known()[0], spoken(), known_in("de-CH"), known_in("fr")) == (ENGLISH, ENGLISH, "de", "")
    with speaking("de"):
        assert wording.load().label("verdict", "fits") == "Passt"
        with speaking("xx"):
            assert spoken() == "de"
    assert wording.load().label("verdict", "fits") == "Fits"


def test_no_sentence_for_what_cannot_be_read_stands_in_code() -> None:
    written = re.compile(r"Bad(?:Command|Schedule|Zone)\(\s*f?[\"']")
    folder = files("bot")
    found = [str(file) for file in Path(str(folder)).rglob("*.py") if written.search(file.read_text(encoding="utf-8"))]
    assert not found, "these sentences belong into prompts/problems.toml"
