"""The trained weights: how they are stored (plain arrays, no code) and how a text is put to them."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from bot.model import Intent, Reason
from bot.reading.grams import Floats, Ints, Vocabulary

REASONS = tuple(reason for reason in Reason if reason is not Reason.NONE)
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Layer:
    """Weights kept as bytes with one scale a column, and their bias."""

    table: NDArray[np.int8]
    scale: Floats
    bias: Floats

    def __call__(self, ids: Ints, values: Floats) -> Floats:
        """The weighted sum of the rows, a figure for each column."""
        return (values @ self.table.take(ids, axis=0).astype(np.float32)) * self.scale


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Everything that training learned."""

    vocabulary: Vocabulary
    heads: tuple[str, ...]
    """What the reader tells of a text: intents, then reasons, then what real text taught."""
    text: Layer
    """Of a text's grams: a column for each head, then one for each verdict."""
    marks: Layer
    mark_numbers: dict[str, int]
    weighing: Layer
    """Of the second stage's named features: a column for each verdict, then one for each reason."""
    names: dict[str, int]
    thresholds: tuple[float, ...]
    """From which probability an intent is named."""
    temperature: float
    """What the verdict's figures are divided by, so that a confidence of 0.8 is right in 8 of 10."""
    lean: tuple[float, ...]
    """What is added for adjust and avoid, so that few pests are waved through at few false alarms."""


@lru_cache(maxsize=64)
def text_figures(plain: str, weights: Weights) -> Floats:
    """What a folded text's words say for each head and then for each verdict."""
    return weights.text(*weights.vocabulary.vector(plain)) + weights.text.bias


def beside(left: Layer, right: Layer) -> Layer:
    """Two layers over the same features as one, so that their rows are looked up once."""
    return Layer(
        np.hstack([left.table, right.table]),
        np.concatenate([left.scale, right.scale]),
        np.concatenate([left.bias, right.bias]),
    )


def pack(weights: NDArray[np.floating], bias: NDArray[np.floating]) -> Layer:
    """Float weights as bytes."""
    scale = np.abs(weights).max(axis=0) / 127 + np.float32(1e-9)
    return Layer(np.rint(weights / scale).astype(np.int8), scale.astype(np.float32), bias.astype(np.float32))


def save(arrays: dict[str, NDArray[np.generic]]) -> bytes:
    """Arrays as an uncompressed .npz with no dates in it: the same arrays are the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, array in sorted(arrays.items()):
            content = io.BytesIO()
            np.lib.format.write_array(content, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), content.getvalue())
    return out.getvalue()


def words_as_array(words: list[str]) -> NDArray[np.uint8]:
    """Words as bytes, one a line."""
    return np.frombuffer("\n".join(words).encode(), np.uint8)


def _words(array: NDArray[np.uint8]) -> list[str]:
    return array.tobytes().decode().split("\n")


@cache
def load() -> Weights:
    """The weights that come with Tact, read once per process."""
    with (files("bot.reading") / "weights.npz").open("rb") as file, np.load(file, allow_pickle=False) as raw:
        arrays = {name: raw[name] for name in raw.files}
    layers = {
        name: Layer(arrays[f"{name}_table"], arrays[f"{name}_scale"], arrays[f"{name}_bias"])
        for name in ("text", "marks", "verdict_text", "verdict", "reason")
    }
    return Weights(
        vocabulary=Vocabulary(_words(arrays["word_grams"]), _words(arrays["letter_grams"]), arrays["idf"]),
        heads=tuple(_words(arrays["heads"])),
        mark_numbers={name: number for number, name in enumerate(_words(arrays["mark_names"]))},
        names={name: number for number, name in enumerate(_words(arrays["names"]))},
        thresholds=tuple(arrays["thresholds"].tolist()),
        temperature=float(arrays["temperature"][0]),
        lean=tuple(arrays["lean"].tolist()),
        text=beside(layers["text"], layers["verdict_text"]),
        marks=layers["marks"],
        weighing=beside(layers["verdict"], layers["reason"]),
    )


INTENTS = tuple(Intent)
