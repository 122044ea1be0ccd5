"""What goes wrong on purpose at the next calls of a method."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Json = dict[str, Any]
PAGE = "<!DOCTYPE html><html><head><title>Slack</title></head><body><h1>Server Error</h1></body></html>"


@dataclass(slots=True)
class Fault:
    """One planned fault; `method` may be `*`, `where` are arguments that must match, `times` -1 means always.

    `error` answers ok:false; `status` answers an HTML page (429: JSON and `retry_after` as it is); `body` answers that
    text with `content_type` and `headers`, repeated to `size` bytes, a byte each `trickle` seconds; `reset` drops the
    connection "before" or "after" the call took effect; `delay` comes first.
    """

    method: str
    times: int = 1
    where: Json = field(default_factory=dict)
    error: str | None = None
    details: Json = field(default_factory=dict)
    status: int | None = None
    retry_after: str | None = "1"
    body: str | None = None
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    size: int = 0
    trickle: float = 0.0
    reset: str | None = None
    delay: float = 0.0


class Faults:
    """The faults still to come."""

    def __init__(self) -> None:
        self.planned: list[Fault] = []

    def take(self, method: str, args: Json) -> Fault | None:
        """The first planned fault for this call, used up by one."""
        for fault in self.planned:
            fits = all(args.get(name) == value for name, value in fault.where.items())
            if fault.method in (method, "*") and fits and fault.times != 0:
                fault.times -= 1 if fault.times > 0 else 0
                return fault
        return None


async def answer_with(fault: Fault, request: web.Request) -> web.StreamResponse | None:
    """The faulty answer, or none when the call is to take its effect."""
    if fault.delay:
        await asyncio.sleep(fault.delay)
    if fault.reset == "before":
        return drop(request)
    if fault.error:
        return web.json_response({"ok": False, "error": fault.error, **fault.details})
    if fault.status == 429:
        return too_many(fault.retry_after)
    if fault.body is not None:
        return await _body(fault, request)
    if fault.status:
        return web.Response(status=fault.status, text=PAGE, content_type="text/html")
    return None


async def _body(fault: Fault, request: web.Request) -> web.StreamResponse:
    headers = {"Content-Type": fault.content_type, **fault.headers}
    body = (fault.body or "").encode()
    if not fault.size and not fault.trickle:
        return web.Response(status=fault.status or 200, body=body, headers=headers)
    response = web.StreamResponse(status=fault.status or 200, headers=headers)
    with suppress(ConnectionError):
        await response.prepare(request)
        for start in range(0, max(fault.size, len(body)), step := 1 if fault.trickle else 65_536):
            await response.write((body * (step // len(body) + 1))[:step] if fault.size else body[start : start + step])
            await asyncio.sleep(fault.trickle)
    return response


def too_many(retry_after: str | None) -> web.Response:
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)


def drop(request: web.Request) -> web.Response:
    """Resets the connection; what is returned goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
