"""Commands of turning points: begin, show, tick off, put off, stop."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

from bot.commands import BadCommand, example
from bot.grammar.ledger import when
from bot.problems import problem
from bot.review_commands import DelayReview, ReviewCommand, ShowReview, StartReview, StopReview, TickStep
from bot.reviews import State, Turn

_SHOW = {"": "show", "show": "show", "progress": "show", "list": "show", "why": "why"}
_STOP = ("stop", "off", "end", "cancel")
_LATER = re.compile(r"(?:later|snooze|pause)\b\s*(?P<until>.*)")
_STATES = {
    "done": State.DONE, "did": State.DONE, "tick": State.DONE, "skip": State.SKIPPED, "skipped": State.SKIPPED,
    "open": State.OPEN, "reopen": State.OPEN, "undo": State.OPEN,
}  # fmt: skip
_STEP = re.compile(r"(?P<state>[a-z]+)\s+(?:step\s+)?#?(?P<number>\d{1,4})")
_STEP_FIRST = re.compile(r"(?:step\s+)?#?(?P<number>\d{1,4})\s+(?P<state>[a-z]+)")
_FROM = re.compile(r"\b(?:from|since|as of|on|starting)\b")
_SMALL = re.compile(r"\b(?:a|an|my|the|to|got)\b")
USUAL = "1 week"
"""For how long steps are put off where nothing is said."""


class Reviews:
    """Reads them with the words people use for turning points."""

    def __init__(self, synonyms: Mapping[str, Mapping[str, str]]) -> None:
        self._turns = {turn.value: turn.value for turn in Turn} | dict(synonyms["turn"])

    def review(self, rest: str) -> ReviewCommand:
        """What is said of a turning point; raises BadCommand."""
        said = rest.strip().casefold().rstrip(".!")
        if said in _SHOW:
            return ShowReview(_SHOW[said])
        if said in _STOP:
            return StopReview()
        later = _LATER.fullmatch(said)
        if later:
            return DelayReview(later["until"] or USUAL)
        return self._tick(said) or self._start(said)

    @staticmethod
    def _tick(said: str) -> TickStep | None:
        step = _STEP.fullmatch(said) or _STEP_FIRST.fullmatch(said)
        state = _STATES.get(step["state"] if step else said.split(maxsplit=1)[0])
        if state and not step:
            raise BadCommand(problem("which_step"))
        return TickStep(int(step["number"]), state) if step and state else None

    def _start(self, said: str) -> StartReview:
        named, ago, day = when(said, "review")
        turn = "-".join(_SMALL.sub(" ", _FROM.sub(" ", named)).split())
        if turn in self._turns:
            return StartReview(Turn(self._turns[turn]), ago, day)
        near = difflib.get_close_matches(turn, self._turns, 1, 0.6)
        guess = (
            problem("guess_review", near=self._turns[near[0]]) if near else problem("turns_are", known=", ".join(Turn))
        )
        raise BadCommand(problem("turn_unknown", turn=turn[:40], guess=guess, example=example("review")))
