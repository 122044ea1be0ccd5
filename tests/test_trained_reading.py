"""What training learned, and the small parts it stands on."""

from __future__ import annotations

import io
import json
import math
from pathlib import Path

import numpy as np
import pytest

from bot.judging import Judging
from bot.model import Case, Delivery, Fit, Form, Intent, Network, Reason, Relation
from bot.reading import read, read_lexically
from bot.reading.grams import REMEMBERED, Vocabulary, counted, letter_grams, named, tokens, word_grams
from bot.reading.labelled import load_corpus
from bot.reading.real import real_heads
from bot.reading.telling import telling_sentence
from bot.reading.train import train
from bot.reading.trained import refine
from bot.reading.weights import INTENTS, load, pack, save

CORPUS = Path(__file__).parents[1] / "bot" / "reading" / "corpus"


def test_figures_count_as_figures() -> None:
    assert tokens("pay 40 eur, v2! <link>") == ["pay", "00", "eur", "v0", "!", "<link>"]


def test_grams_are_words_pairs_and_letters_within_words() -> None:
    assert word_grams(["a", "b", "c"]) == ["a", "b", "c", "a b", "b c"]
    assert letter_grams("cat") == (" ca", "cat", "at ", " cat", "cat ", " cat ")
    words, letters = counted("a cat a")
    assert words["a"] == 2
    assert letters["cat"] == 1


def test_a_vector_has_length_one_in_each_block() -> None:
    vocabulary = Vocabulary(["cat", "dog", "cat dog"], [" ca", "dog"], np.ones(5, np.float32))
    ids, values = vocabulary.vector("cat dog cat")
    assert sorted(ids.tolist()) == [0, 1, 2, 3, 4]
    words = values[ids < 3]
    assert float(words @ words) == pytest.approx(1, abs=1e-5)
    assert vocabulary.vector("zebra")[0].size == 0
    assert vocabulary.vector("")[0].size == 0
    assert len(vocabulary) == 5


def test_a_vector_says_what_the_counts_say_whether_words_were_met_before_or_not() -> None:
    word_numbers, letter_numbers = ["cat", "hat", "the", "the cat"], [" ca", "at ", "cat", "the", "the "]
    idf = np.linspace(1, 2, 9, dtype=np.float32)
    vocabulary = Vocabulary(word_numbers, letter_numbers, idf)
    numbers = {gram: number for number, gram in enumerate(word_numbers)}
    letters = {gram: number for number, gram in enumerate(letter_numbers, 4)}
    for text in ("the cat saw the other cat in a hat, the cat!", "a hat", "naïve café 日本", "the", ""):
        expected = {}
        for found, known in zip(counted(text), (numbers, letters), strict=True):
            block = {known[g]: (1 + math.log(n)) * float(idf[known[g]]) for g, n in found.items() if g in known}
            length = math.hypot(*block.values())
            expected |= {number: weight / length for number, weight in block.items()}
        for _ in range(2):
            ids, values = vocabulary.vector(text)
            assert dict(zip(ids.tolist(), values.tolist(), strict=True)) == pytest.approx(expected, abs=1e-6)
            vocabulary.remember_words()


def test_only_so_many_words_are_remembered() -> None:
    vocabulary = Vocabulary(["cat", "dog", "cat dog"], [" ca"], np.ones(4, np.float32))
    vocabulary.remember_words()
    assert vocabulary.of_word.cache_info().currsize == 2
    assert vocabulary.of_word.cache_info().maxsize == REMEMBERED


def test_unknown_names_are_left_out() -> None:
    ids, values = named({"a": 0.5, "z": 1.0}, {"a": 3})
    assert (ids.tolist(), values.tolist()) == ([3], [0.5])
    assert named({}, {})[0].size == 0


def test_packing_loses_less_than_a_hundredth() -> None:
    weights = np.random.default_rng(0).normal(size=(50, 3))
    layer = pack(weights, np.zeros(3))
    back = layer.table.astype(float) * layer.scale
    assert np.abs(back - weights).max() < 0.01 * np.abs(weights).max()


def test_the_same_arrays_are_the_same_bytes() -> None:
    arrays = {"b": np.arange(3), "a": np.ones((2, 2))}
    assert save(arrays) == save(dict(reversed(arrays.items())))
    with np.load(io.BytesIO(save(arrays)), allow_pickle=False) as back:
        assert back["b"].tolist() == [0, 1, 2]


