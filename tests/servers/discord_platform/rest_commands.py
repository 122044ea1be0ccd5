"""Routes of application commands: bulk overwrite and listing, global and per guild, within Discord's limits."""

from __future__ import annotations

import re

from tests.servers.discord_platform.errors import ApiError, Json, bad_length, form_error, too_long
from tests.servers.discord_platform.rest import Call, Route

SLASH, MENU_TYPES = 1, (2, 3)
NAME = re.compile(r"[-_'\w]{1,32}")
GROUPS = (1, 2)
"""Option types that hold options: subcommand and subcommand group."""
WHOLE = 8000
"""Characters of all names, descriptions and values of one command together."""


async def listed(call: Call) -> list[Json]:
    """The commands of a guild where the app is installed, or the global ones."""
    world, number = call.loopback.world, call.path.get("guild", "")
    guild = world.guilds.get(number)
    if number and not (guild and (guild.installed or guild.commands_only)):
        raise ApiError(403, 50001, "Missing Access")
    return world.commands.get(number, [])


async def overwrite(call: Call) -> list[Json]:
    """Replaces all commands at once; a known name keeps its id."""
    world, guild = call.loopback.world, call.path.get("guild", "")
    wanted = call.body if isinstance(call.body, list) else []
    old = {(one["type"], one["name"]): one["id"] for one in world.commands.get(guild, [])}
    for kind, most, code in ((1, 100, 30032), (2, 15, 30034), (3, 15, 30034)):
        if sum(_kind(command) == kind for command in wanted) > most:
            raise ApiError(400, code, f"Maximum number of application commands reached ({most})")
    made = []
    for number, command in enumerate(wanted):
        _check(command, str(number))
        key = (_kind(command), command["name"])
        made.append(_command(call, command, old.get(key) or world.snowflake()))
    keys = [(command["type"], command["name"]) for command in made]
    if len(keys) != len(set(keys)):
        raise form_error("name", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
    world.commands[guild] = made
    return made


def _command(call: Call, command: Json, number: str) -> Json:
    world, guild = call.loopback.world, call.path.get("guild")
    kept = ("name_localizations", "description_localizations", "default_member_permissions", "contexts", "handler")
    return {name: command.get(name) for name in kept} | {
        "id": number, "application_id": world.bot.id, "version": world.snowflake(), "type": _kind(command),
        "name": command["name"], "description": command.get("description") or "", "dm_permission": True,
        "integration_types": command.get("integration_types") or [0], "nsfw": bool(command.get("nsfw")),
        "options": command.get("options") or [], **({"guild_id": guild} if guild else {}),
    }  # fmt: skip


def _kind(command: Json) -> int:
    return int(command.get("type") or SLASH)


def _check(command: Json, path: str) -> None:
    name = command.get("name") or ""
    if _kind(command) in MENU_TYPES:
        if not 1 <= len(name) <= 32:
            raise bad_length(f"{path}.name", 1, 32)
        return
    _check_named(command, path)
    if len(command.get("options") or []) > 25:
        raise too_long(f"{path}.options", 25)
    if _length(command) > WHOLE:
        says = f"Command exceeds maximum size ({WHOLE})"
        raise form_error(path, "APPLICATION_COMMAND_TOO_LARGE", says)
    _check_options(command.get("options") or [], f"{path}.options")


def _check_named(named: Json, path: str) -> None:
    name = named.get("name") or ""
    if not NAME.fullmatch(name) or name != name.lower():
        raise form_error(f"{path}.name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    for text in (named.get("description") or "", *(named.get("description_localizations") or {}).values()):
        if not 1 <= len(text) <= 100:
            raise bad_length(f"{path}.description", 1, 100)


def _check_options(options: list[Json], path: str) -> None:
    optional = False
    for number, option in enumerate(options):
        here = f"{path}.{number}"
        _check_named(option, here)
        if option.get("required") and optional:
            says = "Required options must be placed before non-required options"
            raise form_error(here, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", says)
        optional = optional or (option["type"] not in GROUPS and not option.get("required"))
        choices = option.get("choices") or []
        if len(choices) > 25:
            raise too_long(f"{here}.choices", 25)
        if choices and option.get("autocomplete"):
            says = "Choices and autocomplete exclude each other"
            raise form_error(here, "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE", says)
        if (option.get("max_length") or 0) > 6000:
            raise form_error(f"{here}.max_length", "NUMBER_TYPE_MAX", "int value should be less than or equal to 6000.")
        _check_options(option.get("options") or [], f"{here}.options")


def _length(named: Json) -> int:
    """Characters of a command or option, the longest of every localised text, and of what is below it."""
    whole = 0
    for name in ("name", "description"):
        texts = [named.get(name) or "", *(named.get(f"{name}_localizations") or {}).values()]
        whole += max(map(len, texts))
    whole += sum(len(str(choice["name"])) + len(str(choice["value"])) for choice in named.get("choices") or [])
    return whole + sum(map(_length, named.get("options") or []))


ROUTES = (
    Route("GET", "/applications/{application}/commands", listed),
    Route("PUT", "/applications/{application}/commands", overwrite, (5, 20)),
    Route("GET", "/applications/{application}/guilds/{guild}/commands", listed),
    Route("PUT", "/applications/{application}/guilds/{guild}/commands", overwrite, (5, 20)),
)
