"""Renders replies from `prompts/replies/*.md.j2` as neutral Markdown; an undefined name is an error."""

from __future__ import annotations

from functools import cache

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from bot import wording
from bot.catalogues import ENGLISH
from bot.language import spoken


@cache
def _environment(language: str) -> Environment:
    folders = ("replies",) if language == ENGLISH else (f"{language}/replies", "replies")
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("prompts", folder) for folder in folders]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        autoescape=False,  # Markdown, not HTML; each adapter escapes for its own platform
    )
    environment.filters["day"] = lambda at: at.date().isoformat()
    environment.filters["word"] = lambda code: wording.load().label("word", str(code))
    environment.filters["moment"] = lambda at: f"{at:%Y-%m-%d %H:%M} UTC"
    return environment


def render(name: str, /, **values: object) -> str:
    """The reply `name` in the language that is spoken, with its values filled in, without trailing white space."""
    return _environment(spoken()).get_template(f"{name}.md.j2").render(**values).strip()
