"""What an interaction hands the app for a short while: a trigger_id (3 s, once) and a response_url (30 min, 5 times)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from .refusals import Refused
from .world import Message, Team, World


@dataclass(slots=True)
class Trigger:
    """One trigger_id: whose, since when, and whether it was exchanged."""

    team: str
    user: str
    made: float
    used: bool = False


@dataclass(slots=True)
class ResponseUrl:
    """Where the app may answer; `source` is the message whose component was used, none for a command."""

    team: str
    channel: str
    user: str
    made: float
    source: Message | None = None
    uses: int = 0


class Handed:
    """All trigger_ids and response_urls handed out so far."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.triggers: dict[str, Trigger] = {}
        self.urls: dict[str, ResponseUrl] = {}

    def trigger(self, team: str, user: str) -> str:
        id_ = f"{next(self._world.ids)}.{next(self._world.ids)}.{uuid.uuid4().hex}"
        self.triggers[id_] = Trigger(team, user, self._world.clock.now())
        return id_

    def exchange(self, id_: str, team: Team) -> str:
        """The user whose trigger it is; a trigger works once and for a few seconds."""
        trigger = self.triggers.get(id_)
        if trigger is None or trigger.team != team.id:
            raise Refused("invalid_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id")
        if self._world.clock.now() - trigger.made > self._world.settings.trigger_seconds:
            raise Refused("expired_trigger_id")
        trigger.used = True
        return trigger.user

    def response_url(self, team: str, channel: str, user: str, source: Message | None = None) -> str:
        id_ = uuid.uuid4().hex
        self.urls[id_] = ResponseUrl(team, channel, user, self._world.clock.now(), source)
        return f"{self._world.base}/hooks/{team}/{id_}"
