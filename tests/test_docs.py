"""The documents keep up: every command, setting, option, reason, sign and condition is in them."""

from __future__ import annotations

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
