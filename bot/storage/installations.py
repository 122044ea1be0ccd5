"""Installations in many workspaces: what a platform needs to speak there, sealed, until the app is removed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, delete, insert, or_, select, update

from bot.storage.database import Database
from bot.storage.schema import Moment, column, of_tenant, table
from bot.storage.sealing import Seals

_KEPT = "until uninstalled"

installations = table(
    "installations",
    of_tenant(_KEPT, primary_key=True),
    column("sealed", LargeBinary, tag="secret", kept=_KEPT),
    column("at", Moment, tag="neutral", kept=_KEPT),
    column("renewing_until", Moment, nullable=True, tag="neutral", kept=_KEPT),
)


class Installations:
    """What was installed where."""

    def __init__(self, database: Database, seals: Seals) -> None:
        self._database = database
        self._seals = seals

    async def keep(self, tenant: str, text: str, at: datetime) -> None:
        """Keeps an installation in place of the one before; nobody is renewing it any more."""
        sealed = self._seals.seal(text, _place(tenant))
        async with self._database.writing() as connection:
            await self._database.pepper(connection, tenant, at)
            await connection.execute(delete(installations).where(installations.c.tenant == tenant))
            await connection.execute(insert(installations).values(tenant=tenant, sealed=sealed, at=at))

    async def of(self, tenant: str) -> str | None:
        """A tenant's installation; None where there is none."""
        async with self._database.reading() as connection:
            kept = select(installations.c.sealed).where(installations.c.tenant == tenant)
            sealed = await connection.scalar(kept)
        return self._seals.open(sealed, _place(tenant)) if sealed else None

    async def may_renew(self, tenant: str, now: datetime, until: datetime) -> bool:
        """Whether the caller alone may renew it, until a time: a token that renews can be used once, by one process."""
        free = or_(installations.c.renewing_until.is_(None), installations.c.renewing_until < now)
        async with self._database.writing() as connection:
            mine = update(installations).where(installations.c.tenant == tenant, free)
            return bool((await connection.execute(mine.values(renewing_until=until))).rowcount)


def _place(tenant: str) -> str:
    return f"{tenant}\0installations.sealed"
