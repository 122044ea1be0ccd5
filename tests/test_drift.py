"""Drafts that drift from the stated purpose, and goals of a month ago."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.drift import MONTH, asked_lately, drifted, due_for_a_look
from bot.model import Network, Purpose

BRAND, CAREER = Purpose.BRAND, Purpose.OPPORTUNITIES
NOW = datetime(2026, 3, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("latest", "stated", "drift"),
    [
        ([BRAND] * 5, (CAREER,), BRAND),
        ([BRAND] * 5 + [CAREER], (CAREER,), BRAND),
        ([BRAND] * 4, (CAREER,), None),
        ([BRAND] * 4 + [CAREER], (CAREER,), None),
        ([BRAND] * 4 + [Purpose.STRATEGIC], (CAREER,), None),
        ([BRAND] * 5, (CAREER, BRAND), None),
        ([BRAND] * 5, (), None),
    ],
)
def test_five_in_a_row_that_serve_another_purpose_are_a_drift(
    latest: list[Purpose], stated: tuple[Purpose, ...], drift: Purpose | None
) -> None:
    assert drifted(latest, stated) is drift


def test_a_goal_is_looked_at_again_after_a_month() -> None:
    stated = {None: (BRAND,), Network.X: (CAREER,)}
    since = {None: NOW - MONTH, Network.X: NOW - timedelta(days=1)}
    assert due_for_a_look(stated, since, Network.SLACK, NOW)
    assert not due_for_a_look(stated, since, Network.X, NOW)
    assert not due_for_a_look({}, {}, Network.X, NOW)


def test_what_was_asked_is_not_asked_again_for_a_month() -> None:
    assert asked_lately({"drift/x": NOW - MONTH + timedelta(1)}, "drift/x", NOW)
    assert not asked_lately({"drift/x": NOW - MONTH}, "drift/x", NOW)
    assert not asked_lately({}, "drift/x", NOW)
