"""OpenAI and whatever speaks its chat format: vLLM, LM Studio, gateways."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from bot.llm import sdk
from bot.llm.endpoint import Endpoint
from bot.llm.port import TOKENS_OUT, Answer, Prompt


class OpenAI:
    """A model behind the chat completions format."""

    def __init__(self, endpoint: Endpoint, key: str) -> None:
        import openai

        self._endpoint = endpoint
        self._sdk = sdk.quiet(openai)
        self._client = openai.AsyncOpenAI(
            api_key=key,
            base_url=endpoint.url,
            max_retries=0,
            timeout=endpoint.seconds,
            http_client=sdk.client_of(endpoint),
        )
        self.name = endpoint.model
        self.recipient = endpoint.recipient
        self.seconds = endpoint.seconds
        self.prices = endpoint.prices

    async def ask(self, prompt: Prompt) -> Answer:
        """The answer to a prompt; raises ModelError."""
        counted = [0, 0]
        with sdk.failing_plainly(self._sdk):
            stream: Any = await self._client.chat.completions.create(**self._request(prompt))
            async with stream:
                text = await sdk.collect(_pieces(stream, counted))
        return Answer(text, *counted)

    async def close(self) -> None:
        """Lets go of its connections."""
        await self._client.close()

    def _request(self, prompt: Prompt) -> dict[str, Any]:
        own = (
            self._endpoint.is_default
        )  # OpenAI's newer models know another name for the limit, and can be told to keep nothing
        form = {
            "type": "json_schema",
            "json_schema": {"name": "opinion", "strict": True, "schema": dict(prompt.schema)},
        }
        return {
            "model": self._endpoint.model,
            "messages": [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.data}],
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_completion_tokens" if own else "max_tokens": TOKENS_OUT,
            **({"store": False} if own else {}),
            **({"response_format": form} if self._endpoint.schema else {}),
        }


async def _pieces(stream: Any, counted: list[int]) -> AsyncIterator[str]:
    async for chunk in stream:
        if chunk.usage:
            counted[:] = int(chunk.usage.prompt_tokens or 0), int(chunk.usage.completion_tokens or 0)
        if chunk.choices:
            yield str(chunk.choices[0].delta.content or "")
