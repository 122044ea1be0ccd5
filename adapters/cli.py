"""`tact check`: one draft in, a verdict in words or JSON out. Stateless: nothing is stored."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adapters import CONFIGURATION, USAGE
from adapters.lines import BadCase, as_json, read_case
from adapters.terminal import show
from bot import wording
from bot.app import build_advisor
from bot.charters import CharterError
from bot.coach.advising import refined
from bot.coach.drafts import Draft
from bot.coach.speaking import speak
from bot.judging import Judging, build_judging
from bot.language import speaking
from bot.model import Case, Fit, Form, Verdict
from bot.reading import form_of
from bot.settings import Settings, SettingsError, from_environment

if TYPE_CHECKING:
    from bot.advisor import Advisor, Second

BYTES = 100_000
"""Bytes of a draft that are taken from a file or standard input."""


class BadDraft(ValueError):
    """A draft that cannot be read; the message says what to do."""


def check(
    draft: str | None,
    file: Path | None,
    json_wanted: bool,
    question: bool | None,
    context: Mapping[str, str | None],
    *,
    ask_model: bool = False,
) -> int:
    """Prints the verdict on a draft; returns the exit code: 0 fits, 1 findings, 2 usage, 78 configuration."""
    try:
        text = text_of(draft, file)
        case = case_of(text, question, context)
        settings = from_environment()
        judging = build_judging(settings.charters)
        advisor = _advisor(settings, judging) if ask_model else None
        with speaking(settings.language):
            verdict = judging.judge(case)
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
        first, judged = speak(case, verdict, judging), Draft(case, verdict)
        if not json_wanted:
            show(first)
        second = _second(advisor, case, verdict) if advisor else None
        if second:
            verdict = second.verdict
        if json_wanted:
            asked = {"question": verdict.question.ask} if verdict.question else {}
            print(json.dumps(as_json(case, verdict) | asked, ensure_ascii=False))
        elif advisor and second:
            print()
            show(refined(first, judged, second, advisor.recipient, judging))
    return int(verdict.fit is not Fit.FITS)


def _advisor(settings: Settings, judging: Judging) -> Advisor:
    """The advisor on the language model that the settings name; raises SettingsError where they name none."""
    advisor = build_advisor(settings.model, judging, lambda: datetime.now(UTC))
    if advisor is None:
        raise SettingsError(
            "--llm needs TACT_LLM to name a language model, such as ollama://llama3.2. Nothing was sent."
        )
    return advisor


def _second(advisor: Advisor, case: Case, verdict: Verdict) -> Second | None:
    """The second opinion; None where the missing context is asked for first."""
    import asyncio

    async def advise() -> Second | None:
        try:
            return await advisor.advise(case, verdict) if advisor.wants(case, verdict) else None
        finally:
            await advisor.close()

    return asyncio.run(advise())


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
