"""Rate limits per method and workspace, chat.postMessage also per channel; off unless a test sets them."""

from __future__ import annotations

import math
from collections import deque
from typing import Any

from .world import World

Json = dict[str, Any]
TIER: dict[int, list[float]] = {1: [1, 60], 2: [20, 60], 3: [50, 60], 4: [100, 60]}
# docs.slack.dev/apis/web-api/rate-limits; startStream's tier is assumed
SLACK: dict[str, list[float]] = {
    "chat.postMessage": [1, 1],
    "chat.postEphemeral": TIER[4],
    "chat.update": TIER[3],
    "chat.delete": TIER[3],
    "chat.scheduleMessage": TIER[3],
    "chat.startStream": TIER[2],
    "chat.appendStream": TIER[4],
    "chat.stopStream": TIER[2],
    "views.open": TIER[4],
    "views.push": TIER[4],
    "views.update": TIER[4],
    "views.publish": TIER[4],
    "conversations.open": TIER[3],
    "conversations.info": TIER[3],
    "users.info": TIER[4],
    "apps.connections.open": TIER[1],
}
PER_CHANNEL = {"chat.postMessage"}


class Limits:
    """Counts calls in sliding windows."""

    def __init__(self) -> None:
        self._calls: dict[tuple[str, str | None, str | None], deque[float]] = {}

    def wait(self, world: World, method: str, team: str | None, args: Json) -> str | None:
        """Whole seconds to wait, as Retry-After says them, or none when the call may go on and was counted."""
        limit = world.settings.rate_limits.get(method)
        if limit is None:
            return None
        most, seconds = limit
        channel = str(args.get("channel")) if method in PER_CHANNEL else None
        calls = self._calls.setdefault((method, team, channel), deque())
        now = world.clock.now()
        while calls and calls[0] <= now - seconds:
            calls.popleft()
        if len(calls) >= most:
            return str(max(1, math.ceil(calls[0] + seconds - now)))
        calls.append(now)
        return None
