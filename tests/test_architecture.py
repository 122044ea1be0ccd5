"""The shape holds: who imports whom, how long files are, what reads the environment, and that importing does no work."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted(p for folder in ("bot", "adapters") for p in (ROOT / folder).rglob("*.py"))
NAMES = [str(p.relative_to(ROOT)) for p in FILES]

# module prefix -> what of Tact it may import (the longest prefix counts)
MAY = {
    "bot.reply": set(),
    "bot.model": {"bot.reply"},
    "bot.settings": set(),
    "bot.wording": {"bot.language", "bot.model"},
    "bot.history": {"bot.model"},
    "bot.render": {"bot.catalogues", "bot.language", "bot.wording"},
    "bot.sound": set(),
    "bot.scoring": {"bot.model"},
    "bot.ledger": {"bot.model"},
    "bot.loop": {"bot.ledger"},
    "bot.purposes": {"bot.language", "bot.model", "bot.commands", "bot.reading"},
    "bot.drift": {"bot.model", "bot.purposes"},
    "bot.zones": {"bot.problems"},
    "bot.schedule": {"bot.problems", "bot.zones"},
    "bot.schedule_words": {"bot.problems", "bot.schedule"},
    "bot.attention": {"bot.schedule", "bot.zones"},
    "bot.progress": {"bot.model"},
    "bot.ties": {"bot.language", "bot.model"},
    "bot.reviews": {"bot.language", "bot.problems", "bot.model"},
    "bot.consent_commands": set(),
    "bot.tie_commands": {"bot.ties"},
    "bot.review_commands": {"bot.reviews"},
    "bot.polls": {"bot.language", "bot.problems", "bot.model"},
    "bot.insights": {"bot.language", "bot.problems", "bot.model"},
    "bot.charter_text": set(),
    "bot.charter_commands": {"bot.model"},
    "bot.poll_commands": {"bot.model", "bot.polls"},
    "bot.gallery": {"bot.language", "bot.problems", "bot.model", "bot.charters", "bot.polls", "bot.reading"},
    "bot.polling": {"bot.attention", "bot.language", "bot.problems", "bot.reviewing", "bot.schedule",
        "bot.model", "bot.gallery", "bot.letters", "bot.polls", "bot.reading", "bot.render", "bot.storage", "bot.wording",
    },
    "bot.commands": {"bot.language_commands",
        "bot.model", "bot.charter_commands", "bot.consent_commands", "bot.insights", "bot.ledger", "bot.poll_commands", "bot.review_commands", "bot.schedule", "bot.tie_commands",
    },
    "bot.grammar": {"bot.language_commands", "bot.problems",
        "bot.charter_commands", "bot.consent_commands", "bot.insights", "bot.poll_commands", "bot.polls",
        "bot.model", "bot.commands", "bot.grammar", "bot.ledger", "bot.tie_commands", "bot.review_commands", "bot.reviews", "bot.schedule", "bot.schedule_words", "bot.ties", "bot.zones",
    },
    "bot.reading": {"bot.model", "bot.reading"},
    "bot.reading.train": {"bot"},  # the tools of training look at everything the judge does; nothing imports them
    "bot.reading.second_stage": {"bot"},
    "bot.charters": {"bot.language", "bot.model", "bot.reading.model"},
    "bot.heard": {"bot.model", "bot.reading"},
    "bot.rules": {"bot.model", "bot.charters", "bot.local_charters", "bot.history", "bot.wording", "bot.reading.model"},
    "bot.weighing": {"bot.model", "bot.local_charters", "bot.history", "bot.reading"},
    "bot.local_charters": {"bot.language", "bot.model", "bot.charters", "bot.reading"},
    "bot.judge": {"bot.model", "bot.local_charters", "bot.reading", "bot.rules", "bot.weighing"},
    "bot.rewrite": {"bot.model", "bot.reading", "bot.wording"},
    "bot.judging": {"bot.language", "bot.model", "bot.charters", "bot.heard", "bot.judge", "bot.local_charters", "bot.reading", "bot.rewrite", "bot.rules", "bot.wording"},
    "bot.llm": {"bot.llm"},
    "bot.advisor": {
        "bot.language", "bot.model", "bot.advisor", "bot.history", "bot.judge", "bot.judging", "bot.llm", "bot.reading", "bot.rewrite", "bot.rules", "bot.wording",
    },
    "bot.replay": {"bot.model", "bot.judging"},
    "bot.letters": {"bot.model"},
    "bot.tracing": set(),
    "bot.export": set(),
    "bot.watching": {"bot.model", "bot.letters"},
    "bot.bars": {"bot.model", "bot.ledger", "bot.progress"},
    "bot.chart": {"bot.language", "bot.model", "bot.judging"},
    "bot.pictures": {"bot.model", "bot.bars", "bot.chart"},
    "bot.charting": {"bot.model", "bot.chart", "bot.pictures", "bot.render"},
    "bot.charter_lint": {"bot.language", "bot.local_charters", "bot.reading"},
    "bot.anatomy": {"bot.language", "bot.model", "bot.charters", "bot.reading"},
    "bot.nudges": {"bot.language", "bot.model", "bot.anatomy", "bot.attention", "bot.ledger", "bot.purposes", "bot.schedule"},
    "bot.answers": {"bot.language", "bot.commands", "bot.reading"},
    "bot.retries": {"bot.letters"},
    "bot.storage": {
        "bot.model", "bot.letters", "bot.ledger", "bot.retries", "bot.attention", "bot.reviews", "bot.schedule", "bot.storage", "bot.ties", "bot.tracing",
        "bot.insights", "bot.polls",
    },
    "bot.tips": {"bot.language", "bot.model"},
    "bot.language": {"bot.catalogues"},
    "bot.language_commands": set(),
    "bot.problems": {"bot.language"},
    "bot.catalogues": set(),
    "bot.library": {"bot.language", "bot.model", "bot.progress", "bot.tipping", "bot.tips", "bot.wording"},
    "bot.reviewing": {
        "bot.language",
        "bot.model", "bot.attention", "bot.letters", "bot.render", "bot.retries", "bot.reviews", "bot.schedule", "bot.wording", "bot.zones",
        "bot.storage",
    },
    "bot.tipping": {
        "bot.language",
        "bot.reviewing",
        "bot.model", "bot.letters", "bot.retries", "bot.attention", "bot.schedule", "bot.zones", "bot.progress", "bot.render",
        "bot.wording", "bot.storage",
    },
    "bot.duties": {"bot.delivery", "bot.polling", "bot.tipping", "bot.upkeep"},
    "bot.upkeep": {"bot.language", "bot.model", "bot.letters", "bot.retries", "bot.render", "bot.schedule", "bot.storage", "bot.zones"},
    "bot.delivery": {"bot.letters", "bot.retries", "bot.storage", "bot.tracing", "bot.watching"},
    "bot.coach": {"bot.language", "bot.language_commands", "bot.problems",
        "bot.charter_commands", "bot.charter_text", "bot.gallery", "bot.insights", "bot.poll_commands", "bot.polling", "bot.polls", "bot.rules",
        "bot.charter_lint", "bot.bars", "bot.chart", "bot.charting", "bot.export", "bot.pictures", "bot.replay", "bot.watching",
        "bot.model", "bot.advisor", "bot.commands", "bot.consent_commands", "bot.grammar", "bot.coach", "bot.judge", "bot.judging", "bot.local_charters", "bot.ledger", "bot.loop", "bot.purposes",
        "bot.reading", "bot.render", "bot.rewrite", "bot.storage", "bot.wording", "bot.attention", "bot.schedule", "bot.schedule_words",
        "bot.zones", "bot.letters", "bot.retries", "bot.progress", "bot.tipping", "bot.anatomy", "bot.answers", "bot.drift", "bot.history", "bot.nudges",
        "bot.reviewing", "bot.reviews", "bot.review_commands", "bot.sound", "bot.ties", "bot.tie_commands",
    },
    "bot.app": {"bot"},
    "adapters": {
        "bot.language",
        "bot.charter_commands", "bot.render",
        "bot.bars", "bot.chart", "bot.charting", "bot.pictures", "bot.charter_lint",
        "bot.model", "bot.advisor", "bot.llm", "bot.commands", "bot.coach", "bot.duties", "bot.letters", "bot.settings", "bot.app", "bot.judging", "bot.local_charters", "bot.judge", "bot.charters",
        "bot.reading", "bot.rewrite", "bot.scoring", "bot.sound", "bot.storage", "adapters", "bot.tracing", "bot.watching", "bot.wording", "bot.zones",
        "bot.catalogues", "bot.problems", "bot.replay", "bot.tips",
    },
}  # fmt: skip
PLATFORMS = {"discord", "slack_bolt", "slack_sdk"}
TRAINING = {f"bot.reading.{name}" for name in ("train", "second_stage", "fitting", "labelled")}
HEAVY = (*PLATFORMS, "sqlalchemy", "alembic", "aiohttp", "openai", "anthropic", "sklearn")


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {
                f"{node.module}.{a.name}" for a in node.names if node.module in ("bot", "adapters")
            }
    return found - {"bot", "adapters"}


def allowed(module: str) -> set[str]:
    prefix = max([p for p in MAY if module == p or module.startswith(p + ".")], key=len)
    return MAY[prefix]


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_imports_follow_the_table(path: Path) -> None:
    module = module_of(path)
    if module in ("bot", "adapters") or "migrations" in module:
        return
    own = {name for name in imports_of(path) if name.split(".")[0] in ("bot", "adapters")}
    may = allowed(module)
    wrong = {name for name in own if not any(name == m or name.startswith(m + ".") for m in may)}
    assert not wrong, f"{module} must not import {wrong}"


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_files_stay_small_and_names_say_something(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300
    assert path.stem not in {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base"}


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_only_settings_reads_the_environment_and_no_core_module_the_clock(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.stem != "settings":
        assert "os.environ" not in text
        assert "getenv" not in text
    if path.is_relative_to(ROOT / "bot"):
        assert "datetime.now" not in text
        assert "time.time" not in text


def test_the_core_loads_no_platform_database_or_server_and_needs_no_environment() -> None:
    modules = [module_of(p) for p in FILES if p.is_relative_to(ROOT / "bot")]
    light = [m for m in modules if not m.startswith("bot.storage.") and m not in TRAINING]
    code = f"import sys\nfor m in {light!r}: __import__(m)\nprint([h for h in {HEAVY!r} if h in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={"PATH": ""}, cwd=ROOT, timeout=60
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_no_adapter_knows_another_platform() -> None:
    for path in FILES:
        found = {name.split(".")[0] for name in imports_of(path)} & PLATFORMS
        assert not found or path.is_relative_to(ROOT / "adapters"), path
