"""What a channel says of itself, for `charter import` without words; Slack tells it only where a workspace allows that."""

from __future__ import annotations

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.slack.incoming import Incoming, plain
from adapters.slack.workspaces import Workspaces


async def topic_of(workspaces: Workspaces, incoming: Incoming) -> str:
    """A channel's topic and purpose; empty where Slack does not tell."""
    access = await workspaces.access(incoming.workspace)
    if access is None:
        return ""
    try:
        told = (await access.client.conversations_info(channel=incoming.channel)).get("channel") or {}
    except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError):
        return ""
    said = [str((told.get(name) or {}).get("value") or "") for name in ("topic", "purpose")]
    return plain("\n".join(dict.fromkeys(filter(None, said))))
