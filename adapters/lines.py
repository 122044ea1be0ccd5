"""Cases as JSON lines in, verdicts as JSON lines out: the contract of `tact judge`."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, BinaryIO

import msgspec

from bot.judging import Judging
from bot.model import Case, Delivery, Form, Network, Purpose, Relation, Verdict
from bot.reading.masks import LIMIT

_FIELDS: dict[str, type[StrEnum]] = {
    "network": Network,
    "delivery": Delivery,
    "relation": Relation,
    "form": Form,
    "purpose": Purpose,
}


class BadCase(ValueError):
    """A line that is no case; the message says what is wrong with it."""


def judge_lines(source: Iterable[bytes], out: BinaryIO, judging: Judging) -> int:
    """Judges every line in order and flushes as it goes; returns the exit code, 1 when a line could not be read."""
    judging.warm_up()
    code = 0
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        answer = _answer(line, number, judging)
        code = 1 if "error" in answer else code
        out.write(msgspec.json.encode(answer) + b"\n")
        out.flush()
    return code


def _answer(line: bytes, number: int, judging: Judging) -> dict[str, Any]:
    try:
        raw = msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return {"line": number, "error": f"This line is not JSON ({error}); it was skipped."}
    name: dict[str, Any] = {"id": raw["id"]} if isinstance(raw, dict) and "id" in raw else {"line": number}
    try:
        case = read_case(raw)
    except BadCase as error:
        return name | {"error": f"{error} The case was skipped."}
    return name | as_json(case, judging.judge(case))


def read_case(raw: object) -> Case:
    """A decoded JSON object as a case; null and missing mean unknown. Raises BadCase."""
    if not isinstance(raw, dict):
        raise BadCase("A case is a JSON object with at least a text.")
    text = raw.get("text")
    if not isinstance(text, str):
        raise BadCase("The case has no text (a string).")
    if len(text) > LIMIT:
        raise BadCase(f"The text has over {LIMIT:,} characters; check the part you are unsure of.")
    values: dict[str, Any] = {name: _code(raw, name, kind) for name, kind in _FIELDS.items()}
    for name in ("history", "charter"):
        value = raw.get(name)
        if value is not None and not isinstance(value, str):
            raise BadCase(f"{name} must be a string or null.")
        values[name] = value
    values["form"] = values["form"] or Form.DRAFT
    return Case(text, **values)


def _code(raw: dict[str, Any], name: str, kind: Callable[[str], StrEnum]) -> StrEnum | None:
    value = raw.get(name)
    if value is None:
        return None
    try:
        return kind(value)
    except ValueError:
        known = [member.value for member in _FIELDS[name]]
        near = difflib.get_close_matches(str(value), known, 1, 0.5)
        guess = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}."
        raise BadCase(f"Unknown {name} {str(value)[:40]!r}; {guess}") from None


def as_json(case: Case, verdict: Verdict) -> dict[str, Any]:
    """A verdict in the public codes."""
    return {
        "verdict": verdict.fit.code,
        "reasons": [reason.value for reason in verdict.reasons],
        "intents": [intent.value for intent in verdict.intents],
        "confidence": verdict.confidence,
        "findings": [
            {"rule": f.rule, "reason": f.reason.value, "quote": f.quote(case.text), "say": f.say, "source": f.source}
            for f in verdict.findings
        ],
        "advice": verdict.advice,
        "judge_version": verdict.version,
    }
