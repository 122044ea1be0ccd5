"""No token was ever committed, and a running Tact shows none to who looks at its process (reliability catalogue, S06)."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PATTERNS = (
    r"xox[abeoprs]-\d{9,}-[\w-]{10,}",
    r"xapp-\d-[A-Z0-9]{9,}-\d{10,}-[0-9a-f]{32}",
    r"hooks\.slack\.com/services/T[A-Z0-9]{8,}/B[A-Z0-9]{8,}/\w{20}",
    r"[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27}",
    r"discord\.com/api/webhooks/\d{17,}/[\w-]{40}",
    r"sk-(?:proj-)?[A-Za-z0-9]{20}T3BlbkFJ",
    r"sk-ant-[a-z]+\d\d-[\w-]{40}",
    r"gh[pousr]_[A-Za-z0-9]{36}",
    r"github_pat_\w{60}",
    r"AKIA[0-9A-Z]{16}",
    r"AIza[\w-]{35}",
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----\n",
)
"""What tokens of Slack, Discord, model providers, code hosts and clouds look like, and private keys."""
ANY = re.compile("|".join(f"(?:{pattern})" for pattern in PATTERNS))
EXAMPLES = (
    "xoxb-" + "123456789012-abcdefghijkl", "xapp-1-" + "A0123456789-1234567890123-" + "ab" * 16,
    "hooks.slack.com/services/" + "T01234567/B01234567/" + "a" * 20, "M" + "a" * 23 + "." + "b" * 6 + "." + "c" * 27,
    "discord.com/api/webhooks/" + "1" * 18 + "/" + "a" * 40, "sk-" + "a" * 20 + "T3BlbkFJ", "sk-ant-" + "api03-" + "a" * 40,
    "ghp_" + "a" * 36, "github_pat_" + "a" * 60, "AKIA" + "A" * 16, "AIza" + "a" * 35, "-----BEGIN " + "PRIVATE KEY-----\n",
)  # fmt: skip


@pytest.mark.parametrize(("pattern", "example"), [*zip(PATTERNS, EXAMPLES, strict=True)])
def test_each_pattern_knows_its_kind(pattern: str, example: str) -> None:
    assert re.search(pattern, example)


@pytest.mark.skipif(not (ROOT / ".git").exists() or not shutil.which("git"), reason="no history here")
def test_no_commit_has_a_token() -> None:
    command = ["git", "-C", str(ROOT), "log", "--all", "-p", "--no-textconv", "--format=commit %h"]
    history = subprocess.run(command, check=True, capture_output=True).stdout.decode(errors="replace")
    assert len(history) > 1000
    assert [found[0][:12] for found in ANY.finditer(history)] == []


def test_no_file_that_is_shipped_has_a_token() -> None:
    folders = ("bot", "adapters", "prompts", "deploy")
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()):
        assert not ANY.search(path.read_bytes().decode(errors="replace")), path
