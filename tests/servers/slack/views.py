"""views.*: modals, stacked up to three for a user, and the Home tab."""

from __future__ import annotations

import copy
from typing import Any

from .blocks import is_too_large, view_faults
from .content import with_ids
from .forms import first_state
from .places import team_of
from .refusals import Refused, invalid_arguments, need
from .triggers import Handed
from .visible import show_view
from .world import Team, Token, World

Json = dict[str, Any]
DEPTH = 3


class Views:
    """The views.* methods; they need the triggers that were handed out."""

    def __init__(self, handed: Handed) -> None:
        self._handed = handed

    def open(self, world: World, token: Token, args: Json) -> Json:
        team = team_of(world, token, args)
        view = read_view(world, team, args.get("view"), "modal")
        user = self._handed.exchange(need(args, "trigger_id"), team)
        world.stacks[team.id, user] = []
        push_view(world, team, user, view, "views.open")
        return {"view": view}

    def push(self, world: World, token: Token, args: Json) -> Json:
        team = team_of(world, token, args)
        view = read_view(world, team, args.get("view"), "modal")
        user = self._handed.exchange(need(args, "trigger_id"), team)
        if not world.stacks.get((team.id, user)):
            raise Refused("not_found")
        push_view(world, team, user, view, "views.push")
        return {"view": view}

    def update(self, world: World, token: Token, args: Json) -> Json:
        team = team_of(world, token, args)
        user, old = _find(world, team, args)
        if args.get("hash") and args["hash"] != old["hash"]:
            raise Refused("hash_conflict")
        view = read_view(world, team, args.get("view"), "modal", replaces=old)
        replace_view(world, team, user, old, view, "views.update")
        return {"view": view}

    def publish(self, world: World, token: Token, args: Json) -> Json:
        team = team_of(world, token, args)
        user = need(args, "user_id")
        if (team.id, user) not in world.people:
            raise invalid_arguments("invalid `user_id`")
        if not world.settings.home_tab:
            raise Refused("not_enabled")
        old = world.homes.get((team.id, user))
        if args.get("hash") and (old is None or args["hash"] != old["hash"]):
            raise Refused("hash_conflict")
        view = read_view(world, team, args.get("view"), "home", replaces=old)
        world.homes[team.id, user] = view
        show_view(world, "publish", team.id, user, view, "views.publish")
        return {"view": view}


def read_view(world: World, team: Team, view: Any, kind: str, replaces: Json | None = None) -> Json:
    """A valid view with the fields Slack adds; refused as invalid_arguments with what is wrong and where."""
    faults = view_faults(view)
    if faults or view.get("type") != kind:
        raise invalid_arguments(*(faults or [f"must be a {kind} view [json-pointer:/view/type]"]))
    if is_too_large(view):
        raise Refused("view_too_large")
    external = view.get("external_id") or ""
    others = [v for stack in world.stacks.values() for v in stack if replaces is None or v["id"] != replaces["id"]]
    if external and any(other["external_id"] == external for other in others):
        raise Refused("duplicate_external_id")
    blocks = with_ids(world, view.get("blocks") or [])
    id_ = replaces["id"] if replaces else world.new_id("V")
    added = {"id": id_, "team_id": team.id, "app_id": world.settings.app_id, "bot_id": team.bot_id}
    added |= {"hash": world.clock.ts(), "root_view_id": id_, "previous_view_id": None, "app_installed_team_id": team.id}
    plain: Json = {"private_metadata": "", "callback_id": "", "external_id": "", "submit": None, "close": None}
    plain |= {"clear_on_close": False, "notify_on_close": False}
    before = replaces["state"]["values"] if replaces else {}
    state = {"values": first_state(blocks, before)}
    return {**plain, **copy.deepcopy(view), **added, "blocks": blocks, "state": state}


def push_view(world: World, team: Team, user: str, view: Json, via: str) -> None:
    """Puts a modal on top of a user's stack; refused beyond three."""
    stack = world.stacks.setdefault((team.id, user), [])
    if len(stack) >= DEPTH:
        raise Refused("push_limit_reached")
    if stack:
        view |= {"root_view_id": stack[0]["id"], "previous_view_id": stack[-1]["id"]}
    stack.append(view)
    show_view(world, "push" if len(stack) > 1 else "open", team.id, user, view, via)


def replace_view(world: World, team: Team, user: str, old: Json, view: Json, via: str) -> None:
    """Puts a new view in the place of an open one."""
    stack = world.stacks[team.id, user]
    index = next(i for i, open_view in enumerate(stack) if open_view["id"] == old["id"])
    view |= {"root_view_id": old["root_view_id"], "previous_view_id": old["previous_view_id"]}
    stack[index] = view
    show_view(world, "update", team.id, user, view, via)


def _find(world: World, team: Team, args: Json) -> tuple[str, Json]:
    if not args.get("view_id") and not args.get("external_id"):
        raise invalid_arguments("missing required field: view_id")
    for (team_id, user), stack in world.stacks.items():
        for view in stack:
            named = args.get("view_id") == view["id"] or (args.get("external_id") or " ") == view["external_id"]
            if team_id == team.id and named:
                return user, view
    raise Refused("not_found")
