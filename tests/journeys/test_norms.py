"""A community finds its norms on Slack: a charter from a form, a changed verdict, a poll over a restart, a line that follows."""

from __future__ import annotations

import html
from pathlib import Path

from tests.platforms.slack_serving import Tact, one_workspace, serving_slack
from tests.servers.slack.client import LoopbackSlack, SlackProcess

TOOL = "I wrote a small tool for beekeepers, have a look: https://hive.example"
CHECK = f"check on slack in a channel to acquaintances: {TOOL}"
HIRING = "check on slack in a channel to acquaintances: We're hiring a gardener in Leeds, 3 days a week, £15 an hour."
ADMIN, VOTERS = "U3", ("U1", "U2", "U4", "U5", "U6", "U7")


async def answered(slack: LoopbackSlack, user: str, text: str) -> str:
    """What one person, and nobody else, is told."""
    before = await slack.mark()
    await slack.command(user, "C1", "/tact", text)
    [answer] = await slack.posts(to=user, count=1, after=before)
    assert answer.seen == "ephemeral"
    return answer.words


async def work(tact: Tact) -> None:
    """What Tact does by itself."""
    assert tact.platform.sender is not None
    await tact.service.duties({"slack": tact.platform.sender}).once()


async def by_form(slack: LoopbackSlack) -> None:
    """The admin writes the first charter in the form, and sees how it is read before it is kept."""
    assert (await slack.command("U1", "C1", "/tact", "charter edit")).user_sees is None
    assert "changed by those who look after this place" in (await slack.posts(to="U1", count=1))[-1].words
    await slack.command(ADMIN, "C1", "/tact", "charter edit")
    [form] = await slack.views(ADMIN, count=1)
    await slack.submit(ADMIN, form, {"charter": "# House rules\n- No recruiting <!channel>\n- Be nice"})
    preview = (await slack.views(ADMIN, count=2))[-1]
    assert "Nothing was changed" in preview.words
    assert "“Be nice” is hard to hold anybody to" in preview.words
    assert "No charter" in await answered(slack, "U1", "charter")
    await slack.submit(ADMIN, preview, {"charter": "- No recruiting"})  # other words than those that were shown
    again = (await slack.views(ADMIN, count=3))[-1]
    assert "Nothing was changed" in again.words
    await slack.submit(ADMIN, again, {"charter": "- No recruiting"})
    assert "Kept as version 1" in (await slack.views(ADMIN, count=4))[-1].words


async def asked(slack: LoopbackSlack, tact: Tact) -> None:
    """A case is posted, and people vote on it."""
    before = await slack.mark()
    await slack.command(ADMIN, "C1", "/tact", f"poll on slack in a channel: {TOOL}")
    [shown] = await slack.posts(to=ADMIN, count=1, after=before)
    assert await slack.posts(seen="public") == []
    await slack.click(ADMIN, shown, "Post it here")
    await slack.shown(to=ADMIN, action="update", count=1, after=before)
    await work(tact)
    await slack.posts(seen="public", count=1)
    for user in VOTERS[:2]:
        assert "Noted: *Borderline*" in await voted(slack, user, "Borderline")


async def voted(slack: LoopbackSlack, user: str, choice: str) -> str:
    """What somebody, and nobody else, is told to a vote."""
    [poll] = await slack.posts(seen="public")
    before = await slack.mark()
    await slack.click(user, poll, choice)
    [noted] = await slack.posts(to=user, count=1, after=before)
    assert noted.seen == "ephemeral"
    return noted.words


async def accepted(slack: LoopbackSlack) -> str:
    """The admin looks at the line that follows, and writes it into the charter; what was shown before."""
    before = await slack.mark()
    await slack.command(ADMIN, "C1", "/tact", "poll")
    [polls] = await slack.posts(to=ADMIN, count=1, after=before)
    await slack.click(ADMIN, polls, "Show the line (1)")
    [preview] = await slack.shown(to=ADMIN, action="update", count=1, after=before)
    await slack.click(ADMIN, preview, "Keep these words")
    kept = (await slack.shown(to=ADMIN, action="update", count=2, after=before))[-1]
    assert "Kept as version 2" in kept.words
    return preview.words


async def exported(slack: LoopbackSlack) -> str:
    """The words of the charter as Slack shows them, to be copied."""
    before = await slack.mark()
    await slack.command("U1", "C1", "/tact", "charter export")
    [answer] = await slack.posts(to="U1", count=1, after=before)
    return html.unescape(answer.blocks[0]["text"]["text"])


async def imported(slack: LoopbackSlack) -> None:
    """What was exported comes in again to the byte; a topic comes in where Slack tells it."""
    words = await exported(slack)
    assert words == "No recruiting\nNo self-promotion."
    assert "version 3" in await answered(slack, ADMIN, f"charter here: {words}")
    assert await exported(slack) == words
    assert "could not see a topic" in await answered(slack, ADMIN, "charter import")
    await slack.grant("channels:read")
    shown = await answered(slack, ADMIN, "charter import")
    assert "“No ads” is read as: *not here*" in shown
    assert "“Job posts only in #jobs” is read as: *only there*" in shown


async def test_from_a_charter_over_a_verdict_to_a_poll_that_suggests_a_line(tmp_path: Path) -> None:
    with SlackProcess(tmp_path / "seen.jsonl") as process:
        async with LoopbackSlack(process.url) as slack:
            for user in VOTERS[2:]:
                await slack.add_person(user, user.casefold())
            await slack.change_channel(
                "C1", members=[ADMIN, *VOTERS, "U0TACT"], topic="1) No ads 2) Job posts only in #jobs"
            )
            async with serving_slack(slack, one_workspace(slack, tmp_path)) as tact:
                assert "*Fits*" in await answered(slack, "U1", HIRING)
                await by_form(slack)
                assert "It says: “No recruiting”" in await answered(slack, "U1", HIRING)
                assert "*Fits*" in await answered(slack, "U1", CHECK)
                await asked(slack, tact)
            async with serving_slack(slack, one_workspace(slack, tmp_path)) as tact:
                for user, choice in zip(VOTERS, ("Foul", "Fine", "Foul", "Foul", "Foul", "Foul"), strict=True):
                    said = await voted(slack, user, choice)
                assert "6 people have voted" in said
                assert "U4" not in str(await slack.calls("users.info"))  # a vote asks nothing about its voter
                assert "no quiet hours" in await answered(
                    slack, ADMIN, "quiet off in UTC"
                )  # at whatever hour this runs
                assert "ends now" in await answered(slack, ADMIN, "poll close 1")
                before = await slack.mark()
                await work(tact)
                [result] = await slack.shown(action="update", via="chat.update", count=1, after=before)
                assert "Most would cry foul: of 6 votes" in result.words
                assert "Foul: 5" in result.words
                assert not [block for block in result.blocks if block["type"] == "actions"]
                [follows] = await slack.posts(seen="dm", count=1, after=before)
                assert follows.to == ADMIN
                assert "“No self-promotion.”" in follows.words
                shown = await accepted(slack)
                assert "Nothing was changed yet" in shown
                assert "It says: “No self-promotion”" in await answered(slack, "U1", CHECK)
                await imported(slack)
    for file in tmp_path.glob("tact.db*"):
        assert b"beekeepers" not in file.read_bytes()
