"""deploy/PRIVACY.md tells people of every table that is kept, and for how long, in the schema's own words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, Table

import bot.storage.store  # noqa: F401  every table is known once the store is
from bot.storage.schema import metadata
from bot.storage.tombstones import apart

PAGE = (Path(__file__).parent.parent / "deploy" / "PRIVACY.md").read_text(encoding="utf-8")
TABLES = (*metadata.sorted_tables, *apart.sorted_tables)
ROWS = {table: line for line in PAGE.splitlines() if (table := (re.findall(r"^\|.*\| `(\w+)` \|", line) or [""])[0])}


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_every_table_has_its_row_with_its_times(table: Table) -> None:
    assert table.name in ROWS, f"add a row for `{table.name}` to deploy/PRIVACY.md"
    what, _, _, kept = ROWS[table.name].strip("| ").split(" | ")
    for column in table.c:
        assert column.info["kept"] in kept, column.name
    assert ("sealed" in what) == any(isinstance(column.type, LargeBinary) for column in table.c)


def test_no_row_tells_of_what_is_not_kept() -> None:
    assert set(ROWS) == {table.name for table in TABLES}


def test_what_is_sealed_is_all_that_is_binary() -> None:
    """A column that holds bytes holds sealed ones, and those are tagged."""
    sealed = [column for table in TABLES for column in table.c if isinstance(column.type, LargeBinary)]
    assert {column.info["tag"] for column in sealed} == {"personal", "secret"}
