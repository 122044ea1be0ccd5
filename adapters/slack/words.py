"""The words of Slack's own surfaces, from `prompts/slack.toml`, and the labels for codes."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from bot.language import by_language, read_words


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The labels of the form for a draft."""

    title: str
    note: str
    submit: str
    again: str
    close: str
    draft: str
    draft_hint: str
    network: str
    delivery: str
    relation: str
    unknown: str
    empty: str
    highlighted: str


class Charter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The labels of the form for a charter."""

    title: str
    here: str
    everywhere: str
    hint: str
    preview: str
    keep: str
    close: str


class Home(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The labels of the Home tab."""

    check: str


class Agent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What Slack shows around a conversation."""

    status: str
    title: str
    good: str
    bad: str
    prompts: tuple[tuple[str, str], ...]


class Listening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said about coaching in channels."""

    on: str
    off: str
    admins: str
    elsewhere: str


class Install(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an admin reads at the end of an installation."""

    done_title: str
    done: str
    failed_title: str
    failed: str
    somewhere: str
    reasons: Mapping[str, str]


class SlackWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything the adapter says by itself."""

    welcome: str
    elsewhere: str
    somebody_elses: str
    nothing_in_it: str
    waiting: str
    try_again: str
    not_installed: str
    cannot_show: str
    picture_comes: str
    picture_not_allowed: str
    picture_failed: str
    thanks_good: str
    thanks_bad: str
    form: Form
    charter: Charter
    home: Home
    agent: Agent
    listening: Listening
    install: Install


@by_language
def load() -> SlackWords:
    """The built-in words, read once per process."""
    return msgspec.convert(read_words("slack.toml"), SlackWords)
