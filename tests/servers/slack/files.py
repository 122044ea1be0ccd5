"""files.*: an address to upload to, the upload, and the file shown in a conversation (docs.slack.dev, 2026)."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from .messages import keep_and_show
from .places import place_to_post, team_of
from .refusals import Refused, need
from .world import Message, Token, World

Json = dict[str, Any]
ALT = 1000
"""Characters of a description. Assumed; Slack's page names no limit."""


def upload_address(world: World, token: Token, args: Json) -> Json:
    length = need(args, "length")
    if not length.isdigit() or not int(length):
        raise Refused("invalid_arguments")
    id_ = world.new_id("F")
    named = {"id": id_, "name": need(args, "filename"), "alt_txt": str(args.get("alt_txt") or "")[:ALT]}
    world.files[id_] = {**named, "length": int(length), "team": token.team, "content": None}
    return {"file_id": id_, "upload_url": f"{world.base}/upload/v1/{id_}"}


async def upload(world: World, request: web.Request) -> web.StreamResponse:
    """Takes the bytes; as many as were announced."""
    file = world.files.get(request.match_info["id"])
    content = await request.read()
    if file is None or len(content) != file["length"]:
        return web.Response(status=400, text="NOT OK")
    file["content"] = content
    return web.Response(text=f"OK - {len(content)}")


def complete(world: World, token: Token, args: Json) -> Json:
    asked = args.get("files")
    asked = json.loads(asked) if isinstance(asked, str) else asked
    team = team_of(world, token, args)
    found = [world.files.get(str(one.get("id"))) for one in asked or []]
    if not found or any(file is None or file["content"] is None or file["team"] != token.team for file in found):
        raise Refused("file_not_found")
    shown = [{"id": f["id"], "name": f["name"], "alt_txt": f["alt_txt"], "size": f["length"]} for f in found if f]
    if args.get("channel_id"):
        channel = place_to_post(world, token, team, str(args["channel_id"]))
        text = str(args.get("initial_comment") or "")
        message = Message(team.id, channel.id, world.clock.ts(), team.bot_user, text, [], args.get("thread_ts"))
        message.extra["files"] = shown
        keep_and_show(world, message, "files.completeUploadExternal", args)
    return {"files": shown}


async def download(world: World, request: web.Request) -> web.StreamResponse:
    """The bytes of a file, for a test that looks at them."""
    file = world.files.get(request.match_info["id"])
    if file is None or file["content"] is None:
        return web.Response(status=404)
    return web.Response(body=file["content"], content_type="application/octet-stream")
