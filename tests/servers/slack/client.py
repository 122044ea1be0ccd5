"""Drives the loopback Slack from a test: set it up, act as people, break things, and see what people saw.

    with SlackProcess(log=tmp_path / "seen.jsonl") as process:            # another process, once for many tests
        async with LoopbackSlack(process.url) as slack:                   # a fresh world: T1; U1, U2, U3 (admin); C1, C2, C3
            app = AsyncApp(client=AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[]),
                           signing_secret=slack.signing_secret)
            await slack.settings(request_url="http://127.0.0.1:9000/slack/events")   # or leave it: Socket Mode
            done = await slack.command("U1", "C1", "/tact", "check hello")            # done.acked, .seconds, .user_sees
            [answer] = await slack.posts(to="U1", seen="ephemeral", count=1)          # waits; answer.text, .pings, .links
            await slack.click("U1", answer, "Check again")                            # by action_id, text, label or value
            [modal] = await slack.views("U1", count=1)
            await slack.submit("U1", modal, {"draft": "Hello!", "network": "linkedin"})   # by action_id, block_id or label

A channel D<user> is that user's direct messages with the app, once either has opened them. Without `count` a look
answers at once; with it, it waits `within` seconds and fails with what was there instead. `read_log` reads the file.
Figures in seconds; `slack.advance(4)` moves the server's clock.
"""

from __future__ import annotations

from .process import SlackProcess
from .remote import LoopbackError
from .remote_people import People
from .remote_setup import Setup
from .remote_sight import Sight
from .seen import Attempt, Call, Delivery, Shown, read_log

__all__ = ["Attempt", "Call", "Delivery", "LoopbackError", "LoopbackSlack", "Shown", "SlackProcess", "read_log"]


class LoopbackSlack(Setup, People, Sight):
    """A client of one server, and what an app needs to know to talk to it; `in_team(team)` for another workspace."""

    signing_secret = "loopback-signing-secret"
    app_token = "xapp-1-A1"
    client_id = "1.1"
    client_secret = "client-secret"

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    @property
    def authorize_url(self) -> str:
        """Where an admin is sent to allow the app; this server allows it at once and redirects back."""
        return f"{self.url}/oauth/v2/authorize"
