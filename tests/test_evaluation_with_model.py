"""`tact eval --llm`: the same cases with a second opinion, from recorded answers without a network, or recorded anew."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest

from adapters.evaluation import evaluate
from adapters.opinions import FIGURES
from tests.servers.model.process import ModelProcess

RECORDED = Path(__file__).parent / "recorded"
CASES, ANSWERS = RECORDED / "cases.jsonl", RECORDED / "answers.jsonl"


def run(file: Path, model: str, record: Path | None = None) -> tuple[int, str]:
    out = io.StringIO()
    return evaluate(file, out, model=model, record=record), out.getvalue()


def figures(out: str, name: str) -> tuple[float, float]:
    found = re.search(rf"^{name} +(-?\d\.\d+) +(-?\d\.\d+)$", out, re.MULTILINE)
    assert found, out
    return float(found.group(1)), float(found.group(2))


def test_recorded_answers_are_scored_without_a_network() -> None:
    code, out = run(CASES, f"recorded:{ANSWERS}")
    assert code == 0
    cases = len(CASES.read_text(encoding="utf-8").splitlines())
    assert f"answered {cases}\n" in out, "every case has a recorded answer; record them again with --record"
    without, with_model = figures(out, "accuracy")
    assert with_model > without
    alone, both = figures(out, "avoid_waved_through")
    assert both <= alone
    assert "verdicts that changed" in out


def test_a_server_gives_recorded_answers_in_every_format_with_the_same_figures() -> None:
    _, played = run(CASES, f"recorded:{ANSWERS}")
    with ModelProcess("--recorded", str(ANSWERS)) as server:
        for format_ in ("openai", "anthropic", "ollama"):
            _, served = run(CASES, server.url(format_))
            assert [figures(served, name) for name in FIGURES] == [figures(played, name) for name in FIGURES]


def test_answers_can_be_recorded_and_played_back(model: ModelProcess, tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    _, live = run(CASES, model.url("ollama"), file)
    asked = len(model.seen)
    assert asked
    assert len(file.read_text(encoding="utf-8").splitlines()) == asked
    assert json.loads(file.read_text(encoding="utf-8").splitlines()[0])["model"] == "loopback-1"
    _, played = run(CASES, f"recorded:{file}")
    assert figures(played, "accuracy") == figures(live, "accuracy")
    assert len(model.seen) == asked


def test_a_case_without_a_recorded_answer_keeps_its_local_verdict(tmp_path: Path) -> None:
    (tmp_path / "few.jsonl").write_text(ANSWERS.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    _, out = run(CASES, f"recorded:{tmp_path / 'few.jsonl'}")
    assert "answered 1, unreadable" in out


def test_answers_of_other_prompts_are_said_to_be(tmp_path: Path) -> None:
    old = re.sub(r'"version":"\w+"', '"version":"00000000"', ANSWERS.read_text(encoding="utf-8"))
    (tmp_path / "old.jsonl").write_text(old, encoding="utf-8")
    assert "under other prompts than today's" in run(CASES, f"recorded:{tmp_path / 'old.jsonl'}")[1]


@pytest.mark.parametrize("model", ["nonsense", "recorded:none.jsonl", "openai://gpt-5"])
def test_a_model_that_cannot_be_used_is_said_in_one_sentence(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(CASES, model)[0] == 78
    assert "Traceback" not in capsys.readouterr().err
