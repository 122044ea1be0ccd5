"""Who decides for everyone, on charters, coaching and the language model: a workspace's admins and owners, asked of Slack and remembered for a few minutes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.slack.incoming import Incoming
from adapters.slack.workspaces import Workspaces
from bot.model import Person

REMEMBERED_FOR = 300.0
"""Seconds; who stops being an admin stops being one here as quickly."""
REMEMBERED = 1000
CONCERNED = (
    ("charter",),
    ("help",),
    ("insights",),
    ("listen",),
    ("poll",),
    ("privacy", "model"),
    ("tips", "here"),
    ("tips", "in"),
)
"""How commands begin for which it matters, so that others cost no call."""
VOTE = ("poll", "vote")
"""What everybody may say of a poll, and many do at once."""


class Admins:
    """Knows who is an admin."""

    def __init__(self, workspaces: Workspaces, elapsed: Callable[[], float]) -> None:
        self._workspaces = workspaces
        self._elapsed = elapsed
        self._known: OrderedDict[Person, tuple[float, bool]] = OrderedDict()

    async def is_admin(self, incoming: Incoming, text: str) -> bool:
        """Whether this person is an admin, where what they said makes that matter; no when Slack does not tell."""
        words = tuple(text.casefold().split(maxsplit=2)[:2])
        concerned = words != VOTE and any(words[: len(begin)] == begin for begin in CONCERNED)
        if not concerned or incoming.person.user != incoming.user:  # a guest is an admin elsewhere
            return False
        known = self._known.get(incoming.person)
        if known and self._elapsed() - known[0] < REMEMBERED_FOR:
            return known[1]
        told = await self._ask(incoming)
        if told is None:
            return False
        self._known[incoming.person] = (self._elapsed(), told)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return told

    async def _ask(self, incoming: Incoming) -> bool | None:
        access = await self._workspaces.access(incoming.workspace)
        if access is None:
            return None
        try:
            user = (await access.client.users_info(user=incoming.user)).get("user") or {}
        except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError):
            return None
        return bool(user.get("is_admin") or user.get("is_owner") or user.get("is_primary_owner"))
