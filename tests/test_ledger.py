"""What gives and asks add up to."""

from datetime import UTC, datetime, timedelta

from bot.ledger import WINDOW, Balance, balance
from bot.model import Entry, EntryKind

NOW = datetime(2026, 3, 31, tzinfo=UTC)


def entry(kind: EntryKind, days_ago: float) -> Entry:
    return Entry(kind, "help", NOW - timedelta(days=days_ago))


def test_only_the_last_thirty_days_count() -> None:
    entries = [
        entry(EntryKind.GAVE, 31),
        entry(EntryKind.GAVE, 30),
        entry(EntryKind.ASKED, 0),
        entry(EntryKind.ASKED, -1),
    ]
    assert balance(entries, NOW) == Balance(gave=1, asked=1)
    assert WINDOW.days == 30


def test_the_balance_is_a_history_phrase() -> None:
    assert Balance(0, 3).phrase == "asked 3, gave 0 in the last 30 days"
    assert Balance(0, 0).phrase == ""
