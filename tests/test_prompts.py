"""The knowledge holds together: every rule behaves as its examples say, every word has its place."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

import pytest
from jinja2 import nodes
from jinja2.loaders import PackageLoader

from bot import wording
from bot.charters import Charters, Example, Rule, built_in_folder
from bot.judging import Judging
from bot.local_charters import Mode, read_charter
from bot.model import Case, Delivery, Fit, Form, Layer, Network, Purpose, Reason, Relation
from bot.reading import read
from bot.reading.lexicon import sign_names

CHARTERS = Charters(sign_names(), (built_in_folder(),))
ALL = {n.value: CHARTERS.network(n) for n in Network} | {"universal": CHARTERS.universal()}
RULES = [rule for charter in ALL.values() for rule in charter.rules]


def examples() -> Iterator[tuple[str, Rule, Example, bool]]:
    for rule in RULES:
        for fires, listed in ((True, rule.bad), (False, rule.good)):
            for number, example in enumerate(listed):
                yield f"{rule.id}-{'bad' if fires else 'good'}-{number}", rule, example, fires


def holds(rule: Rule, example: Example) -> bool:
    """Whether a rule holds for an example, in the rule's own context where the example names none."""
    when = rule.when
    form = example.form or (when.form[0] if when.form else Form.DRAFT)
    case = Case(
        example.text,
        delivery=example.delivery or (when.delivery[0] if when.delivery else Delivery.DM),
        relation=example.relation or (when.relation[0] if when.relation else Relation.STRANGER),
        form=form,
        purpose=when.purpose[0] if when.purpose else None,
    )
    return when.holds(case, read(example.text, form), frozenset(when.habit[:1]))


@pytest.mark.parametrize(
    ("rule", "example", "fires"), [(r, e, f) for _, r, e, f in examples()], ids=[i for i, *_ in examples()]
)
def test_a_rule_behaves_as_its_example_says(rule: Rule, example: Example, fires: bool) -> None:
    assert holds(rule, example) is fires


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_charter_is_complete(name: str) -> None:
    charter = ALL[name]
    assert 12 <= len(charter.rules) <= 25
    for rule in charter.rules:
        assert rule.say.endswith((".", "?")), rule.id
        assert rule.why, rule.id
        assert rule.source, rule.id
        assert rule.layer is (Layer.UNIVERSAL if name == "universal" else Layer.NETWORK)
    if name != "universal":
        assert set(charter.by_delivery) == set(Delivery)
        assert set(charter.by_relation) == set(Relation)
        assert charter.purpose
        assert charter.fair_game
        assert charter.taboo


def test_every_reason_has_words_and_every_one_but_none_is_used_by_a_rule() -> None:
    words = wording.load()
    for reason in set(Reason) - {Reason.NONE}:
        spoken = words.reason(reason)
        assert spoken.say
        assert spoken.why
        assert spoken.source
        assert spoken.advice
    assert {rule.reason for rule in RULES if rule.fit is not Fit.FITS} >= set(Reason) - {
        Reason.NONE,
        Reason.CHARTER_VIOLATION,
    }


def test_every_code_has_a_label() -> None:
    labels = wording.load().labels
    kinds = {"network": Network, "delivery": Delivery, "relation": Relation, "purpose": Purpose, "form": Form}
    for kind, codes in (kinds | {"reason": Reason}).items():
        assert set(labels[kind]) == {code.value for code in codes}, kind


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_no_rule_blames_or_forbids_asking(rule: Rule) -> None:
    words = f"{rule.say} {rule.why} {rule.advice}".casefold()
    for phrase in ("you should not ask", "don't ask", "do not ask", "shame on", "you must", "how dare", "never ask"):
        assert phrase not in words


FORBIDDEN = (nodes.Call, nodes.Assign, nodes.Macro, nodes.CallBlock, nodes.Include, nodes.Import, nodes.CondExpr)


@pytest.mark.parametrize(
    "name", sorted(f.name for f in files("prompts").joinpath("replies").iterdir() if f.name.endswith(".j2"))
)
def test_a_template_holds_words_and_no_logic(name: str) -> None:
    from jinja2 import Environment

    environment = Environment(loader=PackageLoader("prompts", "replies"), autoescape=True)
    source = files("prompts").joinpath("replies", name).read_text(encoding="utf-8")
    calls = [
        node
        for kind in FORBIDDEN
        for node in environment.parse(source).find_all(kind)
        if not (isinstance(node, nodes.Call) and getattr(node.node, "attr", "") in ("isoformat", "strip"))
    ]
    assert calls == []


def test_the_worked_case_of_the_contest_comes_out_as_the_sources_have_it(judging: Judging) -> None:
    """Facebook yes, own blog yes, X as a plea, LinkedIn as a status update and not a mass message, e-mail for family."""
    text = "My neighbour's blog is in the final of the garden contest. Could you vote for it? Link below, it takes a minute."
    yes = [
        (Network.FACEBOOK, Delivery.POST, Relation.PUBLIC),
        (Network.BLOG, Delivery.POST, Relation.PUBLIC),
        (Network.X, Delivery.POST, Relation.PUBLIC),
        (Network.LINKEDIN, Delivery.POST, Relation.PUBLIC),
        (Network.EMAIL, Delivery.DM, Relation.FAMILY),
    ]
    no = [
        (Network.LINKEDIN, Delivery.MASS_DM, Relation.ACQUAINTANCE),
        (Network.EMAIL, Delivery.MASS_DM, Relation.ACQUAINTANCE),
        (Network.MVP, Delivery.POST, Relation.PUBLIC),
        (Network.ASSOCIATION, Delivery.MASS_DM, Relation.ACQUAINTANCE),
    ]
    assert [place for place in yes if judging.judge(Case(text, *place)).fit is not Fit.FITS] == []
    assert [place for place in no if judging.judge(Case(text, *place)).fit is Fit.FITS] == []


def test_what_a_local_charter_can_say_is_read() -> None:
    read_as = {
        "No self-promotion.": Mode.FORBID,
        "Own projects in #show-and-tell only.": Mode.ONLY_IN,
        "Job posts must state the pay.": Mode.REQUIRE,
        "Memes are welcome.": Mode.ALLOW,
        "Be excellent.": Mode.UNREAD,
    }
    for sentence, mode in read_as.items():
        assert read_charter(sentence).clauses[0].mode is mode, sentence
