"""Talking with Tact: direct messages, mentions, and, where an admin switched it on, messages seen in channels."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Mapping
from functools import partial
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.slack.desk import Desk
from adapters.slack.home import Home
from adapters.slack.incoming import Incoming, addressed, plain, room_of
from adapters.slack.outgoing import Block, label
from bot.language import speak
from bot.model import Reply

log = logging.getLogger("tact.slack")
Json = Mapping[str, Any]
FEEDBACK = "tact:feedback"
"""The action of the two buttons under an answer in a conversation."""
SLOW = 0.7
"""Seconds after which a conversation shows that it is being read."""
HEARD = frozenset({None, "file_share", "thread_broadcast", "me_message"})
"""Kinds of message that a person wrote; others tell of changes, or come from apps."""


class Conversation:
    """Answers messages."""

    def __init__(self, desk: Desk, home: Home) -> None:
        self._desk = desk
        self._home = home
        self._agents: set[str] = set()

    async def opened(self, incoming: Incoming, event: Json) -> None:
        """Somebody opened the Home or Messages tab; the first time they are welcomed."""
        if await self._desk.first_time(incoming):
            self._desk.work.start(self._show(incoming, event))

    async def message(self, incoming: Incoming, event: Json, bot_user: str) -> None:
        """A message: to Tact itself, or in a channel where it may listen."""
        if event.get("bot_id") or event.get("subtype") not in HEARD:
            return
        text = str(event.get("text") or "")
        if event.get("channel_type") == "im" or incoming.channel.startswith("D"):
            if await self._desk.first_time(incoming, owed=True):
                self._desk.work.start(self._answer(incoming, plain(text).strip(), str(event.get("ts") or "")))
        elif bot_user and f"<@{bot_user}" in text:
            return  # a mention comes as an event of its own
        elif await self._desk.rooms.is_coached(incoming) and await self._desk.first_time(incoming):
            self._desk.work.start(self._see(incoming, plain(text), str(event.get("ts") or "")))

    async def mention(self, incoming: Incoming, event: Json) -> None:
        """Tact was called in a channel: only who called sees the answer."""
        if not event.get("bot_id") and await self._desk.first_time(incoming, owed=True):
            self._desk.work.start(self._answer_in_channel(incoming, addressed(str(event.get("text") or ""))))

    async def _show(self, incoming: Incoming, event: Json) -> None:
        speak(await self._desk.language_of(incoming))
        new = await self._desk.met(incoming)
        if event.get("tab") == "messages":
            await self._suggest(incoming)
        else:
            await self._home.publish(incoming)
        if new:
            await self._desk.answers.directly(incoming, Reply(self._desk.words.welcome.strip()))

    async def _suggest(self, incoming: Incoming) -> None:
        """Shows a few things to say; where Slack has no such place, the conversation stays a plain one."""
        access = await self._desk.workspaces.access(incoming.workspace)
        agent = self._desk.words.agent
        prompts = [{"title": title, "message": message} for title, message in agent.prompts]
        try:
            if access:
                await access.client.api_call(
                    "assistant.threads.setSuggestedPrompts",
                    json={"channel_id": incoming.channel, "title": agent.title, "prompts": prompts},
                )
                self._agents.add(incoming.person.tenant)
        except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError):
            self._agents.discard(incoming.person.tenant)

    async def _answer(self, incoming: Incoming, text: str, ts: str) -> None:
        await self._desk.met(incoming)
        agent = incoming.person.tenant in self._agents
        thread = incoming.thread or (ts if agent else "")
        if text:
            heard = asyncio.ensure_future(self._desk.hear(incoming, text))
            if agent and not (await asyncio.wait({heard}, timeout=SLOW))[0]:
                await self._status(incoming, thread)
            reply = await heard
        else:
            reply = Reply(self._desk.words.nothing_in_it)
        more = (self._feedback(),) if agent else ()
        if reply.text:
            await self._desk.say_directly(incoming, reply, thread, more)
        await self._desk.answered(incoming)

    async def _answer_in_channel(self, incoming: Incoming, text: str) -> None:
        reply = await self._desk.hear(incoming, text or "help")
        if reply.text:
            await self._desk.answers.in_channel(incoming, reply)
        await self._desk.answered(incoming)
        # an ephemeral message without a response_url cannot be changed: the second answer stands below the first
        self._desk.seconds.after(incoming, reply, partial(self._desk.answers.in_channel, incoming))

    async def reaction(self, incoming: Incoming, event: Json) -> None:
        """A reaction to somebody else's message, in a channel where Tact may listen."""
        if event.get("item_user") == incoming.user or not await self._desk.rooms.is_coached(incoming):
            return
        if not await self._desk.first_time(incoming):
            return
        coach, room = self._desk.service.coach, room_of(incoming)
        self._desk.work.start(
            self._seen(incoming, coach.reacted(incoming.person, str(event.get("reaction") or ""), room))
        )

    async def _see(self, incoming: Incoming, text: str, ts: str) -> None:
        coach, room = self._desk.service.coach, room_of(incoming)
        await self._seen(incoming, coach.seen(incoming.person, text, room, f"{incoming.channel}:{ts}"))

    async def _seen(self, incoming: Incoming, seeing: Awaitable[Reply | None]) -> None:
        """What the coach has to say to what it saw is for its writer alone."""
        reply = await seeing
        if reply is not None:
            await self._desk.answers.in_channel(incoming, reply)

    async def _status(self, incoming: Incoming, thread: str) -> None:
        access = await self._desk.workspaces.access(incoming.workspace)
        status = {"channel_id": incoming.channel, "thread_ts": thread, "status": self._desk.words.agent.status}
        try:
            if access:
                await access.client.api_call("assistant.threads.setStatus", json=status)
        except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError):
            log.info("the status of a conversation could not be shown")

    def _feedback(self) -> Block:
        agent = self._desk.words.agent
        return {
            "type": "context_actions",
            "elements": [
                {
                    "type": "feedback_buttons",
                    "action_id": FEEDBACK,
                    "positive_button": {"text": label(agent.good), "value": "good"},
                    "negative_button": {"text": label(agent.bad), "value": "bad"},
                }
            ],
        }
