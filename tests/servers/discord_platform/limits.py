"""Discord's limits on a message: text, embeds, files, flags, nonce."""

from __future__ import annotations

from tests.servers.discord_platform.components import check_components
from tests.servers.discord_platform.errors import ApiError, Json, form_error, required, too_long

SUPPRESS_EMBEDS, EPHEMERAL, LOADING, SILENT, VERSION2 = 1 << 2, 1 << 6, 1 << 7, 1 << 12, 1 << 15
SENDABLE = SUPPRESS_EMBEDS | SILENT | VERSION2
"""Flags a bot may set on a message; answers to interactions may be ephemeral as well."""

EMBED = {"title": 256, "description": 4096}
EMBED_SUM = 6000
FILE_SIZE = 10 * 1024 * 1024
FIELDS_OF_TEXT = ("content", "embeds", "components", "sticker_ids", "poll", "files")


def check_message(body: Json, path: str = "", *, flags: int = SENDABLE) -> None:
    """Raises what Discord answers to a message it refuses; `flags` are those that may be set."""
    version2 = bool((body.get("flags") or 0) & VERSION2)
    if len(body.get("content") or "") > 2000:
        raise too_long(f"{path}content", 2000)
    for name in ("content", "embeds"):
        if version2 and body.get(name):
            says = f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            raise form_error(path + name, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", says)
    if (body.get("flags") or 0) & ~flags:
        raise form_error(f"{path}flags", "MESSAGE_FLAGS_INVALID", "A flag cannot be set here.")
    check_components(body.get("components") or [], f"{path}components", version2=version2)
    _check_embeds(body.get("embeds") or [], f"{path}embeds")
    _check_files(body, path)
    if len(str(body.get("nonce") or "")) > 25:
        raise too_long(f"{path}nonce", 25)


def check_edit(before: Json, body: Json, path: str = "") -> None:
    """Raises what Discord answers to an edit it refuses: the message as it would become must be a right one."""
    becomes = {name: body.get(name, before[name]) for name in ("content", "embeds", "components")}
    becomes["flags"] = ((before["flags"] | (body.get("flags") or 0)) & VERSION2) | (
        (body.get("flags") or 0) & ~EPHEMERAL
    )
    check_message(becomes | {"files": body.get("files")}, path)
    check_not_empty(becomes | {"files": body.get("files") or body.get("attachments", before["attachments"])})


def check_not_empty(body: Json) -> None:
    """Raises 50006 for a message that shows nothing."""
    if not any(body.get(name) for name in FIELDS_OF_TEXT):
        raise ApiError(400, 50006, "Cannot send an empty message")


def _check_embeds(embeds: list[Json], path: str) -> None:
    if len(embeds) > 10:
        raise too_long(path, 10)
    whole = 0
    for number, embed in enumerate(embeds):
        here = f"{path}.{number}"
        fields = embed.get("fields") or []
        if len(fields) > 25:
            raise too_long(f"{here}.fields", 25)
        parts = [(name, embed.get(name), most) for name, most in EMBED.items()]
        parts += [("footer.text", (embed.get("footer") or {}).get("text"), 2048)]
        parts += [("author.name", (embed.get("author") or {}).get("name"), 256)]
        for n, field in enumerate(fields):
            if not field.get("name") or not field.get("value"):
                raise required(f"{here}.fields.{n}.{'value' if field.get('name') else 'name'}")
            parts += [(f"fields.{n}.name", field["name"], 256), (f"fields.{n}.value", field["value"], 1024)]
        for name, text, most in parts:
            if len(text or "") > most:
                raise too_long(f"{here}.{name}", most)
            whole += len(text or "")
    if whole > EMBED_SUM:
        raise form_error(path, "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {EMBED_SUM}")


def _check_files(body: Json, path: str) -> None:
    files = body.get("files") or []
    if len(files) > 10:
        raise too_long(f"{path}attachments", 10)
    if any(file["size"] > FILE_SIZE for file in files):
        raise ApiError(413, 40005, "Request entity too large")
    for number, file in enumerate(files):
        if len(file.get("description") or "") > 1024:
            raise too_long(f"{path}attachments.{number}.description", 1024)
