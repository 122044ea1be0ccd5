"""Use case: the chart of what fits where, with a column for the place it is asked in where that has a charter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot import chart as charts
from bot.charting import image, tell, tell_place
from bot.coach.listening import network_of
from bot.commands import BadCommand, Chart
from bot.judging import Judging
from bot.language import by_language
from bot.model import Network, Person, Reply, Room
from bot.pictures import Theme
from bot.problems import problem

if TYPE_CHECKING:
    from bot.coach.charters import Charters


class Charting:
    """Shows the chart; that of the networks' custom is worked out once."""

    def __init__(self, judging: Judging, charters: Charters) -> None:
        self._judging = judging
        self._charters = charters
        self._usual = by_language(lambda: charts.chart(judging, charts.load()))

    async def show(self, person: Person, command: Chart, room: Room) -> Reply:
        """The chart in words and as a picture; raises BadCommand."""
        known = charts.load()
        held = await self._charters.holding(person, room)
        if command.here and not held:
            raise BadCommand(problem("no_charter_here"))
        shown = self._usual()
        if held and command.network is None:
            home = network_of(person) or Network.SLACK
            shown = charts.with_charter(shown, self._judging, known, home, held)
        if command.here or command.network:
            column = shown.columns[0] if command.here else shown.column(command.network)
            shown = charts.Chart(shown.kinds, (column,))
            text = tell_place(column, known)
        else:
            text = tell(shown, known)
        return Reply(text, image=image(shown, known, Theme.DARK if command.dark else Theme.LIGHT))
