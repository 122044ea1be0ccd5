"""Ollama's own chat format: a line of JSON for each piece of the answer. It needs no key and no further library."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec

from bot.llm.endpoint import Endpoint
from bot.llm.port import TOKENS_IN, TOKENS_OUT, Answer, Cause, ModelError, Prompt
from bot.llm.sdk import collect

_BUSY, _SERVER_FAULT = 429, 500


class _Message(msgspec.Struct):
    content: str = ""


class _Line(msgspec.Struct):
    message: _Message = msgspec.field(default_factory=_Message)
    error: str = ""
    done: bool = False
    prompt_eval_count: int = 0
    eval_count: int = 0


class Ollama:
    """A model that Ollama serves."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._session: Any = None
        self.name = endpoint.model
        self.recipient = endpoint.recipient
        self.seconds = endpoint.seconds
        self.prices = endpoint.prices

    async def ask(self, prompt: Prompt) -> Answer:
        """The answer to a prompt; raises ModelError."""
        import aiohttp

        if self._session is None:  # it belongs to the loop that asks first
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self.seconds))
        counted = [0, 0]
        asked = self._session.post(f"{self._endpoint.url}/api/chat", json=self._request(prompt), allow_redirects=False)
        try:
            async with asked as response:
                _accept(response.status)
                text = await collect(_pieces(response.content, counted))
        except TimeoutError:
            raise ModelError(Cause.LATE) from None
        except aiohttp.ClientError:
            raise ModelError(Cause.DOWN) from None
        except (ValueError, RecursionError):
            raise ModelError(Cause.UNREADABLE) from None
        return Answer(text, *counted)

    async def close(self) -> None:
        """Lets go of its connections."""
        if self._session is not None:
            await self._session.close()

    def _request(self, prompt: Prompt) -> dict[str, Any]:
        return {
            "model": self._endpoint.model,
            "messages": [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.data}],
            "stream": True,
            "think": False,
            "options": {"num_predict": TOKENS_OUT, "num_ctx": 2 * TOKENS_IN},
            **({"format": dict(prompt.schema)} if self._endpoint.schema else {}),
        }


def _accept(status: int) -> None:
    """Raises ModelError for everything but an answer."""
    if status == _BUSY:
        raise ModelError(Cause.BUSY)
    if status >= _SERVER_FAULT:
        raise ModelError(Cause.DOWN)
    if status != 200:
        raise ModelError(Cause.REFUSED)


async def _pieces(lines: Any, counted: list[int]) -> AsyncIterator[str]:
    async for raw in lines:
        line = msgspec.json.decode(raw, type=_Line)
        if line.error:
            raise ModelError(Cause.DOWN)
        yield line.message.content
        if line.done:
            counted[:] = line.prompt_eval_count, line.eval_count
            return
