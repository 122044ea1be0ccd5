"""From an event to its answer: receipt first, then the coach, and the first response within Discord's three seconds."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import aiohttp
import discord

from adapters.admission import Admission
from adapters.discord.charter_form import opened, with_topic
from adapters.discord.faults import note_fault
from adapters.discord.incoming import TENANT, Interaction, clicks_of, is_own_chat, person_of, room_of
from adapters.discord.outgoing import Part, edited, in_place, parts_of
from adapters.discord.second import Seconds
from adapters.discord.words import Words
from adapters.pace import Pace
from bot import tracing
from bot.app import Service
from bot.letters import LetterKind
from bot.model import Person, Reply, Room, Tone
from bot.storage import StoreError

log = logging.getLogger("tact.discord")

PATIENCE = 1.0
"""Seconds after which somebody is told that Tact thinks (reliability catalogue, E09; Discord waits for three)."""
GONE = frozenset({10062, 10015, 10008, 40060, 50027})
"""What Discord says when an interaction is over: too late, answered already, or its message deleted."""
LOST = (aiohttp.ClientError, discord.RateLimited, OSError)
"""What discord.py raises when nothing came back, or would not for too long."""

Work = Callable[[], Awaitable[Reply | None]]


@dataclass(frozen=True, slots=True)
class Said:
    """A reply and the messages that say it; no messages where nothing is to be said."""

    reply: Reply | None
    parts: Sequence[Part] = ()


class Answering:
    """Answers interactions; every way out of it is a sentence, and none goes to more people than asked."""

    def __init__(
        self,
        service: Service,
        words: Words,
        reach: Callable[[Interaction], Awaitable[str]],
        elapsed: Callable[[], float],
    ) -> None:
        self._service = service
        self._words = words
        self._reach = reach
        self.seconds = Seconds(service.coach)
        self.pace = Pace(elapsed, service.settings.pace)
        self.admission = Admission(elapsed)
        """Answers that are being worked on; the door asks it, and a connection only counts."""
        self._under_way: set[asyncio.Task[Said]] = set()

    async def said(self, interaction: Interaction, text: str, *, reach: bool = False) -> None:
        """Answers a command; with `reach` letters will follow, so the way to the person is opened too."""
        if await opened(interaction, text, self._service, self, self._words):
            return

        async def work() -> Reply | None:
            if not await self._accept(str(interaction.id)):
                return None  # the gateway brought it twice
            said = with_topic(interaction, text, self._service)
            reply = await self.hear(person_of(interaction.user), said, room_of(interaction))
            problem = await self._reach(interaction) if reach and reply.tone is not Tone.PROBLEM else ""
            return replace(reply, text=f"{reply.text}\n\n{problem}") if problem else reply

        await self.answer(interaction, work)

    async def clicked(self, interaction: Interaction, command: str) -> None:
        """Answers a click; a double click has one effect, and its second half changes nothing that is seen."""
        if await opened(interaction, command, self._service, self, self._words):
            return

        async def work() -> Reply | None:
            now, next_ = clicks_of(interaction, command)
            async with self._service.store.together():
                if not await self._accept(now):
                    return None
                await self._accept(next_)
            return await self.hear(person_of(interaction.user), command, room_of(interaction))

        await self.answer(interaction, work)

    async def home(self, interaction: Interaction) -> None:
        """Shows somebody's own page."""
        await self.answer(
            interaction, lambda: self._service.coach.home(person_of(interaction.user), room_of(interaction))
        )

    async def tell(self, interaction: Interaction, sentence: str) -> None:
        """Answers with one of Discord's own sentences."""
        await self.answer(interaction, lambda: _ready(Reply(self._words.says[sentence], tone=Tone.PROBLEM)))

    async def failed(self, interaction: Interaction, error: Exception) -> None:
        """Answers with the sentence for a fault."""
        await self.answer(interaction, lambda: _ready(self.problem(error)))

    async def open_form(self, interaction: Interaction, form: discord.ui.Modal) -> None:
        """Opens a form; it must be the first response, so nothing is waited for."""
        try:
            await interaction.response.send_modal(form)
        except (discord.HTTPException, *LOST) as error:
            log.info("a form could not be opened: %s", getattr(error, "code", type(error).__name__))

    async def hear(self, person: Person, text: str, room: Room, *, waits: bool = True) -> Reply:
        """The coach's reply, or a clear sentence for whatever went wrong; nothing of the text reaches the log.

        Its text is empty where nobody `waits` for it and nothing more is to be said (`Pace`).
        """
        if refusal := self.pace.refusal(person, waits=waits):
            return refusal
        try:
            return await self._service.coach.hear(person, text, room)
        except Exception as error:  # the one boundary of this platform
            return self.problem(error)

    def problem(self, error: Exception) -> Reply:
        """The sentence for a fault, with a code that stands in the log beside what kind of fault it was, and where."""
        if isinstance(error, StoreError):
            log.warning("the store refused: %s", error)
            return Reply(self._words.says["store"], tone=Tone.PROBLEM)
        return Reply(self._words.says["inside"].format(code=note_fault(error)), tone=Tone.PROBLEM)

    async def answer(self, interaction: Interaction, work: Work) -> None:
        """Shows what the work comes to: at once, or in place of "thinking" when it takes longer."""
        tracing.begin()
        elapsed = asyncio.get_running_loop().time
        began = elapsed()
        task = asyncio.ensure_future(self._careful(work))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        entered = self.admission.count()
        task.add_done_callback(lambda _: self.admission.leave(entered))
        try:
            await asyncio.wait({task}, timeout=PATIENCE)
            if not task.done():
                await interaction.response.defer(ephemeral=not is_own_chat(interaction), thinking=True)
                self._service.watch.acked("discord", elapsed() - began)
                began = 0.0
            await self._show(interaction, said := await task)
            if began:
                self._service.watch.acked("discord", elapsed() - began)
            if (reply := said.reply) is not None:
                show = partial(self._instead, interaction, reply)
                self.seconds.after(person_of(interaction.user), reply, room_of(interaction), show)
        except discord.HTTPException as error:
            await self._unshown(interaction, task, error)
        except LOST as error:
            log.warning("an answer could not be sent: %s", type(error).__name__)

    async def drain(self, within: float) -> None:
        """Waits so many seconds for what is under way."""
        waits: list[Awaitable[object]] = [self.seconds.drain(within)]
        if self._under_way:
            waits.append(asyncio.wait(self._under_way, timeout=within))
        await asyncio.gather(*waits)

    async def _careful(self, work: Work) -> Said:
        """What the work comes to, with its picture drawn: that takes a moment too."""
        try:
            reply = await work()
        except Exception as error:  # receipts, addresses: the same boundary
            reply = self.problem(error)
        return Said(reply, await parts_of(reply, self._words) if reply else ())

    async def _accept(self, event: str) -> bool:
        return await self._service.store.receipts.accept(TENANT, event, self._service.now())

    async def _show(self, interaction: Interaction, said: Said) -> None:
        if said.reply is None:
            if interaction.type is discord.InteractionType.component and not interaction.response.is_done():
                await interaction.response.defer()
            return
        hidden = not is_own_chat(interaction) and (said.reply.private or interaction.response.is_done())
        for part in said.parts:
            await _send(interaction, part, hidden)

    async def _instead(self, interaction: Interaction, first: Reply, second: Reply) -> None:
        """Puts the second answer in the place of the first one, or below it where it does not fit there."""
        try:
            if part := in_place(first, second, self._words):
                await interaction.edit_original_response(**edited(part))
            else:
                await self._show(interaction, Said(second, await parts_of(second, self._words)))
        except (discord.HTTPException, *LOST) as error:
            log.info("a second answer was not taken: %s", type(error).__name__)

    async def _unshown(
        self, interaction: Interaction, task: asyncio.Future[Said], error: discord.HTTPException
    ) -> None:
        """An answer that Discord did not take: a late one follows by letter, where the person is known to be reached."""
        if error.code not in GONE:
            log.warning("an answer was refused: %s %s", error.status, error.code)
            if error.status == 400:  # Discord does not take it as it is; nobody is left without a word
                await self._apologise(interaction, error)
            return
        log.info("an interaction was over before its answer: %s", error.code)
        reply = (await task).reply
        person, now = person_of(interaction.user), self._service.now()
        if error.code != 50027 or reply is None or await self._service.store.addresses.of(person) is None:
            return
        cause = f"answer:{interaction.id}"
        await self._service.store.outbox.put(
            person, LetterKind.ANSWER, replace(reply, image=None), now, cause=cause, at=now
        )

    async def _apologise(self, interaction: Interaction, error: Exception) -> None:
        try:
            await _send(interaction, Part(self.problem(error).text), hidden=not is_own_chat(interaction))
        except (discord.HTTPException, *LOST) as again:
            log.warning("an apology was refused as well: %s", type(again).__name__)


async def _send(interaction: Interaction, part: Part, hidden: bool) -> None:
    """The first part answers, or takes the place of "thinking"; the others follow."""
    body = part.body()
    if not interaction.response.is_done():
        await interaction.response.send_message(**body, ephemeral=hidden, suppress_embeds="content" in body)
    elif (
        interaction.extras.get("shown") is None
        and interaction.response.type is discord.InteractionResponseType.deferred_channel_message
    ):
        if "files" in body:
            body["attachments"] = body.pop("files")
        await interaction.edit_original_response(**body)
    else:
        await interaction.followup.send(**body, ephemeral=hidden, suppress_embeds="content" in body)
    interaction.extras["shown"] = True


async def _ready(reply: Reply) -> Reply:
    return reply
