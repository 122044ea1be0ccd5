"""Sample drafts under two charters: what a change would mean."""

from __future__ import annotations

from bot.judging import Judging
from bot.model import Fit, Layer, Network
from bot.replay import replay

TOOL = "I wrote a small tool for beekeepers, have a look: https://hive.example"


def test_every_sample_is_judged_before_and_after_and_what_changed_is_told(judging: Judging) -> None:
    replayed = replay(judging, "", "Own projects only in #showcase.", Network.SLACK)
    assert len(replayed) == len(judging.wording.samples)
    tool = next(one for one in replayed if one.text == TOOL)
    assert (tool.before.fit, tool.after.fit, tool.changed) == (Fit.FITS, Fit.ADJUST, True)
    assert tool.after.findings[0].layer is Layer.LOCAL
    socks = next(one for one in replayed if "wool socks" in one.text)
    assert not socks.changed


def test_the_same_charter_changes_nothing(judging: Judging) -> None:
    assert [one for one in replay(judging, "No ads.", "No ads.", Network.DISCORD) if one.changed] == []
