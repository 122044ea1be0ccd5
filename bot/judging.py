"""The one function every surface judges with: a case in, a verdict out; no database, no network, no model."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from bot import reading, wording
from bot.charters import CharterError, Charters, built_in_folder, strangers
from bot.heard import complete
from bot.judge import judge, judge_by_rules
from bot.language import as_spoken
from bot.local_charters import read_charter
from bot.model import Case, Delivery, Finding, Form, Network, Verdict
from bot.reading import weights
from bot.reading.lexicon import sign_names
from bot.reading.model import Reading
from bot.rewrite import Rewrite, rewrite
from bot.rules import Norms, rule_findings
from bot.wording import Wording

_KNOWLEDGE = ("networks/universal.toml", *(f"networks/{n.value}.toml" for n in Network), "local.toml", "reasons.toml")


@dataclass(frozen=True)
class Judging:
    """Norms and words, loaded as far as they are needed."""

    charters: Charters
    wording: Wording

    def judge(self, case: Case, read: Reading | None = None) -> Verdict:
        """The verdict on a case; a network that is not known is judged by the universal rules.

        `read` is the reading of its text, where the caller has it already.
        """
        case = self.heard(case)
        read = read or reading.read(case.text, case.form)
        return judge(case, read, self.norms(case), weights.load(), self.version)

    def edit(self, case: Case, verdict: Verdict) -> Rewrite | None:
        """One edit that makes a draft no worse by the judge's own measure; None when there is no such edit."""
        edit = rewrite(case.text, verdict, self.wording) if case.form is Form.DRAFT else None
        if edit is None:
            return None
        after = self.judge(replace(case, text=edit.after))
        better = after.fit < verdict.fit or set(after.reasons) <= set(verdict.reasons)
        return edit if after.fit <= verdict.fit and better else None

    def heard(self, case: Case) -> Case:
        """A question with the context its own words tell."""
        return complete(case, self.wording.heard)

    def judge_by_rules(self, case: Case) -> Verdict:
        """The verdict of rules and lexicon alone, for comparison."""
        return judge_by_rules(case, reading.read_lexically(case.text, case.form), self.norms(case), self.version)

    def fired(self, case: Case) -> tuple[Finding, ...]:
        """Everything the rules find in a case, after precedence, before it is weighed."""
        local = read_charter(case.charter) if case.charter else None
        return rule_findings(case, reading.read(case.text, case.form), self.norms(case), local)

    def norms(self, case: Case) -> Norms:
        """The norms a case is held against."""
        network = self.charters.network(case.network) if case.network else None
        return Norms(self.charters.universal(), network, self.wording)

    @cached_property
    def version(self) -> str:
        """A hash over rules, lexicon and weights, kept with every verdict (design §4)."""
        digest = hashlib.sha256()
        for name in _KNOWLEDGE:
            digest.update((files("prompts") / name).read_bytes())
        for folder in self.charters.folders[:-1]:
            for file in sorted(folder.iterdir(), key=lambda f: f.name):
                if file.name.endswith(".toml"):
                    digest.update(file.read_bytes())
        for name in ("lexicon.toml", "weights.npz"):
            digest.update((files("bot.reading") / name).read_bytes())
        return digest.hexdigest()[:12]

    def load_all(self) -> None:
        """Reads every charter now; raises CharterError for a malformed one."""
        self.charters.universal()
        for network in Network:
            self.charters.network(network)

    def warm_up(self) -> None:
        """Loads now what every case needs, so that the first ones wait no longer than the others."""
        weights.load().vocabulary.remember_words()

    def places(self) -> Iterable[tuple[Network, Delivery]]:
        """The networks with the ways of sending that people choose between there."""
        for network, deliveries in self.wording.places.items():
            for delivery in deliveries:
                yield network, delivery


def build_judging(own: Path | None = None) -> Judging:
    """The judge with the charters that come with Tact, and an operator's own folder before them."""
    unknown = strangers(own) if own else []
    if unknown:
        raise CharterError(
            f"{own} holds {unknown[0]}, which is named after no network. Nothing was loaded; call it <network>.toml."
        )
    folders = (own, built_in_folder()) if own else (built_in_folder(),)
    return Judging(Charters(sign_names(), folders), as_spoken(wording.load))
