"""Interactions: how they reach the bot, what it may answer, and what the person ends up looking at."""

from __future__ import annotations

import asyncio
import secrets
import time

from tests.servers.discord_platform.callbacks import (
    CHOICES,
    DEFER,
    DEFER_UPDATE,
    MESSAGE,
    MODAL,
    NAMES,
    UPDATE,
    check_callback,
    response_to,
)
from tests.servers.discord_platform.endpoint import Endpoint
from tests.servers.discord_platform.errors import ApiError, Json
from tests.servers.discord_platform.journal import Journal
from tests.servers.discord_platform.limits import EPHEMERAL, LOADING
from tests.servers.discord_platform.messages import Messages, shown
from tests.servers.discord_platform.payloads import interaction_json
from tests.servers.discord_platform.sessions import Sessions
from tests.servers.discord_platform.settings import Settings
from tests.servers.discord_platform.world import (
    Channel,
    ChannelKind,
    Interaction,
    InteractionKind,
    Message,
    User,
    World,
)


class Interactions:
    """Sends interactions to the bot, over the gateway or to its endpoint, and takes its answers."""

    def __init__(
        self,
        world: World,
        sessions: Sessions,
        settings: Settings,
        journal: Journal,
        messages: Messages,
        endpoint: Endpoint,
    ) -> None:
        self._world, self._sessions, self._settings = world, sessions, settings
        self._journal, self._messages, self._endpoint = journal, messages, endpoint
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    async def start(
        self, kind: InteractionKind, user: User, channel: Channel, data: Json, source: Message | None = None
    ) -> Interaction:
        """A new interaction on its way to the bot."""
        token = "aW50ZXJhY3Rpb246" + secrets.token_urlsafe(60)
        interaction = Interaction(self._world.snowflake(), token, kind, user, channel, _owners(user, channel), source)
        self._world.interactions[interaction.id] = self._world.interactions[token] = interaction
        body = interaction_json(interaction, self._world, data)
        self._journal.write("interaction", id=interaction.id, type=int(kind), user=user.name, channel=channel.name)
        if self._endpoint.url:
            task = asyncio.create_task(self._post(interaction, body))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif not await self._sessions.dispatch("INTERACTION_CREATE", body, guild=channel.guild):
            self._fail(interaction, "no session is connected or may be resumed")
        asyncio.get_running_loop().call_later(
            self._settings.interaction_deadline, self._fail, interaction, "the bot did not answer in time"
        )
        return interaction

    async def _post(self, interaction: Interaction, body: Json) -> None:
        status, answer = await self._endpoint.post(
            self._endpoint.url, body, timeout=self._settings.interaction_deadline
        )
        if status == 200 and answer is not None:
            try:
                await self.answer(interaction, answer)
            except ApiError as error:
                self._fail(interaction, f"the endpoint's answer is refused: {error.body}")
        elif status != 202:
            self._fail(interaction, f"the endpoint answered {status or 'nothing'}")

    def _fail(self, interaction: Interaction, why: str) -> None:
        if interaction.acked is None and not interaction.failed and not self._closed:
            interaction.failed = why
            self._journal.write("failed", interaction=interaction.id, user=interaction.user.name, why=why)

    async def close(self) -> None:
        """Stops what is still under way."""
        self._closed = True
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def find(self, interaction_id: str, token: str) -> Interaction:
        """The interaction a callback is for; 10062 when it is unknown, over or was never this token's."""
        found = self._world.interactions.get(interaction_id)
        if found is None or found.token != token or found.failed or self._too_old(found):
            raise ApiError(404, 10062, "Unknown interaction")
        return found

    def webhook(self, application: str, token: str) -> Interaction:
        """The interaction whose token serves as a webhook, once it was answered and while the token lives."""
        found = self._world.interactions.get(token)
        if found is None or application != self._world.bot.id or found.acked is None:
            raise ApiError(404, 10015, "Unknown Webhook")
        if self._too_old(found):
            raise ApiError(401, 50027, "Invalid Webhook Token")
        return found

    def _too_old(self, interaction: Interaction) -> bool:
        return time.monotonic() - interaction.born > self._settings.token_life

    async def answer(self, interaction: Interaction, body: Json) -> Json:
        """Takes the first answer; what `with_response` returns."""
        if interaction.acked is not None:
            raise ApiError(400, 40060, "Interaction has already been acknowledged.")
        kind, data = body.get("type"), body.get("data") or {}
        check_callback(interaction, kind, data)
        interaction.acked, interaction.callback = time.monotonic(), body
        if kind == MESSAGE:
            interaction.original = await self._messages.create(interaction.channel, self._world.bot, data, interaction)
        elif kind == DEFER:
            flags = {"flags": ((data.get("flags") or 0) & EPHEMERAL) | LOADING}
            interaction.original = await self._messages.create(interaction.channel, self._world.bot, flags, interaction)
        elif kind in (DEFER_UPDATE, UPDATE):
            interaction.original = interaction.source
        if kind == UPDATE and interaction.source is not None:
            await self._messages.edit(interaction.source, data)
        if kind in (MODAL, CHOICES):
            self._journal.write(NAMES[kind], interaction=interaction.id, user=interaction.user.name, data=data)
        if kind != DEFER:
            self.settle(interaction)
        return response_to(interaction, kind)

    def settle(self, interaction: Interaction) -> None:
        """Notes that the person now looks at the final answer."""
        if interaction.settled is None:
            interaction.settled = time.monotonic()
            self._journal.write("answered", interaction=interaction.id)

    async def report(self, interaction: Interaction, deadline: float) -> Json:
        """What the person sees once the bot is done, with how long it took; whatever there is at the deadline."""
        await self._journal.wait(lambda: interaction.settled or interaction.failed or None, deadline)
        callback = interaction.callback or {}
        data = callback.get("data") or {}
        kind = NAMES.get(callback.get("type", 0), "")
        original = interaction.original
        return {
            "interaction": interaction.id,
            "kind": "failed" if interaction.failed else kind or "nothing",
            "failed": interaction.failed,
            "acked_ms": _milliseconds(interaction.born, interaction.acked),
            "settled_ms": _milliseconds(interaction.born, interaction.settled),
            "message": shown(original) if original else None,
            "modal": data if kind == "modal" else None,
            "choices": data.get("choices", []) if kind == "choices" else [],
        }


def _owners(user: User, channel: Channel) -> Json:
    """Through whose installation the interaction comes: "0" a guild (or the bot's own DM), "1" the user."""
    owners = {}
    if channel.guild is not None and (channel.guild.installed or channel.guild.commands_only):
        owners["0"] = channel.guild.id
    elif channel.kind is ChannelKind.DM:
        owners["0"] = "0"
    return owners | ({"1": user.id} if user.installed else {})


def _milliseconds(start: float, end: float | None) -> float | None:
    return None if end is None else round((end - start) * 1000, 2)
