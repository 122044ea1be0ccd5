"""Commands of ties: where one stands, at which stage it is, a step that was taken, and to forget it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.commands import BadCommand, example
from bot.grammar.ledger import refuse_to_come, when
from bot.grammar.options import FILLERS, WORD
from bot.problems import problem
from bot.tie_commands import ForgetTie, SetTie, ShowTie, ShowTies, TakeStep, TieCommand
from bot.ties import LONGEST, Stage

WORDS = 2
"""Words of a nickname at most, so that no story is written down with it."""
_ADDRESS = re.compile(r"[@<>/]|\d{5}")
_DID = re.compile(r"(?:^|\s)(?:did|took|done)\s+", re.IGNORECASE)
_FORGET = ("forget", "delete", "remove")
_LIST = ("", "list", "show", "all")


class Ties:
    """Reads them with the words people use for stages."""

    def __init__(self, synonyms: Mapping[str, Mapping[str, str]]) -> None:
        self._stages = {stage.value: stage.value for stage in Stage} | dict(synonyms["stage"])

    def tie(self, rest: str) -> TieCommand:
        """What is said of a tie; raises BadCommand."""
        if rest.strip(" .").casefold() in _LIST:
            return ShowTies()
        who, did, step = _parted(rest)
        if did:
            return self._step(who, step)
        said = _words(rest)
        forget = len(said) > 1 and any(word.casefold() in _FORGET for word in said)
        stages = {Stage(self._stages[word.casefold()]) for word in said if word.casefold() in self._stages}
        names = [
            word for word in said if word.casefold() not in self._stages and not (forget and word.casefold() in _FORGET)
        ]
        if len(stages) > 1 or (forget and stages):
            both = problem("and").join(sorted(stages) if len(stages) > 1 else ("forget", next(iter(stages))))
            raise BadCommand(problem("not_both", both=both, example=example("tie")))
        if forget:
            return ForgetTie(nickname(names))
        if stages:
            return SetTie(nickname(names), stages.pop())
        return ShowTie(nickname(names))

    @staticmethod
    def _step(who: str, said: str) -> TakeStep:
        refuse_to_come(said, "tie M did hello")
        step, ago, day = when(said, "tie")
        words = _words(step)
        if not words:
            raise BadCommand(problem("which_tie_step"))
        return TakeStep(nickname(_words(who)), " ".join(words)[:40], ago, day)


def nickname(words: list[str]) -> str:
    """An initial or nickname; raises BadCommand for what is none."""
    name = " ".join(words)
    if not name:
        raise BadCommand(problem("whose_tie", example=example("tie")))
    if len(words) > WORDS or len(name) > LONGEST or _ADDRESS.search(name):
        raise BadCommand(problem("nickname_too_long", most=LONGEST, example=example("tie")))
    return name


def _parted(rest: str) -> tuple[str, bool, str]:
    """Who stands before "did", whether it is there, and the step after it."""
    parts = _DID.split(f"{rest} ", maxsplit=1)
    return parts[0], len(parts) > 1, parts[-1] if len(parts) > 1 else ""


def _words(said: str) -> list[str]:
    words = [word.group().strip('?!."“”') for word in WORD.finditer(said)]
    return [word for word in words if word and (word.casefold() not in FILLERS or not word.islower())]
