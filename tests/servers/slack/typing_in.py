"""How Slack changes what a person types before an app sees it."""

from __future__ import annotations

import re

from .world import World

NAME = re.compile(r"(?<![\w<@#&])([@#])([a-z0-9_.-]*[a-z0-9_-])")


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def link_names(world: World, team: str, text: str) -> str:
    """@name and #name of people and public channels as <@U..> and <#C..|name>; others stay words."""

    def linked(found: re.Match[str]) -> str:
        sign, name = found[1], found[2]
        if sign == "@":
            ids = [p.id for p in world.people.values() if p.team == team and p.name == name]
            return f"<@{ids[0]}>" if ids else found[0]
        ids = [c.id for c in world.channels.values() if c.team == team and c.name == name and c.sort == "public"]
        return f"<#{ids[0]}|{name}>" if ids else found[0]

    return NAME.sub(linked, text)
