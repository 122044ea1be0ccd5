"""What a check adds below the verdict: at most one remark, so that replies stay short, and the button for a draft that went out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot import drift
from bot.coach.nudging import Asked
from bot.ledger import COMMUNAL, Balance, entries_in
from bot.model import Button, Case, EntryKind, Fit, Form, Network, Person, Purpose, Reply, Verdict
from bot.nudges import Place
from bot.purposes import Stated, purposes_on
from bot.reading.model import Reading
from bot.render import render
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.coach.nudging import Nudging
    from bot.storage import Store

SURE = 0.5
"""How likely a give, an ask or a purpose must be in a text that its writer showed us."""
PAUSE = timedelta(days=7)
"""How long it is not said again that drafts of a network serve, or miss, the same purpose."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft with all that was found out about it; the balance is looked up where it asks for something."""

    case: Case
    verdict: Verdict
    read: Reading
    aim: Purpose | None
    stated: Stated
    balance: Balance

    @property
    def purposes(self) -> tuple[Purpose, ...]:
        """What the person networks for there."""
        return purposes_on(self.stated, self.case.network)


class Remarking:
    """Adds to a verdict what matters beside it: a nudge, a drift, an old goal, or how the draft serves the purpose."""

    def __init__(self, wording: Wording, nudging: Nudging, store: Store, now: Callable[[], datetime]) -> None:
        self._wording = wording
        self._nudging = nudging
        self._store = store
        self._now = now

    async def add(self, reply: Reply, person: Person, checked: Checked) -> Reply:
        """The reply with the one remark that comes first, and its buttons."""
        if checked.verdict.question:
            return reply
        entries = entries_in(checked.read.intents, self._now(), SURE)
        keepable = checked.case.form is Form.DRAFT and checked.case.relation not in COMMUNAL
        sent = (Button(self._wording.overall["sent"], "sent"),) if entries and keepable else ()
        dismiss = (Button(self._wording.overall["dismiss"], "dismiss"),) if checked.verdict.findings else ()
        asks = any(entry.kind is EntryKind.ASKED for entry in entries)
        remark = (await self._nudge(person, checked) if asks else None) or await self._remark(person, checked)
        if remark is None:
            return replace(reply, buttons=(*reply.buttons, *sent, *dismiss))
        return replace(
            reply, text=f"{reply.text}\n\n{remark.text}", buttons=(*reply.buttons, *sent, *dismiss, *remark.buttons)
        )

    async def _remark(self, person: Person, checked: Checked) -> Reply | None:
        return (
            await self._drift(person, checked)
            or await self._old_goal(person, checked)
            or await self._aim(person, checked)
        )

    async def _nudge(self, person: Person, checked: Checked) -> Reply | None:
        if checked.verdict.fit is Fit.AVOID or checked.case.form is Form.QUESTION:
            return None
        asked = Asked(Place.CHECK, checked.case, checked.read, checked.balance, checked.purposes)
        nudge = await self._nudging.at(person, asked)
        if nudge is None:
            return None
        await self._nudging.remember(person, nudge)
        return nudge.reply

    async def _drift(self, person: Person, checked: Checked) -> Reply | None:
        network = checked.case.network
        if network is None or checked.aim is None or not checked.purposes or checked.aim in checked.purposes:
            return None
        latest = await self._store.verdicts.served(person, network, self._now() - drift.MONTH, drift.IN_A_ROW)
        served = drift.drifted(latest, checked.purposes)
        if served is None or not await self._first(person, f"drift/{network}", drift.MONTH):
            return None
        words = self._wording.overall
        both = " ".join((*checked.purposes, served))
        return Reply(
            render("drift", times=drift.IN_A_ROW, **self._words(checked.purposes, network), served=self._label(served)),
            buttons=(
                Button(words["drift_yes"], f"purpose {served} on {network}"),
                Button(words["drift_both"], f"purpose {both} on {network}"),
                Button(words["drift_no"], _keep(checked.stated, network)),
            ),
        )

    async def _old_goal(self, person: Person, checked: Checked) -> Reply | None:
        network = checked.case.network
        if not checked.purposes:
            return None
        since = await self._store.purposes.since(person)
        about = network if network in checked.stated else None
        if not drift.due_for_a_look(checked.stated, since, network, self._now()):
            return None
        if not await self._first(person, f"goal/{about or 'all'}", drift.MONTH):
            return None
        words = self._wording.overall
        return Reply(
            render("old_goal", **self._words(checked.purposes, about)),
            buttons=(
                Button(words["goal_yes"], _keep(checked.stated, network)),
                Button(words["goal_no"], "purpose"),
            ),
        )

    async def _aim(self, person: Person, checked: Checked) -> Reply | None:
        """How the draft serves or misses the purpose: where the verdict leaves room for it, and not each time."""
        network, aim = checked.case.network, checked.aim
        if network is None or aim is None or not checked.purposes:
            return None
        serves = aim in checked.purposes
        if checked.verdict.fit > (Fit.FITS if serves else Fit.ADJUST):
            return None
        if not await self._first(person, f"aim/{network}/{aim}", PAUSE):
            return None
        return Reply(render("aim", serves=serves, aim=self._label(aim), **self._words(checked.purposes, network)))

    async def _first(self, person: Person, about: str, pause: timedelta) -> bool:
        """Whether something was not said for a while; it is from now on."""
        now = self._now()
        said = await self._store.remarks.of(person)
        if about in said and said[about] > now - pause:
            return False
        await self._store.remarks.said(person, about, at=now)
        return True

    def _words(self, purposes: tuple[Purpose, ...], network: Network | None) -> dict[str, str]:
        where = self._wording.label("network", network) if network else self._wording.overall["kept"]
        return {"where": where, "stated": ", ".join(map(self._label, purposes))}

    def _label(self, purpose: Purpose) -> str:
        return self._wording.label("purpose", purpose)


def _keep(stated: Stated, network: Network | None) -> str:
    """The command that says a purpose holds still, of the network where it has its own."""
    return f"purpose keep on {network}" if network in stated and network else "purpose keep"
