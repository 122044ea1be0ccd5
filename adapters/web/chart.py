"""The chart of what fits where, for the built-in networks and, from the editor, for a charter of one's own."""

from __future__ import annotations

from typing import Any

from adapters.web.view import At, Fields, Problem
from bot import chart as charts
from bot.charting import image
from bot.judging import Judging
from bot.language import as_spoken, by_language
from bot.local_charters import LIMIT
from bot.model import Fit, Network
from bot.pictures import Theme


class Chart:
    """Shows kinds of message by networks; that of the networks' customs is worked out once."""

    at = At("/chart", "chart", ("charter", "network"))

    def __init__(self, judging: Judging) -> None:
        self._judging = judging
        self._known = as_spoken(charts.load)
        self._drawn = by_language(lambda: charts.chart(judging, charts.load()))

    def shown(self, form: Fields) -> dict[str, Any]:
        """The chart of the networks by their customs."""
        return self._values(self._usual, form)

    def answered(self, form: Fields) -> dict[str, Any]:
        """The same with a column for a charter before it; raises Problem."""
        if len(form["charter"]) > LIMIT:
            raise Problem("problem.long_charter", 413, limit=f"{LIMIT:,}")
        try:
            network = Network(form["network"] or Network.SLACK)
        except ValueError as error:
            raise Problem("problem.choice") from error
        if not form["charter"].strip():
            return self.shown(form)
        drawn = charts.with_charter(self._usual, self._judging, self._known, network, form["charter"])
        return self._values(drawn, form)

    def drawing(self) -> str:
        """The chart of the networks as SVG, in the colours that its viewer prefers."""
        return image(self._usual, self._known, Theme.AUTO).svg

    @property
    def _usual(self) -> charts.Chart:
        return self._drawn()

    def _values(self, drawn: charts.Chart, form: Fields) -> dict[str, Any]:
        rows = [(kind.label, [column.fields[at] for column in drawn.columns]) for at, kind in enumerate(drawn.kinds)]
        against = [(column.label, [*column.of(Fit.ADJUST), *column.of(Fit.AVOID)]) for column in drawn.columns]
        own = form if drawn.has_changes or len(drawn.columns) > len(self._usual.columns) else None
        return {"columns": drawn.columns, "rows": rows, "against": against, "known": self._known, "own": own}
