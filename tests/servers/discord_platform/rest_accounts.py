"""Routes around accounts: login, gateway, users, guilds, opening a DM."""

from __future__ import annotations

import time

from tests.servers.discord_platform.errors import ApiError, Json
from tests.servers.discord_platform.payloads import (
    application_json,
    channel_json,
    guild_json,
    member_json,
    own_user_json,
    user_json,
)
from tests.servers.discord_platform.rest import Call, Route
from tests.servers.discord_platform.world import Guild


async def gateway(call: Call) -> Json:
    """Where the gateway is."""
    return {"url": call.loopback.gateway_url}


async def gateway_bot(call: Call) -> Json:
    """Where it is, how many shards, and how many IDENTIFYs are left today."""
    settings = call.loopback.settings
    starts = {
        "total": settings.sessions_total, "remaining": max(0, settings.sessions_remaining),
        "reset_after": 86_400_000, "max_concurrency": settings.max_concurrency,
    }  # fmt: skip
    return {"url": call.loopback.gateway_url, "shards": settings.shards, "session_start_limit": starts}


async def me(call: Call) -> Json:
    """The bot's own account."""
    return own_user_json(call.loopback.world.bot)


async def application(call: Call) -> Json:
    """The bot's own application."""
    loopback = call.loopback
    return application_json(loopback.world, loopback.settings.privileged, loopback.endpoint.public_key)


async def user(call: Call) -> Json:
    """Anybody."""
    found = call.loopback.world.users.get(call.path["user"])
    if found is None:
        raise ApiError(404, 10013, "Unknown User")
    return user_json(found)


async def guild(call: Call) -> Json:
    """A guild the bot is in."""
    return guild_json(_guild(call))


async def guilds(call: Call) -> list[Json]:
    """The guilds the bot is in, page by page."""
    there = [one for one in call.loopback.world.guilds.values() if one.installed]
    after = int(call.query.get("after", "0"))
    later = sorted((one for one in there if int(one.id) > after), key=lambda one: int(one.id))
    return [
        {"id": one.id, "name": one.name, "icon": None, "owner": False, "permissions": "0", "features": []}
        for one in later[: int(call.query.get("limit", "200"))]
    ]


async def channels(call: Call) -> list[Json]:
    """The channels of a guild."""
    return [channel_json(channel) for channel in _guild(call).channels]


async def member(call: Call) -> Json:
    """A member of a guild."""
    found = _guild(call).members.get(call.path["user"])
    if found is None:
        raise ApiError(404, 10007, "Unknown Member")
    return member_json(found)


async def open_dm(call: Call) -> Json:
    """The DM channel with a user; too many new ones in a while are 40003."""
    loopback, settings = call.loopback, call.loopback.settings
    found = loopback.world.users.get(str(call.form.get("recipient_id")))
    if found is None or found.bot:
        raise ApiError(400, 50033, "Invalid Recipient(s)")
    if loopback.world.open_dm(found) is None:
        now = time.monotonic()
        loopback.dm_opens[:] = [at for at in loopback.dm_opens if now - at < settings.dm_open_window]
        if len(loopback.dm_opens) >= settings.dm_opens:
            raise ApiError(400, 40003, "You are opening direct messages too fast.")
        loopback.dm_opens.append(now)
    return channel_json(loopback.world.dm(found))


def _guild(call: Call) -> Guild:
    found = call.loopback.world.guilds.get(call.path["guild"])
    if found is None or not found.installed:
        raise ApiError(404, 10004, "Unknown Guild")
    return found


ROUTES = (
    Route("GET", "/gateway", gateway, open=True),
    Route("GET", "/gateway/bot", gateway_bot, (5, 5)),
    Route("GET", "/users/@me", me),
    Route("GET", "/oauth2/applications/@me", application),
    Route("GET", "/applications/@me", application),
    Route("POST", "/users/@me/channels", open_dm, (10, 10)),
    Route("GET", "/users/{user}", user, (30, 30)),
    Route("GET", "/users/@me/guilds", guilds),
    Route("GET", "/guilds/{guild}", guild),
    Route("GET", "/guilds/{guild}/channels", channels),
    Route("GET", "/guilds/{guild}/members/{user}", member, (5, 1)),
)
