"""The program as a user starts it: real processes, real pipes, a real terminal."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

TACT = [sys.executable, "-m", "adapters"]


def tact(*args: str, text: str | bytes = "", env: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    raw = text.encode() if isinstance(text, str) else text
    return subprocess.run([*TACT, *args], input=raw, capture_output=True, timeout=60, env=os.environ | (env or {}))


def said(done: subprocess.CompletedProcess[bytes]) -> str:
    out = (done.stdout + done.stderr).decode()
    assert "Traceback" not in out
    assert b"\x1b" not in done.stdout
    return out


def test_a_draft_as_an_argument() -> None:
    done = tact("check", "Thanks for the lift!", "--on", "slack", "--as", "dm", "--to", "trusted")
    assert (done.returncode, "Fits" in said(done)) == (0, True)


def test_a_draft_in_a_file_and_on_standard_input(tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text("20% off all lamps, book now, only 3 left!", encoding="utf-8")
    options = ("--on", "email", "--as", "mass_dm", "--to", "stranger")
    assert tact("check", "-f", str(draft), *options).returncode == 1
    assert tact("check", *options, text=draft.read_text()).returncode == 1
    assert tact("check", "-", *options, text=draft.read_text()).returncode == 1


def test_json_has_the_public_fields() -> None:
    done = tact("check", "--json", "Could you refer me?", "--on", "linkedin", "--as", "dm", "--to", "stranger")
    answer = json.loads(done.stdout)
    assert list(answer) == ["verdict", "reasons", "intents", "confidence", "findings", "advice", "judge_version"]
    assert answer["verdict"] == "adjust"


def test_a_question_is_judged_by_the_act() -> None:
    done = tact(
        "check",
        "--question",
        "Ok to dm everyone in the directory my price list?",
        "--on",
        "association",
        "--as",
        "mass_dm",
    )
    assert done.returncode == 1
    said(done)


@pytest.mark.parametrize(
    ("args", "text", "says"),
    [
        (("check",), "", "empty"),
        (("check", "   "), "", "empty"),
        (("check", "-f", "/no/such/file"), "", "cannot be read"),
        (("check",), b"\x00\x01\x02", "binary"),
        (("check",), "a" * 100_001, "over 100,000 bytes"),
        (("check",), "a" * 20_001, "over 20,000 characters"),
        (("check",), b"\xff\xfe\x01\x02" * 9, "no text that can be read"),
        (("check", "hi", "-f", "x.txt"), "", "not both"),
        (("check", "hi", "--on", "linkdin"), "", "did you mean linkedin"),
        (("check", "hi", "--as", "zzz"), "", "known are post"),
        (("chek",), "", "No such command"),
        (("eval", "/no/such/file"), "", "cannot be read"),
    ],
)
def test_bad_input_gets_one_sentence_and_exit_code_two(args: tuple[str, ...], text: str | bytes, says: str) -> None:
    done = tact(*args, text=text)
    assert says in said(done)
    assert done.returncode == 2


@pytest.mark.parametrize(
    "text", ["🎉🎉🎉", "שלום לכולם, מה שלומכם", "f\u200br\u200be\u200be", "Frее оffеr", "x" * 19_000]
)
def test_odd_text_gets_a_verdict(text: str) -> None:
    done = tact("check", "--on", "x", "--as", "post", text=text.encode("utf-8", "surrogateescape"))
    said(done)
    assert done.returncode in (0, 1)


def test_bytes_that_are_no_text_get_a_verdict() -> None:
    done = tact("check", "--on", "x", text=b"\xff hello there, how are you all today")
    said(done)
    assert done.returncode in (0, 1)


def test_judge_answers_each_line_in_order_and_goes_on_after_a_bad_one() -> None:
    lines = [
        '{"id": "a", "text": "Thanks!", "network": "slack", "delivery": "dm", "relation": "trusted"}',
        "{broken",
        "",
        '{"id": 2, "text": "hi", "network": "myspace"}',
        '{"id": 3, "text": 5}',
        "[]",
        '{"id": 4, "text": "hi", "history": 7}',
        '{"id": 5, "text": "hi", "network": null, "extra": 1}',
    ]
    done = tact("judge", text="\n".join(lines) + "\n\xff\xfe\n")
    answers = [json.loads(line) for line in said(done).splitlines()]
    assert [a.get("id", a.get("line")) for a in answers] == ["a", 2, 2, 3, 6, 4, 5, 9]
    assert [("error" in a) for a in answers] == [False, True, True, True, True, True, False, True]
    assert done.returncode == 1


def test_judge_flushes_as_it_goes() -> None:
    with subprocess.Popen([*TACT, "judge"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as judge:
        assert judge.stdin is not None
        assert judge.stdout is not None
        for number in range(2):
            judge.stdin.write(json.dumps({"id": number, "text": "Good morning"}).encode() + b"\n")
            judge.stdin.flush()
            assert json.loads(judge.stdout.readline())["id"] == number
        judge.stdin.close()
        assert judge.wait(30) == 0


def test_eval_prints_the_figures(tmp_path: Path) -> None:
    case = {"id": 1, "text": "Thanks!", "network": "slack", "delivery": "dm", "relation": "trusted"}
    rows = [case | {"verdict": "fits", "reasons": ["none"], "intents": ["thanks"]}]
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    done = tact("eval", str(file))
    assert done.returncode == 0
    figures = dict(line.split(maxsplit=1) for line in said(done).splitlines()[:12])
    assert figures["accuracy"] == "1.0"
    assert figures["intent_f1"] == "1.0"


@pytest.mark.parametrize(
    "content", ["", "{}", "not json", '{"text": "a", "verdict": "maybe", "reasons": [], "intents": []}']
)
def test_eval_refuses_a_file_without_cases(tmp_path: Path, content: str) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(content, encoding="utf-8")
    done = tact("eval", str(file))
    said(done)
    assert done.returncode == 2


def test_chat_keeps_a_purpose_over_a_restart(database: str) -> None:
    env = {"TACT_DATABASE_URL": database}
    assert "career" in said(tact("chat", text="purpose career on linkedin\nexit\nbalance\n", env=env))
    out = said(tact("chat", text="purpose\n", env=env))
    assert "LinkedIn: career and business opportunities" in out


def test_chat_says_why_it_cannot_start(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("a letter", encoding="utf-8")
    done = tact("chat", env={"TACT_DATABASE_URL": f"sqlite:///{tmp_path / 'x.db'}"})
    assert done.returncode == 78
    assert "is not a Tact database" in said(done)


def test_a_broken_charter_is_named(tmp_path: Path) -> None:
    (tmp_path / "slack.toml").write_text('name = "S"\n[[rules]]\nid = "x"\n', encoding="utf-8")
    done = tact("check", "hi", "--on", "slack", env={"TACT_CHARTERS": str(tmp_path)})
    assert done.returncode == 78
    assert str(tmp_path / "slack.toml") in said(done)


def test_doctor_looks_at_everything(database: str, tmp_path: Path) -> None:
    done = tact("doctor", env={"TACT_DATABASE_URL": database})
    out = said(done)
    assert done.returncode == 0
    for name in ("python", "charters", "database", "time zones", "clock", "page"):
        assert f"well  {name}:" in out
    (tmp_path / "x.db").write_text("a letter", encoding="utf-8")
    ill = tact("doctor", env={"TACT_DATABASE_URL": f"sqlite:///{tmp_path / 'x.db'}"})
    assert ill.returncode == 78
    assert "mend  database" in said(ill)
    assert tact("doctor", env={"TACT_HTTP": "nowhere"}).returncode == 78


@pytest.mark.parametrize("command", [(), ("check",), ("judge",), ("eval",), ("chat",), ("demo",), ("doctor",)])
def test_help_is_everywhere(command: tuple[str, ...]) -> None:
    done = tact(*command, "--help")
    assert done.returncode == 0
    assert "Usage: tact" in said(done)


def test_a_closed_pipe_is_no_error() -> None:
    done = subprocess.run(
        f"{sys.executable} -m adapters check --help | head -c 1", shell=True, capture_output=True, timeout=60
    )
    assert b"Traceback" not in done.stderr


def test_a_conversation_at_a_terminal_has_colour_completion_and_leaves_on_ctrl_d(database: str) -> None:
    env = os.environ | {"TACT_DATABASE_URL": database, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}
    env.pop("NO_COLOR", None)
    keyboard, screen = pty.openpty()
    chat = subprocess.Popen([*TACT, "chat"], stdin=screen, stdout=screen, stderr=screen, env=env)
    os.close(screen)
    try:
        seen = read_until(keyboard, b"you>")
        os.write(keyboard, b"purp\t")
        seen += read_until(keyboard, b"purpose")
        os.write(keyboard, b" career on linkedin\r")
        seen += read_until(keyboard, b"is now")
        os.write(keyboard, b"check on x as a post: thanks\r")
        seen += read_until(keyboard, b"Nothing speaks")
        seen += read_until(keyboard, b"you>")
        assert b"\x1b[32m" in seen
        assert b"Traceback" not in seen
        os.write(keyboard, b"\x04")
        assert chat.wait(30) == 0
    finally:
        chat.kill()
        chat.wait()
        os.close(keyboard)


def read_until(file: int, mark: bytes) -> bytes:
    """What the screen shows until a mark appears; fails after half a minute."""
    seen, until = b"", time.monotonic() + 30
    while mark not in seen:
        ready, _, _ = select.select([file], [], [], max(0.0, until - time.monotonic()))
        assert ready, f"{mark!r} never came; seen {seen[-500:]!r}"
        seen += os.read(file, 4096)
    return seen
