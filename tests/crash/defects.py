"""Seeded defects: each breaks one promise of delivery in a copy of the source, and must turn a test red.

    python -m tests.crash.defects [NAME …]

SQLite's idea: tests that cannot fail prove nothing. Every defect is one small replacement; the tests named with it are run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Defect:
    """One promise broken: in this file these words stand for those, and one of these tests must see it."""

    name: str
    file: str
    right: str
    wrong: str
    tests: tuple[str, ...]


OUTBOX = "tests/contracts/test_outbox.py"
SCHEDULES = "tests/contracts/test_schedules.py"
WORKER = "tests/test_delivery.py"
TIPS = "tests/test_tipping.py"
RULES = "tests/test_retries.py"
STEPS = "tests/crash/test_steps.py"
KILLS = "tests/crash/test_kills.py"
TROUBLE = "tests/crash/test_trouble.py"
GROUPS = "tests/test_grouping.py"
KEEPING = "tests/test_upkeep.py"
STORE = "tests/test_storage.py"

DEFECTS = (
    Defect(
        "a receipt is told before it is committed",
        "bot/storage/grouping.py",
        "            return [await write.run() for write in group]\n",
        "            results = [await write.run() for write in group]\n"
        "            for write, result in zip(group, results, strict=True):\n"
        "                _tell(write, result)\n"
        "            await asyncio.sleep(0.01)\n"
        "            return results\n",
        (GROUPS,),
    ),
    Defect(
        "the same event is accepted again",
        "bot/storage/database.py",
        "    return bool(done.rowcount)",
        "    return True",
        (GROUPS, "tests/contracts/test_stores.py"),
    ),
    Defect(
        "letters have no cause to be known by",
        "bot/storage/outbox.py",
        '"cause": letter.cause,',
        '"cause": f"{letter.cause}{next(self._count)}",',
        (OUTBOX,),
    ),
    Defect("no end of unknown attempts", "bot/retries.py", "UNKNOWNS = 2", "UNKNOWNS = 99", (OUTBOX, RULES)),
    Defect(
        "attempts are not counted before sending",
        "bot/storage/leases.py",
        "attempts=outbox.c.attempts + 1,",
        "attempts=outbox.c.attempts,",
        (OUTBOX,),
    ),
    Defect(
        "a crash is not counted as an attempt with unknown outcome",
        "bot/storage/leases.py",
        "unknowns=outbox.c.unknowns + crashed,",
        "unknowns=outbox.c.unknowns,",
        (OUTBOX,),
    ),
    Defect("a claim holds for no time", "bot/storage/leases.py", "ready=now + lease,", "ready=now,", (WORKER, OUTBOX)),
    Defect(
        "who lost the lease settles all the same",
        "bot/storage/leases.py",
        "outbox.c.state == State.SENDING, outbox.c.attempts == letter.attempt)",
        "outbox.c.state == State.SENDING)",
        (OUTBOX,),
    ),
    Defect(
        "a letter is marked sent before it is",
        "bot/delivery.py",
        "        report = await self._attempt(letter)\n",
        "        done = Report(Outcome.DELIVERED)\n"
        "        await self._settle(letter, done, fate(letter, done, self._clock(), self._random))\n"
        "        report = await self._attempt(letter)\n",
        (WORKER,),
    ),
    Defect(
        "workers do not lock what they claim",
        "bot/storage/leases.py",
        ".limit(limit).with_for_update(skip_locked=True, of=outbox)",
        ".limit(limit)",
        (OUTBOX,),
    ),
    Defect(
        "schedulers do not lock whom they claim",
        "bot/storage/schedules.py",
        "                .with_for_update(skip_locked=True, of=schedules)\n",
        "",
        (SCHEDULES,),
    ),
    Defect("transactions begin deferred", "bot/storage/sqlite.py", '"BEGIN IMMEDIATE"', '"BEGIN"', (TROUBLE, STORE)),
    Defect("commits are not synced", "bot/storage/sqlite.py", "synchronous=FULL", "synchronous=NORMAL", (STORE,)),
    Defect("erased bytes stay", "bot/storage/sqlite.py", "secure_delete=ON", "secure_delete=OFF", (STORE,)),
    Defect(
        "rows of erased people stay", "bot/storage/sqlite.py", "foreign_keys=ON", "foreign_keys=OFF", (OUTBOX, STORE)
    ),
    Defect(
        "late tips are sent",
        "bot/attention.py",
        "    late = now - due > LATEST or local_day(now, zone) != local_day(due, zone)\n",
        "    late = False\n",
        (TIPS,),
    ),
    Defect(
        "letters past their time are sent",
        "bot/storage/leases.py",
        "[r for r in rows if r.good_until >= now]",
        "rows",
        (OUTBOX,),
    ),
    Defect(
        "a tip and the next due are not one transaction",
        "bot/tipping.py",
        "        async with self._store.together():\n            due =",
        "        if True:\n            due =",
        (STEPS, SCHEDULES),
    ),
    Defect(
        "who was accepted and not answered hears nothing",
        "bot/upkeep.py",
        "            await self.say_restarted(now + OWED_FOR)",
        "            pass",
        (KEEPING,),
    ),
    Defect(
        "letters of a process that is gone are not taken up",
        "bot/upkeep.py",
        "            await self._store.leases.abandon(now)\n",
        "",
        (KEEPING,),
    ),
    Defect(
        "letters of one person overtake each other",
        "bot/storage/leases.py",
        "goal == platform, ~behind)",
        "goal == platform)",
        (OUTBOX,),
    ),
    Defect(
        "a tenant that has to wait is sent to",
        "bot/storage/leases.py",
        "mine = outbox.c.tenant.not_in(held) if held else None",
        "mine = None",
        (OUTBOX,),
    ),
    Defect(
        "what crashed a worker is sent among others",
        "bot/delivery.py",
        "            await self._carry(letter)\n\n",
        "            asyncio.create_task(self._carry(letter))\n\n",
        (WORKER,),
    ),
    Defect(
        "one bad letter ends the worker",
        "bot/delivery.py",
        "        except Exception as error:  # whatever",
        "        except ZeroDivisionError as error:  # whatever",
        (WORKER,),
    ),
    Defect("words stay after sending", "bot/storage/leases.py", '"sealed": None,', "", (WORKER,)),
    Defect(
        "a platform that asks to wait is not heard",
        "bot/retries.py",
        "    seconds = report.wait if report.wait > 0 else 0.0",
        "    seconds = 0.0",
        (RULES,),
    ),
    Defect(
        "a revoked token is tried on and on",
        "bot/delivery.py",
        "            self.held[letter.person.tenant] = after.ready\n",
        "            pass\n",
        (WORKER,),
    ),
    Defect("what failed together is tried together", "bot/retries.py", "random.uniform(0.5, 1.0)", "1.0", (RULES,)),
    Defect(
        "switching off leaves tips on their way",
        "bot/storage/outbox.py",
        "            await _take_back(connection, person_id, mine & (outbox.c.state == State.WAITING))\n            leaving",
        "            leaving",
        (OUTBOX,),
    ),
    Defect(
        "a clock that ran ahead is not noticed",
        "bot/upkeep.py",
        "                if first != due:\n",
        "                if False:\n",
        (KEEPING, TROUBLE),
    ),
    Defect(
        "popular hours are not spread",
        "bot/tipping.py",
        "max(spread(settled.due, str(due.person_id), due.schedule), now)",
        "max(settled.due, now)",
        (TIPS,),
    ),
    Defect(
        "processes migrate at once",
        "bot/storage/migrate.py",
        '    if connection.dialect.name == "postgresql":\n',
        "    if False:\n",
        ("tests/test_moving.py",),
    ),
    Defect(
        "a database is moved onto another's rows",
        "bot/storage/moving.py",
        "        await _refuse_full(into)\n",
        "",
        ("tests/test_moving.py",),
    ),
    Defect(
        "new rows are numbered like moved ones",
        "bot/storage/moving.py",
        "            await _count_on(table, into)\n",
        "",
        ("tests/test_moving.py",),
    ),
)


def copy(target: Path) -> None:
    """Copies what git knows of, and what is new in the tree."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)


