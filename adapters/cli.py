"""`tact check`: one draft in, a verdict in words or JSON out. Stateless: nothing is stored."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from adapters import CONFIGURATION, USAGE
from adapters.lines import BadCase, as_json, read_case
from adapters.terminal import show
from bot import wording
from bot.charters import CharterError
from bot.coach.speaking import speak
from bot.judging import build_judging
from bot.language import speaking
from bot.model import Case, Fit, Form
from bot.reading import form_of
from bot.settings import SettingsError, from_environment

BYTES = 100_000
"""Bytes of a draft that are taken from a file or standard input."""


class BadDraft(ValueError):
    """A draft that cannot be read; the message says what to do."""


def check(
    draft: str | None, file: Path | None, json_wanted: bool, question: bool | None, context: Mapping[str, str | None]
) -> int:
    """Prints the verdict on a draft; returns the exit code: 0 fits, 1 findings, 2 usage, 78 configuration."""
    try:
        text = text_of(draft, file)
        case = case_of(text, question, context)
        settings = from_environment()
        judging = build_judging(settings.charters)
    except BadCase as problem:
        print(f"{problem} Nothing was judged.", file=sys.stderr)
        return USAGE
    except BadDraft as problem:
        print(problem, file=sys.stderr)
        return USAGE
    except (CharterError, SettingsError) as problem:
        print(problem, file=sys.stderr)
        return CONFIGURATION
    with speaking(settings.language):
        verdict = judging.judge(case)
        if json_wanted:
            asked = {"question": verdict.question.ask} if verdict.question else {}
            print(json.dumps(as_json(case, verdict) | asked, ensure_ascii=False))
        else:
            show(speak(case, verdict, judging))
    return int(verdict.fit is not Fit.FITS)


def text_of(draft: str | None, file: Path | None) -> str:
    """The draft from where it was given; raises BadDraft."""
    if draft is not None and file is not None:
        raise BadDraft("Give the draft or a file, not both; nothing was judged.")
    if draft is not None and draft != "-":
        raw = draft.encode("utf-8", "surrogateescape")
    elif file is not None:
        try:
            with file.open("rb") as opened:
                raw = opened.read(BYTES + 1)
        except OSError as error:
            raise BadDraft(f"{file} cannot be read ({error.strerror}); nothing was judged.") from error
    elif draft == "-" or not sys.stdin.isatty():
        raw = sys.stdin.buffer.read(BYTES + 1)
    else:
        raise BadDraft('There is no draft. Example: tact check "Hi Ana, …" --on linkedin --as dm')
    if b"\0" in raw:
        raise BadDraft("This looks like a binary file, not a draft; nothing was judged.")
    if len(raw) > BYTES:
        raise BadDraft(f"The draft has over {BYTES:,} bytes; nothing was judged. Check the part you are unsure of.")
    text = raw.decode("utf-8", "replace")
    if text.count("\ufffd") > len(text) // 10:
        raise BadDraft("This is no text that can be read (UTF-8 is expected); nothing was judged.")
    if not text.strip():
        raise BadDraft('The draft is empty; nothing was judged. Example: tact check "Hi Ana, …" --on linkedin --as dm')
    return text


def case_of(text: str, question: bool | None, context: Mapping[str, str | None]) -> Case:
    """The case that a text and the options make; raises BadCase."""
    form = form_of(text) if question is None else Form.QUESTION if question else Form.DRAFT
    words = wording.load().synonyms
    said = {
        kind: words.get(kind, {}).get(value.casefold(), value) if value else value for kind, value in context.items()
    }
    raw: dict[str, Any] = said | {"text": text, "form": form.value}
    return read_case(raw)
