"""Routes of channels and messages, with what Discord says when a message cannot reach its reader."""

from __future__ import annotations

import time

from tests.servers.discord_platform.errors import ApiError, Json
from tests.servers.discord_platform.limits import check_edit, check_message, check_not_empty
from tests.servers.discord_platform.payloads import channel_json
from tests.servers.discord_platform.rest import Call, Route
from tests.servers.discord_platform.world import Channel, ChannelKind, Message


async def channel(call: Call) -> Json:
    """A channel the bot may see."""
    return channel_json(_channel(call))


async def send(call: Call) -> Json:
    """A new message; with `enforce_nonce` the same nonce gives the same message again."""
    place, body = _channel(call), call.form | {"files": call.files}
    check_message(body)
    check_not_empty(body)
    _check_reachable(call, place)
    nonce = (place.id, str(body.get("nonce") or ""))
    if nonce[1] and body.get("enforce_nonce"):
        at, known = call.loopback.nonces.get(nonce, (0.0, None))
        if known is not None and time.monotonic() - at < call.loopback.settings.nonce_life:
            return known.body
    message = await call.loopback.messages.create(place, call.loopback.world.bot, body)
    if nonce[1]:
        call.loopback.nonces[nonce] = (time.monotonic(), message)
    return message.body


async def history(call: Call) -> list[Json]:
    """The newest messages first; ephemeral ones are in no history."""
    bodies = [m.body for m in _channel(call).messages.values() if m.only_for is None]
    return bodies[::-1][: int(call.query.get("limit", "50"))]


async def message(call: Call) -> Json:
    """One message."""
    return _message(call).body


async def edit(call: Call) -> Json:
    """Changes a message of the bot's own."""
    found, body = _own(call, 50005, "Cannot edit a message authored by another user"), call.form | {"files": call.files}
    check_edit(found.body, body)
    await call.loopback.messages.edit(found, body)
    return found.body


async def delete(call: Call) -> None:
    """Takes a message of the bot's own away."""
    await call.loopback.messages.delete(_own(call, 50003, "Cannot execute action on this message"))


async def typing(call: Call) -> None:
    """ "Tact is typing…"."""
    call.loopback.journal.write("typing", channel=_channel(call).name)


def _check_reachable(call: Call, place: Channel) -> None:
    if place.kind is not ChannelKind.DM:
        return
    reader, settings = place.recipients[0], call.loopback.settings
    installed = reader.installed and settings.install_opens_dms
    if not installed and not call.loopback.world.share_a_guild(reader):
        raise ApiError(403, 50278, "Cannot send messages to this user due to having no mutual guilds")
    if not reader.accepts_dms:
        raise ApiError(403, 50007, "Cannot send messages to this user")


def _channel(call: Call) -> Channel:
    found = call.loopback.world.channels.get(call.path["channel"])
    if found is None:
        raise ApiError(404, 10003, "Unknown Channel")
    if not found.has_bot:
        raise ApiError(403, 50001, "Missing Access")
    return found


def _message(call: Call) -> Message:
    found = _channel(call).messages.get(call.path["message"])
    if found is None or found.only_for is not None:
        raise ApiError(404, 10008, "Unknown Message")
    return found


def _own(call: Call, code: int, says: str) -> Message:
    found = _message(call)
    if found.author is not call.loopback.world.bot:
        raise ApiError(403, code, says)
    return found


ROUTES = (
    Route("GET", "/channels/{channel}", channel),
    Route("POST", "/channels/{channel}/messages", send, (5, 5)),
    Route("GET", "/channels/{channel}/messages", history, (5, 5)),
    Route("GET", "/channels/{channel}/messages/{message}", message, (5, 5)),
    Route("PATCH", "/channels/{channel}/messages/{message}", edit, (5, 5)),
    Route("DELETE", "/channels/{channel}/messages/{message}", delete, (5, 1)),
    Route("POST", "/channels/{channel}/typing", typing, (5, 5)),
)
