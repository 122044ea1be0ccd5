"""Too much at once: what can be answered in time is let in, the rest is told to come again, and afterwards all is as before."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.admission import FEWEST, FIRST, SLOW, Admission
from adapters.slack.front import Front
from tests.platforms.slack_serving import signed

PATIENCE = 3.0
STEP = 0.01
SECRET = "s"


@dataclass
class Server:
    """A server that does so much work a second, shared by all who are inside; time is stepped by hand."""

    capacity: float
    now: float = 0.0
    inside: deque[list[float]] = field(default_factory=deque)
    in_time: int = 0
    too_late: int = 0
    shed: int = 0
    owed: float = 0.0

    def __post_init__(self) -> None:
        self.admission = Admission(lambda: self.now)

    def run(self, rate: float, seconds: float) -> float:
        """The share of requests that were answered in time."""
        self.in_time = self.too_late = self.shed = 0
        for _ in range(round(seconds / STEP)):
            self.owed += rate * STEP
            while self.owed >= 1:
                self.owed -= 1
                entered = self.admission.enter()
                if entered is None:
                    self.shed += 1
                else:
                    self.inside.append([entered, 1 / self.capacity])
            self.now += STEP
            share = STEP / len(self.inside) if self.inside else 0.0
            for one in self.inside:
                one[1] -= share
            for one in [one for one in self.inside if one[1] <= 0]:
                self.inside.remove(one)
                self.admission.leave(one[0])
                self.in_time += self.now - one[0] <= PATIENCE
                self.too_late += self.now - one[0] > PATIENCE
        return self.in_time / max(1, self.in_time + self.too_late + self.shed)


@pytest.mark.parametrize("capacity", [20.0, 100.0, 400.0])
@pytest.mark.parametrize("times", [2, 10])
def test_overload_is_shed_and_over_when_it_is_over(capacity: float, times: int) -> None:
    server = Server(capacity)
    assert server.run(capacity / 2, 10) == 1
    share = server.run(capacity * times, 30)
    assert share > 0.8 / times, "what can be done is done"
    assert server.too_late <= FIRST, "and nothing for nothing, but for the first burst"
    server.run(capacity / 2, 5)
    assert server.run(capacity / 2, 10) == 1


def test_one_slow_answer_costs_one_step_and_quick_ones_bring_it_back() -> None:
    now = [0.0]
    admission = Admission(lambda: now[0])
    entered = [admission.enter() for _ in range(FIRST)]
    assert admission.enter() is None
    now[0] += SLOW + 0.1
    for one in entered:  # of one time: they tell one thing
        assert one is not None
        admission.leave(one)
    cut = admission.limit
    assert FEWEST < cut < FIRST
    for _ in range(2000):
        many = [admission.enter() for _ in range(int(cut))]
        now[0] += 0.01
        for one in many:
            assert one is not None
            admission.leave(one)
    assert admission.limit > FIRST


async def test_who_is_over_the_limit_is_turned_away_unread_and_who_never_sends_holds_nobody_up() -> None:
    going, inside = asyncio.Event(), 0

    async def slowly(_: str, __: web.BaseRequest) -> web.Response:
        nonlocal inside
        inside += 1
        await going.wait()
        return web.Response()

    admission = Admission(asyncio.get_running_loop().time)
    app = web.Application()
    app.add_routes([web.post("/", Front(SECRET, time.time, slowly, admission).handle)])
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        writers = [(await asyncio.open_connection(server.host, server.port))[1] for _ in range(FIRST + 10)]
        for writer in writers:
            head = "".join(f"{name}: {value}\r\n" for name, value in signed(b"", secret=SECRET).items())
            writer.write(f"POST / HTTP/1.1\r\nHost: x\r\n{head}Content-Length: 9\r\n\r\n".encode())

        async def knock(number: int) -> int:
            body = f"n={number}".encode()
            async with session.post(server.make_url("/"), data=body, headers=signed(body, secret=SECRET)) as response:
                return response.status

        knocking = [asyncio.create_task(knock(number)) for number in range(FIRST)]
        async with asyncio.timeout(10):
            while inside < FIRST:
                await asyncio.sleep(0.01)
            assert await knock(FIRST) == 503
            going.set()
            assert set(await asyncio.gather(*knocking)) == {200}
            assert await knock(FIRST + 1) == 200
        for writer in writers:
            writer.close()
    assert inside == FIRST + 1
