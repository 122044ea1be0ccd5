"""The app is taken out of a workspace, or of one workspace of an organisation: what is kept goes, and nothing is sent any more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext

from adapters.slack.desk import Desk
from adapters.slack.incoming import tenant_of
from bot.app import Service

Json = Mapping[str, Any]


class Leaving:
    """Leaves where Slack says that the app is gone."""

    def __init__(self, service: Service, desk: Desk) -> None:
        self._service = service
        self._desk = desk

    async def heard(self, event: Json, context: AsyncBoltContext) -> bool:
        """Whether an event said so; then everything is done."""
        tokens, teams = event.get("tokens"), event.get("team_ids")
        match event["type"]:
            case "app_uninstalled":
                await self._leave(context)
            case "tokens_revoked":
                if isinstance(tokens, Mapping) and tokens.get("bot"):  # other people's tokens are not ours
                    await self._leave(context)
            case "team_access_revoked":
                for team in teams if isinstance(teams, list) else ():
                    await self._leave_one(str(team), context.enterprise_id or "")
            case _:
                return False
        return True

    async def _leave(self, context: AsyncBoltContext) -> None:
        team = context.team_id or ""
        tenant = tenant_of(team, (context.enterprise_id or "") if context.is_enterprise_install else "")
        self._desk.workspaces.forget(tenant)
        self._desk.forget(tenant, team)
        await self._service.coach.leave(tenant)

    async def _leave_one(self, team: str, organisation: str) -> None:
        """One workspace of an organisation: its own rooms, and the people who were last seen there."""
        tenant = tenant_of(team, organisation)
        self._desk.forget(tenant, team)
        await self._service.coach.leave_house(tenant, f"{team}/")
        await self._service.store.erase_reached_in(tenant, f"{organisation}:{team}", self._service.now())
