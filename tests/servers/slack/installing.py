"""What admins do: allow the app in a workspace, revoke its tokens, uninstall it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from .acting import Acting
from .attempts import Delivery
from .oauth import Grant, Grants
from .world import Person, World

Json = dict[str, Any]


async def authorize(world: World, grants: Grants, request: web.Request) -> web.Response:
    """/oauth/v2/authorize: an admin allows it at once and is sent back with a code, or `deny`ing with an error."""
    query = request.query
    back = query.get("redirect_uri", "")
    if query.get("client_id") != world.settings.client_id:
        return web.Response(text="Invalid client_id parameter", content_type="text/html")
    if query.get("deny"):
        raise web.HTTPFound(f"{back}?{urlencode({'error': 'access_denied', 'state': query.get('state', '')})}")
    team = world.team(query.get("team") or next(iter(world.teams)))
    scopes = [scope for scope in query.get("scope", "").split(",") if scope]
    code = grants.allow(Grant(team.id, team.enterprise, query.get("user", "U3"), scopes, back))
    raise web.HTTPFound(f"{back}?{urlencode({'code': code, 'state': query.get('state', '')})}")


def revoke(acting: Acting, admin: Person, *, bot: bool = True) -> Delivery:
    """Revokes the app's tokens in a workspace and tells the app so (tokens_revoked)."""
    team = acting.world.team(admin.team)
    users = [str(t.user) for t in acting.world.tokens.values() if t.team == team.id and t.sort == "user"]
    for token in acting.world.tokens.values():
        if token.team == team.id and (bot or token.sort == "user"):
            token.state = "token_revoked"
    revoked = {"oauth": users, "bot": [team.bot_user] if bot else []}
    return acting.event(admin, {"type": "tokens_revoked", "tokens": revoked}, {})


def uninstall(acting: Acting, admin: Person, *, uninstalled_first: bool) -> list[Delivery]:
    """Removes the app: its tokens die (account_inactive) and two events go out in no certain order."""
    team = acting.world.team(admin.team)
    gone: Json = {"type": "app_uninstalled"}
    if uninstalled_first:
        deliveries = [acting.event(admin, gone, {}), revoke(acting, admin)]
    else:
        deliveries = [revoke(acting, admin), acting.event(admin, gone, {})]
    for token in acting.world.tokens.values():
        if token.team == team.id:
            token.state = "account_inactive"
    return deliveries
