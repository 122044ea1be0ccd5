"""Control verbs: what tests set up, break and look at."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from .attempts import Attempt
from .faults import Fault
from .limits import SLACK
from .oauth import Grant
from .refusals import Impossible
from .seed import add_team, install
from .world import Channel, Person, Team, Token

if TYPE_CHECKING:
    from .server import Server

Json = dict[str, Any]


async def reset(server: Server, body: Json) -> Any:
    await server.reset()
    await settings(server, body)


async def settings(server: Server, body: Json) -> Any:
    """Changes settings; rate_limits "slack" sets Slack's own."""
    if body.get("rate_limits") == "slack":
        body["rate_limits"] = dict(SLACK)
    for name, value in body.items():
        if name not in type(server.world.settings).__slots__:
            raise Impossible(f"there is no setting {name}")
        setattr(server.world.settings, name, value)
    return asdict(server.world.settings)


async def advance(server: Server, body: Json) -> Any:
    server.clock.advance(body["seconds"])


async def add(server: Server, body: Json) -> Any:
    """Adds or replaces a team, person, channel or token."""
    world, fields = server.world, body["fields"]
    match body["what"]:
        case "team":
            scopes = fields.pop("scopes")
            add_team(world, team := Team(**fields))
            if scopes is not None:
                install(world, team, scopes)
        case "person":
            person = Person(**fields)
            world.people[person.team, person.id] = person
        case "channel":
            channel = Channel(**fields)
            world.channels[channel.team, channel.id] = channel
        case "token":
            world.tokens[fields["value"]] = Token(**fields)
        case other:
            raise Impossible(f"a {other} cannot be added")
    return None


async def change(server: Server, body: Json) -> Any:
    """Sets fields of something that exists."""
    world, (what, *key) = server.world, body["key"]
    known: dict[str, Any] = {"team": world.team, "person": world.person, "channel": world.channel}
    found = world.tokens[key[0]] if what == "token" else known[what](*key)
    for name, value in body["fields"].items():
        setattr(found, name, value)


async def fault(server: Server, body: Json) -> Any:
    server.faults.planned.append(Fault(**body))


async def clear_faults(server: Server, body: Json) -> Any:
    server.faults.planned.clear()


async def allow(server: Server, body: Json) -> Any:
    """An OAuth code, as the redirect after an admin's consent carries it."""
    return server.grants.allow(Grant(**body))


async def find(server: Server, body: Json) -> Any:
    """Entries that fit; waits until there are `count` of them, or answers with what there is after `within`."""
    where, after, count = body["where"], body.get("after", 0), body.get("count", 0)
    await server.record.wait(lambda: len(server.record.find(where, after)) >= count, body.get("within", 0))
    return {"entries": server.record.find(where, after), "last": len(server.record.entries)}


async def state(server: Server, body: Json) -> Any:
    """One user's open modals and Home tab as they are now."""
    key = (body["team"], body["user"])
    return {"modals": server.world.stacks.get(key, []), "home": server.world.homes.get(key)}


async def sockets(server: Server, body: Json) -> Any:
    """Open sockets; waits for `count` of them, and with `other_than` for none of those ids."""
    others, count = set(body.get("other_than") or []), body.get("count")

    def reached() -> bool:
        ids = [connection.id for connection in server.sockets.open]
        return count is None or (len(ids) == count and not others & set(ids))

    await server.record.wait(reached, body.get("within", 0))
    return [connection.id for connection in server.sockets.open]


async def disconnect(server: Server, body: Json) -> Any:
    await server.sockets.disconnect(body.get("id"), body["reason"])


async def drop(server: Server, body: Json) -> Any:
    server.sockets.drop(body.get("id"))


async def silence(server: Server, body: Json) -> Any:
    server.sockets.silence(body.get("id"))


async def post(server: Server, body: Json) -> Any:
    """Any body to any address, signed unless `headers` say otherwise; for url_verification, replays and forgeries."""
    attempt = Attempt(0)
    headers = {"Content-Type": body.get("content_type", "application/json"), **server.sender.signed(body["body"])}
    url = str(body.get("url") or server.world.settings.request_url)
    await server.sender.post(attempt, url, body["body"], headers | body.get("headers", {}))
    return asdict(attempt)


VERBS = (
    *(reset, settings, advance, add, change, fault, clear_faults, allow, find, state),
    *(sockets, disconnect, drop, silence, post),
)
