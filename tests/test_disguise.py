"""What shows nothing never makes a verdict milder: signs of twelve kinds strewn into drafts (reliability catalogue I03)."""

from __future__ import annotations

from random import Random

import pytest

from bot.judging import Judging
from bot.model import Case, Network
from bot.reading.masks import plain

UNSEEN = "\u200b\u200c\u2060\ufeff\u00ad\u034f\u200e\u202e\u2066\ufe0f\U000e0041\U000e0100"
SEED, TIMES = 20260302, 3


def strewn(text: str, sign: str, random: Random) -> str:
    """The text with a sign in some places."""
    letters = list(text)
    for _ in range(random.choice((1, 3, 10, 40))):
        letters.insert(random.randrange(len(letters) + 1), sign)
    return "".join(letters)


def test_what_shows_nothing_makes_no_verdict_milder(judging: Judging, capsys: pytest.CaptureFixture[str]) -> None:
    random, pairs, milder = Random(SEED), 0, []
    for sample in judging.wording.samples:
        for network in (Network.LINKEDIN, Network.SLACK):
            case = Case(sample.text, network, sample.delivery, sample.relation)
            plainly = judging.judge(case).fit
            for sign in UNSEEN:
                for _ in range(TIMES):
                    text = strewn(sample.text, sign, random)
                    pairs += 1
                    found = judging.judge(Case(text, network, sample.delivery, sample.relation)).fit
                    if found < plainly:
                        milder.append((f"U+{ord(sign):04X}", text))
    with capsys.disabled():
        print(f"\ndisguise: {pairs:,} pairs, seed {SEED}")
    assert milder == []


@pytest.mark.parametrize("sign", UNSEEN)
def test_what_hides_a_link_or_a_mention_is_seen_through(sign: str) -> None:
    for text, mask in (
        (f"htt{sign}ps://a.example", "link"),
        (f"@every{sign}one", "everyone"),
        (f"{sign}`co{sign}de`", "code"),
    ):
        found = plain(text)
        assert found.masks == {mask}
        assert len(found.origin) == len(found.text)
        assert set(found.origin) <= set(range(len(text)))
    assert plain(f"fr{sign}ee").disguised
    assert not plain(f"free {sign}").disguised
    assert plain(sign * 3).text == ""
