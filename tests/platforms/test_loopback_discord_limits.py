"""The loopback Discord refuses what Discord refuses: limits, wrong ids, and what its own API description rules out."""

from __future__ import annotations

import gzip
import io
import os
from pathlib import Path
from typing import Any

import discord
import pytest

from tests.platforms.example_discord_bot import running
from tests.servers.discord_platform.client import LoopbackDiscord
from tests.servers.discord_platform.limits import FILE_SIZE
from tests.servers.discord_platform.plain import Api

pytest_plugins = ["tests.servers.discord_platform.fixtures"]


def row(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(parts)}


def button(**more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "b", "custom_id": "b", **more}


TEXT = {"type": 10, "content": "t"}
V2 = 1 << 15


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"content": "x" * 2001}, "content"),
        ({"content": "x", "nonce": "n" * 26}, "nonce"),
        ({"content": "x", "flags": 1 << 6}, "flags"),
        ({"content": "x", "flags": V2, "components": [TEXT]}, "content"),
        ({"content": "x", "components": [TEXT]}, "components"),
        ({"content": "x", "components": [row(button(), button())]}, "components"),
        ({"content": "x", "components": [row(button(custom_id="i" * 101))]}, "components.custom_id"),
        ({"content": "x", "components": [row(button(label="l" * 81))]}, "components.label"),
        ({"content": "x", "components": [row(button(style=5))]}, "components.url"),
        ({"content": "x", "components": [row(*(button(custom_id=str(n)) for n in range(6)))]}, "components.components"),
        ({"content": "x", "components": [row(button(custom_id=str(n))) for n in range(6)]}, "components"),
        ({"flags": V2, "components": [TEXT] * 41}, "components"),
        ({"flags": V2, "components": [{"type": 10, "content": "x" * 4001}]}, "components"),
        ({"embeds": [{"title": "x" * 257}]}, "embeds.0.title"),
        ({"embeds": [{"description": "x" * 4096}, {"description": "x" * 1905}]}, "embeds"),
        ({"embeds": [{"fields": [{"name": "n", "value": ""}]}]}, "embeds.0.fields.0.value"),
        ({"embeds": [{"title": "x"}] * 11}, "embeds"),
    ],
)
async def test_a_message_over_a_limit_is_refused_by_field(discord_api: Api, body: dict[str, Any], where: str) -> None:
    status, error, _ = await discord_api.send(**body)
    assert (status, error["code"]) == (400, 50035)
    for part in where.split("."):
        error = error.get("errors", error)[part]
    assert error["_errors"][0]["message"]


async def test_a_message_within_all_limits_is_taken_and_an_empty_one_is_not(discord_api: Api) -> None:
    fields = [{"name": "n", "value": "v"}] * 25
    full = {"content": "x" * 2000, "nonce": "n" * 25, "flags": 1 << 12, "embeds": [{"title": "t", "fields": fields}]}
    rows = [row(*(button(custom_id=f"{n}{m}", label="l" * 80) for m in range(5))) for n in range(5)]
    assert (await discord_api.send(**full, components=rows))[0] == 200
    assert (await discord_api.send(flags=V2, components=[TEXT] * 40))[0] == 200
    status, error, _ = await discord_api.send(content="")
    assert (status, error["code"]) == (400, 50006)


async def test_an_edit_is_held_against_what_the_message_becomes(discord_api: Api) -> None:
    message = (await discord_api.send(content="x"))[1]["id"]
    path = f"/channels/{discord_api.channel}/messages/{message}"
    assert (await discord_api("PATCH", path, {"flags": V2, "components": [TEXT]}))[0] == 400
    assert (await discord_api("PATCH", path, {"content": ""}))[1]["code"] == 50006
    assert (await discord_api("PATCH", path, {"content": None, "flags": V2, "components": [TEXT]}))[0] == 200
    assert (await discord_api("PATCH", path, {"content": "back"}))[0] == 400


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/channels/1", None, 404, 10003),
        ("GET", "/guilds/1", None, 404, 10004),
        ("GET", "/users/1", None, 404, 10013),
        ("GET", "/nowhere", None, 404, 0),
        ("POST", "/users/@me/channels", {"recipient_id": "1"}, 400, 50033),
        ("POST", "/interactions/1/t/callback", {"type": 4}, 404, 10062),
        ("POST", "/webhooks/1/t", {"content": "x"}, 404, 10015),
        ("PUT", "/applications/1/commands", [{"name": "Upper", "description": "d"}], 400, 50035),
        ("PUT", "/applications/1/commands", [{"name": "d" * 33, "description": "d"}], 400, 50035),
        ("PUT", "/applications/1/commands", [{"name": "n", "description": "d" * 101}], 400, 50035),
        ("PUT", "/applications/1/commands", [{"name": f"n{n}", "description": "d"} for n in range(101)], 400, 30032),
    ],
)
async def test_what_is_not_there_or_not_allowed_has_its_code(
    discord_api: Api, method: str, path: str, body: Any, status: int, code: int
) -> None:
    answered, error, _ = await discord_api(method, path, body)
    assert (answered, error["code"]) == (status, code)


async def test_files_have_a_size_and_a_number(loopback: LoopbackDiscord) -> None:
    def files(count: int, size: int = 1) -> list[discord.File]:
        return [discord.File(io.BytesIO(b"x" * size), f"{n}.png") for n in range(count)]

    async with running(loopback.address) as bot:
        channel = bot.guilds[0].text_channels[0]
        await channel.send("ten", files=files(10))
        with pytest.raises(discord.HTTPException, match="10 or fewer"):
            await channel.send("eleven", files=files(11))
        with pytest.raises(discord.HTTPException, match="413"):
            await channel.send("big", files=files(1, FILE_SIZE + 1))
    [seen] = await loopback.messages(channel="C1")
    assert len(seen.attachments) == 10
    await loopback.reset()  # the referee would not have liked the eleven either


OPENAPI = os.environ.get("TACT_DISCORD_OPENAPI", "")


@pytest.mark.skipif(not OPENAPI, reason="TACT_DISCORD_OPENAPI does not name Discord's OpenAPI file")
async def test_the_referee_sees_a_body_discord_does_not_describe(discord_api: Api, loopback: LoopbackDiscord) -> None:
    raw = Path(OPENAPI).read_bytes()
    assert b'"openapi"' in (gzip.decompress(raw) if OPENAPI.endswith(".gz") else raw)[:2000]
    await discord_api.send(content="x", tts="perhaps")
    [violation] = await loopback.happened("violation")
    assert "perhaps" in violation["problem"]
