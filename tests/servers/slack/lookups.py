"""auth.*, bots.info, team.info, users.info, conversations.* and apps.connections.open."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from .places import direct_messages, find_channel, team_of
from .refusals import Refused, need
from .world import Channel, Person, Token, World

Json = dict[str, Any]
TRUE = (True, 1, "1", "true")
READS = {"public": "channels:read", "private": "groups:read", "im": "im:read", "mpim": "mpim:read"}


def auth_test(world: World, token: Token, args: Json) -> Json:
    answer: Json = {"is_enterprise_install": token.team is None and token.enterprise is not None}
    if token.sort == "app":
        return answer | {"app_name": "Tact", "app_id": world.settings.app_id}
    team = team_of(world, token, args)
    answer |= {"url": f"https://{team.domain}.slack.com/", "team": team.name, "team_id": team.id}
    if token.sort == "bot":
        answer |= {"user": world.person(team.id, team.bot_user).name, "user_id": team.bot_user, "bot_id": team.bot_id}
    else:
        answer |= {"user": world.person(team.id, str(token.user)).name, "user_id": token.user}
    return answer | ({"enterprise_id": token.enterprise} if token.enterprise else {})


def auth_revoke(world: World, token: Token, args: Json) -> Json:
    if args.get("test") in TRUE:
        return {"revoked": False}
    token.state = "token_revoked"
    return {"revoked": True}


def bots_info(world: World, token: Token, args: Json) -> Json:
    team = team_of(world, token, args)
    if args.get("bot", team.bot_id) != team.bot_id:
        raise Refused("bot_not_found")
    bot = {"id": team.bot_id, "user_id": team.bot_user, "name": "tact", "app_id": world.settings.app_id}
    return {"bot": {**bot, "deleted": False, "updated": 1_700_000_000, "icons": {}}}


def team_info(world: World, token: Token, args: Json) -> Json:
    team = team_of(world, token, args)
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain, "enterprise_id": team.enterprise}}


def users_info(world: World, token: Token, args: Json) -> Json:
    team = team_of(world, token, args)
    person = world.people.get((team.id, need(args, "user")))
    if person is None:
        raise Refused("user_not_found")
    return {"user": _user(world, person)}


def conversations_open(world: World, token: Token, args: Json) -> Json:
    team = team_of(world, token, args)
    if args.get("channel"):
        return {"channel": {"id": find_channel(world, team, str(args["channel"])).id}, "no_op": True}
    users = [user for user in str(args.get("users") or "").split(",") if user]
    if not users:
        raise Refused("users_list_not_supplied")
    if len(users) > 8:
        raise Refused("too_many_users")
    people = [world.people.get((team.id, user)) for user in users]
    if None in people:
        raise Refused("user_not_found")
    if len(users) == 1:
        assert people[0] is not None
        known = (team.id, f"D{users[0]}") in world.channels
        channel = direct_messages(world, team, people[0])
        return {"channel": {"id": channel.id}, **({"no_op": True, "already_open": True} if known else {})}
    if "mpim:write" not in token.scopes:
        raise Refused("missing_scope", needed="mpim:write", provided=",".join(token.scopes))
    id_ = "G" + "".join(sorted(users))
    group = Channel(team.id, id_, f"mpdm-{id_}", "mpim", [*users, team.bot_user])
    return {"channel": {"id": world.channels.setdefault((team.id, id_), group).id}}


def conversations_info(world: World, token: Token, args: Json) -> Json:
    team = team_of(world, token, args)
    channel = find_channel(world, team, need(args, "channel"))
    if (scope := READS[channel.sort]) not in token.scopes:
        raise Refused("missing_scope", needed=scope, provided=",".join(token.scopes))
    shown: Json = {"id": channel.id, "is_archived": channel.archived, "is_im": channel.sort == "im"}
    shown |= {"is_channel": channel.sort == "public", "is_group": False, "is_mpim": channel.sort == "mpim"}
    if channel.sort == "im":
        return {"channel": shown | {"user": next(m for m in channel.members if m != team.bot_user)}}
    shown |= {"name": channel.name, "is_private": channel.sort == "private"}
    shown |= {"is_member": team.bot_user in channel.members}
    return {"channel": shown | {"topic": {"value": channel.topic}, "purpose": {"value": channel.purpose}}}


def _user(world: World, person: Person) -> Json:
    now = datetime.fromtimestamp(world.clock.now(), ZoneInfo(person.tz))
    offset = now.utcoffset()
    assert offset is not None
    home = person.home_team or person.team
    zone = {"tz": person.tz, "tz_label": now.tzname(), "tz_offset": int(offset.total_seconds())}
    flags = {"is_admin": person.is_admin, "is_owner": False, "is_bot": person.is_bot, "deleted": person.deleted}
    flags |= {"is_app_user": False, "is_stranger": home != person.team, "is_restricted": False}
    profile = {"display_name": person.name, "real_name": person.name.title(), "team": home}
    named = {"id": person.id, "team_id": home, "name": person.name, "real_name": person.name.title()}
    return {**named, **flags, **({} if person.deleted else zone), "profile": profile}
