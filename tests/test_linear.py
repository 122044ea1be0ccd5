"""Patterns take time in proportion to the text: by their construction, and by the work at n and at eight times n.

RE2's are linear whatever they say. Those of `re` may not repeat a repetition, and must not grow faster than the text for
attacks made of their own letters (reliability catalogue I06). Work is processor time, the least of some tries, and only
what is both slow and grows too fast is a failure, so that a busy machine is none.
"""

from __future__ import annotations

import ast
import importlib
import itertools
import pkgutil
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from re import _constants as constants
from re import _parser as parser
from typing import Any

import pytest

import adapters
import bot
from bot import history, local_charters, schedule_words

LARGE = 8_000
"""Characters, the most that is judged; an eighth of them is the smaller text."""
FACTOR = 3.0
"""How much faster than the text the work may grow: a quadratic pattern has eight."""
SLOW = 0.02
"""Seconds under which nothing is a failure (reliability catalogue I06)."""
ATTACKS = 30
CAPPED = {
    "bot.history": history.LIMIT,
    "bot.local_charters": local_charters.LIMIT,
    "bot.schedule_words": schedule_words.LIMIT,
}
"""Characters that reach the patterns of a module, where it cuts its text off itself."""
PARTED = {"bot.tips._ID.0", "bot.grammar.polls._CODE.0"}
"""Repetitions of repetitions whose parts cannot be told apart in two ways: a hyphen stands between them."""
METHODS = "search|match|fullmatch|finditer|findall|split|sub"
_ENDLESS = 200
"""A repetition of at least so many is as good as endless."""


@dataclass(frozen=True, slots=True)
class Used:
    """A pattern, where it stands, and by which of its methods it is used there."""

    where: str
    pattern: str
    flags: int
    methods: frozenset[str]


@cache
def patterns() -> tuple[Used, ...]:
    """Every pattern of `re` in our sources, compiled at import or written into a call."""
    found: list[Used] = []
    for package in (bot, adapters):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "migrations" in module.name or module.name.endswith(("__main__", ".train", ".second_stage", ".fitting")):
                continue
            spec = module.module_finder.find_spec(module.name, None)  # type: ignore[call-arg]
            source = Path(str(spec.origin)).read_text(encoding="utf-8") if spec and spec.origin else ""
            if not re.search(r"^import re$|^from re\b", source, re.MULTILINE):
                continue
            loaded = importlib.import_module(module.name)
            for name, value in vars(loaded).items():
                for number, one in enumerate(_patterns_in(value)):
                    methods = frozenset(re.findall(rf"\b{name}\.({METHODS})\(", source)) or frozenset(
                        METHODS.split("|")
                    )
                    found.append(Used(f"{module.name}.{name}.{number}", one.pattern, one.flags, methods))
            found += _in_calls(module.name, ast.parse(source))
    return tuple(found)


def _in_calls(where: str, tree: ast.Module) -> Iterator[Used]:
    """Patterns written into a call, as re.sub(r"…", …)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "re":
            method, first = node.func.attr, node.args[0]
            if method in METHODS.split("|") and isinstance(first, ast.Constant):
                yield Used(f"{where}:{node.lineno}", str(first.value), 0, frozenset({method}))


def _patterns_in(value: Any) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif isinstance(value, list | tuple | set | frozenset):
        for inner in value:
            yield from _patterns_in(inner)
    elif isinstance(value, dict):
        yield from _patterns_in(tuple(value.values()))


def nested(tree: Any, *, inside: bool = False) -> bool:
    """Whether an endless repetition stands within an endless repetition."""
    for op, arg in tree:
        if op in (constants.MAX_REPEAT, constants.MIN_REPEAT):
            _, most, body = arg
            endless = most is constants.MAXREPEAT or most >= _ENDLESS
            if endless and inside:
                return True
            if nested(body, inside=inside or endless):
                return True
        elif (op is constants.SUBPATTERN and nested(arg[-1], inside=inside)) or (
            op is constants.BRANCH and any(nested(branch, inside=inside) for branch in arg[1])
        ):
            return True
    return False


def attacks(pattern: str, length: int) -> Iterator[str]:
    """Texts made of the pattern's own letters, which begin to match again and again and never end."""
    letters = list(dict.fromkeys(re.sub(r"\\[a-zA-Z]|[^\w\s#*_`~|<>()\[\]{}.,:;!?@&/'\"“”-]", "", pattern)))[:12]
    units = ["a", " ", "1", "a ", "a1", "\n", "https://a", "**", "_(", "“", "[a](", "<a", *letters]
    units += [one + other for one, other in itertools.pairwise(letters)]
    for unit in list(dict.fromkeys(units))[:ATTACKS]:
        yield (unit * length)[:length] + "\x01"


def work(compiled: re.Pattern[str], methods: Iterable[str], text: str) -> float:
    """The least processor time of three tries to use it as it is used."""
    least = float("inf")
    for _ in range(3):
        began = time.thread_time()
        for method in methods:
            if method in ("match", "fullmatch"):
                getattr(compiled, method)(text)
            else:
                for _ in compiled.finditer(text):
                    pass
        least = min(least, time.thread_time() - began)
        if least < SLOW / 4:
            break
    return least


def superlinear(used: Used) -> Iterator[str]:
    """The attacks for which the work is slow and grows faster than the text."""
    compiled = re.compile(used.pattern, used.flags)
    most = next((cap for module, cap in CAPPED.items() if used.where.startswith(module)), LARGE)
    for small, large in zip(attacks(used.pattern, most // 8), attacks(used.pattern, most), strict=True):
        at_large = work(compiled, used.methods, large)
        if at_large > SLOW and at_large > FACTOR * 8 * work(compiled, used.methods, small):
            yield f"{large[:12]!r}: {at_large * 1000:.0f} ms at {most:,}"


def test_no_pattern_repeats_a_repetition() -> None:
    assert len(patterns()) > 80
    found = {one.where for one in patterns() if nested(parser.parse(one.pattern, one.flags))}
    assert found - PARTED == set()


def test_no_pattern_grows_faster_than_the_text(capsys: pytest.CaptureFixture[str]) -> None:
    distinct = {(one.pattern, one.methods): one for one in patterns()}.values()
    found = {one.where: slow for one in distinct if (slow := next(superlinear(one), None))}
    with capsys.disabled():
        print(
            f"\npatterns: {len(distinct)} of re, {ATTACKS} attacks each at most, at {LARGE:,} characters and an eighth of them"
        )
    assert found == {}


@pytest.mark.parametrize("bad", [r"(a+)+$", r"(?:\w*\s*)*x", r"(a|b+)*c"])
def test_a_repeated_repetition_is_seen(bad: str) -> None:
    assert nested(parser.parse(bad))


@pytest.mark.parametrize("bad", [r"\s+$", r"_(\(.+?\))_x"])
def test_a_pattern_that_grows_too_fast_is_seen(bad: str) -> None:
    assert next(superlinear(Used("here", bad, 0, frozenset({"search"}))))
