"""Letters as silent direct messages: each attempt is one request, and a second attempt is seen once, by its nonce."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import discord
from discord.http import MultipartParameters, handle_message_parameters

from adapters.discord.budget import Budget
from adapters.discord.outgoing import Part, to_parts
from adapters.discord.rest import OWN_REASONS, PAUSE, Rest, report_of
from adapters.discord.words import Words
from bot.letters import Address, Letter, Outcome, Report

_GONE = frozenset({"404_10008", "403_50005"})
"""A message that is not there any more, or not ours to change."""
STORM = 3
"""Refusals in a row, for reasons that are nobody's own, after which Tact itself is taken to be shut out (O04)."""


class DiscordSender:
    """The port of the outbox to Discord."""

    platform = "discord"

    def __init__(self, rest: Rest, opens: Budget, words: Words, now: Callable[[], datetime]) -> None:
        self._rest = rest
        self._opens = opens
        self._words = words
        self._now = now
        self._closed_until: datetime | None = None
        self._opening = asyncio.Lock()
        self._refused = 0

    async def send(self, letter: Letter) -> Report:
        """Sends a letter into the person's direct messages, which are opened where they are not known yet."""
        if wait := self._pause():
            return Report(Outcome.LATER, wait, "paused", whole_platform=True)
        channel = letter.address.channel
        if not channel:
            opened = await self.open(letter.address)
            if opened.outcome is not Outcome.DELIVERED:
                return opened
            channel = opened.channel
        report = await (self._replace(letter, channel) if letter.address.message else self._post(letter, channel))
        if report.why in _GONE and letter.address.message:
            return await self.send(replace(letter, address=replace(letter.address, message="")))
        if report.why.endswith("_10003") and letter.address.channel:  # the kept channel is gone: a new one, once
            return await self.send(replace(letter, address=replace(letter.address, channel="")))
        if report.outcome is Outcome.DELIVERED and channel != letter.address.channel:
            return replace(report, channel=channel)
        return report

    async def open(self, address: Address) -> Report:
        """Opens somebody's direct messages, slowly; DELIVERED with the channel when they are open."""
        async with self._opening:
            if wait := self._pause():
                return Report(Outcome.LATER, wait, "paused", whole_platform=True)
            if wait := await self._opens.take():
                return Report(Outcome.LATER, wait, "dm_opens", alone=True)
            answer = await self._rest.post("/users/@me/channels", {"recipient_id": address.user})
            report = self._heed(report_of(answer))
            if report.outcome is Outcome.UNKNOWN:
                return Report(Outcome.LATER, why=report.why)  # nothing was shown
            if report.outcome is Outcome.DELIVERED:
                return Report(Outcome.DELIVERED, channel=str(answer.body.get("id", "")))
            return report

    async def _post(self, letter: Letter, channel: str) -> Report:
        report, first = Report(Outcome.REFUSED), ""
        for number, part in enumerate(to_parts(letter.reply, self._words)):
            nonce = letter.id if not number else f"{letter.id[:24]}{number}"
            with message_of(part, nonce) as message:
                answer = await self._rest.post(f"/channels/{channel}/messages", message.payload, message.multipart)
            report = self._heed(report_of(answer))
            if report.outcome is not Outcome.DELIVERED:
                return report  # what was shown of it has its nonce, and is not shown again
            first = first or str(answer.body.get("id", ""))
        return replace(report, message=first)

    async def _replace(self, letter: Letter, channel: str) -> Report:
        """Puts a letter of one message in the place of another message, whose buttons go."""
        part = to_parts(letter.reply, self._words)[0]
        body = {"view": None} | part.body()
        with handle_message_parameters(**body, allowed_mentions=discord.AllowedMentions.none()) as message:
            answer = await self._rest.patch(f"/channels/{channel}/messages/{letter.address.message}", message.payload)
        return replace(self._heed(report_of(answer)), message=letter.address.message)

    def _heed(self, report: Report) -> Report:
        """Opens the circuit breaker where Discord asks everybody to stop, and where it refuses everybody."""
        if report.outcome is Outcome.LATER and report.wait >= PAUSE and report.whole_platform:
            self._closed_until = self._now() + timedelta(seconds=report.wait)
        strange = report.outcome is Outcome.UNREACHABLE and report.why not in OWN_REASONS
        self._refused = self._refused + 1 if strange else 0
        return Report(Outcome.SUSPENDED, why=report.why) if self._refused >= STORM else report

    def _pause(self) -> float:
        """Seconds for which nothing is sent."""
        left = (self._closed_until - self._now()).total_seconds() if self._closed_until else 0.0
        if left <= 0:
            self._closed_until = None
        return min(max(left, 0.0), PAUSE)


def message_of(part: Part, nonce: str) -> MultipartParameters:
    """The message as discord.py writes it: no ping, no sound, no preview of links, and the same nonce each time."""
    body = part.body()
    flags = discord.MessageFlags(suppress_notifications=True, suppress_embeds="content" in body)
    return handle_message_parameters(**body, nonce=nonce, flags=flags, allowed_mentions=discord.AllowedMentions.none())
