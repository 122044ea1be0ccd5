"""`python -m tests.crash`: crashes by the hundred; with --long, by the ten thousand. Prints seeds and figures."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.crash import kills, several


def main() -> int:
    """Runs what was asked for; 1 when anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=0, help="on PostgreSQL, so many processes at once")
    parser.add_argument("--restarts", type=int, default=0, help="of PostgreSQL, in the midst of it")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="tact-crash-", ignore_cleanup_errors=True) as folder:
        if options.workers:
            figures = several.run(Path(folder), options.kills, options.restarts, options.workers, options.seed)
        else:
            figures = kills.run(Path(folder), options.kills, options.seed)
    return tell(figures)


def tell(figures: kills.Figures) -> int:
    """Prints what was found; 1 when anything was wrong."""
    print(figures, flush=True)
    for wrong in figures.wrong[:20]:
        print("  " + wrong)
    return int(bool(figures.wrong))


if __name__ == "__main__":
    sys.exit(main())
