"""The seeded defects fit the source as it is now; `python -m tests.crash.defects` shows that each is seen."""

from __future__ import annotations

import pytest

from tests.crash.defects import DEFECTS, ROOT, Defect


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_a_defect_can_be_put_in_at_one_place(defect: Defect) -> None:
    assert (ROOT / defect.file).read_text(encoding="utf-8").count(defect.right) == 1
    assert all((ROOT / test).exists() for test in defect.tests)
