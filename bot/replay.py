"""Judges the sample drafts under two charters, so that a change is seen before it is made."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.judging import Judging
from bot.model import Case, Network, Verdict


@dataclass(frozen=True, slots=True)
class Replayed:
    """A sample draft, and how it is judged under the one charter and the other."""

    text: str
    before: Verdict
    after: Verdict

    @property
    def changed(self) -> bool:
        """Whether the verdict is another one."""
        return self.before.fit is not self.after.fit


def replay(judging: Judging, before: str | None, after: str | None, network: Network) -> tuple[Replayed, ...]:
    """Every sample draft on a network under both charters; None or empty means the network's customs alone."""
    cases = [Case(sample.text, network, sample.delivery, sample.relation) for sample in judging.wording.samples]
    return tuple(
        Replayed(case.text, *(judging.judge(replace(case, charter=charter or None)) for charter in (before, after)))
        for case in cases
    )
