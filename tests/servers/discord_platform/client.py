"""The tests' hand on the loopback Discord.

    with serving(log=tmp_path / "seen.jsonl") as address:           # another process; address.rest is DISCORD_API_URL
        async with LoopbackDiscord(address) as discord:
            await discord.add_guild("G1", channels=["C1"], members=["U1"])
            ...                                                     # start the bot against address.rest
            await discord.ready()                                   # a session is connected
            answer = await discord.slash("U1", "tact check", {"text": "Hi"}, guild="G1", channel="C1")
            assert answer.private and answer.acked_ms < 3000
            await discord.click(answer.message, answer.message.buttons["Why?"], "U1")
            await discord.dm("U1", "is this ok?")
            [reply] = await discord.messages(channel="@U1", author="tact", at_least=1, deadline=5)

Everything is named by name or id; `@U1` is U1's DM with the bot. What cannot be done raises `Impossible` with a sentence,
what does not come in time TimeoutError.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import aiohttp

from tests.servers.discord_platform.answers import Answer, Shown, read_answer
from tests.servers.discord_platform.client_faults import Faults
from tests.servers.discord_platform.errors import Impossible, Json
from tests.servers.discord_platform.process import Address

PATIENCE = 5.0
"""Seconds a verb waits for the bot unless told otherwise."""


class LoopbackDiscord(Faults):
    """A client of a running server; `async with` closes it. Call `reset()` between tests that share a server."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None))
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def call(self, verb: str, **arguments: Any) -> Any:
        """Any verb of the control door; the methods below are these with types."""
        assert self._session is not None, "use `async with LoopbackDiscord(…)`"
        async with self._session.post(f"{self.address.url}/_control/{verb}", json=arguments) as response:
            body = await response.json(content_type=None)
            if response.status == 408:
                raise TimeoutError(body["error"])
            if response.status != 200:
                raise Impossible(body["error"])
            return body

    # what there is

    async def add_user(self, name: str, **facts: Any) -> str:
        """A user (locale, permissions, accepts_dms, installed); returns the id."""
        return str(await self.call("add_user", name=name, **facts))

    async def change_user(self, name: str, **facts: Any) -> None:
        """Changes such facts."""
        await self.call("change_user", name=name, **facts)

    async def add_guild(
        self, name: str, *, channels: Sequence[str] = (), members: Sequence[str] = (),
        installed: bool = True, locale: str = "en-US", shard: tuple[int, int] = (0, 1),
    ) -> str:  # fmt: skip
        """A guild with channels and members (made when new); `installed=False` is a foreign one; `shard=(1, 2)` puts
        it on the second of two shards. Returns the id."""
        facts = {"installed": installed, "locale": locale, "shard": list(shard)}
        return str(await self.call("add_guild", name=name, channels=list(channels), members=list(members), **facts))

    async def add_channel(self, name: str, guild: str, *, topic: str = "") -> str:
        """A channel; returns the id."""
        return str(await self.call("add_channel", name=name, guild=guild, topic=topic))

    async def add_conversation(self, name: str, people: Sequence[str]) -> str:
        """A group conversation without the bot, where user installs work; returns the id."""
        return str(await self.call("add_conversation", name=name, people=list(people)))

    # what people do

    async def say(self, user: str, text: str, *, channel: str, guild: str = "", reply_to: str = "") -> Shown:
        """Writes into a channel."""
        return Shown(**await self.call("say", user=user, text=text, channel=channel, guild=guild, reply_to=reply_to))

    async def dm(self, user: str, text: str) -> Shown:
        """Writes to the bot."""
        return await self.say(user, text, channel=f"@{user}")

    async def burst(self, user: str, texts: Sequence[str], *, channel: str, guild: str = "") -> None:
        """Writes many messages as fast as the gateway takes them."""
        await self.call("burst", user=user, texts=list(texts), channel=channel, guild=guild)

    async def edit(self, user: str, message: Shown, text: str) -> None:
        """Changes a message of the user's own."""
        await self.call("edit", user=user, message=message.id, text=text)

    async def remove(self, message: Shown) -> None:
        """Deletes a message."""
        await self.call("remove", message=message.id)

    async def slash(
        self, user: str, command: str, options: Mapping[str, Any] | None = None,
        *, channel: str = "", guild: str = "", deadline: float = PATIENCE,
    ) -> Answer:  # fmt: skip
        """Uses a command such as "tact check"; without a channel in the DM. Returns the settled answer."""
        where = {"channel": channel or f"@{user}", "guild": guild, "deadline": deadline}
        return read_answer(await self.call("slash", user=user, command=command, options=dict(options or {}), **where))

    async def autocomplete(
        self, user: str, command: str, options: Mapping[str, Any], focused: str,
        *, channel: str = "", guild: str = "", deadline: float = PATIENCE,
    ) -> Answer:  # fmt: skip
        """Types into the option `focused`; the answer has `choices`."""
        where = {"channel": channel or f"@{user}", "guild": guild, "deadline": deadline}
        about = {"command": command, "options": dict(options), "focused": focused}
        return read_answer(await self.call("autocomplete", user=user, **about, **where))

    async def menu(
        self, user: str, name: str, message: Shown | str, *, target: str = "", deadline: float = PATIENCE
    ) -> Answer:
        """Uses a context menu entry on a message (on a person with `target`)."""
        about = {"message": _id(message), "target": target, "deadline": deadline}
        return read_answer(await self.call("menu", user=user, name=name, **about))

    async def click(
        self, message: Shown | str | None, custom_id: str, user: str,
        *, values: Sequence[str] = (), deadline: float = PATIENCE,
    ) -> Answer:  # fmt: skip
        """Clicks a button, or chooses `values` in a select."""
        about = {"message": _id(message), "custom_id": custom_id, "values": list(values), "deadline": deadline}
        return read_answer(await self.call("click", user=user, **about))

    async def submit(self, opened: Answer, fields: Mapping[str, Any], *, deadline: float = PATIENCE) -> Answer:
        """Fills in the modal an answer opened: fields by custom id, a list for selects."""
        about = {"interaction": opened.interaction, "fields": dict(fields), "deadline": deadline}
        return read_answer(await self.call("submit", **about))

    # what came of it

    async def messages(
        self, *, at_least: int = 0, deadline: float = PATIENCE, after: str = "", contains: str = "", **facts: Any
    ) -> list[Shown]:
        """Messages, oldest first, by any fact of `Shown` (channel="@U1", author="tact", only_for="U1", …); waits for
        `at_least` so many. `after` is the id of a message."""
        about = {"at_least": at_least, "deadline": deadline, "after": after, "contains": contains}
        return [Shown(**one) for one in await self.call("messages", **about, **facts)]

    async def answer(self, earlier: Answer, *, deadline: float = PATIENCE) -> Answer:
        """The same answer as it stands now."""
        return read_answer(await self.call("answer", interaction=earlier.interaction, deadline=deadline))

    async def happened(
        self, kind: str, *, at_least: int = 1, after: int = 0, deadline: float = PATIENCE, **facts: Any
    ) -> list[Json]:
        """Journal entries: request, identify, ready, resume, disconnect, heartbeat, typing, violation, …"""
        about = {"kind": kind, "at_least": at_least, "after": after, "deadline": deadline}
        found: list[Json] = await self.call("happened", **about, **facts)
        return found

    async def requests(self, path: str, *, at_least: int = 0, after: int = 0, deadline: float = PATIENCE) -> list[Json]:
        """Requests the bot made whose path below /api/v10 matches a regular expression: method, path, status, body."""
        about = {"path": path, "at_least": at_least, "after": after, "deadline": deadline}
        found: list[Json] = await self.call("requests", **about)
        return found

    async def file(self, attachment: Json) -> bytes:
        """The content of an attachment."""
        assert self._session is not None
        async with self._session.get(attachment["url"]) as response:
            response.raise_for_status()
            return await response.read()

    async def mark(self) -> int:
        """Where the journal stands, for `happened(after=…)`."""
        return int(await self.call("mark"))

    async def commands(self, guild: str = "") -> list[Json]:
        """Registered commands."""
        found: list[Json] = await self.call("commands", guild=guild)
        return found

    async def sessions(self) -> list[Json]:
        """Gateway sessions that live or may be resumed."""
        found: list[Json] = await self.call("sessions")
        return found

    async def ready(self, sessions: int = 1, deadline: float = 10.0) -> None:
        """Waits until so many sessions were identified since the last reset."""
        await self.happened("ready", at_least=sessions, deadline=deadline)


def _id(message: Shown | str | None) -> str:
    if message is None:
        raise Impossible("There is no message.")
    return message if isinstance(message, str) else message.id
