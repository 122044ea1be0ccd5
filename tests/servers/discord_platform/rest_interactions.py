"""Routes that answer interactions: the callback, and the token's webhook for edits and followups."""

from __future__ import annotations

from tests.servers.discord_platform.errors import ApiError, Json
from tests.servers.discord_platform.limits import (
    EPHEMERAL,
    LOADING,
    SENDABLE,
    check_edit,
    check_message,
    check_not_empty,
)
from tests.servers.discord_platform.rest import Call, Route
from tests.servers.discord_platform.world import Interaction, Message

FOLLOWUPS = 5
"""Followups allowed when only the user installed the app."""


async def callback(call: Call) -> Json | None:
    """The first answer; what it made is returned when asked for."""
    loopback, body = call.loopback, call.form
    interaction = loopback.interactions.find(call.path["interaction"], call.path["token"])
    data = (body.get("data") or {}) | ({"files": call.files} if call.files else {})
    response = await loopback.interactions.answer(interaction, body | ({"data": data} if data else {}))
    return response if call.query.get("with_response", "").lower() in ("1", "true") else None


async def follow(call: Call) -> Json:
    """A followup; while the first answer is "thinking…" it takes that one's place and keeps who sees it."""
    interaction, body = _interaction(call), call.form | {"files": call.files}
    original = interaction.original
    check_message(body, flags=SENDABLE | EPHEMERAL)
    check_not_empty(body)
    if original is not None and original.body["flags"] & LOADING:
        await call.loopback.messages.edit(original, body)
        call.loopback.interactions.settle(interaction)
        return original.body
    if interaction.user_install_only and interaction.followups >= FOLLOWUPS:
        raise ApiError(400, 40094, "This interaction has hit the maximum number of follow up messages")
    interaction.followups += 1
    messages, bot = call.loopback.messages, call.loopback.world.bot
    return (await messages.create(interaction.channel, bot, body, interaction)).body


async def read(call: Call) -> Json:
    """A message of this interaction."""
    return _message(call, _interaction(call)).body


async def edit(call: Call) -> Json:
    """Changes a message of this interaction; the first answer is settled by it."""
    interaction, body = _interaction(call), call.form | {"files": call.files}
    found = _message(call, interaction)
    check_edit(found.body, body)
    await call.loopback.messages.edit(found, body)
    if found is interaction.original:
        call.loopback.interactions.settle(interaction)
    return found.body


async def delete(call: Call) -> None:
    """Takes a message of this interaction away."""
    interaction = _interaction(call)
    await call.loopback.messages.delete(_message(call, interaction))
    call.loopback.interactions.settle(interaction)


def _interaction(call: Call) -> Interaction:
    return call.loopback.interactions.webhook(call.path["application"], call.path["token"])


def _message(call: Call, interaction: Interaction) -> Message:
    number = call.path["message"]
    found = interaction.original if number == "@original" else interaction.channel.messages.get(number)
    if found is None or found.deleted or found.author is not call.loopback.world.bot:
        raise ApiError(404, 10008, "Unknown Message")
    return found


ROUTES = (
    Route("POST", "/interactions/{interaction}/{token}/callback", callback, open=True),
    Route("POST", "/webhooks/{application}/{token}", follow, (5, 2), open=True),
    Route("GET", "/webhooks/{application}/{token}/messages/{message}", read, (5, 2), open=True),
    Route("PATCH", "/webhooks/{application}/{token}/messages/{message}", edit, (5, 2), open=True),
    Route("DELETE", "/webhooks/{application}/{token}/messages/{message}", delete, (5, 2), open=True),
)
