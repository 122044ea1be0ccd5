"""`tact check --exit-code`: files before they go out, for a hook or a pipeline; a line for each finding, nothing stored."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from adapters import CONFIGURATION, USAGE
from adapters.cli import BadDraft, case_of, text_of
from adapters.lines import BadCase
from bot.charters import CharterError
from bot.judging import Judging, build_judging
from bot.model import Case, Finding, Fit, Question
from bot.settings import SettingsError, from_environment

STDIN = Path("-")


def check(files: Sequence[Path], question: bool | None, context: Mapping[str, str | None]) -> int:
    """Prints what should change in each file; returns 0 when nothing should, 1 findings, 2 what cannot be judged, 78 configuration.

    A file is taken for the message itself unless `question` says otherwise. Every file is looked at, whatever the others are.
    """
    try:
        judging = build_judging(from_environment().charters)
        judging.load_all()
    except (CharterError, SettingsError) as problem:
        print(problem, file=sys.stderr)
        return CONFIGURATION
    return max((_check(file, bool(question), context, judging) for file in files or (STDIN,)), default=0)


def _check(file: Path, question: bool, context: Mapping[str, str | None], judging: Judging) -> int:
    try:
        text = text_of("-", None) if file == STDIN else text_of(None, file)
        case = case_of(text, question, context)
    except (BadDraft, BadCase) as problem:
        print(f"{file}: {problem}", file=sys.stderr)
        return USAGE
    verdict = judging.judge(case)
    if verdict.question:
        return _unsure(file, verdict.question)
    for finding in verdict.findings:
        print(_line(file, case, finding))
    return int(verdict.fit is not Fit.FITS)


def _unsure(file: Path, asked: Question) -> int:
    """Says what is missing; words that cannot be read are no fault of theirs, so that they stop nothing."""
    if asked.field == "text":
        print(f"{file}: not judged. {asked.ask}", file=sys.stderr)
        return 0
    print(f"{file}: {asked.ask} Say it with --on, --as or --to.", file=sys.stderr)
    return USAGE


def _line(file: Path, case: Case, finding: Finding) -> str:
    """A finding as editors and pipelines read it: file, line, verdict, what, the words that show it, and the change."""
    start = finding.spans[0].start if finding.spans else 0
    quote = " ".join(finding.quote(case.text).split())
    seen = f" (“{quote}”)" if quote else ""
    return f"{file}:{case.text.count(chr(10), 0, start) + 1}: {finding.fit.code}: {finding.say}{seen} {finding.advice}"
