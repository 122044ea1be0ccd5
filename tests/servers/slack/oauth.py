"""oauth.v2.access: an installation's code or a refresh token for a bot token; and the page where an admin allows it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from .refusals import Refused
from .world import Token, World

Json = dict[str, Any]
LIFETIME = 43_200  # seconds a rotated token lives


@dataclass(slots=True)
class Grant:
    """What an admin allowed; `team` is None for a whole organisation."""

    team: str | None
    enterprise: str | None
    user: str
    scopes: list[str]
    redirect_uri: str | None
    used: bool = False


class Grants:
    """Codes not yet exchanged and refresh tokens not yet used."""

    def __init__(self) -> None:
        self._codes: dict[str, Grant] = {}
        self._refreshes: dict[str, Token] = {}

    def allow(self, grant: Grant) -> str:
        """A code as the redirect would carry it."""
        code = f"1.2.{secrets.token_hex(16)}"
        self._codes[code] = grant
        return code

    def access(self, world: World, client: tuple[str, str], args: Json) -> Json:
        """The answer of oauth.v2.access; `client` is the id and secret that were given."""
        if client[0] != world.settings.client_id:
            raise Refused("invalid_client_id")
        if client[1] != world.settings.client_secret:
            raise Refused("bad_client_secret")
        kind = args.get("grant_type") or "authorization_code"
        if kind == "refresh_token":
            return self._refresh(world, str(args.get("refresh_token")))
        if kind != "authorization_code":
            raise Refused("invalid_grant_type")
        grant = self._codes.get(str(args.get("code")))
        if grant is None or grant.used:
            raise Refused("invalid_code")
        if grant.redirect_uri and args.get("redirect_uri") and args["redirect_uri"] != grant.redirect_uri:
            raise Refused("bad_redirect_uri")
        grant.used = True
        token = self._issue(world, Token("", "bot", grant.team, grant.scopes, grant.enterprise))
        return _answer(world, token) | {"authed_user": {"id": grant.user}}

    def _refresh(self, world: World, refresh: str) -> Json:
        old = self._refreshes.pop(refresh, None)
        if old is None or old.state != "ok":
            raise Refused("invalid_refresh_token")
        token = self._issue(world, Token("", "bot", old.team, old.scopes, old.enterprise), rotating=True)
        return _answer(world, token)

    def _issue(self, world: World, token: Token, *, rotating: bool = False) -> Token:
        token.value = f"xoxb-{secrets.token_hex(12)}"
        if rotating or world.settings.token_rotation:
            token.value = f"xoxe.{token.value}"
            token.expires_at = world.clock.now() + LIFETIME
            token.refresh = f"xoxe-1-{secrets.token_hex(12)}"
            self._refreshes[token.refresh] = token
        world.tokens[token.value] = token
        return token


def _answer(world: World, token: Token) -> Json:
    team = world.team(token.team) if token.team else None
    bot = team or next(t for t in world.teams.values() if t.enterprise == token.enterprise)
    answer: Json = {"access_token": token.value, "token_type": "bot", "scope": ",".join(token.scopes)}
    answer |= {"bot_user_id": bot.bot_user, "app_id": world.settings.app_id}
    answer |= {"is_enterprise_install": token.team is None}
    answer["team"] = {"id": team.id, "name": team.name} if team else None
    answer["enterprise"] = {"id": token.enterprise, "name": token.enterprise} if token.enterprise else None
    if token.refresh:
        answer |= {"refresh_token": token.refresh, "expires_in": LIFETIME}
    return answer
