"""The part of the client that acts for people and returns what they see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.servers.discord_platform.answers import Answer, Shown, read_answer
from tests.servers.discord_platform.door import PATIENCE, Door
from tests.servers.discord_platform.errors import Impossible


class PeopleClient(Door):
    """What people do; verbs that ask the bot wait for it at most `deadline` seconds."""

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

    async def answer(self, earlier: Answer, *, deadline: float = PATIENCE) -> Answer:
        """The same answer as it stands now."""
        return read_answer(await self.call("answer", interaction=earlier.interaction, deadline=deadline))


def _id(message: Shown | str | None) -> str:
    if message is None:
        raise Impossible("There is no message.")
    return message if isinstance(message, str) else message.id
