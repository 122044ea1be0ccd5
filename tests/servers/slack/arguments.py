"""Reads a Web API call: arguments from query, form or JSON, the token, and the app's own credentials."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from .refusals import Refused

Json = dict[str, Any]
JSON_ARGUMENTS = {"attachments", "view", "metadata", "prompts", "chunks", "loading_messages", "unfurls"}


@dataclass(frozen=True, slots=True)
class Call:
    """One call; `token` is empty when none was given, `client` are client id and secret."""

    method: str
    args: Json
    token: str
    client: tuple[str, str]
    in_header: bool


async def read_call(request: web.Request) -> Call:
    """The call; refused when its body cannot be read."""
    args: Json = dict(request.query)
    kind = request.content_type
    if kind == "application/json":
        args |= _parsed(await request.text() or "{}")
    elif request.method == "POST" and kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        args |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    for name in JSON_ARGUMENTS & args.keys():
        if isinstance(args[name], str):
            args[name] = _value(args[name])
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    token = credentials if scheme == "Bearer" else ""
    given = str(args.pop("token", "") or "")
    client = _basic(credentials) if scheme == "Basic" else None
    client = client or (str(args.pop("client_id", "")), str(args.pop("client_secret", "")))
    return Call(request.match_info["method"], args, token or given, client, bool(token))


def _parsed(body: str) -> Json:
    try:
        value = json.loads(body)
    except ValueError:
        raise Refused("invalid_json") from None
    if not isinstance(value, dict):
        raise Refused("json_not_object")
    return value


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _basic(credentials: str) -> tuple[str, str] | None:
    try:
        name, _, secret = base64.b64decode(credentials).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return name, secret
