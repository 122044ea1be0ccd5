"""Charter files: strict, and refused with file, rule and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.charters import CharterError, Charters, built_in_folder, parse
from bot.model import Layer, Network
from bot.reading.lexicon import sign_names

RULE = """
[[rules]]
id = "one"
when = { intents = ["pitch"] }
verdict = "avoid"
reason = "too_soon"
say = "s"
why = "w"
source = "x"
advice = "a"
bad = ["b"]
good = ["g"]
"""
HEAD = 'name = "N"\npurpose = "P"\n'


def refused(text: str) -> str:
    with pytest.raises(CharterError) as error:
        parse(text, "networks/test.toml", Layer.NETWORK, sign_names())
    assert "Nothing was loaded" in str(error.value)
    return str(error.value)


def test_a_good_charter_is_read() -> None:
    charter = parse(HEAD + RULE, "networks/test.toml", Layer.NETWORK, sign_names())
    assert [rule.id for rule in charter.rules] == ["test.one"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('"pitch"', '"pich"'), "rule one"),
        (('"avoid"', '"maybe"'), "none of fits, adjust, avoid"),
        (('"too_soon"', '"none"'), "reason 'none' goes with verdict 'fits'"),
        (('intents = ["pitch"]', 'signs = ["pich"]'), "sign 'pich' is unknown"),
        (('intents = ["pitch"]', 'intent = ["pitch"]'), "unknown field `intent`"),
        (('bad = ["b"]', "bad = []"), "at least one bad and one good example"),
        (('advice = "a"\n', ""), "needs an advice"),
        (('say = "s"\n', ""), "rule one"),
        (('id = "one"\n', ""), "rule 0"),
    ],
)
def test_a_malformed_rule_is_named_with_its_file_and_remedy(change: tuple[str, str], says: str) -> None:
    message = refused(HEAD + RULE.replace(*change))
    assert "networks/test.toml" in message
    assert says in message


def test_broken_toml_names_the_place() -> None:
    assert "not valid TOML" in refused(HEAD + "[[rules")
    assert "line" in refused(HEAD + "rules = = 1")


def test_a_missing_head_is_said() -> None:
    assert "top level" in refused(RULE)


def test_rules_that_are_no_tables_are_said() -> None:
    assert "rule 0" in refused(HEAD + "rules = [1]")


def test_the_same_id_twice_is_said() -> None:
    assert "stands twice" in refused(HEAD + RULE + RULE)


def test_an_operators_folder_goes_first(tmp_path: Path) -> None:
    (tmp_path / "linkedin.toml").write_text(HEAD + RULE, encoding="utf-8")
    charters = Charters(sign_names(), (tmp_path, built_in_folder()))
    assert charters.network(Network.LINKEDIN).name == "N"
    assert charters.network(Network.X).name != "N"
    assert charters.network(Network.X) is charters.network(Network.X)


def test_a_missing_charter_is_said(tmp_path: Path) -> None:
    with pytest.raises(CharterError, match=r"universal\.toml"):
        Charters(sign_names(), (tmp_path,)).universal()
