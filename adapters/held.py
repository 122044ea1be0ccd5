"""`tact privacy report`: what is held, by table and class of data: numbers, ages and retention, and no person."""

from __future__ import annotations

import asyncio
import sys
from typing import TextIO

from adapters import CONFIGURATION
from bot.settings import SettingsError, from_environment
from bot.storage import StoreError


def report(out: TextIO) -> int:
    """Prints a line for each table and class; returns 0, or 78 when the database cannot be looked at."""
    from bot.storage.looking import holdings

    try:
        tables = asyncio.run(holdings(from_environment().database_url))
    except (SettingsError, StoreError) as problem:
        print(problem, file=sys.stderr)
        return CONFIGURATION
    for held in tables:
        since = f", the oldest of {held.oldest:%Y-%m-%d}" if held.oldest else ""
        out.write(f"{held.table}: {held.rows} rows{since}\n")
        for tag, kept, columns in held.classes:
            out.write(f"  {tag:8}  {', '.join(columns)}; kept {kept}\n")
    out.write("Drafts, messages, names and addresses of e-mail are not held.\n")
    return 0
