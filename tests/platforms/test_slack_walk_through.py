"""A walk over every surface that a person and an admin have in Slack, once over HTTP and once over a socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.slack import words
from adapters.slack.modal import CHECK_DRAFT, CHECK_MESSAGE
from adapters.slack.scopes import LISTENING, SCOPES
from bot.commands import EXAMPLES, NAMES, TOPICS
from tests.platforms.slack_serving import AS_PITCH, PITCH, Tact, one_workspace, serving_slack
from tests.platforms.test_slack_socket import over_a_socket
from tests.servers.slack.client import LoopbackSlack, Shown

MEMBER, OTHER, ADMIN = "U1", "U2", "U3"
SAID = words.load()
FOR_ADMINS = (
    "charter here: Own projects only in #showcase.", "charter everywhere: No recruiting.",
    "charter back to 1", "charter quieter big_ask", "listen on", "listen off", "tips here on mondays at 9", "tips here off",
    "poll members on", "insights",
)  # fmt: skip
"""What only those who look after a channel may say, and help shows to them alone."""
REFUSED = ("look after", "looks after", "admin")
"""Words of which one stands in every refusal, so that people know whom to ask."""


@pytest.fixture(params=["HTTP", "socket"])
async def walked(slack: LoopbackSlack, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Tact]:
    settings = one_workspace if request.param == "HTTP" else over_a_socket
    await slack.change_token(scopes=[*SCOPES, *LISTENING])
    async with serving_slack(slack, settings(slack, tmp_path) | {"TACT_PACE": "0"}) as tact:
        yield tact


async def typed(slack: LoopbackSlack, user: str, text: str) -> Shown:
    """What one person is shown, who sees it alone."""
    before = await slack.mark()
    delivered = await slack.command(user, "C1", "/tact", text)
    assert (delivered.acked, delivered.user_sees) == (True, None), text
    answer = (await slack.posts(to=user, seen="ephemeral", count=1, after=before))[0]
    assert (answer.pings, answer.unescaped) == ([], []), text
    return answer


async def written(slack: LoopbackSlack, text: str) -> Shown:
    """The answer in the direct messages."""
    before = await slack.mark()
    await slack.say(MEMBER, f"D{MEMBER}", text)
    return (await slack.posts(to=MEMBER, seen="dm", count=1, after=before))[0]


async def by_command(slack: LoopbackSlack) -> None:
    for name in NAMES:
        assert (await typed(slack, MEMBER, EXAMPLES[name] if name != "language" else "language english")).words
    for topic in (*NAMES, *TOPICS, "linkedin", "career", "listen"):
        assert "no command" not in (await typed(slack, MEMBER, f"help {topic}")).words
    assert "Did you mean “check”" in (await typed(slack, MEMBER, "chekc: Hi Ana")).words


async def by_form(slack: LoopbackSlack) -> None:
    before = await slack.mark()
    await slack.command(MEMBER, "C1", "/tact")
    await slack.shortcut(MEMBER, CHECK_DRAFT)
    form = (await slack.views(MEMBER, count=2, after=before))[-1]
    await slack.submit(MEMBER, form, {"draft": PITCH, **AS_PITCH})
    verdict = (await slack.views(MEMBER, count=3, after=before))[-1]
    assert "Avoid here" in verdict.words
    await slack.submit(MEMBER, verdict, {"draft": "Your talk on rye was a joy, thank you"})
    better = (await slack.views(MEMBER, count=4, after=before))[-1]
    assert "better" in better.words
    await slack.click(MEMBER, better, "I sent it")
    assert (await slack.views(MEMBER, count=5, after=before))[-1].via == "views.update"


async def by_message(slack: LoopbackSlack) -> None:
    before = await slack.mark()
    for author in (MEMBER, OTHER):
        await slack.say(author, "C1", PITCH)
    mine, theirs = await slack.shown(count=2, action="say", after=before)
    await slack.message_shortcut(MEMBER, mine, CHECK_MESSAGE)
    await slack.message_shortcut(MEMBER, theirs, CHECK_MESSAGE)
    verdict, reply = await slack.views(MEMBER, count=2, after=before)
    assert "Slack" in verdict.words
    assert SAID.somebody_elses in reply.words
    before = await slack.mark()
    await slack.say(MEMBER, "C1", f"<@U0TACT> {PITCH}", raw=True)
    assert (await slack.posts(to=MEMBER, seen="ephemeral", count=1, after=before))[0].words


async def by_conversation(slack: LoopbackSlack) -> None:
    await slack.open_home(MEMBER, "messages")
    await slack.shown(count=1, action="prompts")
    await slack.posts(to=MEMBER, seen="dm", count=1, contains="I am Tact")
    assert "Paste a draft" in (await written(slack, "help")).words
    answer = await written(slack, "ok to dm a speaker from yesterday's meetup?")
    before = await slack.mark()
    await slack.click(MEMBER, answer, "tact:feedback", "good")
    assert SAID.thanks_good in (await slack.posts(to=MEMBER, count=1, after=before))[0].text


async def by_home(slack: LoopbackSlack) -> None:
    before = await slack.mark()
    await slack.open_home(MEMBER)
    [home] = await slack.homes(MEMBER, count=1, after=before)
    for part in ("Purpose", "Give and take", "tip", "quiet", "Your data"):
        assert part.casefold() in home.words.casefold(), part
    await slack.click(MEMBER, home, SAID.home.check)
    await slack.views(MEMBER, count=1, after=before)


async def as_admin(slack: LoopbackSlack) -> None:
    """Admins are shown what they alone may say, and may say it; others are told whom to ask."""
    theirs, mine = (await typed(slack, ADMIN, "help")).words, (await typed(slack, MEMBER, "help")).words
    assert "You look after this place" in theirs
    assert "You look after this place" not in mine
    for command in ("charter here", "charter everywhere", "listen on", "tips here", "poll post", "for everyone"):
        assert command in theirs, command
        assert command not in mine, command
    for line in FOR_ADMINS:
        refusal = (await typed(slack, MEMBER, line)).words
        assert any(word in refusal for word in REFUSED), (line, refusal)
        answer = (await typed(slack, ADMIN, line)).words
        assert answer != refusal, line
    before = await slack.mark()
    await slack.command(ADMIN, "C1", "/tact", "charter edit")
    assert SAID.charter.here in (await slack.views(ADMIN, count=1, after=before))[0].words


async def test_every_surface_answers_privately(slack: LoopbackSlack, walked: Tact) -> None:
    if walked.platform.ready() and not walked.platform.routes:
        await slack.sockets(1)
    for surface in (by_command, by_form, by_message, by_conversation, by_home, as_admin):
        await surface(slack)
    assert await slack.posts(seen=["public", "private", "group_dm"]) == []
    assert await slack.notices(MEMBER) == []
    assert await slack.notices(ADMIN) == []
