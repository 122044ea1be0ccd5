"""Anthropic's messages format."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from bot.llm import sdk
from bot.llm.endpoint import Endpoint
from bot.llm.port import TOKENS_OUT, Answer, Prompt


class Anthropic:
    """A model behind the messages format."""

    def __init__(self, endpoint: Endpoint, key: str) -> None:
        import anthropic

        self._endpoint = endpoint
        self._sdk = sdk.quiet(anthropic)
        self._client = anthropic.AsyncAnthropic(
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
            stream: Any = await self._client.messages.create(**self._request(prompt))
            async with stream:
                text = await sdk.collect(_pieces(stream, counted))
        return Answer(text, *counted)

    async def close(self) -> None:
        """Lets go of its connections."""
        await self._client.close()

    def _request(self, prompt: Prompt) -> dict[str, Any]:
        form = {"format": {"type": "json_schema", "schema": dict(prompt.schema)}}
        return {
            "model": self._endpoint.model,
            "max_tokens": TOKENS_OUT,
            "system": prompt.system,
            "messages": [{"role": "user", "content": prompt.data}],
            "stream": True,
            **({"output_config": form} if self._endpoint.schema else {}),
        }


async def _pieces(stream: Any, counted: list[int]) -> AsyncIterator[str]:
    async for event in stream:
        match event.type:
            case "message_start":
                counted[0] = int(event.message.usage.input_tokens or 0)
            case "content_block_delta" if event.delta.type == "text_delta":
                yield str(event.delta.text or "")
            case "message_delta":
                counted[1] = int(event.usage.output_tokens or 0)
