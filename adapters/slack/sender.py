"""Sends letters as direct messages, and what a channel asked for into the channel: once each. Retries belong to the outbox."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.outgoing import Message, render
from adapters.slack.workspaces import Workspaces
from bot.letters import Address, Letter, Outcome, Report
from bot.model import Reply

NO_WORD = 30.0
"""Seconds to wait where Slack asks for it without a figure."""
LONGEST = 3600.0
UNUSABLE = {"error": "unusable_answer"}

_SUSPENDED = frozenset({
    "token_revoked", "account_inactive", "invalid_auth", "not_authed", "missing_scope", "token_expired",
    "org_login_required", "ekm_access_denied", "team_access_not_granted", "access_denied", "not_allowed_token_type",
    "no_permission", "two_factor_setup_required",
})  # fmt: skip
_UNREACHABLE = frozenset({
    "user_not_found", "cannot_dm_bot", "user_disabled", "user_not_visible", "users_not_found", "channel_not_found",
    "is_archived", "not_in_channel", "user_not_in_channel", "messages_tab_disabled", "restricted_action",
})  # fmt: skip
_LATER = frozenset(
    {"ratelimited", "rate_limited", "message_limit_exceeded", "service_unavailable", "team_added_to_org"}
)
_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""A message that cannot be replaced any more."""
_UNKNOWN = frozenset({"fatal_error", "internal_error", "request_timeout", "unusable_answer"})


class SlackSender:
    """The port of the outbox to Slack."""

    platform = "slack"

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

    async def send(self, letter: Letter) -> Report:
        """Sends a letter into the person's conversation with the app, which is opened where need be."""
        return await self.post(letter.address, letter.reply)

    async def post(
        self, address: Address, reply: Reply, thread: str = "", more: tuple[Mapping[str, Any], ...] = ()
    ) -> Report:
        """Posts a reply; `more` are blocks under its last message."""
        access = await self._workspaces.access(address.workspace)
        if access is None:
            return Report(Outcome.SUSPENDED, why="not_installed")
        try:
            channel = address.channel or await open_direct(access.client, address)
        except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as error:
            return _nothing_shown(report_of(error))
        messages = render(reply)
        messages[-1].blocks.extend(dict(block) for block in more)
        first = ""
        for number, message in enumerate(messages):
            try:
                if address.message and not number:
                    ts = await _replace(access.client, channel, message, address.message)
                else:
                    ts = await _post(access.client, channel, message, thread)
                first = first or ts
            except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as error:
                report = report_of(error)
                if number:  # a part of it was shown: never again from the start more than once
                    return Report(Outcome.UNKNOWN, why=report.why)
                if report.why in _GONE and address.message:
                    return await self.post(replace(address, message=""), reply, thread, more)
                if report.why == "channel_not_found" and address.channel and address.user:
                    return await self.post(Address("slack", address.workspace, address.user), reply, thread, more)
                return report
        return Report(Outcome.DELIVERED, channel=channel, message=first if len(messages) == 1 else "")

    async def change(
        self, address: Address, said: Report, reply: Reply, more: tuple[Mapping[str, Any], ...] = ()
    ) -> bool:
        """Puts a reply in the place of the one message that was posted; False where it has to be said anew."""
        access, messages = await self._workspaces.access(address.workspace), render(reply)
        if access is None or not said.message or len(messages) != 1:
            return False
        blocks = [*messages[0].blocks, *(dict(block) for block in more)]
        try:
            await access.client.chat_update(channel=said.channel, ts=said.message, text=messages[0].text, blocks=blocks)
        except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as error:
            return report_of(error).outcome is Outcome.UNKNOWN  # it may be shown; not a second time
        return True


async def open_direct(client: AsyncWebClient, address: Address) -> str:
    """The channel of somebody's direct messages with the app, which are opened where need be."""
    opened = await client.conversations_open(users=address.user)
    return str(opened["channel"]["id"])


async def _replace(client: AsyncWebClient, channel: str, message: Message, ts: str) -> str:
    """Puts a message in the place of another."""
    await client.chat_update(channel=channel, ts=ts, text=message.text, blocks=message.blocks)
    return ts


async def _post(client: AsyncWebClient, channel: str, message: Message, thread: str) -> str:
    """Posts a message; its timestamp, which is its id there."""
    done = await client.chat_postMessage(
        channel=channel,
        text=message.text,
        blocks=message.blocks,
        thread_ts=thread or None,
        unfurl_links=False,
        unfurl_media=False,
    )
    if not isinstance(done.data, dict) or not done.data.get("ok"):  # a page of somebody in between, with status 200
        raise SlackApiError("unusable answer", UNUSABLE)  # type: ignore[no-untyped-call]  # the SDK has no types there
    return str(done.data.get("ts") or "")


def report_of(error: Exception) -> Report:
    """What an error says about whether the message was shown."""
    if isinstance(error, SlackApiError):
        return _told(error)
    if isinstance(error, aiohttp.ClientConnectorError):  # no connection, so nothing was said
        return Report(Outcome.LATER, NO_WORD, type(error).__name__)
    if isinstance(error, TimeoutError | asyncio.TimeoutError):
        return Report(Outcome.UNKNOWN, why="timeout")
    return Report(Outcome.UNKNOWN, why=type(error).__name__)


def _told(error: SlackApiError) -> Report:
    response = error.response
    status = int(getattr(response, "status_code", None) or getattr(response, "status", None) or 200)
    data = getattr(response, "data", response)
    code = str(data.get("error") or "") if isinstance(data, Mapping) else ""
    why = (code or f"status_{status}")[:60]
    if status in (429, 503) or code in _LATER:
        return Report(Outcome.LATER, wait_of(getattr(response, "headers", None) or {}), why)
    if code in _SUSPENDED:
        return Report(Outcome.SUSPENDED, why=why)
    if code in _UNREACHABLE:
        return Report(Outcome.UNREACHABLE, why=why)
    if not code or status >= 500 or code in _UNKNOWN:
        return Report(Outcome.UNKNOWN, why=why)
    return Report(Outcome.REFUSED, why=why)


def wait_of(headers: Mapping[str, str]) -> float:
    """Seconds that Slack asks to wait; a sensible figure where it says none that can be used."""
    said = headers.get("Retry-After", "")
    seconds = float(said) if said.isascii() and said.isdigit() else NO_WORD
    return min(max(seconds, 1.0), LONGEST)


def _nothing_shown(report: Report) -> Report:
    """A report of what came before posting: where it is not known how it ended, nothing was shown all the same."""
    if report.outcome is Outcome.UNKNOWN:
        return Report(Outcome.LATER, NO_WORD, report.why)
    return report
