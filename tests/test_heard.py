"""Context heard in a question's own words."""

import pytest

from bot import wording
from bot.heard import complete
from bot.model import Case, Delivery, Form, Network, Relation

HEARD = wording.load().heard


@pytest.mark.parametrize(
    ("text", "network", "delivery", "relation"),
    [
        ("ok to dm a speaker from yesterday's meetup?", None, Delivery.DM, Relation.ACQUAINTANCE),
        (
            "would it be weird to send my mum a LinkedIn connection request?",
            Network.LINKEDIN,
            Delivery.INVITE,
            Relation.FAMILY,
        ),
        (
            "can I email everyone in the alumni directory about my shop?",
            Network.ASSOCIATION,
            Delivery.MASS_DM,
            Relation.ACQUAINTANCE,
        ),
        ("should I comment under her photo on facebook?", Network.FACEBOOK, Delivery.REPLY, None),
        ("ok to post my cat in #random on slack?", Network.SLACK, Delivery.CHANNEL, None),
        ("is it rude to say nothing?", None, None, None),
    ],
)
def test_words_tell_the_context(
    text: str, network: Network | None, delivery: Delivery | None, relation: Relation | None
) -> None:
    heard = complete(Case(text, form=Form.QUESTION), HEARD)
    assert (heard.network, heard.delivery, heard.relation) == (network, delivery, relation)


def test_what_was_given_is_never_overruled() -> None:
    given = Case("ok to dm her on linkedin?", Network.X, Delivery.POST, form=Form.QUESTION)
    heard = complete(given, HEARD)
    assert (heard.network, heard.delivery) == (Network.X, Delivery.POST)


def test_a_draft_is_left_alone() -> None:
    draft = Case("Please comment on my LinkedIn post")
    assert complete(draft, HEARD) is draft
    full = Case("ok?", Network.X, Delivery.DM, Relation.FAMILY, Form.QUESTION)
    assert complete(full, HEARD) is full
