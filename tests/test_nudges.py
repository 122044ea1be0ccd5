"""When a nudge comes, and that its wording is kind and short whatever it is made of."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import anatomy, nudges, purposes
from bot.anatomy import Part
from bot.attention import DEFAULT, Kind, Push, allows
from bot.coach.nudging import say
from bot.ledger import COMMUNAL, Balance
from bot.model import Network, Purpose, Relation
from bot.nudges import GIVE, PAUSE, Nudge, Occasion, Place, gave_little, nudge
from bot.schedule import Schedule

GUIDES, WORDS, PARTS = purposes.load(), nudges.load(), anatomy.load()
NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
TAKES = Balance(gave=1, asked=4)
CHECK = Occasion(Place.CHECK, NOW, TAKES, (Part.EASY_NO, Part.WHY_YOU), network=Network.SLACK)
SEEN = replace(CHECK, place=Place.SEEN, schedule=Schedule("UTC"))
UNKIND = (
    "should not", "shouldn't", "don't ask", "do not ask", "stop asking", "never ask", "ask less", "too many", "too much", "too often", "must",
    "blame", "fault", "guilt", "shame", "ashamed", "selfish", "greedy", "rude", "lazy", "taker", "owe", "only gave", "nothing back", "bad", "fail",
    "again", "still", "wrong", "sorry", "unfortunately", "warning", "violat", "rank", "score", "compared", "others gave",
)  # fmt: skip


TIMES = st.integers(-4000, 4000).map(lambda hours: NOW + timedelta(hours=hours))


def unkind(text: str) -> list[str]:
    """Words in a text that shame, blame or discourage."""
    return [word for word in UNKIND if re.search(rf"\b{word}", text.casefold())]


def decided(occasion: Occasion) -> Nudge | None:
    return nudge(occasion, GUIDES, WORDS)


def test_at_an_ask_by_somebody_who_gave_little_three_gives_and_the_missing_part() -> None:
    found = decided(CHECK)
    assert found is not None
    assert len({give.say for give in found.gives}) == 3
    assert found.part is Part.EASY_NO
    assert found.codes == (GIVE, "nudge/easy_no")


@pytest.mark.parametrize(
    ("balance", "little"),
    [
        (Balance(0, 0), False),
        (Balance(0, 1), True),
        (Balance(1, 1), False),
        (Balance(1, 2), True),
        (Balance(2, 4), True),
        (Balance(3, 4), False),
    ],
)
def test_a_first_ask_never_counts_as_little(balance: Balance, little: bool) -> None:
    assert gave_little(balance) is little


def test_who_gives_hears_of_the_missing_part_only() -> None:
    found = decided(replace(CHECK, balance=Balance(5, 1)))
    assert found is not None
    assert (found.gives, found.part) == ((), Part.EASY_NO)
    assert decided(replace(SEEN, balance=Balance(5, 1))) is None


def test_the_same_is_not_said_within_the_pause_and_the_next_part_is() -> None:
    found = decided(replace(CHECK, said={GIVE: NOW, "nudge/easy_no": NOW - PAUSE + timedelta(seconds=1)}))
    assert found is not None
    assert (found.gives, found.part) == ((), Part.WHY_YOU)
    everything = dict.fromkeys((GIVE, *(f"nudge/{part}" for part in Part)), NOW + timedelta(days=3))
    assert decided(replace(CHECK, said=everything)) is None
    assert decided(replace(CHECK, said=dict.fromkeys(everything, NOW - PAUSE))) == decided(CHECK)


@pytest.mark.parametrize("place", Place)
@pytest.mark.parametrize("relation", sorted(COMMUNAL))
def test_off_for_friends_and_family(place: Place, relation: Relation) -> None:
    assert decided(replace(CHECK, place=place, relation=relation)) is None
    assert decided(replace(CHECK, place=place, purposes=(Purpose.FRIENDS_FAMILY,))) is None


def test_off_when_switched_off() -> None:
    assert decided(replace(CHECK, muted=True)) is None
    assert decided(replace(SEEN, muted=True)) is None


def test_unasked_it_keeps_to_quiet_hours_and_budget() -> None:
    assert decided(SEEN) is not None
    assert decided(replace(SEEN, now=NOW.replace(hour=22))) is None
    pushed = tuple(Push(Kind.NUDGE, NOW - timedelta(days=d)) for d in (1, 2))
    assert decided(replace(SEEN, pushes=pushed)) is None
    assert decided(replace(CHECK, now=NOW.replace(hour=22), pushes=pushed)) is not None


def test_other_gives_the_next_time() -> None:
    first, second = decided(CHECK), decided(replace(CHECK, balance=replace(TAKES, asked=5)))
    assert first is not None
    assert second is not None
    assert first.gives != second.gives


@pytest.mark.parametrize("purpose", Purpose)
def test_the_gives_fit_the_stated_purpose_and_the_network(purpose: Purpose) -> None:
    if purpose is Purpose.FRIENDS_FAMILY:
        return
    for network in Network:
        found = decided(replace(CHECK, purposes=(purpose,), network=network))
        assert found is not None
        assert set(found.gives) <= set(GUIDES[purpose].gives_on(network))


def every_nudge() -> list[Nudge]:
    """All that can ever be said: each place, purpose, network, turn and part."""
    found = set()
    whose = [(purpose,) for purpose in Purpose] + [()]
    for place, stated, network, asked, part in product(Place, whose, (None, *Network), range(1, 12), (None, *Part)):
        missing = (part,) if part else ()
        for balance in (Balance(0, asked), Balance(99, asked)):
            one = decided(Occasion(place, NOW, balance, missing, stated, network))
            if one:
                found.add(one)
    return sorted(found, key=repr)


def test_every_wording_is_kind_short_and_never_discourages() -> None:
    said = {say(one, Balance(99, 999), WORDS).text for one in every_nudge()}
    assert len(said) > 500
    for text in said:
        assert len([word for word in text.split() if word != "-"]) <= 60, text
        assert unkind(text) == [], text
        assert "ask" in text.casefold() or "give" in text.casefold()


@given(
    st.builds(
        Occasion,
        st.sampled_from(Place),
        TIMES,
        st.builds(Balance, st.integers(0, 50), st.integers(0, 50)),
        st.lists(st.sampled_from(Part), unique=True).map(tuple),
        st.lists(st.sampled_from(Purpose), unique=True, max_size=3).map(tuple),
        st.none() | st.sampled_from(Network),
        st.none() | st.sampled_from(Relation),
        st.booleans(),
        st.dictionaries(
            st.sampled_from([GIVE, *(f"nudge/{part}" for part in Part)]),
            TIMES,
        ),
        st.just(Schedule("Europe/Berlin")),
        st.lists(
            st.builds(
                Push,
                st.sampled_from(Kind),
                TIMES,
            ),
            max_size=12,
        ).map(tuple),
    )
)
def test_whatever_comes_no_nudge_breaks_a_promise(occasion: Occasion) -> None:
    found = decided(occasion)
    if found is None:
        return
    assert not occasion.muted
    assert occasion.relation not in COMMUNAL
    for code in found.codes:
        assert code not in occasion.said or occasion.said[code] <= occasion.now - PAUSE
    assert found.gives or found.part
    assert len(found.gives) in (0, 3)
    if occasion.place is Place.SEEN:
        assert found.gives
        assert allows(Kind.NUDGE, occasion.pushes, occasion.now, occasion.schedule, DEFAULT) is None


def test_every_nudge_can_be_snoozed_explained_and_switched_off() -> None:
    found = decided(CHECK)
    assert found is not None
    commands = [button.command for button in say(found, TAKES, WORDS).buttons]
    assert commands == ["quiet nudges why", "quiet nudges 2 weeks", "quiet nudges off"]


def test_the_parts_keep_to_their_words() -> None:
    for mark in PARTS.values():
        assert unkind(mark.say) == []
