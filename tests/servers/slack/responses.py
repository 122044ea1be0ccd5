"""The response_url: an answer to a command or component without a token, five times within half an hour."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .content import read_content
from .faults import answer_with, drop
from .messages import keep_and_show
from .refusals import Refused
from .triggers import ResponseUrl
from .visible import show_message
from .world import Message, World

if TYPE_CHECKING:
    from .server import Server

Json = dict[str, Any]
TRUE = (True, "true", 1, "1")
GONE = ("expired_url", "used_url")
FALSE = (False, "false", 0, "0")


async def respond(server: Server, request: web.Request) -> web.StreamResponse:
    """Posts the answer; HTTP 404 with used_url or expired_url (bodies assumed) when there is none left."""
    world = server.world
    args = await _read(request)
    fault = server.faults.take("response_url", args or {})
    if fault is not None and (answer := await answer_with(fault, request)) is not None:
        error: str | None = fault.error or "fault"
    elif (error := _use(world, server.handed.urls.get(request.match_info["id"]), args)) in GONE:
        answer = web.json_response({"ok": False, "error": error}, status=404)
    else:
        answer = web.Response(status=400 if error else 200, text=error or "ok")
    status = answer.status
    world.record.add("call", method="response_url", args=args, ok=not error, error=error, status=status)
    return drop(request) if not error and fault is not None and fault.reset == "after" else answer


def _use(world: World, url: ResponseUrl | None, args: Json | None) -> str | None:
    if url is None or world.clock.now() - url.made > world.settings.response_url_seconds:
        return "expired_url"
    if url.uses >= world.settings.response_url_uses:
        return "used_url"
    if args is None:
        return "invalid_payload"
    try:
        take_answer(world, url, args, "response_url")
    except Refused as refused:
        return refused.error
    url.uses += 1
    return None


def take_answer(world: World, url: ResponseUrl, args: Json, via: str) -> None:
    """Posts, replaces or deletes; ephemeral unless in_channel.

    Only a component's url has an original. Assumed: there the original is replaced unless replace_original is false.
    """
    source = url.source
    if source is not None and args.get("delete_original") in TRUE:
        world.messages.pop((source.team, source.channel, source.ts), None)
        show_message(world, "delete", source, via)
        return
    text, blocks = read_content(world, args)
    if source is not None and args.get("replace_original") not in FALSE:
        source.text, source.blocks = text, blocks
        show_message(world, "update", source, via, args)
        return
    bot = world.team(url.team).bot_user
    to = None if args.get("response_type") == "in_channel" else url.user
    message = Message(url.team, url.channel, world.clock.ts(), bot, text, blocks, args.get("thread_ts"), to)
    keep_and_show(world, message, via, args)


async def _read(request: web.Request) -> Json | None:
    try:
        value = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        return None
    return value if isinstance(value, dict) else None
