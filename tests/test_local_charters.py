"""A community's own charter, sentence by sentence."""

from __future__ import annotations

import pytest

from bot.local_charters import Mode, read_charter
from bot.model import Case, Delivery, Fit, Network
from bot.reading import read


def breaches(charter: str, text: str, delivery: Delivery = Delivery.CHANNEL) -> list[Fit]:
    case = Case(text, Network.SLACK, delivery, charter=charter)
    return [breach.fit for breach in read_charter(charter).breaches(case, read(text))]


PROMO = "My new podcast is out today, have a listen!"
HIRING = "We're hiring two welders, start in May."


@pytest.mark.parametrize(
    ("charter", "text", "found"),
    [
        ("No self-promotion.", PROMO, [Fit.AVOID]),
        ("No self-promotion.", "Could anyone help me fix the printer?", []),
        ("No self-promotion here, use #plugs.", PROMO, [Fit.ADJUST]),
        ("Own projects in #plugs only.", PROMO, [Fit.ADJUST]),
        ("#plugs: own projects in #plugs only.", PROMO, []),
        ("Job ads must state the pay.", HIRING, [Fit.ADJUST]),
        ("Job ads must state the pay.", HIRING + " 21 an hour.", []),
        ("Job ads must state the pay.", "Good morning all", []),
        ("English only in this channel.", "Hola chicos, alguien sabe porque la cosa sale negro aqui", [Fit.ADJUST]),
        ("English only in this channel.", "Does anyone know why the printer is so slow today?", []),
        (
            "Calls for papers need [CFP] in the subject.",
            "Workshop on salt, Oslo, 3 May, abstracts by March",
            [Fit.ADJUST],
        ),
        ("Calls for papers need [CFP] in the subject.", "[CFP] Workshop on salt, Oslo, 3 May", []),
        ("Introductions up to 5 words.", "Hello all, I am Ana and I weld things", [Fit.ADJUST]),
        ("Introductions up to 5 words.", "I am Ana", []),
        ("Posts of 1 lines at most.", "one\ntwo", [Fit.ADJUST]),
        ("Say if the tool is yours: disclose any affiliation.", "I made my own tool, I wrote it last year", []),
    ],
)
def test_a_sentence_is_held_against_a_message(charter: str, text: str, found: list[Fit]) -> None:
    assert breaches(charter, text) == found


def test_a_rule_about_private_messages_minds_only_those() -> None:
    assert breaches("No sales DMs.", "20% off, use code GLOW", Delivery.DM) == [Fit.AVOID]
    assert breaches("No sales DMs.", "20% off, use code GLOW", Delivery.CHANNEL) == []
    assert breaches("No unsolicited DMs.", "Good morning", Delivery.DM) == [Fit.AVOID]


def test_a_welcome_is_seen() -> None:
    case = Case(PROMO, Network.SLACK, Delivery.CHANNEL)
    assert read_charter("Self-promotion is welcome here.").allowed(case, read(PROMO))
    assert not read_charter("Self-promotion is welcome here.").allowed(case, read("Good morning"))


def test_the_gravest_breach_comes_first() -> None:
    assert breaches("Promotion in #plugs only. No advertising.", PROMO) == [Fit.AVOID, Fit.ADJUST]


def test_what_cannot_be_read_is_kept_and_judges_nothing() -> None:
    clauses = read_charter("We meet where the river bends. Be kind.").clauses
    assert [c.mode for c in clauses] == [Mode.UNREAD, Mode.UNREAD]
    assert clauses[0].sentence == "We meet where the river bends"
    assert breaches("We meet where the river bends. Be kind.", PROMO) == []


def test_an_empty_or_endless_charter_is_harmless() -> None:
    assert read_charter("").clauses == ()
    assert len(read_charter("No ads. " * 5000).clauses) <= 501
