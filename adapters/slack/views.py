"""The modal: a form for a draft, and the verdict that takes its place with the form under it, for another look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from adapters.slack.outgoing import SECTION, Block, actions, highlighted, label, mrkdwn, section, split
from adapters.slack.words import SlackWords
from bot.language import as_spoken
from bot.model import Delivery, Network, Relation, Reply
from bot.wording import Wording

CALLBACK = "tact:check"
DRAFT = "draft"
FIELDS: Mapping[str, type[Network] | type[Delivery] | type[Relation]] = {
    "network": Network,
    "delivery": Delivery,
    "relation": Relation,
}
NONE = "unknown"
"""The option that stands for nothing chosen."""
INPUT = 3000
"""Characters Slack lets into a field."""
MOST = 100
"""Blocks of a view."""
Json = Mapping[str, Any]


class Held(msgspec.Struct, frozen=True):
    """What a view remembers: where it was opened. Never a text."""

    channel: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the form; empty where nothing was chosen."""

    text: str = ""
    network: str = ""
    delivery: str = ""
    relation: str = ""

    @property
    def command(self) -> str:
        """The command it stands for, as it would be typed."""
        if not self.text.strip():
            return "check"
        ways = (("on", self.network), ("as", self.delivery), ("to", self.relation))
        options = " ".join(f"{word} {code}" for word, code in ways if code)
        return f"check {options}: {self.text}" if options else f"check: {self.text}"


EMPTY = Draft()


class Views:
    """Builds the modal with the words it is given."""

    def __init__(self, words: SlackWords, wording: Wording) -> None:
        self._all = words
        self._words = as_spoken(lambda: words.form)
        self._wording = wording

    def form(self, held: Held, draft: Draft = EMPTY, said: str = "") -> Block:
        """The empty form, or one with a draft in it; `said` stands above."""
        above = [section(piece) for piece in split(mrkdwn(said), SECTION)] if said else []
        return self._view([*above, *self._inputs(draft)], held, self._words.submit)

    def result(self, held: Held, draft: Draft, reply: Reply) -> Block:
        """The verdict over the form, which still holds the draft."""
        said = [section(piece) for piece in split(mrkdwn(reply.text), SECTION)]
        marked = []
        if any(quote in draft.text for quote in reply.quotes if quote):
            marked = [section(self._words.highlighted), highlighted(draft.text, reply.quotes)]
        rest = [*marked, *actions(reply.buttons), {"type": "divider"}, *self._inputs(draft)]
        return self._view([*said[: MOST - len(rest)], *rest], held, self._words.again)

    def note(self, reply: Reply) -> Block:
        """A reply by itself, with nothing to fill in."""
        said = [section(piece) for piece in split(mrkdwn(reply.text), SECTION)]
        return {
            "type": "modal",
            "callback_id": CALLBACK,
            "title": label(self._words.note, 24),
            "close": label(self._words.close, 24),
            "private_metadata": "{}",
            "blocks": [*said, *actions(reply.buttons)][:MOST],
        }

    def waiting(self, held: Held, draft: Draft) -> Block:
        """What is shown while it takes longer."""
        return self._view([section(self._all.waiting), *self._inputs(draft)], held, self._words.again)

    def _view(self, blocks: list[Block], held: Held, submit: str) -> Block:
        return {
            "type": "modal",
            "callback_id": CALLBACK,
            "title": label(self._words.title, 24),
            "submit": label(submit, 24),
            "close": label(self._words.close, 24),
            "private_metadata": msgspec.json.encode(held).decode(),
            "blocks": blocks,
        }

    def _inputs(self, draft: Draft) -> list[Block]:
        text: Block = {"type": "plain_text_input", "action_id": DRAFT, "multiline": True, "max_length": INPUT}
        if draft.text:
            text["initial_value"] = draft.text[:INPUT]
        chosen = {"network": draft.network, "delivery": draft.delivery, "relation": draft.relation}
        labels = {
            "network": self._words.network,
            "delivery": self._words.delivery,
            "relation": self._words.relation,
        }
        return [
            {
                "type": "input",
                "block_id": DRAFT,
                "label": label(self._words.draft, 2000),
                "hint": label(self._words.draft_hint, 2000),
                "element": text,
            },
            *(self._select(name, labels[name], chosen[name]) for name in FIELDS),
        ]

    def _select(self, name: str, asked: str, chosen: str) -> Block:
        options = [self._option(name, code) for code in ("", *(code.value for code in FIELDS[name]))]
        at = next((option for option in options if option["value"] == (chosen or NONE)), options[0])
        element = {"type": "static_select", "action_id": name, "options": options, "initial_option": at}
        return {"type": "input", "block_id": name, "optional": True, "label": label(asked, 2000), "element": element}

    def _option(self, name: str, code: str) -> Block:
        text = self._wording.label(name, code) if code else self._words.unknown
        return {"text": label(text), "value": code or NONE}


def read_draft(view: Json) -> Draft:
    """What stands in a form; what is not of the vocabulary counts as not chosen."""
    values = _within(view, "state", "values")
    text = _within(values, DRAFT, DRAFT).get("value")
    chosen: dict[str, str] = {}
    for name, codes in FIELDS.items():
        value = _within(values, name, name, "selected_option").get("value")
        chosen[name] = value if value in {code.value for code in codes} else ""
    return Draft(text if isinstance(text, str) else "", **chosen)


def read_held(view: Json) -> Held:
    """What a view remembers; nothing where it cannot be read."""
    try:
        return msgspec.json.decode(str(view.get("private_metadata") or "{}"), type=Held)
    except msgspec.DecodeError:
        return Held()


def _within(value: object, *names: str) -> Json:
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}
