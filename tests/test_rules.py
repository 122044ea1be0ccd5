"""Which rules speak: all that hold, though only those that a context and a text leave are looked at."""

from __future__ import annotations

import pytest

from bot.history import read_history
from bot.judging import Judging
from bot.model import Case, Delivery, Fit, Network, Relation
from bot.reading import read
from bot.rules import Norms, rule_findings

TEXTS = (
    "Buy my course now, only 3 left! DM me and I'll give you a discount",
    "Can you look over my lease for free? It's urgent, you owe me",
    "Thanks so much for yesterday, the talk was brilliant",
    "We're hiring two nurses, start in May. Please share!",
    "You idiots never answer. Shame on you.",
    "happy birthday gran, miss you xx",
    "",
)


@pytest.mark.parametrize("delivery", [Delivery.POST, Delivery.DM, Delivery.MASS_DM])
@pytest.mark.parametrize("network", [Network.LINKEDIN, Network.FACEBOOK, Network.SLACK])
def test_every_rule_that_holds_is_found_and_no_other(network: Network, delivery: Delivery, judging: Judging) -> None:
    norms = Norms(judging.charters.universal(), judging.charters.network(network), judging.wording)
    for text in TEXTS:
        reading = read(text)
        for relation in (Relation.STRANGER, Relation.FAMILY):
            case = Case(text, network, delivery, relation, history="asked 4, gave 0 in the last 30 days")
            habits = read_history(case.history).habits
            rules = (*norms.universal.rules, *judging.charters.network(network).rules)
            fired = [rule for rule in rules if rule.when.holds(case, reading, habits)]
            silenced = {reason for rule in fired for reason in rule.silences}
            expected = {rule.reason for rule in fired if rule.fit is not Fit.FITS} - silenced
            assert {finding.reason for finding in rule_findings(case, reading, norms, None)} == expected
