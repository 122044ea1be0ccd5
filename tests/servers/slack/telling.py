"""What people say in channels, threads and direct messages, and which events the app gets of it."""

from __future__ import annotations

from typing import Any

from .acting import Acting
from .attempts import Delivery
from .messages import as_json
from .typing_in import escape, link_names
from .visible import show_message
from .world import Channel, Message, Person

Json = dict[str, Any]
HISTORY = {"public": "channels:history", "private": "groups:history", "im": "im:history", "mpim": "mpim:history"}
EVENT_SORT = {"public": "channel", "private": "group", "im": "im", "mpim": "mpim"}


class Telling:
    """Messages by people of a workspace, and by the app itself when it hears its own."""

    def __init__(self, acting: Acting) -> None:
        self._acting, self._world = acting, acting.world

    def say(self, person: Person, channel: str, text: str, thread_ts: str | None, more: Json) -> list[Delivery]:
        """A message by a person: the events Slack would send for it, or why it would send none.

        `more` may hold `raw` (the text is already in Slack's mrkdwn), `ts`, and further fields of the event.
        """
        place = self._acting.place(person, channel)
        raw, ts = more.pop("raw", False), more.pop("ts", None)
        text = text if raw else link_names(self._world, person.team, escape(text))
        message = Message(person.team, place.id, ts or self._world.clock.ts(), person.id, text, [], thread_ts)
        message.extra = {"client_msg_id": self._world.new_id("m")}
        self._world.messages[person.team, place.id, message.ts] = message
        show_message(self._world, "say", message, "client")
        if person.home_team:  # a guest through Slack Connect
            more |= {"user_team": person.home_team, "source_team": person.home_team}
        return self.tell(person, place, as_json(self._world, message) | more)

    def tell(self, person: Person, place: Channel, event: Json) -> list[Delivery]:
        """Delivers a message event, and app_mention when the bot is named, as far as scopes and membership allow."""
        bot = self._world.team(person.team).bot_user
        event = {**event, "channel": place.id, "channel_type": EVENT_SORT[place.sort]}
        told = []
        if f"<@{bot}>" in str(event.get("text")) and place.sort != "im":
            mention = {name: value for name, value in event.items() if name != "channel_type"}
            told.append(self._told(person, place, mention | {"type": "app_mention"}, "app_mentions:read"))
        told.append(self._told(person, place, event, HISTORY[place.sort]))
        return told

    def _told(self, person: Person, place: Channel, event: Json, scope: str) -> Delivery:
        token = self._world.token_of(person.team)
        withheld = None
        if token is None:
            withheld = "the app is not installed"
        elif self._world.team(person.team).bot_user not in place.members:
            withheld = "the bot is not in the channel"
        elif scope not in token.scopes:
            withheld = f"the token lacks {scope}"
        if withheld is None:
            return self._acting.event(person, event, {"is_ext_shared_channel": person.home_team is not None})
        delivery = self._acting.delivery("event", str(event["type"]), person)
        delivery.withheld, delivery.done = withheld, True
        return delivery
