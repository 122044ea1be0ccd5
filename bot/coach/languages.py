"""Use case: the language in which a person is spoken to. What is judged stays English."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from bot.language import known, known_in, speaking, spoken
from bot.language_commands import ChooseLanguage
from bot.model import Button, Person, Reply, Room
from bot.render import render
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.storage import Store


class Languages:
    """Knows in which language to speak to whom."""

    def __init__(self, wording: Wording, store: Store, now: Callable[[], datetime]) -> None:
        self._wording = wording
        self._store = store
        self._now = now

    async def of(self, person: Person, room: Room) -> str:
        """What they said, else what the platform tells of them, else what the operator set.

        What the platform tells is kept where it makes a difference, so that letters come in the same language as answers.
        """
        if room.language:
            return room.language
        kept = await self._store.languages.of(person)
        if kept:
            return kept
        told = known_in(room.locale)
        if told and told != spoken():
            await self._store.languages.keep(person, told, self._now())
        return told or spoken()

    async def answer(self, person: Person, command: ChooseLanguage) -> Reply:
        """Keeps a language and answers in it; without one, says which are known."""
        if command.language:
            await self._store.languages.keep(person, command.language, self._now())
        with speaking(command.language):
            names = self._wording.labels["language"]
            buttons = [Button(names[code], f"language {code}") for code in known() if code != spoken()]
            text = render("language", chosen=bool(command.language), name=names[spoken()], names=list(names.values()))
            return Reply(text, buttons=tuple(buttons))