def seen(defect: Defect, tree: Path) -> bool:
    """Whether a test turns red when the defect is put into a tree, and none hangs; the tree is mended after."""
    file = tree / defect.file
    source = file.read_text(encoding="utf-8")
    assert source.count(defect.right) == 1, f"{defect.name}: its words are not in {defect.file} once"
    file.write_text(source.replace(defect.right, defect.wrong), encoding="utf-8")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *defect.tests],
            cwd=tree, env=os.environ | {"PYTHONPATH": str(tree)}, capture_output=True, text=True, timeout=600,
        )  # fmt: skip
        return done.returncode == 1
    except subprocess.TimeoutExpired:  # a test that hangs names nothing
        return False
    finally:
        file.write_text(source, encoding="utf-8")


def main(names: list[str]) -> int:
    """Tries the defects of these names, or all; 1 when one was not seen."""
    chosen = [defect for defect in DEFECTS if not names or any(name in defect.name for name in names)]
    unseen = []
    with TemporaryDirectory(prefix="tact-defects-") as folder:
        tree = Path(folder)
        copy(tree)
        for defect in chosen:
            began = time.monotonic()
            red = seen(defect, tree)
            print(f"{'red  ' if red else 'GREEN'} {time.monotonic() - began:5.1f} s  {defect.name}", flush=True)
            if not red:
                unseen.append(defect)
    print(f"{len(chosen) - len(unseen)} of {len(chosen)} defects turn a test red")
    return int(bool(unseen))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
