"""What a Discord client makes of a person's act: which commands it offers, and the data it sends for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.servers.discord_platform.components import SELECTS, Kind, numbered, walk
from tests.servers.discord_platform.errors import Impossible, Json
from tests.servers.discord_platform.payloads import bare_member_json, channel_json, context_of, user_json
from tests.servers.discord_platform.world import ADMINISTRATOR, Channel, Message, User, World

SLASH, USER_MENU, MESSAGE_MENU = 1, 2, 3
GROUPS = (1, 2)
STRING, INTEGER, BOOLEAN, USER, CHANNEL, NUMBER = 3, 4, 5, 6, 7, 10
LISTED = {Kind.CHECKBOXES, Kind.FILE_UPLOAD, *SELECTS}
"""Parts of a modal that give `values`; the others give `value`."""


def find_command(world: World, name: str, kind: int, user: User, channel: Channel) -> Json:
    """The command as this person's client offers it here, or why it does not."""
    scopes = [world.commands[""]] + ([world.commands.get(channel.guild.id, [])] if channel.guild else [])
    found = next((c for scope in scopes for c in scope if c["name"] == name and c["type"] == kind), None)
    if found is None:
        raise Impossible(f"The bot has registered no command named {name!r}.")
    contexts, kinds = found.get("contexts"), found["integration_types"]
    by_guild = 0 in kinds and channel.has_bot
    if not by_guild and not (1 in kinds and user.installed):
        raise Impossible(f"{name!r} is not installed here.")
    if contexts is not None and context_of(channel) not in contexts:
        raise Impossible(f"{name!r} is not offered in this kind of channel.")
    needed = int(found.get("default_member_permissions") or 0)
    if channel.guild and needed & ~user.permissions and not user.permissions & ADMINISTRATOR:
        raise Impossible(f"{user.name} lacks the permission for {name!r}.")
    return found


def command_data(
    world: World, path: str, given: Mapping[str, Any], user: User, channel: Channel, focused: str = ""
) -> Json:
    """The data of a slash command such as `tact purpose set`; with `focused`, of its autocomplete."""
    first, *rest = path.split()
    command = find_command(world, first, SLASH, user, channel)
    data: Json = {"id": command["id"], "name": command["name"], "type": SLASH}
    here, level = data, command["options"]
    for word in rest:
        found = next((o for o in level if o["name"] == word and o["type"] in GROUPS), None)
        if found is None:
            raise Impossible(f"There is no {word!r} in /{path}.")
        inner: Json = {"name": word, "type": found["type"]}
        here["options"], here, level = [inner], inner, found.get("options") or []
    known = {option["name"]: option for option in level if option["type"] not in GROUPS}
    if len(known) < len(level):
        raise Impossible(f"/{path} is not complete: {', '.join(o['name'] for o in level)}")
    _check_given(path, known, given, partial=bool(focused))
    here["options"] = [
        {
            "name": name,
            "type": known[name]["type"],
            "value": value if name == focused else _value(world, known[name], value),
        }
        | ({"focused": True} if name == focused else {})
        for name, value in given.items()
    ]
    resolved = _resolved(world, here["options"])
    return data | ({"resolved": resolved} if resolved else {})


def _check_given(path: str, known: dict[str, Json], given: Mapping[str, Any], *, partial: bool) -> None:
    if unknown := given.keys() - known.keys():
        raise Impossible(f"/{path} has no option {', '.join(sorted(unknown))}.")
    missing = [name for name, option in known.items() if option.get("required") and name not in given]
    if missing and not partial:
        raise Impossible(f"/{path} needs {', '.join(missing)}.")


def _value(world: World, option: Json, value: Any) -> Any:
    kind, name = option["type"], option["name"]
    if kind == USER:
        return world.user(value).id
    if kind == CHANNEL:
        return world.channel(value).id
    right: Any = {STRING: str, INTEGER: int, BOOLEAN: bool, NUMBER: (int, float)}.get(kind, object)
    if not isinstance(value, right):
        raise Impossible(f"{name!r} does not take {value!r}.")
    if option.get("choices") and value not in [choice["value"] for choice in option["choices"]]:
        raise Impossible(f"{value!r} is not among the choices of {name!r}.")
    if kind == STRING and not (option.get("min_length") or 0) <= len(value) <= (option.get("max_length") or 6000):
        raise Impossible(f"{name!r} has {len(value)} characters.")
    if kind in (INTEGER, NUMBER) and not option.get("min_value", value) <= value <= option.get("max_value", value):
        raise Impossible(f"{value} is out of range for {name!r}.")
    return value


