"""What is sealed opens only with its key, in its place, unchanged."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from bot.storage import StoreError
from bot.storage.sealing import Seals, keys_beside, new_key

OLD, NEW = base64.b64decode(new_key()), base64.b64decode(new_key())


def test_what_is_sealed_opens_in_its_place_and_says_nothing_outside() -> None:
    sealed = Seals((NEW,)).seal("U123 in D456", "slack:T1\0addresses")
    assert b"U123" not in sealed
    assert Seals((NEW,)).open(sealed, "slack:T1\0addresses") == "U123 in D456"
    with pytest.raises(StoreError, match="another key"):
        Seals((NEW,)).open(sealed, "slack:T2\0addresses")


def test_keys_change_without_a_pause() -> None:
    sealed = Seals((OLD,)).seal("x", "p")
    both = Seals((NEW, OLD))
    assert both.open(sealed, "p") == "x"
    assert not both.uses_first(sealed)
    assert both.uses_first(both.seal("x", "p"))


def test_a_wrong_key_is_named_as_such() -> None:
    with pytest.raises(StoreError, match="TACT_KEY"):
        Seals((NEW,)).open(Seals((OLD,)).seal("x", "p"), "p")


def test_any_changed_bit_is_noticed() -> None:
    seals = Seals((NEW,))
    sealed = seals.seal("secret", "p")
    for at in range(len(sealed)):
        with pytest.raises(StoreError):
            seals.open(sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :], "p")


def test_without_a_key_nothing_is_sealed() -> None:
    with pytest.raises(StoreError, match="needs a key"):
        Seals(()).seal("x", "p")


def test_the_key_beside_a_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    first = keys_beside(tmp_path / "tact.db")
    assert keys_beside(tmp_path / "tact.db") == first
    assert (tmp_path / "tact.db.key").stat().st_mode & 0o777 == 0o600
