"""Stated purposes and their conflicts."""

from bot.model import Network, Purpose
from bot.purposes import conflicts, purposes_on

STATED = {None: (Purpose.BRAND,), Network.X: (Purpose.OPERATIONAL,)}


def test_a_networks_own_purpose_beats_the_overall_one() -> None:
    assert purposes_on(STATED, Network.X) == (Purpose.OPERATIONAL,)
    assert purposes_on(STATED, Network.SLACK) == (Purpose.BRAND,)
    assert purposes_on(STATED, None) == (Purpose.BRAND,)
    assert purposes_on({}, Network.X) == ()


def test_purposes_at_odds_are_named() -> None:
    three = (Purpose.FRIENDS_FAMILY, Purpose.STRATEGIC, Purpose.BRAND)
    assert conflicts(three) == ((Purpose.FRIENDS_FAMILY, Purpose.BRAND),)
    assert conflicts((Purpose.STRATEGIC, Purpose.OPPORTUNITIES)) == ()
