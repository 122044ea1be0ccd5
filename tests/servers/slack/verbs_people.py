"""Control verbs: what tests do as people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .attempts import Delivery
from .installing import revoke, uninstall
from .load import load as run_load
from .world import Person

if TYPE_CHECKING:
    from .server import Server

Json = dict[str, Any]


async def command(server: Server, body: Json) -> Any:
    person = _person(server, body)
    done = await server.acting.command(person, body["channel"], body["command"], body["text"])
    return done.as_json()


async def shortcut(server: Server, body: Json) -> Any:
    return (await server.acting.shortcut(_person(server, body), body["callback_id"])).as_json()


async def message_shortcut(server: Server, body: Json) -> Any:
    person = _person(server, body)
    done = await server.acting.message_shortcut(person, body["channel"], body["ts"], body["callback_id"])
    return done.as_json()


async def click(server: Server, body: Json) -> Any:
    person = _person(server, body)
    done = await server.interacting.click(
        person, body["source"], body["wanted"], body.get("value"), body.get("values") or {}
    )
    return done.as_json()


async def submit(server: Server, body: Json) -> Any:
    return (await server.interacting.submit(_person(server, body), body["view_id"], body["values"])).as_json()


async def close_view(server: Server, body: Json) -> Any:
    everything = bool(body.get("everything"))
    return (await server.interacting.close(_person(server, body), body["view_id"], everything=everything)).as_json()


async def say(server: Server, body: Json) -> Any:
    person = _person(server, body)
    told = server.telling.say(person, body["channel"], body["text"], body.get("thread_ts"), body.get("more") or {})
    return await _ended(server, told, body)


async def event(server: Server, body: Json) -> Any:
    person = _person(server, body)
    sent = server.acting.event(person, body["event"], body.get("outer") or {}, body.get("event_id"))
    return await _ended(server, [sent], body)


async def open_home(server: Server, body: Json) -> Any:
    return await _ended(server, [server.interacting.open_home(_person(server, body), body.get("tab", "home"))], body)


async def revoke_tokens(server: Server, body: Json) -> Any:
    return await _ended(server, [revoke(server.acting, _person(server, body))], body)


async def uninstall_app(server: Server, body: Json) -> Any:
    first = bool(body.get("uninstalled_first"))
    return await _ended(server, uninstall(server.acting, _person(server, body), uninstalled_first=first), body)


async def deliveries(server: Server, body: Json) -> Any:
    return await _ended(server, [server.acting.deliveries[id_] for id_ in body["ids"]], body)


async def load(server: Server, body: Json) -> Any:
    return await run_load(server.acting, _person(server, body), body)


VERBS = (
    *(load, command, shortcut, message_shortcut, click, submit, close_view, say, event),
    *(open_home, revoke_tokens, uninstall_app, deliveries),
)


def _person(server: Server, body: Json) -> Person:
    return server.world.person(body.get("team", "T1"), body["user"])


async def _ended(server: Server, told: list[Delivery], body: Json) -> Json:
    if body.get("wait", True):
        await server.record.wait(lambda: all(delivery.done for delivery in told), body.get("within", 30))
    return {"deliveries": [delivery.as_json() for delivery in told]}
