"""The shapes of what Slack sends: events, slash commands and interactions."""

from __future__ import annotations

from typing import Any

from .content import elements_of
from .forms import choose
from .refusals import Impossible
from .world import Channel, Person, World

Json = dict[str, Any]


def event_body(world: World, team: str, event: Json, event_id: str, outer: Json) -> Json:
    """The outer payload around an event; `outer` overrides its fields."""
    here = world.team(team)
    now = world.clock.now()
    grant: Json = {"enterprise_id": here.enterprise, "team_id": team, "user_id": here.bot_user}
    grant |= {"is_bot": True, "is_enterprise_install": _is_org_wide(world, team)}
    body: Json = {"token": world.settings.verification_token, "team_id": team, "api_app_id": world.settings.app_id}
    body |= {"event": {"event_ts": world.clock.ts(), **event}, "type": "event_callback", "event_id": event_id}
    body |= {"event_time": int(now), "authorizations": [grant], "is_ext_shared_channel": False}
    body |= {"context_team_id": team, "context_enterprise_id": here.enterprise, "event_context": f"4-{event_id}"}
    return body | outer


def command_body(world: World, person: Person, channel: Channel, command: str, text: str, handed: Json) -> Json:
    """A slash command's flat fields."""
    here = world.team(person.team)
    body = {"token": world.settings.verification_token, "team_id": here.id, "team_domain": here.domain}
    body |= {"channel_id": channel.id, "channel_name": _name(channel), "user_id": person.id, "user_name": person.name}
    body |= {
        "command": command,
        "text": text,
        "api_app_id": world.settings.app_id,
        "is_enterprise_install": str(_is_org_wide(world, here.id)).lower(),
    }
    if here.enterprise:
        body |= {"enterprise_id": here.enterprise, "enterprise_name": here.enterprise}
    return body | handed


def interaction_body(world: World, person: Person, kind: str, more: Json) -> Json:
    """What shortcuts, actions and views have in common."""
    here = world.team(person.team)
    user = {"id": person.id, "username": person.name, "name": person.name, "team_id": person.home_team or here.id}
    body: Json = {"type": kind, "user": user, "api_app_id": world.settings.app_id}
    body |= {"token": world.settings.verification_token, "team": {"id": here.id, "domain": here.domain}}
    enterprise = {"id": here.enterprise, "name": here.enterprise} if here.enterprise else None
    return body | {"enterprise": enterprise, "is_enterprise_install": _is_org_wide(world, here.id)} | more


def channel_field(channel: Channel) -> Json:
    return {"id": channel.id, "name": _name(channel)}


def find_element(blocks: list[Json], wanted: str) -> tuple[Json, Json]:
    """The block and element with this action_id, text, label or value."""
    for block in blocks:
        for element in elements_of(block):
            inner = [element.get("positive_button") or {}, element.get("negative_button") or {}]
            texts = [(part.get("text") or {}).get("text") for part in (element, *inner) if _has_text(part)]
            values = [part.get("value") for part in (element, *inner)]
            labels = [part.get("accessibility_label") for part in (element, *inner)]
            if wanted in (element.get("action_id"), *texts, *values, *labels):
                return block, element
    raise Impossible(f"there is nothing called {wanted!r} to click")


def action_of(block: Json, element: Json, value: Any, wanted: str, ts: str) -> Json:
    """One entry of block_actions' `actions`."""
    kind = element["type"]
    action: Json = {"type": kind, "block_id": block["block_id"], "action_id": element["action_id"], "action_ts": ts}
    match kind:
        case "button" | "icon_button":
            held = {name: element[name] for name in ("text", "value", "url", "style") if name in element}
            return action | held
        case "feedback_buttons":
            both = [element["positive_button"], element["negative_button"]]
            names = value if value is not None else wanted
            pressed = next((b for b in both if names in (b.get("value"), b["text"]["text"])), both[0])
            return action | {"text": pressed["text"], "value": pressed.get("value")}
        case "static_select" | "overflow" | "radio_buttons" | "external_select":
            return action | {"selected_option": choose(element, value)}
        case "multi_static_select" | "checkboxes":
            return action | {"selected_options": [choose(element, one) for one in value]}
        case "users_select":
            return action | {"selected_user": value}
        case "channels_select":
            return action | {"selected_channel": value}
        case "conversations_select":
            return action | {"selected_conversation": value}
        case "datepicker":
            return action | {"selected_date": value}
        case "timepicker":
            return action | {"selected_time": value}
        case _:
            return action | {"value": value}


def _is_org_wide(world: World, team: str) -> bool:
    token = world.token_of(team)
    return token is not None and token.team is None


def _has_text(part: Json) -> bool:
    return isinstance(part.get("text"), dict)


def _name(channel: Channel) -> str:
    return {"private": "privategroup", "im": "directmessage"}.get(channel.sort, channel.name)
