"""One grammar for every surface."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import wording
from bot.charter_commands import (
    EditCharter,
    ExportCharter,
    ImportCharter,
    KeepCharter,
    PreviewCharter,
    RestoreCharter,
    ShowCharter,
    TurnDown,
    WriteCharter,
)
from bot.commands import (
    EXAMPLES,
    NAMES,
    BadCommand,
    Balance,
    Check,
    Dismiss,
    Help,
    KeepPurpose,
    Listen,
    Privacy,
    Quiet,
    QuietNudges,
    Record,
    Resolve,
    Sent,
    SetPurpose,
    ShowAsks,
    ShowInsights,
    ShowOwed,
    ShowPurpose,
    Undo,
    Where,
    WhyNudges,
)  # fmt: skip
from bot.grammar import Grammar
from bot.insights import Because
from bot.ledger import Step
from bot.model import Delivery, EntryKind, Form, Network, Purpose, Reason, Relation
from bot.poll_commands import AcceptLine, ClosePoll, LetMembers, PosePoll, PostPoll, ShowGallery, ShowPolls, Vote
from bot.polls import Choice, Posed
from bot.review_commands import DelayReview, ShowReview, StartReview, StopReview, TickStep
from bot.reviews import State, Turn
from bot.tie_commands import ForgetTie, SetTie, ShowTie, ShowTies, TakeStep
from bot.ties import Stage

GRAMMAR = Grammar(wording.load().synonyms)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("", Help()),
        ("/tact", Help()),
        ("help", Help()),
        ("help check", Help("check")),
        ("Could you have a look?", Check("Could you have a look?")),
        ("check Could you have a look?", Check("Could you have a look?")),
        (
            "check on linkedin as a dm to a stranger: Hi: there",
            Check("Hi: there", Network.LINKEDIN, Delivery.DM, Relation.STRANGER),
        ),
        (
            "check slack as a channel message to friends: hi",
            Check("hi", Network.SLACK, Delivery.CHANNEL, Relation.TRUSTED),
        ),
        ("check as a mass message: hi", Check("hi", None, Delivery.MASS_DM)),
        ("check on x as a direct message: hi", Check("hi", Network.X, Delivery.DM)),
        ("/tact check linkedin Hi, can you refer me?", Check("Hi, can you refer me?", Network.LINKEDIN)),
        ("check twitter post: hello", Check("hello", Network.X, Delivery.POST)),
        ("check question on slack: post my cat?", Check("post my cat?", Network.SLACK, form=Form.QUESTION)),
        ("check on facebook:", Check("", Network.FACEBOOK)),
        ("check Note: this is my text", Check("Note: this is my text")),
        ("check a\nb: c", Check("a\nb: c")),
        ("where: vote for me", Where("vote for me")),
        ("where to a friend: vote for me", Where("vote for me", Relation.TRUSTED)),
        ("purpose", ShowPurpose()),
        ("purpose show", ShowPurpose()),
        ("purpose career on linkedin", SetPurpose((Purpose.OPPORTUNITIES,), Network.LINKEDIN)),
        ("purpose set brand, career", SetPurpose((Purpose.BRAND, Purpose.OPPORTUNITIES))),
        ("purpose brand brand", SetPurpose((Purpose.BRAND,))),
        ("purpose clear", SetPurpose(())),
        ("purpose clear on x", SetPurpose((), Network.X)),
        ("gave help to M", Record(EntryKind.GAVE, "help", "M")),
        ("gave an intro to Ms K", Record(EntryKind.GAVE, "introduction", "Ms K")),
        ("asked advice from K", Record(EntryKind.ASKED, "advice", "K")),
        ("thanked M", Record(EntryKind.GAVE, "thanks", "M")),
        ("thanked", ShowOwed()),
        ("thanked 3", Resolve(Step.THANKED, "3")),
        ("purpose keep", KeepPurpose()),
        ("purpose keep on linkedin", KeepPurpose(Network.LINKEDIN)),
        ("asked list", ShowAsks()),
        ("asked M answered", Resolve(Step.ANSWERED, "M")),
        ("asked 3 declined", Resolve(Step.DECLINED, "3")),
        ("asked #3 told", Resolve(Step.TOLD, "3")),
        ("asked answered", Resolve(Step.ANSWERED)),
        ("asked Ms K refused", Resolve(Step.DECLINED, "Ms K")),
        ("gave help to M yesterday", Record(EntryKind.GAVE, "help", "M", 1)),
        ("gave help to M 3 days ago", Record(EntryKind.GAVE, "help", "M", 3)),
        ("gave help to M on 2026-03-01", Record(EntryKind.GAVE, "help", "M", 0, date(2026, 3, 1))),
        ("thanked M a week ago", Record(EntryKind.GAVE, "thanks", "M", 7)),
        ("sent", Sent()),
        ("I sent it", Sent()),
        ("sent to M", Sent("M")),
        ("Sent the files to Bob", Check("Sent the files to Bob")),
        ("undo", Undo()),
        ("Undo the damage", Check("Undo the damage")),
        ("quiet nudges off", QuietNudges()),
        ("quiet nudges on", QuietNudges(None)),
        ("quiet nudges 2 weeks", QuietNudges(14)),
        ("quiet nudges for a month", QuietNudges(30)),
        ("quiet nudges why", WhyNudges()),
        ("quiet reminders off", QuietNudges(0, "reminders")),
        ("quiet reminders on", QuietNudges(None, "reminders")),
        ("quiet reminders 2 weeks", QuietNudges(14, "reminders")),
        ("quiet reminders why", WhyNudges("reminders")),
        ("quiet listening off", Listen(on=False)),
        ("quiet listening on", Listen(on=True)),
        ("quiet listening 2 weeks", Listen(on=False, days=14)),
        ("quiet listening why", WhyNudges("listening")),
        ("quiet polls off", QuietNudges(0, "polls")),
        ("stop", Quiet()),
        ("Please stop messaging me!", Quiet()),
        ("how do I turn this off?", Quiet()),
        ("switch off the tips", Quiet()),
        ("Stop by on Friday, there is cake", Check("Stop by on Friday, there is cake")),
        ("hi", Help()),
        ("What can you do?", Help()),
        ("help me", Help()),
        ("help me say no", Check("help me say no")),
        ("Hi Ana", Check("Hi Ana")),
        ("ignore", Listen(on=False)),
        ("Ignore me.", Listen(on=False)),
        ("listen", Listen(on=True)),
        ("help decline", Help("decline")),
        ("help strategic", Help("strategic")),
        ("help career", Help("opportunities")),
        ("gave help to Ana who was ill", Record(EntryKind.GAVE, "help", "Ana who")),
        ("balance", Balance()),
        ("privacy", Privacy("show")),
        ("privacy export", Privacy("export")),
        ("privacy erase confirm", Privacy("erase confirm")),
        ("poll", ShowPolls()),
        ("poll gallery linkedin", ShowGallery(Network.LINKEDIN)),
        ("poll beekeeper-tool for 2 days", PosePoll(code="beekeeper-tool", lasts=timedelta(days=2))),
        ("poll draft for 1 hour", PosePoll(lasts=timedelta(hours=1))),
        ("poll: I made a tool", PosePoll(Posed("I made a tool"))),
        (
            "poll on slack in a channel to strangers for 2 days: My tool: it hums",
            PosePoll(
                Posed("My tool: it hums", "", "", Network.SLACK, Delivery.CHANNEL, Relation.STRANGER),
                lasts=timedelta(days=2),
            ),
        ),
        ("poll vote 12 foul", Vote(12, Choice.FOUL)),
        ("poll close 12", ClosePoll(12)),
        ("poll accept 12", AcceptLine(12)),
        ("poll members on", LetMembers(members=True)),
        ("poll post", PostPoll()),
        ("Poll results: most of you want tea.", Check("Poll results: most of you want tea.")),
        ("insights", ShowInsights()),
        ("dismiss", Dismiss()),
        ("dismiss fine-here", Dismiss(Because.FINE_HERE)),
        ("charter", ShowCharter()),
        ("charter everywhere versions", ShowCharter(everywhere=True, versions=True)),
        ("charter everywhere: No ads.", WriteCharter("No ads.", everywhere=True)),
        ("charter preview everywhere: No ads.", PreviewCharter("No ads.", everywhere=True)),
        ("charter add: No ads.", PreviewCharter("No ads.", add=True)),
        ("charter edit everywhere", EditCharter(everywhere=True)),
        ("charter import", ImportCharter()),
        ("charter import: 1. No ads", ImportCharter("1. No ads")),
        ("charter export", ExportCharter()),
        ("charter keep", KeepCharter()),
        ("charter quieter big ask", TurnDown(Reason.BIG_ASK)),
        ("charter louder big_ask", TurnDown(Reason.BIG_ASK, back=True)),
        ("charter back to 2", RestoreCharter(2)),
        ("tie", ShowTies()),
        ("tie M", ShowTie("M")),
        ("tie A", ShowTie("A")),
        ("tie M like", SetTie("M", Stage.LIKE)),
        ("tie M knows", SetTie("M", Stage.KNOW)),
        ("tie Anna B did hello 3 weeks ago", TakeStep("Anna B", "hello", 21)),
        ("tie M did hello on 2026-03-01", TakeStep("M", "hello", 0, date(2026, 3, 1))),
        ("tie M forget", ForgetTie("M")),
        ("tie forget M", ForgetTie("M")),
        ("Tie your shoes, then run to the bus stop!", Check("Tie your shoes, then run to the bus stop!")),
        ("review", ShowReview()),
        ("review why", ShowReview("why")),
        ("review promotion", StartReview(Turn.PROMOTION)),
        ("review new job from 2026-12-01", StartReview(Turn.NEW_JOB, 0, date(2026, 12, 1))),
        ("review my promotion 2 weeks ago", StartReview(Turn.PROMOTION, 14)),
        ("review retired", StartReview(Turn.RETIREMENT)),
        ("review done 3", TickStep(3, State.DONE)),
        ("review 3 done", TickStep(3, State.DONE)),
        ("review skip step 3", TickStep(3, State.SKIPPED)),
        ("review open 3", TickStep(3, State.OPEN)),
        ("review later 1 week", DelayReview("1 week")),
        ("review later", DelayReview("1 week")),
        ("review stop", StopReview()),
        ("Review of my talk: it was fine.", Check("Review of my talk: it was fine.")),
        ("check on linkedin as a dm to M: hi", Check("hi", Network.LINKEDIN, Delivery.DM, who="M")),
        ("check to Anna B: hi", Check("hi", who="Anna B")),
        ("check to M:", Check("", who="M")),
        ("check to my friend N: hi", Check("hi", relation=Relation.TRUSTED, who="N")),
        ("check as a dm to @maria: hi", Check("hi", delivery=Delivery.DM, who="maria")),
        ("check to M on linkedin: hi", Check("hi", Network.LINKEDIN, who="M")),
        ("check as a dm to A: hi", Check("hi", delivery=Delivery.DM, who="A")),
        ("check as a dm to a friend: hi", Check("hi", delivery=Delivery.DM, relation=Relation.TRUSTED)),
        ("check Reply to Anna: thanks", Check("thanks", delivery=Delivery.REPLY, who="Anna")),
        ("check thanks to Bob: you made it", Check("thanks to Bob: you made it")),
        ("CHECK on X: hi", Check("hi", Network.X)),
        ("help linkedin", Help("linkedin")),
        ("LinkedIn", Check("", Network.LINKEDIN)),
        ("check on linkedin", Check("", Network.LINKEDIN)),
        ("on linkedin as a dm to a friend", Check("", Network.LINKEDIN, Delivery.DM, Relation.TRUSTED)),
        ("check on linkedin as a dm Hi Ana", Check("Hi Ana", Network.LINKEDIN, Delivery.DM)),
        ("Check out my new blog post", Check("Check out my new blog post")),
        ("check out my new blog post", Check("check out my new blog post")),
        ("Balance is everything in a boat, folks.", Check("Balance is everything in a boat, folks.")),
        ("Thanked Bob yesterday for the lift.", Check("Thanked Bob yesterday for the lift.")),
        ("Asked my boss for a raise and got a plant", Check("Asked my boss for a raise and got a plant")),
        ("Help me, please!", Check("Help me, please!")),
        ("Thanks everyone, that fixed it!", Check("Thanks everyone, that fixed it!")),
        ("thanks all", Check("thanks all")),
        ("helps a lot!", Check("helps a lot!")),
        ("check Email me tomorrow", Check("Email me tomorrow")),
        ("/tactful hi", Check("/tactful hi")),
        ("where should I post my flat?", Where("where should I post my flat?")),
    ],
)
def test_a_command_is_read(text: str, command: object) -> None:
    assert GRAMMAR.parse(text) == command


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("chek: hello", "Did you mean “check”"),
        ("balanc", "Did you mean “balance”"),
        ("chekc on slack: hi", "Did you mean “check”"),
        ("purpoes career on linkedin", "Did you mean “purpose”"),
        ("check on linkdin: hi", "Did you mean “linkedin”"),
        ("check on zzzz: hi", "Networks are"),
        ("check on linkedin as a dm as a post: hi", "“post” is one too many"),
        ("check on linkedin on slack: hi", "“slack” is one too many"),
        ("check", "no text"),
        ("where", "no text"),
        ("purpose carer", "Did you mean “career”"),
        ("purpose qqqq", "Purposes are"),
        ("purpose on linkedin", "Which purpose"),
        ("gave banana", "I don't know “banana”"),
        ("gave", "What did you give"),
        ("asked", "What did you ask for"),
        ("asked praise", "I don't know “praise”"),
        ("purpose clear career", "state the ones to keep"),
        ("poll vote 3 wonderful", "nothing was posted"),
        ("poll for 40 days: hi", "14 days at most"),
        ("poll on myspace: hi", "nothing was judged"),
        ("poll:", "no case after the colon"),
        ("charter quieter bigask", "Did you mean “big_ask”"),
        ("dismiss rubbish", "nothing was counted"),
        ("privacy sell", "show, export or erase"),
        ("asked M answered declined", "cannot both"),
        ("asked advice from K answered", "Write the ask down first"),
        ("gave help on 2026-13-41", "is no day"),
        ("asked advice from K tomorrow", "still to come"),
        ("thanked M next week", "still to come"),
        ("tie M did hello tomorrow", "still to come"),
        ("quiet nudges on off", "cannot both"),
        ("quiet nudges 3 centuries", "can't tell how long"),
        ("quiet nudges 9999 days", "can't tell how long"),
        ("quiet listening loudly", "Example: quiet listening 2 weeks"),
        ("tie M like trust", "cannot both"),
        ("tie M forget like", "cannot both"),
        ("tie like", "Whose tie"),
        ("tie someone@example.org", "no address"),
        ("review promtion", "Did you mean “review promotion”"),
        ("review done", "Which step"),
        ("check on linkedin as a dm to strangr: hi", "Did you mean “stranger”"),
        ("check as a dm to ana@example.org: hi", "nothing was judged"),
        ("check to strangers on linkdin: hi", "Did you mean “linkedin”"),
        ("help declne", "Did you mean “help decline”"),
        ("help chek", "Did you mean “help check”"),
        ("help qqqq", "Commands are"),
    ],
)
def test_a_mistake_gets_the_nearest_word_and_an_example(text: str, says: str) -> None:
    with pytest.raises(BadCommand) as error:
        GRAMMAR.parse(text)
    message = str(error.value)
    assert says in message
    assert "xample" in message or "Commands are" in message or "Did you mean" in message


def test_every_example_is_a_command() -> None:
    for name, example in EXAMPLES.items():
        assert name in NAMES
        GRAMMAR.parse(example)


def test_every_name_is_a_command() -> None:
    for name in NAMES:
        assert "I don't know" not in said(name)


@given(st.text(max_size=200))
def test_any_text_is_a_command_or_one_clear_sentence(text: str) -> None:
    assert 0 < len(said(text)) < 600


def said(text: str) -> str:
    """What is answered to a command that cannot be read, or the name of the command."""
    try:
        return type(GRAMMAR.parse(text)).__name__
    except BadCommand as error:
        return str(error)
