"""`tact check`: one draft in, a verdict in words or JSON out. Stateless: nothing is stored."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from adapters.lines import BadCase, as_json, read_case
from adapters.terminal import show
from bot.charters import CharterError
from bot.coach.speaking import speak
from bot.judging import build_judging
from bot.model import Case, Fit, Form
from bot.reading import form_of
from bot.settings import SettingsError, from_environment

LIMIT = 100_000
"""Bytes of a draft that are taken from a file or standard input."""

USAGE, CONFIGURATION = 2, 78


class BadDraft(ValueError):
    """A draft that cannot be read; the message says what to do."""


def check(
    draft: str | None, file: Path | None, json_wanted: bool, question: bool | None, context: Mapping[str, str | None]
) -> int:
    """Prints the verdict on a draft; returns the exit code: 0 fits, 1 findings, 2 usage, 78 configuration."""
    try:
        text = _text(draft, file)
        case = _case(text, question, context)
        judging = build_judging(from_environment().charters)
        verdict = judging.judge(case)
    except (BadDraft, BadCase) as problem:
        print(problem, file=sys.stderr)
        return USAGE
    except (CharterError, SettingsError) as problem:
        print(problem, file=sys.stderr)
        return CONFIGURATION
    if json_wanted:
        print(json.dumps(as_json(case, verdict), ensure_ascii=False))
    else:
        show(speak(case, verdict, judging))
    return int(verdict.fit is not Fit.FITS)


def _text(draft: str | None, file: Path | None) -> str:
    """The draft from where it was given; raises BadDraft."""
    if draft is not None and draft != "-":
        raw = draft.encode("utf-8", "surrogateescape")
    elif file is not None:
        try:
            raw = file.read_bytes()
        except OSError as error:
            raise BadDraft(f"{file} cannot be read ({error.strerror}); nothing was judged.") from error
    elif draft == "-" or not sys.stdin.isatty():
        raw = sys.stdin.buffer.read(LIMIT + 1)
    else:
        raise BadDraft('There is no draft. Example: tact check "Hi Ana, …" --on linkedin --as dm')
    if b"\0" in raw:
        raise BadDraft("This looks like a binary file, not a draft; nothing was judged.")
    if len(raw) > LIMIT:
        raise BadDraft(f"The draft has over {LIMIT:,} bytes; nothing was judged. Check the part you are unsure of.")
    text = raw.decode("utf-8", "replace")
    if not text.strip():
        raise BadDraft('The draft is empty; nothing was judged. Example: tact check "Hi Ana, …" --on linkedin --as dm')
    return text


def _case(text: str, question: bool | None, context: Mapping[str, str | None]) -> Case:
    form = form_of(text) if question is None else Form.QUESTION if question else Form.DRAFT
    raw: dict[str, Any] = dict(context) | {"text": text, "form": form.value}
    try:
        return read_case(raw)
    except BadCase as problem:
        raise BadCase(str(problem).replace("The case was skipped.", "Nothing was judged.")) from None
