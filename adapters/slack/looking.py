"""What `tact doctor` finds out about Slack: whether the tokens work, and may do what they must."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from adapters.asking import ask, refuse_wrong_clock
from adapters.slack.scopes import SCOPES
from bot.settings import SlackSettings


async def look(settings: SlackSettings, now: Callable[[], datetime]) -> str:
    """What is well; raises ValueError naming the setting that is wrong."""
    if not settings.bot_token:
        return "many workspaces, each with a token of its own; it shows at the first installation whether the app's are right"
    api = settings.api_url.rstrip("/")
    told = await ask("POST", f"{api}/auth.test", f"Bearer {settings.bot_token}", "SLACK_API_URL")
    if not told.body:
        raise ValueError(f"SLACK_API_URL names {api}, where Slack's API is not ({told.status}). Leave it out.")
    if not told.body.get("ok"):
        raise ValueError(
            f"SLACK_BOT_TOKEN was refused ({told.body.get('error')}). Copy the Bot User OAuth Token again from the app's page."
        )
    refuse_wrong_clock(told, now())
    has = {scope.strip() for scope in told.headers.get("x-oauth-scopes", "").split(",")}
    if missing := [scope for scope in SCOPES if scope not in has]:
        raise ValueError(
            f"SLACK_BOT_TOKEN lacks {', '.join(missing)}. Add them under OAuth & Permissions, and install the app again."
        )
    if settings.app_token:
        await _look_at_socket(api, settings.app_token)
    way = "a socket" if settings.app_token else "HTTP, which nobody but Slack can try: look for requests in the log"
    return f"the bot's token works in {told.body.get('team_id')}, with every scope; over {way}"


async def _look_at_socket(api: str, token: str) -> None:
    told = await ask("POST", f"{api}/apps.connections.open", f"Bearer {token}", "SLACK_API_URL")
    if not told.body.get("ok"):
        raise ValueError(
            f"SLACK_APP_TOKEN was refused ({told.body.get('error')}). It is made under Basic Information, with connections:write."
        )
