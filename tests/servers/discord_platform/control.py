"""The tests' own door: POST /_control/<verb> with the verb's arguments as a JSON object."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable

from aiohttp import web

from tests.servers.discord_platform.control_faults import FaultVerbs
from tests.servers.discord_platform.control_people import PeopleVerbs
from tests.servers.discord_platform.control_reading import ReadingVerbs
from tests.servers.discord_platform.control_world import WorldVerbs
from tests.servers.discord_platform.errors import Impossible
from tests.servers.discord_platform.loopback import Loopback
from tests.servers.discord_platform.rates import as_json

PATH = "/_control/{verb}"
Verb = Callable[..., Awaitable[object]]


def verbs(loopback: Loopback) -> dict[str, Verb]:
    """Every verb by name."""
    parts = (WorldVerbs(loopback), PeopleVerbs(loopback), ReadingVerbs(loopback), FaultVerbs(loopback))
    return {
        name: method
        for part in parts
        for name, method in inspect.getmembers(part, inspect.iscoroutinefunction)
        if not name.startswith("_")
    }


def control(loopback: Loopback) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The handler. An impossible wish is a 400 with a sentence; a deadline that passed a 408."""
    known = verbs(loopback)

    async def handle(request: web.Request) -> web.Response:
        verb = known.get(request.match_info["verb"])
        if verb is None:
            return as_json({"error": f"There is no verb {request.match_info['verb']!r}."}, 404)
        try:
            arguments = await request.json()
            inspect.signature(verb).bind(**arguments)
            return as_json(await verb(**arguments))
        except KeyError as error:
            return as_json({"error": f"There is no {error}."}, 400)
        except TimeoutError as error:
            return as_json({"error": str(error)}, 408)
        except (Impossible, TypeError, ValueError) as error:
            return as_json({"error": str(error)}, 400)

    return handle
