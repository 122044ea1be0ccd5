"""The loopback Slack refuses Block Kit beyond Slack's limits and says where."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack.blocks import message_faults
from tests.servers.slack.client import LoopbackSlack

Json = dict[str, Any]


def error_of(caught: pytest.ExceptionInfo[SlackApiError]) -> str:
    return str(caught.value.response["error"])


def long(n: int, kind: str = "plain_text") -> Json:
    return {"type": kind, "text": "x" * n}


def push(**more: Any) -> Json:
    return {"type": "button", "text": long(9), **more}


SIGNS = ("positive", "negative")
OPTION = {"text": long(75), "value": "v" * 150}
WITHIN = [
    {"type": "section", "text": long(3000, "mrkdwn"), "fields": [long(2000)] * 10},
    {"type": "header", "text": long(150)},
    {"type": "actions", "elements": [push(value="v" * 2000, style="danger")] * 25},
    {"type": "context", "elements": [long(9, "mrkdwn")] * 10},
    {"type": "actions", "elements": [{"type": "overflow", "options": [OPTION] * 5}]},
    {"type": "markdown", "text": "x" * 12_000},
    {"type": "image", "image_url": "https://a.example/b.png", "alt_text": "a chart"},
    {"type": "actions", "elements": [{"type": "static_select", "options": [OPTION] * 100, "initial_option": OPTION}]},
    {"type": "input", "label": long(2000), "element": {"type": "plain_text_input", "max_length": 3000}},
    {"type": "context_actions", "elements": [{"type": "feedback_buttons", **{f"{n}_button": push() for n in SIGNS}}]},
    {"type": "carousel", "elements": [{"type": "card", "title": long(150), "body": long(200)}] * 10},
    {"type": "container", "title": long(150), "child_blocks": [{"type": "divider"}] * 10},
]
TOO_MUCH = [
    ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    ([{"type": "section", "text": long(3001)}], "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    ([{"type": "section", "text": long(0)}], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    ([{"type": "section"}], "must define either `text` or `fields` [json-pointer:/blocks/0]"),
    ([{"type": "section", "fields": [long(1)] * 11}], "no more than 10 items allowed [json-pointer:/blocks/0/fields]"),
    (
        [{"type": "section", "fields": [long(2001)]}],
        "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
    ),
    ([{"type": "header", "text": long(9, "mrkdwn")}], "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]"),
    ([{"type": "header", "text": long(151)}], "must be less than 151 characters [json-pointer:/blocks/0/text/text]"),
    (
        [{"type": "actions", "elements": [push()] * 26}],
        "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
    ),
    (
        [{"type": "actions", "elements": [{"type": "button", "text": long(76)}]}],
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ),
    (
        [{"type": "actions", "elements": [push(value="v" * 2001)]}],
        "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
    ),
    (
        [{"type": "actions", "elements": [{"type": "overflow", "options": [OPTION] * 6}]}],
        "no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    (
        [{"type": "actions", "elements": [push(action_id="a"), push(action_id="a")]}],
        "`action_id` 'a' already exists [json-pointer:/blocks/0/elements]",
    ),
    (
        [{"type": "divider", "block_id": "a"}] * 2,
        "`block_id` 'a' already exists [json-pointer:/blocks/1/block_id]",
    ),
    (
        [{"type": "context", "elements": [long(1)] * 11}],
        "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
    ),
    ([{"type": "markdown", "text": "x" * 7000}] * 2, "must be less than 12001 characters [json-pointer:/blocks]"),
    (
        [{"type": "image", "image_url": "https://a.example/b.png", "alt_text": ""}],
        "must be more than 0 characters [json-pointer:/blocks/0/alt_text]",
    ),
    (
        [{"type": "actions", "elements": [{"type": "static_select", "options": [OPTION] * 101}]}],
        "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    (
        [{"type": "actions", "elements": [{"type": "radio_buttons", "options": [OPTION], "initial_option": {}}]}],
        "must be one of the provided options [json-pointer:/blocks/0/elements/0/initial_option]",
    ),
    (
        [{"type": "input", "label": long(1), "element": {"type": "plain_text_input", "max_length": 3001}}],
        "must be between 1 and 3000 [json-pointer:/blocks/0/element/max_length]",
    ),
    (
        [{"type": "carousel", "elements": [{"type": "card", "body": long(201)}]}],
        "must be less than 201 characters [json-pointer:/blocks/0/elements/0/body/text]",
    ),
    (
        [{"type": "container", "title": long(1), "child_blocks": [{"type": "header", "text": long(151)}]}],
        "must be less than 151 characters [json-pointer:/blocks/0/child_blocks/0/text/text]",
    ),
    ([{"type": "section", "text": "x"}], "must provide an object [json-pointer:/blocks/0/text]"),
    ([{"type": "alert", "text": long(9)}], "unsupported type: alert [json-pointer:/blocks/0/type]"),
    ([{"type": "marquee"}], "unsupported type: marquee [json-pointer:/blocks/0/type]"),
]


async def test_block_kit_within_its_limits_is_posted(slack: LoopbackSlack, api: AsyncWebClient) -> None:
    await api.chat_postMessage(channel="C1", text="a", blocks=WITHIN)
    [post] = await slack.posts(channel="C1")
    assert [block["type"] for block in post.blocks] == [block["type"] for block in WITHIN]
    assert all(block["block_id"] for block in post.blocks)


@pytest.mark.parametrize(("blocks", "what"), TOO_MUCH, ids=range(len(TOO_MUCH)))
async def test_block_kit_beyond_its_limits_is_refused_with_the_place(
    slack: LoopbackSlack, api: AsyncWebClient, blocks: list[Json], what: str
) -> None:
    with pytest.raises(SlackApiError) as caught:
        await api.chat_postMessage(channel="C1", text="a", blocks=blocks)
    assert error_of(caught) == "invalid_blocks"
    assert caught.value.response["errors"] == [what]
    assert caught.value.response["response_metadata"]["messages"] == [f"[ERROR] {what}"]
    assert await slack.posts() == []


@pytest.mark.parametrize(
    ("view", "where"),
    [
        ({"title": long(25)}, "/view/title/text"),
        ({"private_metadata": "x" * 3001}, "/view/private_metadata"),
        ({"callback_id": "x" * 256}, "/view/callback_id"),
        ({"blocks": [{"type": "divider"}] * 101}, "/view/blocks"),
        ({"blocks": [{"type": "markdown", "text": "a"}]}, "/view/blocks/0/type"),
        (
            {"blocks": [{"type": "input", "label": long(1), "element": {"type": "plain_text_input"}}]},
            "/view",  # an input needs `submit`
        ),
    ],
)
async def test_views_beyond_their_limits_are_refused_with_the_place(
    slack: LoopbackSlack, api: AsyncWebClient, view: Json, where: str
) -> None:
    trigger = str((await slack.command("U1", "C1", "/tact")).trigger_id)
    whole = {"type": "modal", "title": long(24), "blocks": [{"type": "alert", "text": long(200)}]}
    with pytest.raises(SlackApiError) as caught:
        await api.views_open(trigger_id=trigger, view={**whole, **view})
    assert error_of(caught) == "invalid_arguments"
    [message] = caught.value.response["response_metadata"]["messages"]
    assert message.endswith(f"[json-pointer:{where}]")
    assert (await api.views_open(trigger_id=trigger, view=whole))["ok"]


def places(value: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything inside."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield (*where, key)
        yield from places(value[key], (*where, key))


@pytest.mark.parametrize("nonsense", [None, "", 7, True, [], {}, ["a"], {"type": []}], ids=str)
def test_nonsense_anywhere_is_a_fault_or_harmless_but_never_a_crash(nonsense: Any) -> None:
    small = [b | {"elements": b["elements"][:1]} if "elements" in b else b for b in WITHIN]
    refused = 0
    for where in places(small):
        blocks = copy.deepcopy(small)
        inside: Any = blocks
        for key in where[:-1]:
            inside = inside[key]
        inside[where[-1]] = nonsense
        refused += bool(message_faults(blocks))
    assert refused > 60
