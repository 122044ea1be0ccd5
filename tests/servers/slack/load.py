"""Many slash commands at a steady rate or by a fixed number of people, for benchmarks and for killing under load."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from .acting import Acting
from .attempts import Delivery
from .world import Person

Json = dict[str, Any]


async def load(acting: Acting, person: Person, body: Json) -> Json:
    """Sends `count` commands, `rate` a second whether answered or not, or else `people` at a time.

    Returns seconds in all, the latency of each acknowledged one and how many were not acknowledged.
    """
    began = time.perf_counter()

    async def send() -> Delivery:
        return await acting.command(person, body["channel"], body["command"], body.get("text", ""))

    if rate := body.get("rate"):
        running = []
        for number in range(body["count"]):
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            running.append(asyncio.create_task(send()))
        done = list(await asyncio.gather(*running))
    else:
        done = await _in_turns(send, body["count"], body.get("people", 1))
    acked = [d.attempts[-1].seconds for d in done if d.user_sees is None]
    return {"seconds": time.perf_counter() - began, "latencies": acked, "failed": len(done) - len(acked)}


async def _in_turns(send: Callable[[], Awaitable[Delivery]], count: int, people: int) -> list[Delivery]:
    done: list[Delivery] = []
    left = iter(range(count))

    async def turn() -> None:
        for _ in left:
            done.append(await send())

    await asyncio.gather(*(turn() for _ in range(people)))
    return done
