"""The sentences for what cannot be done or read, from `prompts/problems.toml`: what happened, what was kept, what to do."""

from __future__ import annotations

from bot.language import by_language, read_words


def problem(key: str, /, **values: object) -> str:
    """The sentence for a problem in the language that is spoken, with its values filled in."""
    return _sentences()[key].format(**values)


@by_language
def _sentences() -> dict[str, str]:
    return read_words("problems.toml")
