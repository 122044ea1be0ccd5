"""What a model answers is read strictly: over five hundred malformed answers, and none gets through."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.advisor.locking import lock
from bot.advisor.opinion import Malformed, Opinion, read_opinion, schema
from bot.model import Fit, Reason

DRAFT = "Hi Ana, could you refer me for the data job? My page is ana.example/me and it takes 5 minutes."
LOCKED = lock(DRAFT)
GOOD: dict[str, Any] = {
    "verdict": "adjust",
    "confidence": 0.7,
    "objections": [{"reason": "job_not_advice", "quote": "refer me for the data job"}],
    "rewrites": [{"kind": "smaller_ask", "text": "Hi Ana, how did you get there?", "network": None, "delivery": None}],
}
FITTING: dict[str, Any] = {"verdict": "fits", "confidence": 1, "objections": [], "rewrites": []}


def read(answer: str, *, charter: bool = False) -> Opinion:
    return read_opinion(answer, DRAFT, LOCKED, charter=charter)


def test_a_good_answer_is_read_with_its_quote_in_place() -> None:
    opinion = read(json.dumps(GOOD))
    assert (opinion.fit, opinion.confidence) == (Fit.ADJUST, 0.7)
    (objection,) = opinion.objections
    assert objection.reason is Reason.JOB_NOT_ADVICE
    assert objection.span is not None
    assert DRAFT[objection.span.start : objection.span.end] == "refer me for the data job"


def test_a_fence_around_it_is_forgiven() -> None:
    assert read(f"```json\n{json.dumps(FITTING)}\n```").fit is Fit.FITS


def test_a_quote_with_a_placeholder_stands_for_the_words_of_the_draft() -> None:
    (objection,) = read(
        json.dumps(GOOD | {"objections": [{"reason": "broadcast", "quote": "My page is [[link 1]]"}]})
    ).objections
    assert objection.span is not None
    assert DRAFT[objection.span.start : objection.span.end] == "My page is ana.example/me"


def test_the_charter_is_a_reason_only_where_there_is_one() -> None:
    said = json.dumps(GOOD | {"objections": [{"reason": "charter_violation", "quote": ""}]})
    assert read(said, charter=True).objections[0].span is None
    with pytest.raises(Malformed):
        read(said)


WRONG = (
    None,
    True,
    -1,
    7,
    1e400,
    float("nan"),
    "",
    "yes",
    "FITS",
    "fits ",
    [],
    ["fits"],
    {},
    {"a": 1},
    "x" * 400,
    "\u0000",
    "合适",
)


def malformed() -> Iterator[str]:
    """Answers that are wrong in one way each."""
    text = json.dumps(GOOD)
    yield from (text[:end] for end in range(len(text)))  # cut off anywhere
    marks = [at for at, char in enumerate(text) if char in '{}[]"']
    yield from (text[:at] + text[at + 1 :] for at in marks)
    yield from (text[:at] + "“" + text[at + 1 :] for at in marks)
    yield from (
        "",
        " ",
        "null",
        "[]",
        "0",
        '"fits"',
        "fits",
        "NaN",
        "{" * 5_000,
        "[" * 100_000,
        "{}",
        text * 2,
        f"{text},",
    )
    yield from (
        f"Here you are: {text}",
        f"{text}\nI hope this helps!",
        f"<answer>{text}</answer>",
        f"```\n{text}",
        f"{text} //",
    )
    yield text.replace('"verdict"', '"verdict": "fits", "verdict"', 1)  # the same name twice
    yield text.replace('"reason"', '"reason": "none", "reason"', 1)
    yield text.replace("0.7", "Infinity")
    yield text.replace("0.7", "9" * 5_000)
    yield json.dumps(GOOD | {"padding": "x" * 10_000_000})
    yield text + " " * 10_000
    for name, value in itertools.product(GOOD, WRONG):
        if (
            value != GOOD[name]
            and not (name == "rewrites" and value == [])
            and not (name == "confidence" and value is True)
        ):
            yield json.dumps(GOOD | {name: value})
    for name, kept in GOOD.items():
        yield json.dumps({key: value for key, value in GOOD.items() if key != name})
        yield json.dumps(GOOD | {f"{name}2": kept})
    for part, inner in (("objections", ("reason", "quote")), ("rewrites", ("kind", "text", "network", "delivery"))):
        for name, value in itertools.product(inner, WRONG):
            allowed = (name in ("quote", "text") and isinstance(value, str)) or (
                value is None and name in ("network", "delivery")
            )
            if not allowed:
                yield json.dumps(GOOD | {part: [GOOD[part][0] | {name: value}]})
        yield json.dumps(GOOD | {part: [GOOD[part][0] | {"note": "more"}]})
        yield json.dumps(GOOD | {part: GOOD[part] * 4})
        yield json.dumps(GOOD | {part: GOOD[part][0]})
    for quote in ("Refer me", "refer  me", "something else", "[[link 2]]", "ana.example", "x" * 301, "\u200brefer"):
        if quote not in DRAFT:
            yield json.dumps(GOOD | {"objections": [{"reason": "pressure", "quote": quote}]})
    yield json.dumps(GOOD | {"objections": [{"reason": "none", "quote": ""}]})
    yield json.dumps(GOOD | {"objections": []})
    yield json.dumps(GOOD | {"verdict": "fits"})
    for code in ("reject", "ADJUST", "ok", "Fits", "avoid here", "passt", "合适"):
        yield json.dumps(GOOD | {"verdict": code})
    for code in ("spam", "rude", "Pressure", "too soon", "unhöflich"):
        yield json.dumps(GOOD | {"objections": [{"reason": code, "quote": ""}]})


CASES = list(malformed())


def refusal(answer: str) -> str | None:
    """Why an answer is refused; None when it is read."""
    try:
        read(answer)
    except Malformed as problem:
        return str(problem)
    return None


def test_no_malformed_answer_is_read() -> None:
    assert len(set(CASES)) >= 500
    problems = {refusal(answer) for answer in CASES}
    assert None not in problems
    assert len(problems) <= 8, "what is sent back is our own words and holds nothing of the answer"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from([*GOOD, "reason", "quote"]) | st.text(max_size=5), inner, max_size=5)
    ),
    max_leaves=12,
)


def check(answer: str) -> None:
    """Whatever comes is refused, or is an opinion in our vocabulary about words of the draft."""
    try:
        opinion = read(answer)
    except Malformed:
        return
    assert isinstance(opinion.fit, Fit)
    assert 0 <= opinion.confidence <= 1
    assert len(opinion.objections) <= 3
    assert all(one.reason in Reason and one.reason is not Reason.NONE for one in opinion.objections)
    assert bool(opinion.objections) is (opinion.fit is not Fit.FITS)


@settings(max_examples=150, deadline=None)
@given(JSON, st.sampled_from([*GOOD, ""]))
def test_any_json_is_refused_or_in_the_vocabulary(value: object, name: str) -> None:
    check(json.dumps(GOOD | {name: value} if name else value))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 400), st.integers(0, 20), st.text(max_size=8))
def test_any_damage_is_refused_or_harmless(at: int, length: int, put: str) -> None:
    text = json.dumps(GOOD)
    check(text[:at] + put + text[at + length :])


def test_the_schema_has_no_references_and_forbids_what_we_refuse() -> None:
    text = json.dumps(schema())
    assert "$" not in text
    assert text.count('"additionalProperties": false') == 3
