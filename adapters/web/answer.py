"""A verdict as the page shows it: highlighted text, findings, and the edit."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.web.view import SYMBOLS
from bot.coach.speaking import place
from bot.judging import Judging
from bot.local_charters import read_charter
from bot.model import Case, Finding, Fit, Question, Verdict


@dataclass(frozen=True, slots=True)
class Edit:
    """A draft around one edit."""

    lead: str
    removed: str
    added: str
    tail: str


@dataclass(frozen=True, slots=True)
class Answer:
    """All that the page shows of a verdict."""

    code: str
    symbol: str
    verdict: str
    fits: bool
    place: str
    question: Question | None
    answers: tuple[tuple[str, str], ...]
    """What can be answered to the question: codes with their words."""
    findings: tuple[Finding, ...]
    pieces: tuple[tuple[str, int], ...]
    advice: str
    edit: Edit | None
    unread: tuple[str, ...]


def answer(case: Case, judging: Judging) -> Answer:
    """The verdict on a case, ready for the page."""
    verdict, words = judging.judge(case), judging.wording
    question = verdict.question
    return Answer(
        code=verdict.fit.code,
        symbol=SYMBOLS[verdict.fit.code],
        verdict=words.label("verdict", verdict.fit.code),
        fits=verdict.fit is Fit.FITS,
        place=place(case, words),
        question=question,
        answers=tuple((code, words.label(question.field, code)) for code in question.answers) if question else (),
        findings=verdict.findings,
        pieces=pieces(case.text, verdict.findings),
        advice=verdict.advice,
        edit=_edit(case, verdict, judging),
        unread=read_charter(case.charter).unread if case.charter else (),
    )


def pieces(text: str, findings: tuple[Finding, ...]) -> tuple[tuple[str, int], ...]:
    """The text cut where findings point: each piece with its finding's number, 0 for none."""
    marks = sorted((span.start, span.end, number) for number, f in enumerate(findings, 1) for span in f.spans)
    cut: list[tuple[str, int]] = []
    at = 0
    for start, end, number in marks:
        if start < at or start == end:
            continue
        cut += [(text[at:start], 0), (text[start:end], number)]
        at = end
    return tuple(piece for piece in [*cut, (text[at:], 0)] if piece[0])


def _edit(case: Case, verdict: Verdict, judging: Judging) -> Edit | None:
    edit = judging.edit(case, verdict)
    if edit is None:
        return None
    return Edit(case.text[: edit.at], edit.removed, edit.added, case.text[edit.at + len(edit.removed) :])
