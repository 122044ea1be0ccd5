"""Renders replies from `prompts/replies/*.md.j2` as neutral Markdown; an undefined name is an error."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("prompts", "replies"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        autoescape=False,  # Markdown, not HTML; each adapter escapes for its own platform
    )
    environment.filters["day"] = lambda at: at.date().isoformat()
    environment.filters["moment"] = lambda at: f"{at:%Y-%m-%d %H:%M} UTC"
    return environment


def render(name: str, /, **values: object) -> str:
    """The reply `name` with its values filled in, without trailing white space."""
    return _environment().get_template(f"{name}.md.j2").render(**values).strip()
