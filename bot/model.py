"""The vocabulary of the rubric: what is judged, what is found, what is said back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from bot.reply import Button as Button
from bot.reply import Image as Image
from bot.reply import Reply as Reply
from bot.reply import Tone as Tone


class Network(StrEnum):
    """A place with a purpose; the value is the public code."""

    LINKEDIN = "linkedin"
    FACEBOOK = "facebook"
    X = "x"
    MVP = "mvp"
    BLOG = "blog"
    EMAIL = "email"
    ASSOCIATION = "association"
    SLACK = "slack"
    DISCORD = "discord"
    GROUP = "group"


class Delivery(StrEnum):
    """How a message travels, in rising risk only by custom of the network."""

    POST = "post"
    CHANNEL = "channel"
    REPLY = "reply"
    DM = "dm"
    MASS_DM = "mass_dm"
    INVITE = "invite"
    WALL = "wall"


class Relation(StrEnum):
    """How well the receiver knows the sender."""

    PUBLIC = "public"
    STRANGER = "stranger"
    ACQUAINTANCE = "acquaintance"
    TRUSTED = "trusted"
    FAMILY = "family"


class Purpose(StrEnum):
    """What somebody is networking for."""

    FRIENDS_FAMILY = "friends_family"
    OPPORTUNITIES = "opportunities"
    OPERATIONAL = "operational"
    STRATEGIC = "strategic"
    BRAND = "brand"


class Form(StrEnum):
    """A draft is the message itself, a question tells what somebody means to do."""

    DRAFT = "draft"
    QUESTION = "question"


class Intent(StrEnum):
    """What a message does; several may hold at once."""

    ASK_HELP = "ask_help"
    ASK_ADVICE = "ask_advice"
    ASK_JOB = "ask_job"
    ASK_SUPPORT = "ask_support"
    ASK_INTRO = "ask_intro"
    ASK_TIME = "ask_time"
    ASK_MONEY = "ask_money"
    CONNECT = "connect"
    PITCH = "pitch"
    SELF_PROMO = "self_promo"
    RECRUIT = "recruit"
    INVITE = "invite"
    ANNOUNCE = "announce"
    GIVE_HELP = "give_help"
    GIVE_INFO = "give_info"
    GIVE_INTRO = "give_intro"
    GIVE_PRAISE = "give_praise"
    OFFER = "offer"
    THANKS = "thanks"
    SOCIAL = "social"
    COMPLAINT = "complaint"
    HOSTILE = "hostile"
    PRIVATE_INFO = "private_info"

    @property
    def is_ask(self) -> bool:
        """Asks are ask_*, connect and pitch (rubric)."""
        return self.value.startswith("ask_") or self in (Intent.CONNECT, Intent.PITCH)

    @property
    def is_give(self) -> bool:
        """Gives are give_*, offer and thanks (rubric)."""
        return self.value.startswith("give_") or self in (Intent.OFFER, Intent.THANKS)


class Reason(StrEnum):
    """Why a message should change or stay unsent."""

    PURPOSE_MISMATCH = "purpose_mismatch"
    CHARTER_VIOLATION = "charter_violation"
    MASS_DELIVERY = "mass_delivery"
    TOO_SOON = "too_soon"
    TAKER = "taker"
    BROADCAST = "broadcast"
    IMPERSONAL = "impersonal"
    FREE_CONSULTING = "free_consulting"
    JOB_NOT_ADVICE = "job_not_advice"
    OVERSHARING = "oversharing"
    CONFIDENTIAL = "confidential"
    HOSTILE = "hostile"
    PRESSURE = "pressure"
    BIG_ASK = "big_ask"
    INTRUSIVE = "intrusive"
    DECEPTIVE = "deceptive"
    OFF_TOPIC = "off_topic"
    NONE = "none"


class Fit(IntEnum):
    """The three verdicts, in rising gravity."""

    FITS = 0
    ADJUST = 1
    AVOID = 2

    @property
    def code(self) -> str:
        """The public code of the rubric: fits, adjust or avoid."""
        return self.name.lower()


class Layer(StrEnum):
    """Where a norm comes from; local beats network beats universal. What training or a language model saw is no norm of its own."""

    UNIVERSAL = "universal"
    NETWORK = "network"
    LOCAL = "local"
    READING = "reading"
    MODEL = "model"


class Habit(StrEnum):
    """What a history of gives and asks shows."""

    TAKER = "taker"
    GIVER = "giver"
    BROADCASTER = "broadcaster"
    BULK = "bulk"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text as written: text[start:end]."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Case:
    """One message in its context; None means unknown."""

    text: str
    network: Network | None = None
    delivery: Delivery | None = None
    relation: Relation | None = None
    form: Form = Form.DRAFT
    purpose: Purpose | None = None
    history: str | None = None
    charter: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a considerate member would object to, in words a person can read."""

    rule: str
    layer: Layer
    reason: Reason
    fit: Fit
    say: str
    why: str
    source: str
    advice: str
    spans: tuple[Span, ...] = ()

    def quote(self, text: str) -> str:
        """The words of the text that caused the finding, or an empty string."""
        return text[self.spans[0].start : self.spans[0].end] if self.spans else ""


@dataclass(frozen=True, slots=True)
class Question:
    """The one thing to ask when the context is missing."""

    ask: str
    field: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer: how it fits, how sure, and why."""

    fit: Fit
    reasons: tuple[Reason, ...]
    intents: tuple[Intent, ...]
    confidence: float
    findings: tuple[Finding, ...]
    question: Question | None = None
    version: str = ""

    @property
    def code(self) -> str:
        """What is kept of it: the verdict, or unsure where it was a question."""
        return "unsure" if self.question else self.fit.code

    @property
    def advice(self) -> str:
        """The one change to make first, empty when nothing needs changing."""
        return self.findings[0].advice if self.findings else ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on a platform, within a tenant (workspace, server or this machine)."""

    tenant: str
    user: str


@dataclass(frozen=True, slots=True)
class Room:
    """Where a command was said: the channel, whose charter holds there, and whether the person may decide for everyone.

    `zone` is the IANA time zone of the person's profile, and `locale` their language such as de-CH, where the platform tells it.
    """

    channel: str = ""
    admin: bool = False
    zone: str = ""
    locale: str = ""
    own: bool = False
    """Nobody else looks after it: a terminal, or a conversation with Tact that belongs to no community."""
    language: str = ""
    """The language to speak, where the surface found out already; empty is to be looked up."""
    around: str = ""
    """The house of a conversation in no channel, where its tenant has several."""

    @property
    def house(self) -> str:
        """The room that stands for the whole workspace (it has no name) or server (“server/” of “server/channel”)."""
        server, slash, _ = self.channel.partition("/")
        return server + slash if slash else self.around

    @property
    def server(self) -> str:
        """The server's own id; empty where a workspace is a tenant of its own."""
        return self.house.rstrip("/")

    @property
    def id(self) -> str:
        """The channel's own id, as its platform knows it: without the server."""
        return self.channel.rpartition("/")[2]


class EntryKind(StrEnum):
    """The two sides of the ledger."""

    GAVE = "gave"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Entry:
    """One give or ask: kind and date, never the text; its number among the person's own, 0 before it is kept."""

    kind: EntryKind
    what: str
    at: datetime
    who: str = ""
    number: int = 0
