"""What people do in Slack's client that needs no message or view: slash commands and shortcuts; and events as such."""

from __future__ import annotations

import json
from typing import Any

from .attempts import Delivery
from .delivery import Sender
from .messages import as_json
from .payloads import channel_field, command_body, event_body, interaction_body
from .refusals import Impossible, Refused
from .responses import take_answer
from .triggers import Handed
from .typing_in import link_names
from .visible import show_notice
from .world import Channel, Person, World

Json = dict[str, Any]


class Acting:
    """Acts as people of a workspace."""

    def __init__(self, world: World, sender: Sender, handed: Handed) -> None:
        self.world, self.sender, self.handed = world, sender, handed
        self.deliveries: dict[str, Delivery] = {}

    def delivery(self, sort: str, name: str, person: Person) -> Delivery:
        made = Delivery(self.world.new_id("x"), sort, name, person.team, person.id)
        self.deliveries[made.id] = made
        return made

    def place(self, person: Person, channel: str) -> Channel:
        """A channel the person is in."""
        if channel == f"D{person.id}":
            return self.world.direct(person.team, person.id)
        if person.deleted:
            raise Impossible(f"{person.id} is deactivated")
        found = self.world.channel(person.team, channel)
        if person.id not in found.members:
            raise Impossible(f"{person.id} is not in {channel}")
        return found

    async def command(self, person: Person, channel: str, command: str, text: str) -> Delivery:
        """A slash command; its answer in the ack is shown, a bad ack shows Slack's error."""
        place = self.place(person, channel)
        delivery = self.delivery("command", command, person)
        delivery.trigger_id = self.handed.trigger(person.team, person.id)
        delivery.response_url = self.handed.response_url(person.team, place.id, person.id)
        if self.world.settings.should_escape:
            text = link_names(self.world, person.team, text)
        handed = {"trigger_id": delivery.trigger_id, "response_url": delivery.response_url}
        await self.interact(delivery, command_body(self.world, person, place, command, text, handed), place.id)
        if delivery.attempts[-1].status == 200:
            self._show_answer(delivery)
        return delivery

    async def shortcut(self, person: Person, callback_id: str) -> Delivery:
        """A global shortcut: no channel, no response_url."""
        delivery = self.delivery("interaction", callback_id, person)
        delivery.trigger_id = self.handed.trigger(person.team, person.id)
        more = {"callback_id": callback_id, "trigger_id": delivery.trigger_id, "action_ts": self.world.clock.ts()}
        await self.interact(delivery, interaction_body(self.world, person, "shortcut", more))
        return delivery

    async def message_shortcut(self, person: Person, channel: str, ts: str, callback_id: str) -> Delivery:
        """A shortcut on a message; Slack offers none on ephemeral ones."""
        place = self.place(person, channel)
        message = self.world.messages.get((person.team, place.id, ts))
        if message is None or message.to is not None:
            raise Impossible(f"there is no message {ts} in {channel} that has shortcuts")
        delivery = self.delivery("interaction", callback_id, person)
        delivery.trigger_id = self.handed.trigger(person.team, person.id)
        delivery.response_url = self.handed.response_url(person.team, place.id, person.id)
        more: Json = {"callback_id": callback_id, "trigger_id": delivery.trigger_id, "action_ts": self.world.clock.ts()}
        more |= {"response_url": delivery.response_url, "message_ts": ts, "message": as_json(self.world, message)}
        more |= {"channel": channel_field(place)}
        await self.interact(delivery, interaction_body(self.world, person, "message_action", more), place.id)
        return delivery

    async def interact(self, delivery: Delivery, body: Json, channel: str | None = None) -> None:
        """Sends once; commands and interactions are never repeated, the user sees an error instead."""
        attempt = await self.sender.once(delivery.sort, body)
        self.sender.keep(delivery, attempt)
        if attempt.status != 200:
            late = attempt.error in ("http_timeout", "timeout")
            delivery.user_sees = "operation_timeout" if late else "dispatch_failed"
            show_notice(self.world, delivery.team, str(delivery.user), delivery.user_sees, delivery.name, channel)
        self.sender.finish(delivery)

    def event(self, person: Person, event: Json, outer: Json, event_id: str | None = None) -> Delivery:
        """Starts to deliver an event; it goes on in the background until it is acknowledged or given up."""
        delivery = self.delivery("event", str(event.get("type")), person)
        delivery.event_id = event_id or self.world.new_id("Ev")
        body = event_body(self.world, person.team, event, delivery.event_id, outer)
        self.world.later(self.sender.event(delivery, body))
        return delivery

    def _show_answer(self, delivery: Delivery) -> None:
        answer = _answer(delivery.attempts[-1].body)
        if not answer:
            return
        url = self.handed.urls[str(delivery.response_url).rsplit("/", 1)[1]]
        try:
            take_answer(self.world, url, answer, "ack")
        except Refused:
            delivery.user_sees = "dispatch_failed"
            show_notice(self.world, delivery.team, url.user, delivery.user_sees, delivery.name, url.channel)


def _answer(body: str) -> Json:
    try:
        value = json.loads(body)
    except ValueError:
        return {"text": body} if body.strip() else {}
    return value if isinstance(value, dict) and (value.get("text") or value.get("blocks")) else {}
