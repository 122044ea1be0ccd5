"""Keeps a model on a short leash: a deadline, one more try, a breaker that opens when it keeps failing, and a tally."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.llm.port import TOKENS_IN, TOKENS_OUT, Answer, Cause, Model, ModelError, Prices, Prompt

FAILURES = 5
"""Failures in a row that open the breaker (reliability catalogue, L01)."""
PAUSE = timedelta(seconds=30)
"""How long an open breaker waits before it lets one call through to see (reliability catalogue, L01)."""
UP_TO = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds that the tally sorts answers by."""

Spend = Callable[[int], Awaitable[bool]]
"""Books a call with so many tokens; False when the budget has none left."""


class Breaker:
    """Stops calls to a model that keeps failing, and probes now and then."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._failures = 0
        self._next: datetime | None = None

    def lets_through(self) -> bool:
        """Whether a call may be made; of an open breaker one each half minute."""
        if self._next is None:
            return True
        if self._now() < self._next:
            return False
        self._next = self._now() + PAUSE
        return True

    def failed(self) -> None:
        """A call failed."""
        self._failures += 1
        if self._failures >= FAILURES:
            self._next = self._now() + PAUSE

    def worked(self) -> None:
        """A call worked: the breaker closes."""
        self._failures, self._next = 0, None


@dataclass(slots=True)
class Tally:
    """Counts since the start: what the model cost and how long it took. No text, no person."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0.0
    """In the currency of the prices that TACT_LLM names; 0 where it names none."""
    seconds: float = 0.0
    within: Counter[float] = field(default_factory=Counter)
    """Answers by the bound of UP_TO they came within; infinity for slower ones."""
    failures: Counter[Cause] = field(default_factory=Counter)

    def answered(self, answer: Answer, seconds: float, prices: Prices) -> None:
        """Adds an answer."""
        self.tokens_in += answer.tokens_in
        self.tokens_out += answer.tokens_out
        self.cost += prices.of(answer.tokens_in, answer.tokens_out)
        self.seconds += seconds
        self.within[next((bound for bound in UP_TO if seconds <= bound), float("inf"))] += 1


class Leash:
    """A model that is asked within bounds."""

    def __init__(self, model: Model, now: Callable[[], datetime]) -> None:
        self.model = model
        self.tally = Tally()
        self._breaker = Breaker(now)

    @asynccontextmanager
    async def patience(self) -> AsyncIterator[None]:
        """A stretch of time in which everything asked must be answered; raises ModelError when it is over."""
        try:
            async with asyncio.timeout(self.model.seconds):
                yield
        except TimeoutError:
            raise self._failed(Cause.LATE) from None

    async def ask(self, prompt: Prompt, spend: Spend) -> Answer:
        """The answer to a prompt, asked once more when the connection broke; raises ModelError."""
        try:
            return await self.ask_once(prompt, spend)
        except ModelError as error:
            if error.cause is not Cause.DOWN:
                raise
        return await self.ask_again(prompt, spend, Cause.DOWN)

    async def ask_again(self, prompt: Prompt, spend: Spend, before: Cause) -> Answer:
        """One more try after one that failed for a cause, which stands where this one is never sent; raises ModelError."""
        try:
            return await self.ask_once(prompt, spend)
        except ModelError as error:
            raise error if error.cause.was_sent else ModelError(before) from None

    async def ask_once(self, prompt: Prompt, spend: Spend) -> Answer:
        """The answer to a prompt; raises ModelError."""
        if prompt.tokens > TOKENS_IN:
            raise self._counted(Cause.LONG)
        if not self._breaker.lets_through():
            raise self._counted(Cause.PAUSED)
        if not await spend(prompt.tokens + TOKENS_OUT):
            raise self._counted(Cause.SPENT)
        self.tally.calls += 1
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            answer = await self.model.ask(prompt)
        except ModelError as error:
            raise self._failed(error.cause) from None
        self._breaker.worked()
        self.tally.answered(answer, clock() - began, self.model.prices)
        return answer

    def _failed(self, cause: Cause) -> ModelError:
        """Counts a failure of the model, for the breaker too."""
        self._breaker.failed()
        return self._counted(cause)

    def _counted(self, cause: Cause) -> ModelError:
        self.tally.failures[cause] += 1
        return ModelError(cause)
