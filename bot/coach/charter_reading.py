"""A charter's words made to fit, how each sentence is read, and which sample drafts a change would judge in another way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from bot.charter_lint import notes
from bot.charter_text import SENTENCE, SENTENCES, tidy
from bot.commands import BadCommand
from bot.judging import Judging
from bot.local_charters import LIMIT, read_charter
from bot.model import Case, Fit, Network
from bot.render import render
from bot.wording import Wording


def fitting(text: str) -> str:
    """A charter's words as they are kept; raises BadCommand where they are too many."""
    rules = tidy(text)
    if not rules:
        raise BadCommand("There are no words in that; nothing was changed. Example: charter here: No recruiting.")
    if len(rules) > LIMIT:
        raise BadCommand(f"That has over {LIMIT:,} characters; nothing was changed. Keep to the sentences that decide.")
    sentences = [clause.sentence for clause in read_charter(rules).clauses]
    if len(sentences) > SENTENCES:
        raise BadCommand(
            f"That has {len(sentences)} sentences, and {SENTENCES} are the most; nothing was changed. Keep to those that decide."
        )
    long = next((sentence for sentence in sentences if len(sentence) > SENTENCE), "")
    if long:
        raise BadCommand(
            f"The sentence that begins “{long[:40]}…” has over {SENTENCE} characters; nothing was changed. Make two of it."
        )
    return rules


def reading_of(text: str, wording: Wording) -> str:
    """How each sentence is read, and what its readers would stumble over."""
    charter = read_charter(text)
    mode = partial(wording.label, "charter_mode")
    clauses = [(clause.sentence, mode(clause.mode)) for clause in charter.clauses]
    return render("charter_reading", clauses=clauses, notes=notes(charter))


def changes(
    before: str | None, after: str | None, network: Network, judging: Judging
) -> Iterator[tuple[str, Fit, Fit]]:
    """The sample drafts that a change of the charter judges in another way: draft, verdict before, verdict after."""
    for sample in judging.wording.samples:
        case = Case(sample.text, network, sample.delivery, sample.relation)
        was, now = (judging.judge(replace(case, charter=text or None)).fit for text in (before, after))
        if was is not now:
            yield sample.text, was, now


def changes_of(judging: Judging, before: str | None, after: str | None, network: Network | None) -> str:
    """They in words."""
    label = partial(judging.wording.label, "verdict")
    changed = changes(before, after, network or Network.SLACK, judging)
    return render("charter_changes", changed=[(text, label(was.code), label(now.code)) for text, was, now in changed])
