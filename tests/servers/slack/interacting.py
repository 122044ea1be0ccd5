"""What people do with what the app shows them: click, fill in, submit and close."""

from __future__ import annotations

import json
from typing import Any

from .acting import Acting
from .attempts import Delivery
from .forms import fill, first_state, missing
from .messages import as_json
from .payloads import action_of, channel_field, find_element, interaction_body
from .refusals import Impossible, Refused
from .views import push_view, read_view, replace_view
from .visible import show_notice, show_view
from .world import Message, Person, World

Json = dict[str, Any]


class Interacting:
    """Clicks, submissions and closings by people of a workspace."""

    def __init__(self, acting: Acting) -> None:
        self._acting = acting
        self._world: World = acting.world

    async def click(self, person: Person, source: Json, wanted: str, value: Any, values: Json) -> Delivery:
        """Uses an element of a message (`source` has channel and ts) or of a view (`source` has view_id).

        `wanted` is its action_id, text, label or value; `value` what is chosen; `values` what else is filled in.
        """
        if "view_id" in source:
            view = self._view(person, source["view_id"])
            fill(view["blocks"], view["state"]["values"], values)
            return await self._act(person, view["blocks"], wanted, value, self._in_view(view))
        message = self._message(person, source)
        more = self._in_message(person, message)
        fill(message.blocks, more["state"]["values"], values)
        return await self._act(person, message.blocks, wanted, value, more)

    async def submit(self, person: Person, view_id: str, values: Json) -> Delivery:
        """Fills in and submits a modal; the app's response_action takes effect."""
        view = self._view(person, view_id)
        fill(view["blocks"], view["state"]["values"], values)
        if empty := missing(view["blocks"], view["state"]["values"]):
            raise Impossible(f"Slack does not submit before these are filled in: {', '.join(empty)}")
        delivery = self._acting.delivery("interaction", view["callback_id"], person)
        delivery.trigger_id = self._acting.handed.trigger(person.team, person.id)
        more = {"trigger_id": delivery.trigger_id, "view": view, "response_urls": []}
        await self._acting.interact(delivery, interaction_body(self._world, person, "view_submission", more))
        if delivery.user_sees is None:
            try:
                self._take(person, view, delivery.attempts[-1].body)
            except (Refused, ValueError, KeyError, AttributeError):
                delivery.user_sees = "trouble_connecting"
                show_notice(self._world, person.team, person.id, delivery.user_sees, delivery.name)
        return delivery

    async def close(self, person: Person, view_id: str, *, everything: bool) -> Delivery:
        """Closes a modal, or with `everything` the whole stack; the app hears of it where it asked to."""
        view = self._view(person, view_id)
        stack = self._world.stacks[person.team, person.id]
        gone = list(stack) if everything else [view]
        for closed in gone:
            stack.remove(closed)
            show_view(self._world, "close", person.team, person.id, closed, "client")
        delivery = self._acting.delivery("interaction", view["callback_id"], person)
        if view["notify_on_close"]:
            more = {"view": view, "is_cleared": everything}
            await self._acting.interact(delivery, interaction_body(self._world, person, "view_closed", more))
        else:
            delivery.withheld, delivery.done = "the view did not ask for notify_on_close", True
        return delivery

    def open_home(self, person: Person, tab: str) -> Delivery:
        """Opens the app's Home or Messages tab."""
        place = self._world.direct(person.team, person.id)
        event: Json = {"type": "app_home_opened", "user": person.id, "channel": place.id, "tab": tab}
        if (home := self._world.homes.get((person.team, person.id))) is not None:
            event["view"] = home
        return self._acting.event(person, event, {})

    async def _act(self, person: Person, blocks: list[Json], wanted: str, value: Any, more: Json) -> Delivery:
        block, element = find_element(blocks, wanted)
        if block["type"] == "input" and not block.get("dispatch_action"):
            raise Impossible(f"{wanted!r} tells the app nothing before the view is submitted")
        if (
            block["block_id"] in (values := more["state"]["values"])
            and element["action_id"] in values[block["block_id"]]
        ):
            fill(blocks, values, {element["action_id"]: value})
        action = action_of(block, element, value, wanted, self._world.clock.ts())
        delivery = self._acting.delivery("interaction", element["action_id"], person)
        delivery.trigger_id = self._acting.handed.trigger(person.team, person.id)
        delivery.response_url = more.get("response_url")
        more |= {"actions": [action], "trigger_id": delivery.trigger_id}
        await self._acting.interact(delivery, interaction_body(self._world, person, "block_actions", more))
        return delivery

    def _in_view(self, view: Json) -> Json:
        return {"container": {"type": "view", "view_id": view["id"]}, "view": view, "state": view["state"]}

    def _in_message(self, person: Person, message: Message) -> Json:
        place = self._world.channels[message.team, message.channel]
        url = self._acting.handed.response_url(person.team, place.id, person.id, message)
        container: Json = {"type": "message", "message_ts": message.ts, "channel_id": place.id}
        container["is_ephemeral"] = message.to is not None
        more = {"container": container, "channel": channel_field(place), "response_url": url}
        more["state"] = {"values": first_state(message.blocks, {})}
        # Assumed: an ephemeral message is not sent back, only its container
        return more if message.to else more | {"message": as_json(self._world, message)}

    def _message(self, person: Person, source: Json) -> Message:
        place = self._acting.place(person, str(source.get("channel")))
        message = self._world.messages.get((person.team, place.id, str(source.get("ts"))))
        if message is None or message.to not in (None, person.id):
            raise Impossible(f"{person.id} sees no message {source.get('ts')} in {place.id}")
        return message

    def _view(self, person: Person, view_id: str) -> Json:
        home = self._world.homes.get((person.team, person.id))
        held = [*self._world.stacks.get((person.team, person.id), []), *([home] if home else [])]
        found = next((view for view in held if view["id"] == view_id), None)
        if found is None:
            raise Impossible(f"{person.id} has no open view {view_id}")
        return found

    def _take(self, person: Person, view: Json, body: str) -> None:
        """What the answer to a submission does to the user's modals."""
        answer = json.loads(body) if body.strip() else {}
        team, key = self._world.team(person.team), (person.team, person.id)
        match answer.get("response_action"):
            case None:
                self._world.stacks[key].remove(view)
                show_view(self._world, "close", *key, view, "ack")
            case "clear":
                self._world.stacks[key] = []
                show_view(self._world, "clear", *key, view, "ack")
            case "errors":
                asking = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
                if not answer["errors"] or not answer["errors"].keys() <= asking:
                    raise ValueError
                show_view(self._world, "errors", *key, view, "ack", errors=answer["errors"])
            case "update":
                new = read_view(self._world, team, answer["view"], "modal", replaces=view)
                replace_view(self._world, team, person.id, view, new, "ack")
            case "push":
                push_view(self._world, team, person.id, read_view(self._world, team, answer["view"], "modal"), "ack")
            case _:
                raise ValueError
