"""Purposes over time: drafts that drift from what was said, and goals stated long ago."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.model import Network, Purpose
from bot.purposes import Stated, purposes_on

IN_A_ROW = 5
"""So many drafts in a row that serve another purpose are a drift."""
MONTH = timedelta(days=30)
"""How long a goal stands before it is asked about, and how long nothing is asked again."""


def drifted(latest: Sequence[Purpose], stated: tuple[Purpose, ...]) -> Purpose | None:
    """The purpose that the last drafts served (newest first) in place of the stated ones; None while they agree."""
    last = latest[:IN_A_ROW]
    if not stated or len(last) < IN_A_ROW or len(set(last)) > 1 or last[0] in stated:
        return None
    return last[0]


def due_for_a_look(
    stated: Stated, since: Mapping[Network | None, datetime], network: Network | None, now: datetime
) -> bool:
    """Whether the purposes that hold on a network were stated, or last kept, a month ago or longer."""
    if not purposes_on(stated, network):
        return False
    at = since.get(network) if network in stated else since.get(None)
    return at is not None and at <= now - MONTH


def asked_lately(said: Mapping[str, datetime], about: str, now: datetime) -> bool:
    """Whether something was asked within the last month."""
    return about in said and said[about] > now - MONTH
