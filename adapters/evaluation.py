"""`tact eval FILE`: how the judge does on labelled cases."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

from adapters import CONFIGURATION, USAGE
from adapters.lines import read_case
from bot import scoring
from bot.charters import CharterError
from bot.judging import Judging, build_judging
from bot.model import Fit
from bot.scoring import Labelled
from bot.settings import ModelSettings, SettingsError, from_environment

COVERAGES = (0.5, 0.6, 0.7, 0.8, 0.9)


def evaluate(file: Path, out: TextIO, *, rules_only: bool = False, model: str = "", record: Path | None = None) -> int:
    """Prints the figures and where they come from; returns the exit code, 2 for a file that cannot be read."""
    try:
        settings = from_environment()
        judging = build_judging(settings.charters)
        lines = file.read_text(encoding="utf-8").split("\n")
        raw = [json.loads(line) for line in lines if line.strip()]
        labelled = _judge(raw, judging, rules_only)
    except (SettingsError, CharterError) as problem:
        print(problem, file=sys.stderr)
        return CONFIGURATION
    except OSError as error:
        print(f"{file} cannot be read ({error.strerror}).", file=sys.stderr)
        return USAGE
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"{file} does not hold labelled cases ({error}).", file=sys.stderr)
        return USAGE
    if not labelled:
        print(f"{file} holds no cases.", file=sys.stderr)
        return USAGE
    for line in _report(labelled):
        out.write(line + "\n")
    return _compare(raw, labelled, judging, replace(settings.model, url=model), record, out) if model else 0


def _compare(
    raw: Sequence[Mapping[str, Any]],
    labelled: Sequence[Labelled],
    judging: Judging,
    model: ModelSettings,
    record: Path | None,
    out: TextIO,
) -> int:
    """Asks a language model as well and prints what that changes."""
    from adapters import opinions

    try:
        asked = opinions.ask([read_case(row) for row in raw], labelled, judging, model, record)
    except (SettingsError, OSError) as problem:
        print(problem, file=sys.stderr)
        return CONFIGURATION
    for line in opinions.compared(labelled, asked):
        out.write(line + "\n")
    return 0


def _judge(rows: Sequence[Mapping[str, Any]], judging: Judging, rules_only: bool) -> list[Labelled]:
    judge = judging.judge_by_rules if rules_only else judging.judge
    return [
        Labelled(
            Fit[str(raw["verdict"]).upper()],
            frozenset(raw["reasons"]),
            frozenset(raw["intents"]),
            judge(read_case(raw)),
            name=str(raw.get("id", "")),
            group=str(raw.get("network")),
            contrast=str(raw.get("set") or ""),
            paraphrase=str(raw.get("paraphrase") or ""),
        )
        for raw in rows
    ]


def _report(rows: Sequence[Labelled]) -> Iterator[str]:
    for name, value in scoring.score(rows).items():
        yield f"{name:20} {value if isinstance(value, int) else round(value, 3)}"
    right = scoring.contrast_right(rows)
    if right is not None:
        yield f"{'contrast_sets_right':20} {right:.3f}"
    kept = scoring.paraphrases_kept(rows)
    if kept is not None:
        yield f"{'paraphrases_kept':20} {kept:.3f}"
    yield f"{'calibration_error':20} {scoring.calibration_error(rows):.3f}"
    yield "\nlabelled (down), said (across)"
    yield " " * 10 + "".join(f"{fit.code:>8}" for fit in Fit)
    table = scoring.confusion(rows)
    for gold in Fit:
        yield f"{gold.code:10}" + "".join(f"{table.get((gold, said), 0):8}" for said in Fit)
    yield "\nanswered only when sure at least: share answered, share right"
    for sure in COVERAGES:
        share, good = scoring.coverage(rows, sure)
        yield f"{sure:10.1f}{share:8.3f}{good:8.3f}"
    yield from _breakdown(rows)
    yield "\nworst errors"
    for row in scoring.worst(rows):
        rules = ", ".join(finding.rule for finding in row.said.findings)
        yield f"{row.name:14} {row.fit.code} but said {row.said.fit.code} ({row.said.confidence:.2f}) {rules}"


def _breakdown(rows: Sequence[Labelled]) -> Iterator[str]:
    yield "\nnetwork: cases, accuracy, false alarms"
    for group in sorted({row.group for row in rows}):
        figures = scoring.score([row for row in rows if row.group == group])
        yield f"{group:14}{figures['cases']:6}{figures['accuracy']:8.3f}{figures['false_alarms']:8.3f}"
    yield "\nreason: cases, share in which it was given"
    for reason, (cases, share) in scoring.reason_rows(rows).items():
        yield f"{reason:18}{cases:6}{share:8.3f}"
