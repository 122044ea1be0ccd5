"""The REST API's frame: routes, authentication, bodies and files, faults, rate limits, the record of every request."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from tests.servers.discord_platform.errors import ApiError, Json
from tests.servers.discord_platform.loopback import Loopback
from tests.servers.discord_platform.rates import as_json, limited

PREFIX = "/api/v10"
MAJOR = ("channel", "guild", "application", "token")


@dataclass(slots=True)
class Call:
    """One request, read."""

    loopback: Loopback
    path: dict[str, str]
    query: dict[str, str]
    body: Any
    files: list[Json] = field(default_factory=list)

    @property
    def form(self) -> Json:
        """The body as an object; anything else is Discord's 50109."""
        if not isinstance(self.body, dict):
            raise ApiError(400, 50109, "The request body contains invalid JSON.")
        return self.body


Handler = Callable[[Call], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path; `limit` is (requests, seconds) per major parameter, `open` needs no bot token."""

    method: str
    path: str
    handler: Handler
    limit: tuple[int, float] | None = None
    open: bool = False


def serve(app: web.Application, loopback: Loopback, routes: Sequence[Route]) -> None:
    """Puts routes below /api/v10; anything else there is a 404 as Discord words it."""
    for route in routes:
        app.router.add_route(route.method, PREFIX + route.path, _handler(loopback, route))

    async def missing(request: web.Request) -> web.Response:
        loopback.journal.write("request", method=request.method, path=request.path, status=404, body=None)
        return as_json({"message": "404: Not Found", "code": 0}, 404)

    app.router.add_route("*", PREFIX + "/{tail:.*}", missing)


def _handler(loopback: Loopback, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        path = request.path.removeprefix(PREFIX)
        try:
            body, files = await _read(request, loopback)
        except ConnectionError:
            loopback.journal.write("request", method=request.method, path=path, status=0, body=None)
            return web.Response(status=499)  # nobody is there to read it: the bot died while it wrote
        fault = next((f for f in loopback.faults if f.strikes(request.method, path)), None)
        answer = await fault.strike(request) if fault and not fault.after else None
        if answer is None:
            call = Call(loopback, dict(request.match_info), dict(request.query), body, files)
            answer = await _answer(request, route, call)
            if fault and fault.after:
                answer = await fault.strike(request) or answer
        loopback.journal.write("request", method=request.method, path=path, status=answer.status, body=body)
        return answer

    return handle


async def _answer(request: web.Request, route: Route, call: Call) -> web.Response:
    loopback = call.loopback
    headers: dict[str, str] = {}
    try:
        if not route.open and request.headers.get("Authorization") != f"Bot {loopback.settings.token}":
            raise ApiError(401, 0, "401: Unauthorized")
        if loopback.settings.rate_limits:
            if not route.open and (wait := loopback.rates.whole()) is not None:
                return limited(wait, "global")
            if route.limit:
                major = ":".join(call.path.get(name, "") for name in MAJOR)
                wait, headers = loopback.rates.route(f"{route.method} {route.path}", major, route.limit)
                if wait is not None:
                    return limited(wait, "user", headers)
        loopback.check(route.method, route.path, call.body)
        found = await route.handler(call)
        await loopback.journal.on_disk()
    except ApiError as error:
        return as_json(error.body, error.status, headers)
    if found is None:
        return web.Response(status=204, headers=headers)
    return as_json(found, 200, headers)


async def _read(request: web.Request, loopback: Loopback) -> tuple[Any, list[Json]]:
    """The JSON body and, of a multipart request, the uploaded files with what `attachments` says of them."""
    if not request.content_type.startswith("multipart/"):
        return _parsed(await request.text()), []
    body: Any = None
    files: dict[str, Json] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        if part.name == "payload_json":
            body = _parsed(await part.text())
        else:
            number = (part.name or "").removeprefix("files[").removesuffix("]")
            files[number] = _upload(request, loopback, part, bytes(await part.read()))
    holder = body.get("data", body) if isinstance(body, dict) else {}
    for told in holder.get("attachments") or []:
        if (file := files.get(str(told.get("id")))) is not None:
            file |= {name: told[name] for name in ("description", "title") if told.get(name)}
    return body, list(files.values())


def _upload(request: web.Request, loopback: Loopback, part: BodyPartReader, content: bytes) -> Json:
    number, name = loopback.world.snowflake(), part.filename or "file"
    loopback.world.files[number] = content
    url = f"http://{request.host}/attachments/{number}/{name}"
    kind = part.headers.get("Content-Type", "application/octet-stream")
    return {"id": number, "filename": name, "size": len(content), "url": url, "proxy_url": url, "content_type": kind}


def _parsed(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text
