"""Many workspaces: the token of each installation, kept sealed, renewed by one process at a time, gone when removed."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp
from slack_sdk.errors import SlackApiError, SlackTokenRotationError
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models.bot import Bot
from slack_sdk.oauth.installation_store.models.installation import Installation
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator

from adapters.slack.incoming import tenant_of
from adapters.slack.workspaces import Access, Clients
from bot.storage.store import Store

log = logging.getLogger("tact.slack")
REMEMBERED_FOR = 30.0
"""Seconds an installation is remembered: a token that another process erased or renewed is not used for longer."""
RENEW_WITHIN = timedelta(hours=2)
"""A token is renewed when less than this is left of its twelve hours."""
RENEWING = timedelta(seconds=30)
"""How long one process may take for it before another one tries."""
WAIT_FOR_OTHER = 0.2
FIELDS = (
    "app_id", "enterprise_id", "enterprise_name", "team_id", "team_name", "bot_token", "bot_id", "bot_user_id",
    "bot_scopes", "bot_refresh_token", "bot_token_expires_at", "is_enterprise_install", "installed_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Known:
    at: float
    access: Access | None
    until: int | None


class InstalledWorkspaces(AsyncInstallationStore):
    """Bolt's installation store and our access by workspace, on one table."""

    def __init__(
        self,
        store: Store,
        clients: Clients,
        credentials: tuple[str, str],
        now: Callable[[], datetime],
        elapsed: Callable[[], float],
    ) -> None:
        self._store = store
        self._clients = clients
        client_id, client_secret = credentials
        self._rotator = AsyncTokenRotator(client_id=client_id, client_secret=client_secret, client=clients.of(None))
        self._now = now
        self._elapsed = elapsed
        self._known: dict[str, _Known] = {}

    @property
    def logger(self) -> logging.Logger:
        """Where Bolt would log."""
        return log

    async def start(self) -> None:
        """There is nothing to ask before the first installation."""

    async def access(self, workspace: str) -> Access | None:
        """How to speak in a workspace; None where Tact is not installed, or its token is over."""
        organisation, _, team = workspace.rpartition(":")
        tenant = tenant_of(team, organisation)
        known = self._known.get(tenant)
        if known and self._elapsed() - known.at < REMEMBERED_FOR and not self._due(known.until):
            return known.access
        bot = await self._fresh(tenant)
        access = Access(self._clients.of(bot.bot_token), bot.bot_user_id, bot.bot_id) if bot else None
        self._known[tenant] = _Known(self._elapsed(), access, bot.bot_token_expires_at if bot else None)
        return access

    def forget(self, tenant: str) -> None:
        """Drops what is remembered of a tenant."""
        self._known.pop(tenant, None)

    async def async_save(self, installation: Installation) -> None:
        """Keeps a new installation."""
        await self.async_save_bot(installation.to_bot())

    async def async_save_bot(self, bot: Bot) -> None:
        """Keeps an installation; its sealed form holds nothing of the person who installed it."""
        tenant = tenant_of(bot.team_id or "", (bot.enterprise_id or "") if bot.is_enterprise_install else "")
        held = {name: getattr(bot, name) for name in FIELDS}
        await self._store.installations.keep(tenant, json.dumps(held), self._now())
        self.forget(tenant)

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """The installation of a workspace or organisation."""
        return await self._kept(tenant_of(team_id or "", (enterprise_id or "") if is_enterprise_install else ""))

    async def async_delete_all(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Erases a workspace or organisation with everything that is kept of it."""
        for tenant in {tenant_of(team_id or ""), tenant_of("", enterprise_id or "")} - {tenant_of("")}:
            self.forget(tenant)
            await self._store.uninstall(tenant, self._now())

    async def _kept(self, tenant: str) -> Bot | None:
        held = await self._store.installations.of(tenant)
        return Bot(**json.loads(held)) if held else None

    def _due(self, until: int | None) -> bool:
        return until is not None and until < (self._now() + RENEW_WITHIN).timestamp()

    async def _fresh(self, tenant: str) -> Bot | None:
        """The installation with a token that lives; renewed by whoever is first, the others wait only where they must."""
        for _ in range(int(RENEWING.total_seconds() / WAIT_FOR_OTHER)):
            bot = await self._kept(tenant)
            if bot is None or not self._due(bot.bot_token_expires_at):
                return bot
            now = self._now()
            if await self._store.installations.may_renew(tenant, now, now + RENEWING):
                now_kept = await self._kept(tenant)  # another one may have renewed it in between
                return await self._renewed(now_kept) if now_kept else None
            if self._lives(bot):
                return bot
            await asyncio.sleep(WAIT_FOR_OTHER)
        return None

    async def _renewed(self, bot: Bot) -> Bot | None:
        if not self._due(bot.bot_token_expires_at):
            return bot
        try:
            renewed = await self._rotator.perform_bot_token_rotation(
                bot=bot, minutes_before_expiration=int(RENEW_WITHIN.total_seconds() / 60)
            )
        except (SlackApiError, SlackTokenRotationError, aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("a workspace's token could not be renewed: %s", type(error).__name__)
            return bot if self._lives(bot) else None
        if renewed is not None:
            await self.async_save_bot(renewed)
        return renewed or bot

    def _lives(self, bot: Bot) -> bool:
        return bot.bot_token_expires_at is None or bot.bot_token_expires_at > self._now().timestamp()
