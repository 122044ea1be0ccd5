"""Stated networking purposes: which hold on a network, and which are at odds."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model import Network, Purpose

Stated = Mapping[Network | None, tuple[Purpose, ...]]
"""Purposes by network; None holds for all networks without their own."""

# Close friends and family share what a career or a brand must not show (source: "Is there a purpose behind your networking?").
_AT_ODDS = (
    frozenset({Purpose.FRIENDS_FAMILY, Purpose.OPPORTUNITIES}),
    frozenset({Purpose.FRIENDS_FAMILY, Purpose.BRAND}),
    frozenset({Purpose.OPERATIONAL, Purpose.BRAND}),
)


def purposes_on(stated: Stated, network: Network | None) -> tuple[Purpose, ...]:
    """The purposes that hold on a network: its own, else the overall ones."""
    return stated.get(network) or stated.get(None, ())


def conflicts(purposes: tuple[Purpose, ...]) -> tuple[tuple[Purpose, Purpose], ...]:
    """Pairs of purposes that are at odds on one network."""
    return tuple((a, b) for i, a in enumerate(purposes) for b in purposes[i + 1 :] if frozenset({a, b}) in _AT_ODDS)
