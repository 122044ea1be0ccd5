"""A charter's words made to fit, how each sentence is read, and which sample drafts a change would judge in another way."""

from __future__ import annotations

from functools import partial

from bot.charter_lint import notes
from bot.charter_text import SENTENCE, SENTENCES, tidy
from bot.commands import BadCommand
from bot.judging import Judging
from bot.local_charters import LIMIT, read_charter
from bot.model import Network
from bot.problems import problem
from bot.render import render
from bot.replay import replay
from bot.wording import Wording


def fitting(text: str) -> str:
    """A charter's words as they are kept; raises BadCommand where they are too many."""
    rules = tidy(text)
    if not rules:
        raise BadCommand(problem("charter_no_words"))
    if len(rules) > LIMIT:
        raise BadCommand(problem("charter_too_long", limit=LIMIT))
    sentences = [clause.sentence for clause in read_charter(rules).clauses]
    if len(sentences) > SENTENCES:
        raise BadCommand(problem("too_many_sentences", n=len(sentences), most=SENTENCES))
    long = next((sentence for sentence in sentences if len(sentence) > SENTENCE), "")
    if long:
        raise BadCommand(problem("sentence_too_long", said=long[:40], limit=SENTENCE))
    return rules


def reading_of(text: str, wording: Wording) -> str:
    """How each sentence is read, and what its readers would stumble over."""
    charter = read_charter(text)
    mode = partial(wording.label, "charter_mode")
    clauses = [(clause.sentence, mode(clause.mode)) for clause in charter.clauses]
    found = notes(charter, wording.labels["charter_topic"])
    stumbles = [(note.trouble.value, note.sentence, note.other, note.open, note.sharper) for note in found]
    return render("charter_reading", clauses=clauses, notes=stumbles)


def changes_of(judging: Judging, before: str | None, after: str | None, network: Network | None) -> str:
    """The sample drafts that a change of the charter judges in another way: draft, before, after."""
    label = partial(judging.wording.label, "verdict")
    replayed = replay(judging, before, after, network or Network.SLACK)
    changed = [(one.text, label(one.before.fit.code), label(one.after.fit.code)) for one in replayed if one.changed]
    return render("charter_changes", changed=changed)
