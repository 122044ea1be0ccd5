"""The command about a language model: who may read drafts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UseModel:
    """Consent to a language model, given, withdrawn or shown; for oneself, or by an admin for everyone of the place."""

    on: bool | None = None
    everyone: bool = False
