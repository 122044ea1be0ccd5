"""Messages: in direct messages a draft, a question or a command; in servers, where that is switched on, what was given."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial

import discord

from adapters.discord.answering import LOST, PATIENCE, Answering
from adapters.discord.faults import note_fault
from adapters.discord.incoming import OWN_CHAT, TENANT, address_of, is_for_tact, person_of, room_of_message
from adapters.discord.outgoing import edited, in_place, parts_of
from adapters.discord.reaching import Reaching
from adapters.discord.rooms import Rooms
from adapters.discord.words import Words
from bot import tracing
from bot.app import Service
from bot.model import Person, Reply, Room, Tone
from bot.storage import StoreError

log = logging.getLogger("tact.discord")


class Listening:
    """Hears messages and answers those that were meant for Tact."""

    def __init__(
        self, service: Service, answering: Answering, reaching: Reaching, rooms: Rooms | None, words: Words
    ) -> None:
        self._service = service
        self._answering = answering
        self._reaching = reaching
        self._rooms = rooms
        self._words = words

    async def hear(self, message: discord.Message) -> None:
        """One message, whatever it is."""
        if not is_for_tact(message):
            return
        tracing.begin()
        if message.guild is None and isinstance(message.channel, discord.DMChannel):
            await self._directly(message)
        elif self._rooms is not None and message.guild is not None and message.content:
            await self._in_server(message)

    async def reacted(self, reaction: discord.RawReactionActionEvent) -> None:
        """Thanks or praise by a reaction to somebody else's message."""
        own = reaction.message_author_id in (None, reaction.user_id)
        if own or reaction.guild_id is None or (reaction.member is not None and reaction.member.bot):
            return
        person, room = Person(TENANT, str(reaction.user_id)), Room(f"{reaction.guild_id}/{reaction.channel_id}")
        coach, cause = self._service.coach, f"reacted:{reaction.message_id}"
        await self._notice(person, room, cause, lambda: coach.reacted(person, reaction.emoji.name, room))

    async def _in_server(self, message: discord.Message) -> None:
        """What was given or asked for in a message."""
        person, room = person_of(message.author), room_of_message(message)
        coach, event = self._service.coach, f"{room.channel}/{message.id}"
        await self._notice(person, room, f"seen:{message.id}", lambda: coach.seen(person, message.content, room, event))

    async def _notice(
        self, person: Person, room: Room, cause: str, notices: Callable[[], Awaitable[Reply | None]]
    ) -> None:
        """Notices it in a coached channel, of people who met Tact: others could not be told."""
        try:
            if self._rooms is None or not await self._rooms.is_coached(room):
                return
            if await self._reaching.reaches(person) and (reply := await notices()) is not None:
                await self._service.coach.notify(person, reply, cause)
        except Exception as error:  # the same boundary as for commands, with nobody waiting for an answer
            note_fault(error)

    async def _directly(self, message: discord.Message) -> None:
        """Answers in the same direct messages; a message that came twice is answered once."""
        address, event = address_of(message.author, message.channel.id), str(message.id)
        try:
            new = await self._service.store.receipts.accept(TENANT, event, self._service.now(), address)
        except StoreError as problem:
            await self._send(message, self._answering.problem(problem), [])
            return
        if not new:
            return
        await self._reaching.met(message.author, message.channel.id)
        reply = await self._patiently(message)
        shown: list[discord.Message] = []
        if not reply.text or await self._send(message, reply, shown):
            await self._service.store.receipts.answered(TENANT, event)
            show = partial(self._instead, message, shown, reply)
            self._answering.seconds.after(person_of(message.author), reply, OWN_CHAT, show)

    async def _patiently(self, message: discord.Message) -> Reply:
        """The coach's reply; while it takes long, Tact is seen to be typing."""
        if not message.content.strip():
            return Reply(self._words.says["empty"], tone=Tone.PROBLEM)
        task = asyncio.ensure_future(
            self._answering.hear(person_of(message.author), message.content, OWN_CHAT, waits=False)
        )
        await asyncio.wait({task}, timeout=PATIENCE)
        if not task.done():
            try:
                async with message.channel.typing():
                    return await task
            except (discord.HTTPException, *LOST):
                pass
        return await task

    async def _instead(
        self, message: discord.Message, shown: list[discord.Message], first: Reply, second: Reply
    ) -> None:
        """Puts the second answer in the place of the first one, or below it where it does not fit there."""
        try:
            if part := in_place(first, second, self._words):
                await shown[0].edit(**edited(part))
                return
        except (discord.HTTPException, *LOST) as error:
            log.info("a message could not be changed: %s", type(error).__name__)
        await self._send(message, second, [], "s")

    async def _send(
        self, message: discord.Message, reply: Reply, shown: list[discord.Message], mark: str = "a"
    ) -> bool:
        """Whether the reply was taken; it carries the message's number, so that a repetition is not shown twice."""
        try:
            for number, part in enumerate(await parts_of(reply, self._words)):
                body = part.body()
                nonce = f"{mark}{message.id}-{number}"
                shown.append(await message.channel.send(**body, nonce=nonce, suppress_embeds="content" in body))
        except discord.HTTPException as error:
            log.info("a direct message could not be answered: %s %s", error.status, error.code)
            return error.status < 500
        except LOST as error:
            log.warning("a direct message could not be answered: %s", type(error).__name__)
            return False
        return True
