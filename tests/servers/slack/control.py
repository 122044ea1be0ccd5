"""The control API under /_control/: what tests set up, do as people, break on purpose and look at. JSON both ways."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from . import verbs_people, verbs_world
from .refusals import Impossible

if TYPE_CHECKING:
    from .server import Server

Verb = Callable[["Server", dict[str, Any]], Awaitable[Any]]
VERBS: dict[str, Verb] = {verb.__name__: verb for verb in (*verbs_people.VERBS, *verbs_world.VERBS)}


def control_routes(server: Server) -> list[web.RouteDef]:
    """One route for every verb; 400 with a sentence when a person could not do that."""

    async def handle(request: web.Request) -> web.Response:
        verb = VERBS.get(request.match_info["verb"])
        if verb is None:
            raise web.HTTPNotFound(text=f"there is no control verb {request.match_info['verb']}")
        try:
            return web.json_response({"answer": await verb(server, await request.json())})
        except (Impossible, TypeError, KeyError, AttributeError) as problem:
            return web.json_response({"problem": f"{type(problem).__name__}: {problem}"}, status=400)

    return [web.post("/_control/{verb}", handle)]