def test_weights_are_plain_arrays_below_eight_megabytes() -> None:
    file = CORPUS.parent / "weights.npz"
    assert file.stat().st_size < 8_000_000
    weights = load()
    assert weights.heads[: len(INTENTS)] == tuple(f"i:{intent}" for intent in INTENTS)
    assert len(weights.thresholds) == len(INTENTS)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Thank you so much for taking the time, it helped a lot", Intent.THANKS),
        ("Could you have a look at why my script fails with a timeout?", Intent.ASK_HELP),
        ("We are hiring a night nurse, 32 hours, Ghent", Intent.RECRUIT),
        ("Get 30% off my coaching packages this week, book now", Intent.PITCH),
        ("happy birthday you old goat, miss you loads", Intent.SOCIAL),
    ],
)
def test_the_reader_sees_what_a_text_does(text: str, intent: Intent) -> None:
    assert read(text).intents[intent] >= 0.5


def test_probabilities_are_probabilities() -> None:
    for text in ("", "🎉", "a", "Could you help?" * 300):
        reading = read(text)
        assert all(0 <= p <= 1 for p in reading.intents.values())
        assert set(reading.intents) == set(Intent)


def test_rules_go_by_plain_words_and_not_by_suspicion() -> None:
    lexical = read_lexically("zxq zxq")
    assert refine(lexical, Form.DRAFT).lexical == lexical.lexical == {}


def test_the_telling_sentence_is_found_in_a_long_text_only() -> None:
    weights = load()
    text = "Lovely to see you all at the summer fair. You are a bunch of lying crooks and idiots. The jam was good, thanks."
    span = telling_sentence(read(text), Reason.HOSTILE, weights)
    assert span is not None
    assert text[span.start : span.end] == "You are a bunch of lying crooks and idiots."
    assert telling_sentence(read("You are idiots. All of you."), Reason.HOSTILE, weights) is None
    assert telling_sentence(read("one " * 20), Reason.HOSTILE, weights) is None


def test_the_corpus_is_labelled_in_the_vocabulary_and_has_no_twins() -> None:
    rows = load_corpus()
    assert len(rows) >= 6_000
    assert len({(r.case, r.fit) for r in rows}) == len(rows)
    fits = sum(row.fit is Fit.FITS for row in rows)
    assert 0.45 <= fits / len(rows) <= 0.6
    for row in rows:
        assert row.reasons == {"none"} if row.fit is Fit.FITS else "none" not in row.reasons
        assert row.intents <= set(Intent)
        assert row.reasons <= set(Reason)
    assert {(r.case.network, r.case.delivery) for r in rows} >= {(n, Delivery.DM) for n in Network} - {
        (Network.BLOG, Delivery.DM)
    }


@pytest.mark.no_cover  # counting lines would take longer than the steps
def test_training_is_reproducible_and_learns(judging: Judging) -> None:
    rows = load_corpus()[:240]
    log = io.StringIO()
    first, second = train(rows, [], judging, log), train(rows, [], judging, log)
    assert save(first) == save(second)
    assert "second stage across folds" in log.getvalue()


def test_real_text_teaches_further_heads(tmp_path: Path) -> None:
    assert real_heads(None) == []
    mail = [{"text": "Please send it", "ask": True}, {"text": "It rains", "ask": False}]
    mood = [{"text": "thanks!", "emotions": ["gratitude"]}, {"text": "ok", "emotions": ["neutral"]}]
    chest = [
        {
            "text": "a",
            "info_support": True,
            "emo_support": False,
            "information_disclosure": False,
            "emotional_disclosure": True,
        }
    ]
    for name, rows in (("email_intent_train", mail), ("goemotions_dev", mood), ("offmychest_train", chest)):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")
    heads = {head.name: head for head in real_heads(tmp_path)}
    assert heads["request"].labels == [True, False]
    assert heads["gratitude"].labels == [True, False]
    assert heads["confesses"].labels == [True]


def test_a_verdict_without_a_rule_has_words_and_a_quote(judging: Judging) -> None:
    text = (
        "Hi Tomas. I saw that you bake for the station. My cousin sells flour and would love the order. "
        "He can do a special price for your bakery. Shall I send you his list and book a call for tomorrow morning?"
    )
    verdict = judging.judge(Case(text, Network.LINKEDIN, Delivery.DM, Relation.STRANGER))
    assert verdict.fit is not Fit.FITS
    for finding in verdict.findings:
        assert finding.say
        assert finding.advice
        assert finding.quote(text) in text


def test_confidence_is_the_share_of_the_verdict(judging: Judging) -> None:
    verdict = judging.judge(Case("Thanks for the lift!", Network.SLACK, Delivery.DM, Relation.TRUSTED))
    assert verdict.fit is Fit.FITS
    assert 0.8 < verdict.confidence <= 1
