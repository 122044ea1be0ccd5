"""How fast the judge is: cases/s, p50 and p99 of `tact judge`, a cold `tact check`, beside proselint on the same texts.

    python tests/bench/bench_judge.py [FILE.jsonl]

Prints figures and ratios of one run; asserts nothing. Without a file, the corpus of the reading is used.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path

TACT = [sys.executable, "-m", "adapters"]
ROUNDS = 5
CORPUS = Path(__file__).parents[2] / "bot" / "reading" / "corpus"


def texts(file: str | None) -> list[dict[str, object]]:
    """Up to 3,000 cases from all over the material, no text twice: what was seen before must not flatter the figures."""
    paths = [Path(file)] if file else sorted(CORPUS.glob("*.jsonl"))
    rows = [
        json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines() if line.strip()
    ]
    different = list({row["text"]: row for row in rows}.values())
    return random.Random(0).sample(different, min(3000, len(different)))


def judge_rate(rows: list[dict[str, object]]) -> float:
    """Cases a second over the pipe, measured after the first answer (start-up is not counted)."""
    lines = [json.dumps(row).encode() + b"\n" for row in rows]
    with subprocess.Popen([*TACT, "judge"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as judge:
        assert judge.stdin is not None
        assert judge.stdout is not None
        judge.stdin.write(lines[0])
        judge.stdin.flush()
        judge.stdout.readline()
        writer = os.fork()
        if not writer:
            judge.stdin.write(b"".join(lines[1:]))
            judge.stdin.flush()
            os._exit(0)
        start = time.perf_counter()
        for _ in lines[1:]:
            judge.stdout.readline()
        spent = time.perf_counter() - start
        os.waitpid(writer, 0)
        judge.stdin.close()
    return (len(lines) - 1) / spent


def in_process(rows: list[dict[str, object]]) -> tuple[list[float], float]:
    """Milliseconds a case by the clock, each text seen for the first time, and by the processor on average."""
    from adapters.lines import read_case
    from bot.judging import build_judging

    judging = build_judging()
    judging.load_all()
    judging.warm_up()
    cases = [read_case(row) for row in rows]
    judging.judge(cases[0])
    spent = []
    busy = time.process_time()
    for case in cases[1:]:
        start = time.perf_counter()
        judging.judge(case)
        spent.append((time.perf_counter() - start) * 1000)
    return sorted(spent), (time.process_time() - busy) * 1000 / len(spent)


def at(part: float, spent: list[float]) -> float:
    """The value below which a part of sorted values lies."""
    return spent[int(len(spent) * part)]


def proselint(rows: list[dict[str, object]]) -> list[float]:
    """Milliseconds a text of proselint, warm."""
    from proselint.checks import __register__
    from proselint.registry import CheckRegistry
    from proselint.tools import LintFile

    CheckRegistry().register_many(__register__)
    spent = []
    for row in rows[:300]:
        start = time.perf_counter()
        LintFile(source="draft", content=str(row["text"])).lint()
        spent.append((time.perf_counter() - start) * 1000)
    return sorted(spent)


def cold(*args: str) -> tuple[float, float]:
    """Median seconds and peak megabytes of a whole process."""
    seconds, memory = [], 0.0
    for _ in range(ROUNDS):
        start = time.perf_counter()
        process = subprocess.Popen([*TACT, *args], stdout=subprocess.DEVNULL)
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
        seconds.append(time.perf_counter() - start)
        memory = max(memory, usage.ru_maxrss / 1024)
    return statistics.median(seconds), memory


def main() -> None:
    """Prints one table."""
    # First, while this process is small: a child's peak memory counts what it was forked from.
    for name, args in (
        ("tact check, cold", ("check", "Hi Ana, thanks!", "--on", "slack")),
        ("tact --help", ("--help",)),
    ):
        seconds, memory = cold(*args)
        print(f"{name:28} {seconds:8.2f} s         {memory:.0f} MB")
    rows = texts(sys.argv[1] if len(sys.argv) > 1 else None)
    print(f"cases, all texts different   {len(rows)}")
    print(f"tact judge, over the pipe    {judge_rate(rows):8.0f} cases/s")
    (ours, busy), theirs = in_process(rows), proselint(rows)
    mean = statistics.mean(ours)
    print(
        f"judge, in process            {1000 / mean:8.0f} cases/s   p50 {at(0.5, ours):.2f}, p99 {at(0.99, ours):.2f} ms"
    )
    print(f"judge, processor time        {1000 / busy:8.0f} cases/s   {busy:.2f} ms a case")
    print(f"proselint, in process        {1000 / statistics.mean(theirs):8.0f} texts/s   p99 {at(0.99, theirs):.2f} ms")
    print(f"ratio to proselint           {statistics.mean(theirs) / mean:8.1f} x")


if __name__ == "__main__":
    main()
