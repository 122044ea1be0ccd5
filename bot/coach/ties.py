"""Use cases of ties: where one stands, what is next, how well somebody knows one, and a check that goes to a nickname."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.coach.ledger import happened
from bot.commands import BadCommand, Check
from bot.model import Button, Person, Reply
from bot.problems import problem
from bot.render import render
from bot.tie_commands import ForgetTie, SetTie, ShowTie, ShowTies, TakeStep, TieCommand
from bot.ties import (
    Knowledge,
    Stage,
    Standing,
    Tie,
    first_to_slip,
    is_ready,
    load,
    nearest,
    next_step,
    standing,
    too_soon,
)
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.coach.drafts import Drafts
    from bot.storage import Store

SHOWN = 10
"""Ties listed at most; the rest is counted."""
OFFERED = 3
"""Of how many a button is offered."""


class Ties:
    """Keeps how well people know somebody, and says what is next."""

    def __init__(self, wording: Wording, drafts: Drafts, store: Store, now: Callable[[], datetime]) -> None:
        self._wording = wording
        self._drafts = drafts
        self._store = store
        self._now = now

    async def answer(self, person: Person, command: TieCommand) -> Reply:
        """The reply to a command about ties; raises BadCommand."""
        match command:
            case ShowTies():
                return await self._list(person)
            case ShowTie():
                tie = await self._store.ties.of(person, command.who)
                return self._show(person, tie, "show") if tie else await self._unknown(person, command.who)
            case SetTie():
                return await self._set(person, command)
            case TakeStep():
                return await self._step(person, command)
            case ForgetTie():
                return await self._forget(person, command)

    async def check(self, person: Person, command: Check, checked: Callable[[Check], Awaitable[Reply]]) -> Reply:
        """A check with the closeness that is kept for a nickname; where none is, it is asked for once."""
        tie = await self._store.ties.of(person, command.who)
        now = standing(tie, self._now(), load()) if tie else None
        relation = command.relation or (now.stage.relation if now else None)
        reply = await checked(replace(command, relation=relation))
        if now:
            return self._with_standing(person, reply, now)
        if command.relation:
            return reply
        if self._asked_for(person) == "relation":
            return await self._unknown(person, command.who, "check")
        asked = await self._unknown(person, command.who)
        return replace(reply, text=f"{reply.text}\n\n{asked.text}", buttons=(*reply.buttons, *asked.buttons))

    async def _list(self, person: Person) -> Reply:
        known = first_to_slip(await self._store.ties.all_of(person), self._now(), load())
        buttons = tuple(Button(one.tie.who, f"tie {one.tie.who}") for one in known[:OFFERED])
        rows = [(one, self._labels(one)) for one in known[:SHOWN]]
        counts = [(load().stages[stage].label, sum(one.stage is stage for one in known)) for stage in Stage]
        return Reply(
            render("ties", rows=rows, more=max(0, len(known) - SHOWN), all=len(known), counts=counts), buttons=buttons
        )

    async def _set(self, person: Person, command: SetTie) -> Reply:
        now = self._now()
        async with self._store.together():
            before = await self._store.ties.of(person, command.who)
            tie = before.moved(command.stage, now) if before else Tie(command.who, command.stage, now, now)
            await self._store.ties.keep(person, tie, now)
        return self._show(person, tie, "same" if before and before.stage is command.stage else "set")

    async def _step(self, person: Person, command: TakeStep) -> Reply:
        known, now = load(), self._now()
        code = next(filter(None, map(known.step, command.step.split())), None)
        if code is None:
            near = known.like_a_step(command.step)
            guess = (
                problem("guess_step", who=command.who, near=near)
                if near
                else problem("steps_are", known=", ".join(known.steps))
            )
            raise BadCommand(problem("step_unknown", step=command.step, guess=guess))
        at = happened(command.ago, command.day, now)
        if at.date() > now.date():
            raise BadCommand(problem("step_in_future", day=at.date(), who=command.who, code=code))
        async with self._store.together():
            tie = await self._store.ties.of(person, command.who)
            if tie is None:
                return await self._unknown(person, command.who, "step")
            again = tie.done[-1:] == (code,) and tie.warm_at.date() == at.date()
            after = tie.after(code, at, now)
            await self._store.ties.keep(person, after, now)
        return self._show(person, after, "again" if again else "did", known.steps[code].label)

    async def _forget(self, person: Person, command: ForgetTie) -> Reply:
        if not await self._store.ties.forget(person, command.who):
            near = await self._nearest(person, command.who)
            buttons = (Button(near, f"tie {near}"),) if near else ()
            return Reply(render("tie_unknown", what="none", who=command.who, near=near), buttons=buttons)
        return Reply(render("tie_unknown", what="forgotten", who=command.who, near=""))

    async def _nearest(self, person: Person, who: str) -> str:
        return nearest(who, [tie.who for tie in await self._store.ties.all_of(person)])

    async def _unknown(self, person: Person, who: str, what: str = "ask") -> Reply:
        """Asks how well somebody knows one, and offers the nearest nickname that is kept."""
        near = await self._nearest(person, who)
        label = self._wording.labels["tie_button"]["stage"]
        buttons = [Button(label.format(who=who, stage=load().stages[s].button), f"tie {who} {s}") for s in Stage]
        if near:
            buttons.insert(0, Button(near, f"tie {near}"))
        return Reply(render("tie_unknown", what=what, who=who, near=near), buttons=tuple(buttons))

    def _show(self, person: Person, tie: Tie, what: str, did: str = "") -> Reply:
        """Where a tie stands, the next natural step, and what is too soon."""
        known = load()
        now = standing(tie, self._now(), known)
        step = next_step(now, known)
        words, labels = known.steps[step], self._wording.labels["tie_button"]
        ready = is_ready(now, known)
        buttons = [Button(labels["did"].format(who=tie.who, step=words.label), f"tie {tie.who} did {step}")]
        later = tie.stage.later
        if ready:
            next_label = labels["next"].format(who=tie.who, stage=known.stages[later].button)
            buttons.append(Button(next_label, f"tie {tie.who} {later}"))
        if what in ("set", "same") and self._drafts.of(person):
            buttons.append(Button(labels["recheck"].format(who=tie.who), f"check to {tie.who}:"))
        text = render(
            "tie",
            what=what,
            did=did,
            now=now,
            who=tie.who,
            said=known.stages[tie.stage],
            stage=known.stages[now.stage],
            earlier=known.stages[now.stage.earlier].label if now.stage is not Stage.KNOW else "",
            step=words,
            ready=known.stages[later].label if ready else "",
        )
        return Reply(text, buttons=tuple(buttons))

    def _with_standing(self, person: Person, reply: Reply, now: Standing) -> Reply:
        """A verdict with whose tie it went by, and a kind word where the draft belongs to a later stage."""
        known = load()
        draft = self._drafts.of(person)
        found = draft.verdict if draft else None
        early = bool(found and not found.question and not found.findings and too_soon(now.stage, found.intents, known))
        text = render(
            "tie_check", now=now, stage=known.stages[now.stage], early=early, step=known.steps[next_step(now, known)]
        )
        return replace(reply, text=f"{reply.text}\n\n{text}")

    def _asked_for(self, person: Person) -> str:
        """Which field the last verdict asked for; empty when it asked nothing."""
        draft = self._drafts.of(person)
        return draft.verdict.question.field if draft and draft.verdict.question else ""

    @staticmethod
    def _labels(now: Standing) -> tuple[str, str]:
        known: Knowledge = load()
        return known.stages[now.stage].label, known.steps[next_step(now, known)].do
