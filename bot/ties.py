"""Ties: where a relationship stands (know me, like me, trust me), the next natural step, and how it slips without a word.

What Tact knows of stages and steps stands in `prompts/ties.toml`, decoded strictly. Source: "Notworking".
"""

from __future__ import annotations

import difflib
import tomllib
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from importlib.resources import files
from typing import Any

import msgspec

from bot.language import by_language, laid_over, overlay
from bot.model import Intent, Relation

LONGEST = 20
"""Characters of a nickname: an initial or a name, never an address or a story."""
KEY = 80
"""Characters of what a nickname is found by; a letter may stand for several."""
NEAR, NEAR_STEP = 0.5, 0.7
"""How alike a nickname must be to be offered for one that is not known, and a word for a step."""


class Stage(StrEnum):
    """How far a relationship has come."""

    KNOW = "know"
    LIKE = "like"
    TRUST = "trust"

    @property
    def relation(self) -> Relation:
        """The closeness that a check goes by."""
        return Relation.TRUSTED if self is Stage.TRUST else Relation.ACQUAINTANCE

    @property
    def earlier(self) -> Stage:
        """The stage before; the first has none and stays."""
        return Stage.LIKE if self is Stage.TRUST else Stage.KNOW

    @property
    def later(self) -> Stage:
        """The stage after; the last stays."""
        return Stage.LIKE if self is Stage.KNOW else Stage.TRUST


class TieError(ValueError):
    """A file of ties that cannot be used; the message is for the person who wrote it."""


class StageWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of a stage: how long it keeps without a word (days), its steps, and what is too soon."""

    label: str
    button: str
    about: str
    keeps: int
    enough: int
    steps: tuple[str, ...]
    too_soon: str
    intents: tuple[Intent, ...]
    instead: str
    source: str


class StepWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A step: what to do, what was done, and the words people have for it."""

    do: str
    label: str
    words: tuple[str, ...]
    source: str


class Knowledge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that is known of ties."""

    stages: dict[Stage, StageWords]
    steps: dict[str, StepWords]

    def step(self, word: str) -> str | None:
        """The step that a word stands for."""
        word = word.casefold()
        return next((code for code, step in self.steps.items() if word == code or word in step.words), None)

    def like_a_step(self, word: str) -> str:
        """The nearest step to a word that stands for none; empty when none is near."""
        words = {w: code for code, step in self.steps.items() for w in (code, *step.words)}
        near = difflib.get_close_matches(word.casefold(), words, 1, NEAR_STEP)
        return words[near[0]] if near else ""


@dataclass(frozen=True, slots=True)
class Tie:
    """What is kept of a contact: a nickname, the stage somebody stated, the last word, and the steps since, oldest first."""

    who: str
    stage: Stage
    stage_at: datetime
    warm_at: datetime
    done: tuple[str, ...] = ()

    def moved(self, stage: Stage, now: datetime) -> Tie:
        """The tie at a stage its owner stated just now; at another stage the steps begin anew."""
        if stage is self.stage:
            return replace(self, warm_at=now)
        return Tie(self.who, stage, now, now)

    def after(self, step: str, at: datetime, now: datetime) -> Tie:
        """The tie after a step taken at a time; a last word that a wrong clock put into the future does not stand."""
        warm = max(self.warm_at, at) if self.warm_at <= now else at
        return replace(self, warm_at=warm, done=(*(code for code in self.done if code != step), step))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a tie stands today: the stage it counts as, days until it slips, and whether there is nothing left to slip."""

    tie: Tie
    stage: Stage
    silent: int
    left: int
    faded: bool

    @property
    def slipped(self) -> bool:
        """Whether it counts as less than its owner stated."""
        return self.stage is not self.tie.stage


def standing(tie: Tie, now: datetime, knowledge: Knowledge) -> Standing:
    """Where a tie stands after so long without a word; one word brings it back, so what was stated is never changed."""
    silent = max(0, (now - tie.warm_at).days)
    stage, rest = tie.stage, silent
    while rest >= knowledge.stages[stage].keeps and stage is not Stage.KNOW:
        rest -= knowledge.stages[stage].keeps
        stage = stage.earlier
    left = knowledge.stages[stage].keeps - rest
    return Standing(tie, stage, silent, max(0, left), left <= 0)


def first_to_slip(ties: Iterable[Tie], now: datetime, knowledge: Knowledge) -> list[Standing]:
    """All ties: those that slip first come first, those that have faded last."""
    all_of_them = (standing(tie, now, knowledge) for tie in ties)
    return sorted(all_of_them, key=lambda s: (s.faded, s.left, s.tie.who.casefold()))


def next_step(now: Standing, knowledge: Knowledge) -> str:
    """The next natural step: of those for the stage the first that was not taken, else the one that was longest ago."""
    steps, done = knowledge.stages[now.stage].steps, now.tie.done
    return min(steps, key=lambda code: done.index(code) if code in done else -1)


def is_ready(now: Standing, knowledge: Knowledge) -> bool:
    """Whether enough different steps were taken for a thought whether the next stage is reached."""
    enough = knowledge.stages[now.stage].enough
    taken = set(now.tie.done) & set(knowledge.stages[now.stage].steps)
    return not now.slipped and 0 < enough <= len(taken)


def too_soon(stage: Stage, intents: Collection[Intent], knowledge: Knowledge) -> bool:
    """Whether a draft does what belongs to a later stage."""
    return not set(intents).isdisjoint(knowledge.stages[stage].intents)


def name_key(who: str) -> str:
    """What a nickname is found by: the same for M and m, and for one letter written in two ways."""
    return unicodedata.normalize("NFKC", who).casefold()[:KEY]


def nearest(who: str, known: Sequence[str]) -> str:
    """The nickname that is most like one that is not known; empty when none is."""
    names = {name_key(name): name for name in known}
    near = difflib.get_close_matches(name_key(who), names, 1, NEAR)
    return names[near[0]] if near else ""


def parse(text: str, file: str, over: Mapping[str, Any] | None = None) -> Knowledge:
    """Decodes a file of ties strictly; raises TieError naming file, field and remedy."""
    try:
        known = msgspec.convert(laid_over(tomllib.loads(text), over or {}, file), Knowledge)
    except tomllib.TOMLDecodeError as error:
        raise TieError(f"{file} is not valid TOML ({error}). Nothing was loaded; mend that line.") from error
    except msgspec.ValidationError as error:
        raise TieError(f"{file}: {error}. Nothing was loaded; see prompts/README.md.") from error
    problems = [f"stages.{stage} is missing" for stage in Stage if stage not in known.stages]
    for stage, words in known.stages.items():
        problems += [f"stages.{stage}: no step is called {code!r}" for code in words.steps if code not in known.steps]
        if words.keeps < 1 or not words.steps:
            problems.append(f"stages.{stage}: keeps must be a day or more, and there must be a step")
    for code, step in known.steps.items():
        problems += [f"steps.{code}: the word {word!r} stands for another step" for word in step.words if known.step(word) != code]  # fmt: skip
    if problems:
        raise TieError(f"{file}, {problems[0]}. Nothing was loaded; mend it and try again.")
    return known


@by_language
def load() -> Knowledge:
    """What Tact knows of ties, read once per process; raises TieError."""
    return parse((files("prompts") / "ties.toml").read_text(encoding="utf-8"), "ties.toml", overlay("ties.toml"))
