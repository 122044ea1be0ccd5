"""Seals what must not be readable in a stolen database: AES-256-GCM with keys that live outside it."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.storage import StoreError

KEY_BYTES = 32
_NONCE = 12
_ID = 4


class Seals:
    """Seals with the first key, opens with any of them, so that keys can be changed without a pause."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        self.keys = keys
        self._keys = {_id(key): AESGCM(key) for key in keys}
        self._first = _id(keys[0]) if keys else b""

    def seal(self, text: str, place: str) -> bytes:
        """The sealed text: key id, nonce, ciphertext. It opens only for the same place (tenant and column)."""
        if not self._first:
            raise StoreError(
                "Nothing was kept: this database needs a key for what it seals. Set TACT_KEY (`tact doctor` makes one)."
            )
        nonce = secrets.token_bytes(_NONCE)
        return self._first + nonce + self._keys[self._first].encrypt(nonce, text.encode(), place.encode())

    def open(self, sealed: bytes, place: str) -> str:
        """The text that was sealed for a place; raises StoreError for a wrong key or a changed byte."""
        key, nonce, body = sealed[:_ID], sealed[_ID : _ID + _NONCE], sealed[_ID + _NONCE :]
        try:
            return self._keys[key].decrypt(nonce, body, place.encode()).decode()
        except (KeyError, InvalidTag) as error:
            raise StoreError(
                "What is sealed in the database was sealed with another key. Nothing was changed; set TACT_KEY to that key "
                "(several may stand there, separated by commas)."
            ) from error

    def uses_first(self, sealed: bytes) -> bool:
        """Whether a sealed text was sealed with the first key."""
        return sealed[:_ID] == self._first


def key_file(database: Path) -> Path:
    """The file beside a SQLite file that holds its key."""
    return database.with_name(f"{database.name}.key")


def keys_beside(database: Path) -> tuple[bytes, ...]:
    """The keys in the file beside a SQLite file, made for its owner alone when first needed; several while they change."""
    path = key_file(database)
    if not path.exists():
        keep_keys(path, secrets.token_bytes(KEY_BYTES))
    return tuple(base64.b64decode(line) for line in path.read_text(encoding="ascii").split())


def keep_keys(path: Path, *keys: bytes) -> None:
    """Writes keys into a file for its owner alone, as TACT_KEY_FILE takes it: all of them, or the file is as it was."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.touch(mode=0o600)
    with fresh.open("w", encoding="ascii") as out:
        out.writelines(f"{_as_text(key)}\n" for key in keys)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(path)


def new_key() -> str:
    """A new key, as TACT_KEY takes it."""
    return _as_text(secrets.token_bytes(KEY_BYTES))


def _as_text(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _id(key: bytes) -> bytes:
    """Names a key without telling anything about it."""
    return hashlib.sha256(b"tact key id" + key).digest()[:_ID]
