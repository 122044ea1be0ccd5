"""The server: answers in the format it is asked in, in the mode that it was last told, and counts what it sees."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.llm import Prompt
from tests.servers.model import wire
from tests.servers.model.obeying import obey

FITTING = json.dumps({"verdict": "fits", "confidence": 0.9, "objections": [], "rewrites": []})
BREAK = {"openai": 1, "anthropic": 3, "ollama": 1}
"""Before which piece of the stream it breaks: the first words of the answer are out by then."""
STATUSES = {"busy": 429, "broken": 500, "unavailable": 503, "no_key": 401, "wrong_model": 404, "bad_request": 400}


@dataclass
class Script:
    """What to do with the next requests."""

    mode: str = "answer"
    answers: list[str] = field(default_factory=list)
    """Answers in turn; the last one stays. None: everything fits."""
    slowly: float = 0.0
    """Seconds of this clock before the first word."""


@dataclass
class State:
    """The script and what was seen."""

    script: Script = field(default_factory=Script)
    recorded: dict[str, str] = field(default_factory=dict)
    """Recorded answers by the fingerprint of their prompt, for the mode of that name."""
    seen: list[wire.Asked] = field(default_factory=list)
    redirected: int = 0
    authorised: list[str] = field(default_factory=list)

    def begin(self, script: Script) -> None:
        """A new script; what was seen is forgotten."""
        self.script = script
        self.seen, self.redirected, self.authorised = [], 0, []


STATE = web.AppKey("state", State)


def make_app(recorded: Path | None = None) -> web.Application:
    """The server; with a file of recorded answers it begins by playing those back."""
    app = web.Application(client_max_size=4 * 2**20)
    app[STATE] = state = State()
    if recorded is not None:
        lines = [json.loads(line) for line in recorded.read_text(encoding="utf-8").splitlines()]
        state.recorded = {line["prompt"]: line["answer"] for line in lines}
        state.script = Script("recorded")
    app.router.add_post("/v1/chat/completions", _asked("openai"))
    app.router.add_post("/v1/messages", _asked("anthropic"))
    app.router.add_post("/api/chat", _asked("ollama"))
    app.router.add_post("/elsewhere", _elsewhere)
    app.router.add_post("/control", _control)
    app.router.add_get("/control", _report)
    return app


async def _control(request: web.Request) -> web.Response:
    request.app[STATE].begin(Script(**await request.json()))
    return web.json_response({})


async def _report(request: web.Request) -> web.Response:
    state = request.app[STATE]
    seen = [asdict(asked) for asked in state.seen]
    return web.json_response({"seen": seen, "redirected": state.redirected, "authorised": state.authorised})


async def _elsewhere(request: web.Request) -> web.Response:
    request.app[STATE].redirected += 1
    return web.Response(text="caught")


def _asked(format_: str) -> Any:
    async def handle(request: web.Request) -> web.StreamResponse:
        state = request.app[STATE]
        asked = wire.read(format_, await request.json())
        state.seen.append(asked)
        state.authorised.append(request.headers.get("Authorization") or request.headers.get("x-api-key") or "")
        return await _answer(request, format_, asked, state)

    return handle


async def _answer(request: web.Request, format_: str, asked: wire.Asked, state: State) -> web.StreamResponse:
    script = state.script
    if script.slowly:
        await asyncio.sleep(script.slowly)
    if script.mode in STATUSES:
        return web.json_response({"error": {"message": "no", "type": "error"}}, status=STATUSES[script.mode])
    if script.mode == "broken_once" and len(state.seen) == 1:
        return web.json_response({"error": {"message": "no", "type": "error"}}, status=500)
    match script.mode:
        case "redirect":
            return web.Response(status=307, headers={"Location": "/elsewhere"})
        case "page":
            return web.Response(text="<html>please log in</html>", content_type="text/html")
        case "empty":
            return web.Response(body=b"")
        case "garbage":
            return web.Response(body=b"\x00\xff{{{[" * 50, content_type="text/event-stream")
    return await _stream(request, format_, _text(asked, state), script.mode)


def _text(asked: wire.Asked, state: State) -> str:
    script = state.script
    if script.mode == "recorded":
        return state.recorded.get(Prompt(asked.system, asked.data, {}).fingerprint, "")
    if script.mode == "obey":
        return obey(asked.system, asked.data)
    if script.mode == "huge":
        return FITTING + " " * 10 * 2**20
    if script.mode == "quote":
        draft = asked.data.partition("\n--- end of text")[0].rpartition("\n")[2]
        quotes = [{"reason": "pressure", "quote": " ".join(draft.split()[2:9])}]
        return json.dumps(json.loads(FITTING) | {"verdict": "adjust", "objections": quotes})
    return script.answers[min(len(state.seen), len(script.answers)) - 1] if script.answers else FITTING


async def _stream(request: web.Request, format_: str, text: str, mode: str) -> web.StreamResponse:
    kind = "application/x-ndjson" if format_ == "ollama" else "text/event-stream"
    response = web.StreamResponse(headers={"Content-Type": kind})
    await response.prepare(request)
    for number, piece in enumerate(wire.stream(format_, text)):
        if number == BREAK[format_] and mode == "cut":
            assert request.transport is not None
            request.transport.abort()
            return response
        if number == BREAK[format_] and mode == "stall":
            await asyncio.sleep(60)
        if number == BREAK[format_] and mode == "fault":
            await response.write(wire.fault(format_))
            return response
        if number == BREAK[format_] and mode == "short":
            return response
        await response.write(piece)
    return response
