"""Bolt with one listener for each kind of thing that Slack sends; every one more would cost each request some 22 µs.

Nothing is read from the environment: client, authorisation and logger are handed over, and `process_before_response` lets
the receipt be committed before Slack is told that something arrived (reliability catalogue, F1).
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.answers import ephemeral
from adapters.slack.charter_form import CALLBACK as CHARTER
from adapters.slack.charter_form import CharterForm
from adapters.slack.clicks import Clicks
from adapters.slack.conversation import Conversation
from adapters.slack.desk import Desk
from adapters.slack.home import Home
from adapters.slack.incoming import Incoming, read_incoming
from adapters.slack.leaving import Leaving
from adapters.slack.modal import Modal
from adapters.slack.outgoing import render
from adapters.slack.slash import Slash
from adapters.slack.workspaces import Workspaces
from bot import tracing
from bot.language import speak
from bot.model import Reply, Tone
from bot.storage import StoreError
from bot.watching import Watch

log = logging.getLogger("tact.slack")
Body = dict[str, Any]
ANY = re.compile("")


class Authorize(AsyncAuthorize):
    """Says who we are in the workspace of a request, without asking Slack each time."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

    async def __call__(
        self, *, context: AsyncBoltContext, enterprise_id: str | None, team_id: str | None, **_: Any
    ) -> AuthorizeResult:
        """What Bolt needs to tell our own messages from others'."""
        access = await self._workspaces.access(workspace_of(context))
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=access.client.token if access else None,
            bot_user_id=access.bot_user if access else None,
            bot_id=access.bot if access else None,
        )


def workspace_of(context: AsyncBoltContext) -> str:
    """The workspace of a request, as `Incoming.workspace` has it."""
    if context.is_enterprise_install and context.enterprise_id:
        return f"{context.enterprise_id}:{context.team_id or ''}"
    return context.team_id or ""


class Listeners:
    """Hands each kind of request to its surface."""

    def __init__(self, desk: Desk, leaving: Leaving) -> None:
        self._desk = desk
        self._leaving = leaving
        self._modal = Modal(desk)
        self._home = Home(desk)
        self._charter = CharterForm(desk)
        self._slash = Slash(desk, self._modal, self._charter)
        self._clicks = Clicks(desk, self._modal, self._charter, self._home)
        self._conversation = Conversation(desk, self._home)

    def register(self, app: AsyncApp) -> None:
        """In the order of how often they come."""
        app.command(ANY)(self.command)
        app.event(ANY)(self.event)
        app.action(ANY)(self.action)
        app.view_submission(ANY)(self.submission)
        app.shortcut(ANY)(self.shortcut)
        app.view_closed(ANY)(self.nothing)
        app.options(ANY)(self.nothing)
        app.error(self.failed)

    async def command(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """A slash command."""
        incoming = await self._from(body, context)
        if incoming is None:
            await ack()
        elif not context.authorize_result or not context.authorize_result.bot_token:
            await ack(ephemeral(render(Reply(self._desk.words.not_installed, tone=Tone.PROBLEM))[0]))
        else:
            await _say(ack, await self._slash.typed(incoming, str(body.get("text") or "")))

    async def event(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> BoltResponse | None:
        """An event; one that nobody waits for is acknowledged all the same."""
        event = body["event"]
        try:
            gone = await self._leaving.heard(event, context)
            if not gone and (incoming := read_incoming(body, context)) and self._installed(context):
                await self._heard(incoming, event, context)
        except StoreError:
            return BoltResponse(status=503)  # not kept, so it did not arrive: Slack sends it again
        await ack()
        return None

    async def _from(self, body: Body, context: AsyncBoltContext) -> Incoming | None:
        """Who did it, and where; from here on Slack's own words are said in their language."""
        incoming = read_incoming(body, context)
        if incoming is None:
            return None
        language = await self._desk.language_of(incoming)
        speak(language)
        return replace(incoming, language=language)

    async def _heard(self, incoming: Incoming, event: Mapping[str, Any], context: AsyncBoltContext) -> None:
        match event["type"]:
            case "message":
                bot_user = context.authorize_result.bot_user_id if context.authorize_result else ""
                await self._conversation.message(incoming, event, bot_user or "")
            case "app_mention":
                await self._conversation.mention(incoming, event)
            case "reaction_added":
                await self._conversation.reaction(incoming, event)
            case "app_home_opened":
                await self._conversation.opened(incoming, event)

    async def action(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """A click."""
        incoming = await self._from(body, context)
        if incoming and self._installed(context) and isinstance(body.get("actions"), list):
            await self._clicks.clicked(incoming, body)
        await ack()

    async def submission(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """A form that was sent off."""
        incoming = await self._from(body, context)
        form = self._charter if body["view"].get("callback_id") == CHARTER else self._modal
        await _say(ack, await form.sent_off(incoming, body["view"]) if incoming else {})

    async def shortcut(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """A shortcut."""
        incoming = await self._from(body, context)
        if incoming and self._installed(context):
            await self._modal.shortcut(incoming, body)
        await ack()

    async def nothing(self, ack: AsyncAck) -> None:
        """What needs no answer."""
        await ack()

    async def failed(self, error: Exception) -> BoltResponse:
        """An error is logged by its kind alone; what cannot be kept is to be sent again, what cannot be read is not."""
        log.error("a request of Slack's could not be handled: %s", type(error).__name__)
        return BoltResponse(status=503 if isinstance(error, StoreError) else 200)

    @staticmethod
    def _installed(context: AsyncBoltContext) -> bool:
        return bool(context.authorize_result and context.authorize_result.bot_token)


async def _say(ack: AsyncAck, answer: Mapping[str, Any]) -> None:
    """Acknowledges with an answer, or with nothing at all."""
    await ack(dict(answer) if answer else "")


async def dispatch(app: AsyncApp, asked: AsyncBoltRequest, watch: Watch) -> BoltResponse:
    """Bolt's answer; what breaks Bolt itself is acknowledged, for it would break it again."""
    tracing.begin()
    elapsed = asyncio.get_running_loop().time
    began = elapsed()
    try:
        response = await app.async_dispatch(asked)
        watch.acked("slack", elapsed() - began)
        return response
    except Exception as error:
        log.error("Bolt could not read a request: %s", type(error).__name__)  # noqa: TRY400
        return BoltResponse(status=200)


def build_app(desk: Desk, client: AsyncWebClient, leaving: Leaving, flow: AsyncOAuthFlow | None) -> AsyncApp:
    """The app; signatures were checked at the door, before Bolt read the body."""
    logger = logging.getLogger("slack_bolt")
    logger.setLevel(logging.ERROR)
    app = AsyncApp(
        name=logger.name,  # Bolt sets the level of the logger of this name, which must be none of ours
        logger=logger,
        process_before_response=True,
        signing_secret="",
        client=client,
        authorize=Authorize(desk.workspaces),
        oauth_flow=flow,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    Listeners(desk, leaving).register(app)
    return app
