"""The Web API: who calls, with which scopes, how often, what goes wrong on purpose, and then the method itself."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

from aiohttp import web

from . import assistant, files, lookups, messages, streams
from .arguments import Call, read_call
from .faults import answer_with, drop, too_many
from .refusals import Refused
from .sockets import Sockets
from .triggers import Handed
from .views import Views
from .world import Token, World

if TYPE_CHECKING:
    from .server import Server

Json = dict[str, Any]
Run = Callable[[World, Token, Json], Json]


@dataclass(frozen=True, slots=True)
class Method:
    """What runs, the scopes of which one is needed, and the kinds of token that may call."""

    run: Run
    scopes: tuple[str, ...] = ()
    sorts: tuple[str, ...] = ("bot", "user")


WRITE, ASSIST = ("chat:write",), ("assistant:write", "chat:write")
METHODS = {
    "files.getUploadURLExternal": Method(files.upload_address, ("files:write",)),
    "files.completeUploadExternal": Method(files.complete, ("files:write",)),
    "auth.test": Method(lookups.auth_test, sorts=("bot", "user", "app")),
    "auth.revoke": Method(lookups.auth_revoke),
    "bots.info": Method(lookups.bots_info, ("users:read",)),
    "team.info": Method(lookups.team_info, ("team:read",)),
    "users.info": Method(lookups.users_info, ("users:read",)),
    "conversations.open": Method(lookups.conversations_open, ("im:write", "mpim:write")),
    "conversations.info": Method(lookups.conversations_info),
    "chat.postMessage": Method(messages.post_message, WRITE),
    "chat.postEphemeral": Method(messages.post_ephemeral, WRITE),
    "chat.update": Method(messages.update, WRITE),
    "chat.delete": Method(messages.delete, WRITE),
    "chat.scheduleMessage": Method(messages.schedule_message, WRITE),
    "chat.deleteScheduledMessage": Method(messages.delete_scheduled, WRITE),
    "chat.scheduledMessages.list": Method(messages.list_scheduled),
    "chat.startStream": Method(streams.start_stream, WRITE),
    "chat.appendStream": Method(streams.append_stream, WRITE),
    "chat.stopStream": Method(streams.stop_stream, WRITE),
    "assistant.threads.setStatus": Method(assistant.set_status, ASSIST),
    "assistant.threads.setTitle": Method(assistant.set_title, ("assistant:write",)),
    "assistant.threads.setSuggestedPrompts": Method(assistant.set_suggested_prompts, ("assistant:write",)),
}


def methods_of(handed: Handed, sockets: Sockets) -> dict[str, Method]:
    """All methods, with those that need what this server handed out."""
    views = Views(handed)
    own: dict[str, Run] = {
        "views.open": views.open,
        "views.push": views.push,
        "views.update": views.update,
        "views.publish": views.publish,
    }
    opening = Method(sockets.open_connection, ("connections:write",), ("app",))
    return METHODS | {name: Method(run) for name, run in own.items()} | {"apps.connections.open": opening}


async def api(server: Server, request: web.Request) -> web.StreamResponse:
    """Answers one call and keeps a record of it."""
    world = server.world
    try:
        call = await read_call(request)
    except Refused as refused:
        return web.json_response({"ok": False, "error": refused.error})
    fault = server.faults.take(call.method, call.args)
    if fault is not None and (answer := await answer_with(fault, request)) is not None:
        _remember(world, call, None, fault.error or "fault", answer.status)
        return answer
    token = world.tokens.get(call.token)
    try:
        body = _run(server, call, token)
    except Refused as refused:
        body = {"ok": False, "error": refused.error, **refused.details}
    if body.get("error") == "ratelimited":
        _remember(world, call, token, "ratelimited", 429)
        return too_many(body["retry_after"])
    _remember(world, call, token, body.get("error"), 200)
    if fault is not None and fault.reset == "after":
        return drop(request)
    headers = {"x-slack-req-id": uuid.uuid4().hex, "x-oauth-scopes": ",".join(token.scopes) if token else ""}
    headers["Date"] = formatdate(time.time() + world.settings.clock_skew, usegmt=True)
    return web.json_response(body, headers=headers)


def _run(server: Server, call: Call, token: Token | None) -> Json:
    if call.method == "oauth.v2.access":
        return {"ok": True, **server.grants.access(server.world, call.client, call.args)}
    method = server.methods.get(call.method)
    if method is None:
        raise Refused("unknown_method", req_method=call.method)
    if not call.token or (call.method == "apps.connections.open" and not call.in_header):
        raise Refused("not_authed")
    known = _checked(server.world, method, token)
    wait = server.limits.wait(server.world, call.method, known.team, call.args)
    if wait is not None:
        raise Refused("ratelimited", retry_after=wait)
    return {"ok": True, **method.run(server.world, known, call.args)}


def _checked(world: World, method: Method, token: Token | None) -> Token:
    if token is None:
        raise Refused("invalid_auth")
    if token.state != "ok":
        raise Refused(token.state)
    if token.expires_at is not None and token.expires_at <= world.clock.now():
        raise Refused("token_expired")
    if token.sort not in method.sorts:
        raise Refused("not_allowed_token_type")
    if method.scopes and not set(method.scopes) & set(token.scopes):
        raise Refused("missing_scope", needed=method.scopes[0], provided=",".join(token.scopes))
    return token


def _remember(world: World, call: Call, token: Token | None, error: str | None, status: int) -> None:
    team = token.team if token else None
    world.record.add("call", method=call.method, args=call.args, team=team, ok=not error, error=error, status=status)
