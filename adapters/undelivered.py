"""`tact undelivered`: letters that were given up, for the operator: what kind, since when, why; never to whom nor the words."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from typing import TextIO

from adapters import CONFIGURATION
from bot.settings import SettingsError, from_environment
from bot.storage import StoreError, open_store


def undelivered(out: TextIO, *, resend: bool) -> int:
    """Prints a line for each letter given up, and how much is on its way; returns 0, or 78 when it cannot look."""
    try:
        asyncio.run(_undelivered(out, resend=resend))
    except (SettingsError, StoreError) as problem:
        print(problem, file=sys.stderr)
        return CONFIGURATION
    return 0


async def _undelivered(out: TextIO, *, resend: bool) -> None:
    settings, now = from_environment(), datetime.now(UTC)
    store = await open_store(settings.database_url, settings.keys)
    try:
        for letter in await store.outbox.all_undelivered():
            out.write(f"{letter.due:%Y-%m-%d %H:%M}  {letter.kind}  {letter.tenant}  {letter.why}\n")
        if resend:
            out.write(f"{await store.outbox.replay(now)} will be tried again.\n")
        backlog = await store.outbox.backlog(now)
    finally:
        await store.close()
    oldest = f", the oldest since {backlog.oldest_due:%Y-%m-%d %H:%M} UTC" if backlog.oldest_due else ""
    out.write(f"{backlog.dead} given up; {backlog.waiting} due and waiting{oldest}; {backlog.sending} being sent.\n")
