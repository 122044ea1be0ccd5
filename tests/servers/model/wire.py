"""The three wire formats: how a request says what is asked, and how an answer is streamed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

PIECE = 40


@dataclass(frozen=True)
class Asked:
    """What came in, whatever the format."""

    model: str
    system: str
    data: str
    limit: int
    schema: Any
    tools: bool


def read(format_: str, body: dict[str, Any]) -> Asked:
    """What a request asks for."""
    messages = {message["role"]: message["content"] for message in body["messages"]}
    match format_:
        case "openai":
            schema = body.get("response_format", {}).get("json_schema", {}).get("schema")
            limit = body.get("max_tokens") or body.get("max_completion_tokens") or 0
            return Asked(body["model"], messages["system"], messages["user"], limit, schema, "tools" in body)
        case "anthropic":
            schema = body.get("output_config", {}).get("format", {}).get("schema")
            return Asked(body["model"], body["system"], messages["user"], body["max_tokens"], schema, "tools" in body)
        case _:
            limit = body["options"]["num_predict"]
            return Asked(
                body["model"], messages["system"], messages["user"], limit, body.get("format"), "tools" in body
            )


def stream(format_: str, text: str) -> Iterator[bytes]:
    """An answer as it is streamed, piece by piece."""
    pieces = [text[at : at + PIECE] for at in range(0, len(text), PIECE)]
    match format_:
        case "openai":
            yield from (_sse(_openai({"choices": [{"index": 0, "delta": {"content": p}}]})) for p in pieces)
            yield _sse(
                _openai({"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 7, "total_tokens": 16}})
            )
            yield b"data: [DONE]\n\n"
        case "anthropic":
            yield from map(_event, _anthropic(pieces))
        case _:
            yield from (
                json.dumps({"message": {"role": "assistant", "content": p}, "done": False}).encode() + b"\n"
                for p in pieces
            )
            yield (
                json.dumps({"message": {"content": ""}, "done": True, "prompt_eval_count": 9, "eval_count": 7}).encode()
                + b"\n"
            )


def fault(format_: str) -> bytes:
    """An error in the middle of a stream, as the format says it."""
    match format_:
        case "openai":
            return _sse({"error": {"message": "overloaded", "type": "server_error", "code": None, "param": None}})
        case "anthropic":
            return _event({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}})
        case _:
            return b'{"error": "out of memory"}\n'


def _openai(part: dict[str, Any]) -> dict[str, Any]:
    return {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m"} | part


def _anthropic(pieces: list[str]) -> Iterator[dict[str, Any]]:
    usage = {"input_tokens": 9, "output_tokens": 1}
    message = {"id": "m1", "type": "message", "role": "assistant", "content": [], "model": "m", "stop_reason": None}
    yield {"type": "message_start", "message": message | {"stop_sequence": None, "usage": usage}}
    yield {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    for piece in pieces:
        yield {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}
    yield {"type": "content_block_stop", "index": 0}
    yield {
        "type": "message_delta",
        "delta": {"stop_reason": "end_turn", "stop_sequence": None},
        "usage": {"output_tokens": 7},
    }
    yield {"type": "message_stop"}


def _event(event: dict[str, Any]) -> bytes:
    return f"event: {event['type']}\n".encode() + _sse(event)


def _sse(data: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(data).encode() + b"\n\n"
