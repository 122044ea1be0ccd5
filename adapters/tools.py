"""Starts `tact mcp`, or says in one sentence why it cannot start."""

from __future__ import annotations

import sys

from adapters import CONFIGURATION
from bot.charters import CharterError
from bot.judging import build_judging
from bot.settings import SettingsError, from_environment


def serve() -> int:
    """Serves until the client leaves; returns the exit code, 78 when a package, setting or charter is in the way."""
    try:
        from adapters import mcp
    except ImportError:
        print(
            "Tools over MCP need one more package: pip install 'tact[mcp]'. Everything else works without.",
            file=sys.stderr,
        )
        return CONFIGURATION
    try:
        judging = build_judging(from_environment().charters)
        judging.load_all()
    except (SettingsError, CharterError) as problem:
        print(problem, file=sys.stderr)
        return CONFIGURATION
    mcp.serve(judging)
    return 0
