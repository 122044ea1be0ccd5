"""The page's first part: a draft in, its verdict out."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from adapters.lines import BadCase, read_case
from adapters.web.answer import answer
from adapters.web.view import At, Fields, Problem, choice
from bot.judging import Judging
from bot.local_charters import LIMIT as CHARTER_LIMIT
from bot.reading import form_of
from bot.reading.masks import LIMIT

KNOWN = ("text", "network", "delivery", "relation", "purpose", "form", "history", "charter")


class Check:
    """Judges a draft in its context."""

    at = At("/", "check", (*KNOWN, "with"))

    def __init__(self, judging: Judging) -> None:
        self._judging = judging

    def shown(self, form: Fields) -> dict[str, Any]:
        """The form, with what was filled in."""
        words = self._judging.wording
        return {
            "form": form,
            "asked": [choice(name, words) for name in ("network", "delivery", "relation")],
            "more": [choice(name, words) for name in ("purpose", "form")],
            "limit": LIMIT,
            "charter_limit": CHARTER_LIMIT,
            "result": None,
        }

    def answered(self, form: Fields) -> dict[str, Any]:
        """The form with the verdict; a button may have filled in some of the fields ("with")."""
        form = {**form, **{name: value for name, value in parse_qsl(form["with"]) if name in KNOWN}}
        refuse(form["text"], form["charter"])
        raw: dict[str, Any] = {name: form[name] or None for name in KNOWN}
        raw["form"] = form["form"] or form_of(form["text"]).value
        try:
            case = read_case(raw)
        except BadCase as problem:
            raise Problem("problem.field", said=problem) from problem
        return self.shown(form) | {"result": answer(case, self._judging)}


def refuse(text: str, charter: str = "") -> None:
    """Raises Problem for a draft that is not there, and for what is too long to be judged."""
    if not text.strip():
        raise Problem("problem.empty")
    if len(text) > LIMIT:
        raise Problem("problem.long", 413, limit=f"{LIMIT:,}")
    if len(charter) > CHARTER_LIMIT:
        raise Problem("problem.long_charter", 413, limit=f"{CHARTER_LIMIT:,}")
