"""`python -m tests.crash`: crashes by the hundred; with --long, by the ten thousand. Prints seeds and figures."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.crash import kills


def main() -> int:
    """Runs what was asked for; 1 when anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with TemporaryDirectory(prefix="tact-crash-") as folder:
        figures = kills.run(Path(folder), options.kills, options.seed)
    print(figures)
    for wrong in figures.wrong[:20]:
        print("  " + wrong)
    return int(bool(figures.wrong))


if __name__ == "__main__":
    sys.exit(main())