def _resolved(world: World, options: list[Json]) -> Json:
    resolved: Json = {}
    for option in options:
        if option["type"] == USER:
            resolved.setdefault("users", {})[option["value"]] = user_json(world.users[option["value"]])
            resolved.setdefault("members", {})[option["value"]] = bare_member_json()
        elif option["type"] == CHANNEL:
            about = channel_json(world.channels[option["value"]]) | {"permissions": "0"}
            resolved.setdefault("channels", {})[option["value"]] = about
    return resolved


def menu_data(world: World, name: str, user: User, channel: Channel, target: Message | User) -> Json:
    """The data of a context menu entry on a message or a person."""
    kind = MESSAGE_MENU if isinstance(target, Message) else USER_MENU
    command = find_command(world, name, kind, user, channel)
    data: Json = {"id": command["id"], "name": name, "type": kind, "target_id": target.id}
    if isinstance(target, Message):
        return data | {"resolved": {"messages": {target.id: target.body}}}
    return data | {"resolved": {"users": {target.id: user_json(target)}, "members": {target.id: bare_member_json()}}}


def click_data(message: Message, custom_id: str, values: list[str], user: User) -> Json:
    """The data of a click on a button or a choice in a select."""
    if message.only_for not in (None, user) or message.deleted:
        raise Impossible(f"{user.name} does not see this message.")
    parts = [part for part in walk(message.body["components"]) if part.get("custom_id") == custom_id]
    if not parts or parts[0].get("disabled"):
        there = [part["custom_id"] for part in walk(message.body["components"]) if part.get("custom_id")]
        raise Impossible(f"There is no {custom_id!r} to click; there is {', '.join(there) or 'nothing'}.")
    data: Json = {"custom_id": custom_id, "component_type": parts[0]["type"], "id": parts[0]["id"]}
    if parts[0]["type"] == Kind.SELECT and (wrong := set(values) - {o["value"] for o in parts[0]["options"]}):
        raise Impossible(f"{custom_id!r} does not offer {', '.join(sorted(wrong))}.")
    return data | ({"values": values} if parts[0]["type"] in SELECTS else {})


def modal_data(modal: Json, given: Mapping[str, Any]) -> Json:
    """The data of a filled-in modal; fields that are not given are empty."""
    known = {part["custom_id"] for part in walk(modal["components"]) if part.get("custom_id")}
    if unknown := given.keys() - known:
        raise Impossible(f"The modal has no field {', '.join(sorted(unknown))}; it has {', '.join(sorted(known))}.")
    return {
        "custom_id": modal["custom_id"],
        "components": [_filled(one, given) for one in numbered(modal["components"])],
    }


def _filled(part: Json, given: Mapping[str, Any]) -> Json:
    if part["type"] == Kind.ROW:
        return {"type": Kind.ROW, "id": part["id"], "components": [_filled(c, given) for c in part["components"]]}
    if part["type"] == Kind.LABEL:
        return {"type": Kind.LABEL, "id": part["id"], "component": _filled(part["component"], given)}
    if not part.get("custom_id"):
        return {"type": part["type"], "id": part["id"]}
    name, kind = part["custom_id"], part["type"]
    field: Json = {"type": kind, "custom_id": name, "id": part["id"]}
    if kind in LISTED:
        return field | {"values": given.get(name, [])}
    if kind != Kind.TEXT_INPUT:
        return field | {"value": given.get(name)}
    text = given.get(name, part.get("value") or "")
    least, most = part.get("min_length") or 0, part.get("max_length") or 4000
    if part.get("required", True) and not text:
        raise Impossible(f"{name!r} must be filled in.")
    if text and not least <= len(text) <= most:
        raise Impossible(f"{name!r} has {len(text)} characters; {least} to {most} are allowed.")
    return field | {"value": text}
