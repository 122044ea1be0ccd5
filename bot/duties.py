"""What Tact does by itself, in every process: writes tips that are due, closes polls, delivers letters, keeps things right."""

from __future__ import annotations

import asyncio

from bot.delivery import Delivery
from bot.polling import Polling
from bot.tipping import Tipping
from bot.upkeep import Upkeep


class Duties:
    """Scheduler, worker and upkeep, begun, run and ended together."""

    def __init__(self, tipping: Tipping, delivery: Delivery, upkeep: Upkeep, polling: Polling | None = None) -> None:
        self._tipping = tipping
        self._delivery = delivery
        self._upkeep = upkeep
        self._polling = polling

    async def run(self) -> None:
        """Runs until it is cancelled; what is being sent then is waited for, and settled as unknown when it takes long."""
        try:
            await self._upkeep.begin()
            async with asyncio.TaskGroup() as group:
                group.create_task(self._delivery.run())
                group.create_task(self._tipping.run(self._delivery.wake))
                group.create_task(self._upkeep.run())
                if self._polling:
                    group.create_task(self._polling.run(self._delivery.wake))
        finally:
            await self._delivery.drain()

    async def once(self) -> None:
        """Does what is due now and returns: for a surface that shows letters only when somebody is there."""
        await self._tipping.step()
        if self._polling:
            await self._polling.step()
        await self._delivery.once()

    async def begin(self) -> None:
        """What a start has to put right, where `run` is not used."""
        await self._upkeep.begin()
