"""Whose token speaks in a workspace: one token for all, or one of each installation."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Protocol

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.settings import SettingsError

log = logging.getLogger("tact.slack")
WITHIN = aiohttp.ClientTimeout(total=10)
"""Seconds for one call of Slack's."""
REFUSED = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "not_allowed_token_type"})
"""What Slack says of a token that will never work."""


@dataclass(frozen=True, slots=True)
class Access:
    """How to speak in a workspace, and who one is there; the ids are empty until Slack has told them."""

    client: AsyncWebClient
    bot_user: str = ""
    bot: str = ""


class Workspaces(Protocol):
    """Access by workspace."""

    async def access(self, workspace: str) -> Access | None:
        """How to speak in a workspace ("team" or "organisation:team"); None where the app is not installed."""

    async def start(self) -> None:
        """Looks whether it can work at all; raises SettingsError when it never will."""

    def forget(self, tenant: str) -> None:
        """The app was removed there."""


class Clients:
    """Makes clients that share one connection pool and retry nothing by themselves: retries belong to the outbox (F3)."""

    def __init__(self, api_url: str, session: aiohttp.ClientSession) -> None:
        self.api_url = api_url if api_url.endswith("/") else f"{api_url}/"
        self.session = session

    def of(self, token: str | None) -> AsyncWebClient:
        """A client that speaks with a token."""
        quiet = logging.getLogger("slack_sdk.web")
        return AsyncWebClient(token, base_url=self.api_url, session=self.session, retry_handlers=[], logger=quiet)


class OneWorkspace:
    """The one workspace of a bot token."""

    def __init__(self, clients: Clients, token: str) -> None:
        self._client = clients.of(token)
        self._access: Access | None = Access(self._client)

    async def access(self, workspace: str) -> Access | None:  # noqa: ARG002
        """The same for whoever asks."""
        return self._access

    def forget(self, tenant: str) -> None:  # noqa: ARG002
        """The app was removed: its token is dead, and a new one comes with a restart."""
        log.warning(
            "Slack says that Tact was removed from its workspace; after a new installation, give it the new token"
        )
        self._access = None

    async def start(self) -> None:
        """Asks Slack whose token it is; what Slack cannot say now is asked again by the caller."""
        try:
            told = await self._client.auth_test()
        except SlackApiError as error:
            code = str(error.response.get("error"))
            if code in REFUSED:
                raise SettingsError(
                    f"Slack refuses SLACK_BOT_TOKEN ({code}). Copy the Bot User OAuth Token again from the app's page."
                ) from error
            raise
        self._access = Access(self._client, str(told.get("user_id") or ""), str(told.get("bot_id") or ""))
