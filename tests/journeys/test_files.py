"""Texts in a repository: the hooks and the workflow as they are written, run over files as their makers would."""

from __future__ import annotations

import os
import re
import shlex
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from adapters.__main__ import main
from adapters.files import check

ROOT = Path(__file__).parents[2]
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
WORKFLOW = yaml.safe_load((ROOT / "deploy" / "check-texts.yaml").read_text(encoding="utf-8"))
GOOD = """Dear members,

you asked for fewer letters, so this is one a season. The water is off from Monday, and the seed swap is on the 5th.
You get this because you signed up at the spring fair. To leave, answer with "stop".
"""
BAD = "Dear all,\n\nplease vote for our garden in the contest!\nYou owe us after all we have done for you.\n"
PITCH = "Hello, we help firms like yours to double their leads. Do you have 15 minutes this week for a demo of our software?\n"
GERMAN = "Hallo zusammen, das ist ein deutscher Text über unseren Garten und die Ernte in diesem Jahr.\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Texts, and `tact` as it is installed."""
    texts = {
        "newsletters/good.md": GOOD, "newsletters/bad one.md": BAD, "newsletters/de.md": GERMAN, "outreach/ana.md": PITCH,
        "notes/bad.md": BAD,
    }  # fmt: skip
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    tact = tmp_path / "bin" / "tact"
    tact.parent.mkdir()
    tact.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m adapters "$@"\n')
    tact.chmod(tact.stat().st_mode | stat.S_IXUSR)
    return tmp_path


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "HOME": str(folder)}
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment, timeout=60)


def committed(hook: dict[str, Any], folder: Path) -> subprocess.CompletedProcess[str]:
    """What pre-commit does: the entry, with the names of the files that the hook is for."""
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    return run([*shlex.split(hook["entry"]), *(name for name in names if re.search(hook["files"], name))], folder)


def test_a_hook_stops_a_newsletter_and_says_the_line_and_the_change(repository: Path) -> None:
    for hook in HOOKS.values():
        assert {"id", "name", "description", "entry", "language", "files"} <= set(hook)
        assert hook["language"] == "python"
    done = committed(HOOKS["tact-newsletter"], repository)
    assert done.returncode == 1
    first, second = done.stdout.splitlines()
    assert first.startswith("newsletters/bad one.md:3: avoid: ")
    assert second.startswith("newsletters/bad one.md:4: adjust: The ask leans on guilt. (“You owe us”)")
    assert "de.md: not judged" in done.stderr  # what cannot be read stops nothing
    (repository / "newsletters" / "bad one.md").unlink()
    assert committed(HOOKS["tact-newsletter"], repository).returncode == 0
    assert committed(HOOKS["tact-outreach"], repository).stdout.startswith("outreach/ana.md:1: avoid: ")


def test_the_workflow_runs_as_it_stands_there(repository: Path) -> None:
    steps = {step["name"]: step["run"] for step in WORKFLOW["jobs"]["tact"]["steps"] if "name" in step}
    for name, found in (("Newsletters", "newsletters/bad one.md:3"), ("Outreach", "outreach/ana.md:1")):
        done = run(["bash", "-eo", "pipefail", "-c", steps[name]], repository)
        assert done.returncode != 0
        assert found in done.stdout


def test_what_cannot_be_judged_is_said_with_the_file(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(repository)
    good, bad = Path("newsletters/good.md"), Path("newsletters/bad one.md")
    for files, network, said in (
        ([bad], None, "Which network is it for? Say it with --on"),
        ([Path("nope.md"), good], "email", "nope.md: nope.md cannot be read"),
        ([good], "myspace", "Unknown network"),
    ):
        context = {"network": network, "delivery": "mass_dm", "relation": "acquaintance"}
        assert check(files, None, context) == 2
        shown = capsys.readouterr()
        assert said in shown.err
        assert shown.out == ""


def test_without_the_option_one_draft_at_a_time() -> None:
    done = CliRunner().invoke(main, ["check", "one", "two"])
    assert done.exit_code == 2
    assert "check files with --exit-code" in done.output
