"""The documents keep up: every command, setting, option, reason, sign and condition is in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from adapters.__main__ import main
from bot.charters import When
from bot.commands import NAMES
from bot.model import Delivery, Intent, Network, Purpose, Reason, Relation
from bot.reading.lexicon import sign_names
from bot.settings import NAMES as SETTINGS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROMPTS = (ROOT / "prompts" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("word", [*NAMES, *SETTINGS, *(f"tact {name}" for name in main.commands)])
def test_the_readme_knows_every_command_and_setting(word: str) -> None:
    assert f"`{word}" in README


@pytest.mark.parametrize("code", [*Reason, *Intent, *Network, *Delivery, *Relation, *Purpose])
def test_every_code_of_the_vocabulary_is_documented(code: str) -> None:
    assert f"`{code}`" in PROMPTS


@pytest.mark.parametrize("name", [*When.__struct_fields__, *sorted(sign_names())])
def test_every_condition_and_sign_is_documented_for_people_who_do_not_program(name: str) -> None:
    assert f"`{name}`" in PROMPTS


def test_no_document_names_a_path_of_some_machine() -> None:
    for path in (ROOT / "README.md", ROOT / "prompts" / "README.md", ROOT / "deploy" / "requirements.lock"):
        text = path.read_text(encoding="utf-8")
        for sign in ("/home/", "/root/", "file://", "index" + "-url", "simple/"):
            assert sign not in text


CATALOGUE = (ROOT / "tests" / "README.md").read_text(encoding="utf-8")
ROWS = [
    *(f"S0{n}" for n in (1, 2, 3, 5, 6, 7)),
    *(f"I{n:02}" for n in range(1, 13)),
    *(f"P{n:02}" for n in range(1, 11)),
    "N04",
    "N06",
]
"""The rows of the reliability catalogue about surface, input, privacy and the whole that belong in every commit."""


def test_every_row_of_the_catalogue_names_tests_that_are_there_or_says_that_it_is_not_covered() -> None:
    rows = {
        line[2:5]: [cell.strip() for cell in line.strip("|").split("|")]
        for line in CATALOGUE.splitlines()
        if re.match(r"\| [A-Z]\d\d ", line)
    }
    assert set(ROWS) <= set(rows)
    for row, cells in rows.items():
        named = re.findall(r"`([a-z_/]+(?:\.py|/))`", cells[1])
        assert named or cells[1] == "the same" or cells[2] == "0", row
        for name in named:
            assert (ROOT / "tests" / name).exists(), f"{row}: {name}"
