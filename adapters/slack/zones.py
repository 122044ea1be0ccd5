"""The time zone of somebody's profile, asked of Slack where what they said is about hours and days."""

from __future__ import annotations

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.slack.incoming import Incoming
from adapters.slack.workspaces import Workspaces
from bot.zones import BadZone, parse_zone

CONCERNED = ("tips", "quiet", "review")
"""The commands for which it matters, so that others cost no call."""


async def zone_of(workspaces: Workspaces, incoming: Incoming, text: str) -> str:
    """The IANA zone of who said something; empty where it does not matter, or Slack or the zone data do not know it."""
    first, *_ = text.casefold().split(maxsplit=1) or [""]
    access = await workspaces.access(incoming.workspace) if first in CONCERNED else None
    if access is None:
        return ""
    try:
        user = (await access.client.users_info(user=incoming.user)).get("user") or {}
        return parse_zone(str(user.get("tz") or ""))
    except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError, BadZone):
        return ""
