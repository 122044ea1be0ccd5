"""The form for a charter, filled with the words as they are, and what a channel says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.discord.forms import form_named
from adapters.discord.incoming import Interaction, person_of, room_of
from bot.charter_commands import EditCharter, ImportCharter
from bot.commands import BadCommand
from bot.storage import StoreError

if TYPE_CHECKING:
    from adapters.discord.answering import Answering
    from adapters.discord.words import Words
    from bot.app import Service
    from bot.wording import Wording

FIELD = "sentences"


async def opened(interaction: Interaction, text: str, service: Service, answering: Answering, words: Words) -> bool:
    """Opens the form where a command asks for it; whether it did. Who may not change the charter is told so by the coach."""
    command = service.coach.read(text)
    if not isinstance(command, EditCharter):
        return False
    person, room = person_of(interaction.user), room_of(interaction)
    try:
        charter = await service.coach.charter_words(person, room, everywhere=command.everywhere)
    except (BadCommand, StoreError):
        return False
    name = "charter_everywhere" if command.everywhere else "charter"
    await answering.open_form(interaction, form_named(name, words, _wording(service), {FIELD: charter}))
    return True


def with_topic(interaction: Interaction, text: str, service: Service) -> str:
    """The command with the channel's topic behind it, where it wants one and there is one."""
    topic = str(getattr(interaction.channel, "topic", None) or "")
    wanted = service.coach.read(text) if topic else None
    return f"{text.strip()}: {topic}" if isinstance(wanted, ImportCharter) and not wanted.text else text


def _wording(service: Service) -> Wording:
    return service.judging.wording
