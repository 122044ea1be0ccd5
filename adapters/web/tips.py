"""The library of tips, all of them readable, by network, purpose and finding."""

from __future__ import annotations

from typing import Any

from adapters.web.view import At, Choice, Fields, Problem, choice
from bot import tips
from bot.judging import Judging
from bot.model import Network, Purpose, Reason
from bot.tips import Tip


class Tips:
    """Shows the tips that suit what is chosen, those that name it first."""

    at = At("/tips", "tips", ("network", "purpose", "finding"), private=False)

    def __init__(self, judging: Judging) -> None:
        self._judging = judging

    def shown(self, form: Fields) -> dict[str, Any]:
        """The tips for what is chosen; raises Problem for a choice that is none."""
        try:
            found = suiting(
                tips.load(),
                Network(form["network"]) if form["network"] else None,
                Purpose(form["purpose"]) if form["purpose"] else None,
                Reason(form["finding"]) if form["finding"] else None,
            )
        except ValueError as error:
            raise Problem("problem.choice") from error
        topics: dict[str, list[Tip]] = {}
        for tip in found:
            topics.setdefault(tip.topic, []).append(tip)
        shown = {"choices": self._choices(), "topics": sorted(topics.items()), "count": len(found)}
        return {"form": form, "chosen": any(form.values())} | shown

    def answered(self, form: Fields) -> dict[str, Any]:
        """The same: what is chosen stands in the address, so that it can be bookmarked."""
        return self.shown(form)

    def _choices(self) -> tuple[Choice, ...]:
        words = self._judging.wording
        reasons = tuple((code.value, words.label("reason", code)) for code in Reason if code is not Reason.NONE)
        return (choice("network", words), choice("purpose", words), Choice("finding", "", (("", ""), *reasons)))


def suiting(
    library: tuple[Tip, ...], network: Network | None, purpose: Purpose | None, finding: Reason | None
) -> list[Tip]:
    """The tips of use on a network, for a purpose and against a finding; those that name them before those for all."""
    found = [
        tip
        for tip in library
        if (network is None or not tip.networks or network in tip.networks)
        and (purpose is None or not tip.purposes or purpose in tip.purposes)
        and (finding is None or finding in tip.answers)
    ]
    return sorted(
        found, key=lambda tip: (network is not None and not tip.networks) + (purpose is not None and not tip.purposes)
    )
