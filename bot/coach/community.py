"""Which community something belongs to, for figures about groups and what a community decided."""

from __future__ import annotations

from bot.model import Person, Room


def community_of(person: Person, room: Room) -> str:
    """The workspace, or the server of a platform on which a person is the same everywhere; a direct message has none there."""
    return f"{person.tenant}/{room.house}"
