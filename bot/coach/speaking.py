"""A verdict as a reply in words, the same on every surface."""

from __future__ import annotations

from collections.abc import Sequence

from bot.judging import Judging
from bot.local_charters import read_charter
from bot.model import Button, Case, Fit, Question, Reason, Reply, Tone, Verdict
from bot.render import render
from bot.wording import Wording

SHOWN = 2
"""Findings shown at most: the one or two that matter (design §1)."""

_TONES = {Fit.FITS: Tone.FITS, Fit.ADJUST: Tone.ADJUST, Fit.AVOID: Tone.AVOID}


def speak(
    case: Case,
    verdict: Verdict,
    judging: Judging,
    trend: str = "",
    judged: str = "",
    second: str = "",
    down: Sequence[Reason] = (),
) -> Reply:
    """The reply for a verdict; `trend` is better, worse or same against an earlier draft, or empty.

    `second` is what a second opinion adds, `judged` the small print that says where it was judged. `down` are reasons that
    were left out, because the community does not mind them.
    """
    words = judging.wording
    question = verdict.question
    text = render(
        "verdict",
        verdict=words.label("verdict", verdict.fit.code),
        fits=verdict.fit is Fit.FITS,
        place=place(case, words),
        trend=trend,
        down=", ".join(words.label("reason", reason) for reason in down),
        findings=[(f.say, f.quote(case.text), f.why, f.source) for f in verdict.findings[:SHOWN]],
        advice=verdict.advice,
        edit=judging.edit(case, verdict),
        question=question.ask if question else "",
        unread=read_charter(case.charter).unread if case.charter else (),
        second=second,
        judged=judged or ("" if question else small_print()),
        answers=", ".join(words.label(question.field, answer) for answer in question.answers) if question else "",
    )
    quotes = tuple(filter(None, (f.quote(case.text) for f in verdict.findings[:SHOWN])))
    tone = Tone.PLAIN if question else _TONES[verdict.fit]
    return Reply(text, tone=tone, buttons=_buttons(question, words), quotes=quotes)


def small_print(recipient: str = "", missing: str = "") -> str:
    """Where something was judged: by local rules, and who else read it; or why nobody else did."""
    return render("judged", recipient=recipient, missing=missing)


def place(case: Case, words: Wording) -> str:
    """Where a case goes, in words; only what is known."""
    known = (("network", case.network), ("delivery", case.delivery), ("relation", case.relation))
    return ", ".join(words.label(kind, code) for kind, code in known if code)


def _buttons(question: Question | None, words: Wording) -> tuple[Button, ...]:
    """One button an answer; its command checks the remembered draft in the new context."""
    if question is None:
        return ()
    return tuple(Button(words.label(question.field, code), f"check on {code}:") for code in question.answers)
