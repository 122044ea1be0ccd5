"""What `tact doctor` asks a platform: one request, read with care; a sentence with the remedy for whatever comes back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

WITHIN = aiohttp.ClientTimeout(total=10)
LARGEST = 1024 * 1024
OFF = 120.0
"""Seconds a clock may be off; from 300 on Slack's and Discord's requests are refused (catalogue, F13)."""


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: its status, its body where that was JSON, and its headers."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str]


async def ask(method: str, url: str, authorization: str, setting: str) -> Told:
    """Asks; raises ValueError naming the setting that holds the address when nothing comes back."""
    try:
        async with (
            aiohttp.ClientSession(timeout=WITHIN) as session,
            session.request(method, url, headers={"Authorization": authorization}, allow_redirects=False) as response,
        ):
            raw = await response.content.read(LARGEST)
            return Told(response.status, _read(raw), response.headers)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        host = url.partition("//")[2].partition("/")[0]
        raise ValueError(
            f"{host} does not answer ({type(error).__name__}). Look at the network and the proxy, or at {setting}."
        ) from error


def _read(raw: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(raw)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def refuse_wrong_clock(told: Told, now: datetime) -> None:
    """Raises ValueError when this computer's clock is far from the platform's."""
    try:
        theirs = parsedate_to_datetime(told.headers.get("Date", ""))
    except ValueError:
        return
    off = (now - theirs).total_seconds()
    if abs(off) > OFF:
        where = "ahead of" if off > 0 else "behind"
        raise ValueError(
            f"this computer's clock is {abs(off):.0f} s {where} theirs; from 300 s on every request is refused. Set the clock."
        )
