"""The tips as they are written: each is read, short and kind, and together they cover what Tact coaches."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from importlib.resources import files
from itertools import combinations

import pytest

from bot import wording
from bot.commands import Tips
from bot.grammar import Grammar
from bot.model import Network, Purpose, Reason
from bot.tips import ACTION_WORDS, WORDS, Tip, TipError, load, parse

TIPS = load()
each_tip = pytest.mark.parametrize("tip", TIPS, ids=lambda tip: tip.id)
SOURCES = (
    "What is networking, and how does one use it appropriately?",
    "Is what you are doing really networking?",
    "Notworking",
    "Different names for different networking",
    "Is there a purpose behind your networking?",
    "You received a promotion, what about your network?",
    "Rubric, ",
    "Althoff 2014",
    "Argyle 2023",
    "arXiv 2509.09645",
    "Boomerang, study of 40 million e-mails",
    "Clark & Mills",
    "Clark 1984",
    "ConvoWizard (Cornell 2022)",
    "Danescu-Niculescu-Mizil 2013",
    "Discourse, composer education",
    "Flynn & Lake 2008",
    "Grant & Gino 2010",
    "Hohenstein 2023",
    "Instagram, first-message reminder",
    "Katsaros, Yang, Fratamico 2022",
    "LinkedIn InMail study, 2021–22",
    "Matias 2019",
    "Park 2021",
    "Reciprocity Ring (Baker, Grant)",
    "Slack's help pages",
    "Stack Overflow, Staging Ground",
)
UNKIND = re.compile(
    r"!|\b(never|don't|do not|stop) ask|\b(you|one) (should|must|ought)\b|\byou (always|never)\b|\byour (fault|mistake)\b"
    r"|\b(shame|shameful|rude of|selfish|annoying|lazy|spammy|unacceptable|inappropriate)\b"
    r"|\b(reach out|game[- ]changer|win-win|low-hanging|at the end of the day|golden rule|key to success)\b",
    re.IGNORECASE,
)
# What the source texts advise, and a word by which the tip about it is known.
IDEAS = {
    "another set of eyes": ("second-eyes-on-linkedin", "eyes"),
    "free consulting, asked for": ("one-point-not-a-day", "favour"),
    "free consulting, overlooked or declined": ("no-with-a-starting-point", "declining"),
    "recruiters, as one of them": ("jobs-corner-first", "jobs corner"),
    "recruiters, as the one they write to": ("answer-a-recruiter-in-one-line", "recruiter"),
    "topics out of harmony with the network": ("person-yes-topic-no", "border"),
    "an association's list": ("list-on-loan", "member list"),
    "the neighbour in a contest": ("neighbour-in-a-contest", "neighbour"),
    "status update instead of mass message": ("status-not-mass-message", "status"),
    "e-mail as a sanctuary": ("last-quiet-room", "guard"),
    "would they cry foul": ("would-they-cry-foul", "opinion"),
    "what is fair game and what taboo": ("two-short-lists", "complaints"),
    "more networks than one can look after": ("two-networks-are-enough", "five networks"),
    "a network that can help in need": ("tend-it-in-calm", "tended"),
    "bare requests": ("line-with-the-request", "add you"),
    "no race": ("two-letters-beat-forty-names", "race"),
    "commitment": ("keep-a-tiny-promise", "promise"),
    "receive as well as send": ("receive-as-well", "two directions"),
    "the corner shop": ("behind-the-counter", "corner shop"),
    "no one formula": ("your-spot-on-the-spectrum", "formula"),
    "not terrified of losing business": ("a-view-loses-few", "fear"),
    "people met on line": ("real-friends-on-line", "never shared a room"),
    "personas are joined": ("two-selves-that-get-on", "one search"),
    "strangers up to a point": ("strangers-up-to-a-point", "up to a point"),
    "notice and give feedback": ("notice-what-was-useful", "noticing"),
    "a private hello": ("private-hello", "hello"),
    "ask a question": ("ask-about-one-sentence", "sentence"),
    "something funny": ("something-to-smile-at", "joke"),
    "know, like, trust": ("three-stages", "trust you"),
    "invite all": ("six-chosen-by-hand", "invite all"),
    "graffiti": ("front-garden", "garden"),
    "bombarding a membership": ("one-channel-is-plenty", "five channels"),
    "sales letters behind a yes": ("after-they-accepted", "offer"),
    "pests": ("housekeeping-not-rudeness", "mute"),
    "posts are doors": ("door-left-ajar", "door"),
    "be genuine": ("say-it-is-yours", "i made this"),
    "advice, not a job": ("advice-is-theirs-to-give", "advice"),
    "job seeking is no other animal": ("job-talk-is-ordinary-talk", "animal"),
    "no guilt in receiving": ("help-taken-without-guilt", "guilt"),
    "good service is talked about": ("service-that-is-talked-about", "done well"),
    "trends at a meeting": ("what-you-heard-at-the-meeting", "trend"),
    "asking a vendor": ("vendors-know-things", "vendors"),
    "the kinds cross over": ("friends-bring-business", "choir"),
    "links nobody knew": ("link-nobody-knew", "without knowing"),
    "develop old ties": ("old-ties-warm-fast", "old tie"),
    "a known resource": ("point-to-the-page", "pointing"),
    "purpose first": ("purpose-first", "purpose"),
    "three strategies": ("say-how-you-connect", "between"),
    "how often": ("when-they-would-miss-it", "how often"),
    "a career network": ("who-is-missing", "decision makers"),
    "a personal board": ("board-of-your-own", "board of directors"),
    "operational network": ("friends-of-your-working-day", "operational"),
    "brand networks are large": ("width-with-faces", "many people"),
    "close friends and family": ("small-is-right-for-home", "small"),
    "segment": ("one-day-two-posts", "circles"),
    "more than one network": ("two-purposes-pull", "its own network"),
    "give first": ("first-word-in-a-new-place", "answer"),
    "any message can spread": ("every-room-leaks", "leak"),
    "what your mother should not know": ("kitchen-table-test", "mother"),
    "30 to 60 days": ("first-sixty-days", "sixty"),
    "other departments": ("face-in-every-department", "accounting"),
    "one or two steps up": ("sideways-and-two-up", "one or two steps"),
    "the manager introduces": ("five-names-from-your-manager", "manager"),
    "whether they are committed": ("calm-question-about-commitment", "calm question"),
    "do not abandon the old network": ("old-crew", "old crew"),
    "strategic network": ("far-sighted-circle", "five years"),
    "missing connections": ("hours-with-people-count", "connections"),
    "vendors, customers, consultants": ("those-who-saw-your-predecessors", "consultants"),
    "an ask easy to decline": ("leave-a-way-out", "way out"),
    "close the loop": ("tell-how-it-ended", "what happened"),
    "quiet": ("tell-them-when-you-are-back", "away"),
    "writers of another language": ("third-language", "third language"),
    "declining kindly": ("short-no", "can't this time"),
}


@each_tip
def test_a_tip_is_short_kind_and_sourced(tip: Tip) -> None:
    assert len(f"{tip.text} {tip.action}".split()) <= WORDS == 60
    assert len(tip.action.split()) <= ACTION_WORDS == 18
    assert not UNKIND.search(f"{tip.text} {tip.action} {tip.evidence}")
    assert all(said.endswith((".", "?", "”", "…")) for said in (tip.text, tip.action, tip.evidence))
    assert all(name.startswith(SOURCES) for name in tip.source.split("; "))
    assert not re.search(r"[+*#`<>\[\]{}]", tip.text + tip.action)


def test_there_are_enough_and_they_cover_every_code() -> None:
    assert len(TIPS) >= 130
    assert len({tip.id for tip in TIPS}) == len(TIPS)
    answers = Counter(code for tip in TIPS for code in tip.answers)
    purposes = Counter(code for tip in TIPS for code in tip.purposes)
    networks = Counter(code for tip in TIPS for code in tip.networks)
    assert [reason for reason in Reason if reason is not Reason.NONE and answers[reason] < 4] == []
    assert [purpose for purpose in Purpose if purposes[purpose] < 8] == []
    assert [network for network in Network if networks[network] < 4] == []
    topics = Counter(tip.topic for tip in TIPS)
    assert 12 <= len(topics) <= 18
    assert min(topics.values()) >= 5


def test_no_two_are_alike() -> None:
    texts = [(tip.id, tip.text.casefold()) for tip in TIPS]
    alike = [(a, b) for (a, one), (b, two) in combinations(texts, 2) if _close(one, two)]
    assert alike == []
    assert len({tip.action for tip in TIPS}) == len(TIPS)
    openings = Counter(tuple(re.findall(r"[\w']+", text)[:3]) for _, text in texts)
    assert [words for words, times in openings.items() if times > 1] == []
    firsts = Counter(re.findall(r"[\w']+", text)[0] for _, text in texts)
    assert max(firsts.values()) <= len(TIPS) // 10


def _close(one: str, two: str) -> bool:
    """Whether two texts are nearly the same, letter by letter; words come first, as there are seventeen thousand pairs."""
    by_words = SequenceMatcher(None, one.split(), two.split(), autojunk=False)
    return by_words.ratio() >= 0.25 and SequenceMatcher(None, one, two, autojunk=False).ratio() >= 0.6


@pytest.mark.parametrize("idea", IDEAS)
def test_what_the_sources_advise_is_in_a_tip(idea: str) -> None:
    name, word = IDEAS[idea]
    tip = next(tip for tip in TIPS if tip.id == name)
    assert word in f"{tip.text} {tip.action}".casefold()


@each_tip
def test_a_button_finds_its_tip(tip: Tip) -> None:
    grammar = Grammar(wording.load().synonyms)
    for action in ("done", "snooze", "why"):
        assert grammar.parse(f"tips {action} {tip.id}") == Tips(action, tip.id)


def test_every_file_of_the_folder_is_a_tip() -> None:
    names = {file.name for file in (files("prompts") / "tips").iterdir()}
    assert names == {f"{tip.id}.md" for tip in TIPS}


def test_the_readme_shows_a_real_tip_and_every_topic() -> None:
    readme = (files("prompts") / "README.md").read_text(encoding="utf-8")
    shown = readme.split("```markdown\n")[1].split("```")[0]
    assert shown == (files("prompts") / "tips" / "show-what-you-tried.md").read_text(encoding="utf-8")
    listed = readme.split("Topics in use:")[1].split(".")[0]
    assert set(re.findall(r"`([\w-]+)`", listed)) == {tip.topic for tip in TIPS}


HEAD = """topic = "asking"
purposes = ["operational"]
networks = []
answers = ["big_ask"]
action = "Ask one small question."
evidence = "People say yes."
source = "Notworking"
"""


def test_a_file_is_read() -> None:
    tip = parse(f"+++\n{HEAD}+++\nA small ask\nis easy.\n", "small-ask.md")
    assert tip == Tip(
        "small-ask",
        "A small ask is easy.",
        "asking",
        frozenset({Purpose.OPERATIONAL}),
        frozenset(),
        frozenset({Reason.BIG_ASK}),
        "Ask one small question.",
        "People say yes.",
        "Notworking",
    )


@pytest.mark.parametrize(
    ("file", "head", "text", "says"),
    [
        ("small-ask.txt", HEAD, "Hi.", "not a .md file"),
        ("Small Ask.md", HEAD, "Hi.", "joined by hyphens"),
        ("ask.md", HEAD, "Hi.", "joined by hyphens"),
        (f"{'very-' * 12}long.md", HEAD, "Hi.", "over 60 letters"),
        ("small-ask.md", HEAD, " \n", "no text"),
        ("small-ask.md", HEAD, "One word " * 29, "over 60 words"),
        ("small-ask.md", HEAD.replace("one small", "one small" + " small" * 15), "Hi.", "action has over 18 words"),
        ("small-ask.md", HEAD.replace("big_ask", "none"), "Hi.", "no finding"),
        ("small-ask.md", HEAD.replace("big_ask", "bigask"), "Hi.", "bigask"),
        ("small-ask.md", HEAD.replace("Notworking", ""), "Hi.", "is empty"),
        ("small-ask.md", HEAD + "mood = 1\n", "Hi.", "mood"),
        ("small-ask.md", HEAD.replace('source = "Notworking"\n', ""), "Hi.", "source"),
        ("small-ask.md", HEAD + "oops\n", "Hi.", "cannot be read"),
        ("small-ask.md", HEAD + "+++\n", "Hi.", "two lines of +++"),
    ],
)
def test_what_cannot_be_used_is_refused_with_file_problem_and_remedy(
    file: str, head: str, text: str, says: str
) -> None:
    with pytest.raises(TipError) as refused:
        parse(f"+++\n{head}+++\n{text}", file)
    assert str(refused.value).startswith(f"{file}: ")
    assert says in str(refused.value)
    assert "prompts/README.md" in str(refused.value)
