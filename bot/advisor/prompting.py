"""Makes the prompt of a case: our own words, and the data in a fence. No names, ids, notes, tools or links."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.advisor.locking import Locked, sendable
from bot.advisor.opinion import Malformed, schema
from bot.history import read_history
from bot.judging import Judging
from bot.llm.port import Prompt
from bot.model import Case, Form, Reason, Verdict

UNKNOWN = "unknown"
_TEMPLATES = ("system.md.j2", "data.md.j2", "repair.md.j2")


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("prompts", "advisor"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        autoescape=False,  # noqa: S701  # plain text for a model, no HTML
    )


@cache
def prompt_version() -> str:
    """A hash over the prompts, kept with every verdict a model had a part in."""
    folder = files("prompts") / "advisor"
    return sha256(b"".join((folder / name).read_bytes() for name in _TEMPLATES)).hexdigest()[:8]


def prompt_of(case: Case, locked: Locked, verdict: Verdict, judging: Judging) -> Prompt:
    """The prompt about a case; `locked` is its text without what is not sent."""
    return Prompt(_system(case, verdict, judging), _data(case, locked), schema())


def repaired(prompt: Prompt, problem: Malformed) -> Prompt:
    """The prompt for the one more try after an answer that could not be used; it holds nothing of that answer."""
    return replace(prompt, data=_render("repair", data=prompt.data, why=str(problem)))


def _system(case: Case, verdict: Verdict, judging: Judging) -> str:
    words = judging.wording
    charter = judging.charters.network(case.network) if case.network else None
    return _render(
        "system",
        reasons=[(reason.value, words.reason(reason).say) for reason in Reason if reason is not Reason.NONE],
        network=f"{charter.name}: {charter.purpose}" if charter else UNKNOWN,
        custom=charter.by_delivery.get(case.delivery, "") if charter and case.delivery else "",
        closeness=charter.by_relation.get(case.relation, "") if charter and case.relation else "",
        fair_game="; ".join(charter.fair_game) if charter else "",
        taboo="; ".join(charter.taboo) if charter else "",
        verdict=verdict.fit.code,
        # what a finding quotes of the community's charter is data, and stays out of our own words
        findings=[(f.reason.value, words.reason(f.reason).say) for f in verdict.findings],
    )


def _data(case: Case, locked: Locked) -> str:
    history = read_history(case.history)
    known = history.gave is not None or history.asked is not None
    charter = sendable((case.charter or "").strip())
    return _render(
        "data",
        network=case.network or UNKNOWN,
        delivery=case.delivery or UNKNOWN,
        relation=case.relation or UNKNOWN,
        purpose=case.purpose or UNKNOWN,
        question=case.form is Form.QUESTION,
        given=known,
        gave=history.gave or 0,
        asked=history.asked or 0,
        charter=charter,
        text=locked.text,
        mark=_mark(f"{locked.text}\0{charter}"),
    )


def _mark(text: str) -> str:
    """What the fence carries: a text cannot hold a hash of itself, so it cannot close its own fence."""
    return sha256(text.encode()).hexdigest()[:12]


def _render(name: str, /, **values: object) -> str:
    return _environment().get_template(f"{name}.md.j2").render(**values).strip()
