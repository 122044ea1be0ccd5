"""`tact eval FILE`: how the judge does on labelled cases."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from adapters.lines import read_case
from bot.judging import build_judging
from bot.model import Fit
from bot.scoring import Labelled, score

USAGE = 2


def evaluate(file: Path, out: TextIO) -> int:
    """Prints the score table; returns the exit code, 2 for a file that cannot be read."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines if line.strip()]
        labelled = _judge(rows)
    except OSError as error:
        print(f"{file} cannot be read ({error.strerror}).", file=sys.stderr)
        return USAGE
    except (ValueError, KeyError) as error:
        print(f"{file} does not hold labelled cases ({error}).", file=sys.stderr)
        return USAGE
    if not labelled:
        print(f"{file} holds no cases.", file=sys.stderr)
        return USAGE
    for name, value in score(labelled).items():
        out.write(f"{name:20} {value if isinstance(value, int) else round(value, 3)}\n")
    return 0


def _judge(rows: Sequence[Mapping[str, Any]]) -> list[Labelled]:
    judging = build_judging()
    labelled = []
    for raw in rows:
        case = read_case(raw)
        labelled.append(
            Labelled(
                Fit[str(raw["verdict"]).upper()],
                frozenset(raw["reasons"]),
                frozenset(raw["intents"]),
                judging.judge(case),
            )
        )
    return labelled
