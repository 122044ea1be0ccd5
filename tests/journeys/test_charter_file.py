"""A charter in a file, at the terminal: shown as it is read, kept by the operator, and out again as it came in."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.charter_file import charter

RULES = "# House rules\n1. No recruiting\n2. Own projects *only* in <#C9|showcase>\n"
WORDS = "No recruiting\nOwn projects only in #showcase\n"


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TACT_DATABASE_URL", f"sqlite:///{tmp_path / 'tact.db'}")


def file(folder: Path, text: str, name: str = "rules.md") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_it_is_shown_sentence_by_sentence_and_nothing_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert charter(file(tmp_path, RULES), None, write=False, export=False) == 0
    out = capsys.readouterr().out
    assert "“Own projects only in #showcase” is read as: only there" in out
    assert charter(file(tmp_path, f"{RULES}- Be nice"), None, write=False, export=False) == 1
    assert "hard to hold anybody to" in capsys.readouterr().out
    assert not (tmp_path / "tact.db").exists()


@pytest.mark.parametrize("place", ["slack:T1/C1", "slack:T1", "discord/12/34", "discord/12"])
def test_what_is_kept_goes_out_as_it_came_in(tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str) -> None:
    assert charter(file(tmp_path, RULES), place, write=True, export=False) == 0
    assert "version 1" in capsys.readouterr().out
    assert charter(None, place, write=False, export=True) == 0
    assert capsys.readouterr().out == WORDS
    assert charter(file(tmp_path, WORDS), place, write=True, export=False) == 0
    capsys.readouterr()
    assert charter(None, place, write=False, export=True) == 0
    assert capsys.readouterr().out == WORDS


def test_bad_input_gets_one_sentence_and_exit_code_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = file(tmp_path, RULES)
    for given, place, write, says in (
        (tmp_path / "none.md", None, False, "cannot be read"),
        (file(tmp_path, "x\0y", "binary.md"), None, False, "no text of rules"),
        (rules, None, True, "Say which place"),
        (rules, "myspace/1", True, "is no place"),
        (rules, "discord/server", True, "is no place"),
        (rules, "slack:", True, "is no place"),
    ):
        assert charter(given, place, write=write, export=False) == 2
        assert says in capsys.readouterr().err
