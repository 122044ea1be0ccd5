"""Who lives where: twenty communities with the same ids everywhere, and the code by which each one's words are known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.letters import Address
from bot.model import Person, Room

MEMBERS = 6
SERVERS = range(15, 21)
"""Homes of Discord: servers of one tenant, whose people are the same in each; only charters are the server's own."""
DISCORD = 90
"""The number in the codes of Discord's people, who have no home of their own."""
ROOMS = ("C1", "C2")
CODE = re.compile(r"z[qc](\d\d)(\d\d)k", re.IGNORECASE)
"""The code in everything somebody says: Zq and whose it is; Zc and the home, in charters."""
NOBODYS = "Zq0000k"
"""What is said to get at the names of others: near to all, and of nobody."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in one community; on Discord the same person is in several."""

    home: int
    number: int

    @property
    def person(self) -> Person:
        """As the store knows them; the last one of each workspace is a guest from the next one through Slack Connect."""
        if self.home in SERVERS:
            return Person("discord", f"U{self.number}")
        guest = self.number == MEMBERS
        return Person(tenant(self.home), f"T{self.home % 14 + 1:02}:U1" if guest else f"U{self.number}")

    @property
    def code(self) -> str:
        """What stands in their words and nobody else's."""
        return f"Zq{DISCORD if self.home in SERVERS else self.home:02}{self.number:02}k"

    @property
    def charter_code(self) -> str:
        """What stands in the charters of their community."""
        return f"Zc{self.home:02}{self.number:02}k"

    @property
    def address(self) -> Address:
        """Where they are reached; the code of whom it belongs to stands in it."""
        platform = "discord" if self.home in SERVERS else "slack"
        return Address(platform, self.person.tenant, self.code, "D1")

    def room(self, channel: str) -> Room:
        """A channel of the community, or a direct message where none is named; number one looks after it."""
        place = f"S{self.home}/S{self.home}{channel}" if self.home in SERVERS else channel  # Discord's ids are its own
        return Room(place, admin=self.number == 1, zone="Europe/Berlin") if channel else Room(zone="Europe/Berlin")


def tenant(home: int) -> str:
    """Twelve workspaces, an organisation, a terminal, and Discord."""
    if home in SERVERS:
        return "discord"
    return {13: "slack:E13", 14: "console"}.get(home, f"slack:T{home:02}")


MEMBERSHIPS = tuple(Member(home, number) for home in range(1, 21) for number in range(1, MEMBERS + 1))


def foreign(text: str, member: Member, room: Room) -> Iterator[str]:
    """The codes in a text that are not this person's own, nor of the charter that holds in the room."""
    for found in CODE.finditer(text):
        said = found.group().casefold()
        own = said in (member.code.casefold(), NOBODYS.casefold())
        norms = said.startswith("zc") and int(found[1]) == member.home and room.channel
        if not (own or norms):
            yield found.group()
