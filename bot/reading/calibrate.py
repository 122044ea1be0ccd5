"""Chooses thresholds, temperature and lean from guesses across folds."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.reading.grams import Floats
from bot.reading.weights import INTENTS

FALSE_ALARMS = 0.13
"""Share of the corpus's fitting messages that may be faulted at most when the lean is chosen. A third of these were written to
look faulty, so that of everyday messages far fewer are (target of the judge: 0.10)."""
LEANS = np.arange(0, 0.45, 0.05)
"""What is tried."""
WAVED_THROUGH = 1.5
"""How much worse a pest waved through is than any other error."""


def best_thresholds(guessed: Floats, labels: NDArray[Any]) -> Floats:
    """For each intent the probability from which naming it gives the best F1."""
    steps = np.arange(0.06, 0.6, 0.02)
    best = []
    for j in range(len(INTENTS)):
        truth = labels[:, j].astype(bool)
        f1 = [
            2 * (truth & (guessed[:, j] >= t)).sum() / max(1, truth.sum() + (guessed[:, j] >= t).sum()) for t in steps
        ]
        best.append(float(steps[int(np.argmax(f1))]))
    return np.array(best, np.float32)


def softmax(figures: NDArray[Any]) -> NDArray[Any]:
    """Figures as shares."""
    raised = np.exp(figures - figures.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def calibrate(figures: NDArray[Any], truth: NDArray[Any]) -> tuple[float, Floats]:
    """The temperature of least surprise, and the lean that waves fewest pests through within FALSE_ALARMS."""
    steps = np.arange(0.5, 2.5, 0.05)
    surprise = [-np.log(softmax(figures / t)[np.arange(len(truth)), truth] + 1e-9).mean() for t in steps]
    temperature = float(steps[int(np.argmin(surprise))])
    best, lean = (-1.0, np.zeros(3, np.float32))
    for adjust in LEANS:
        for avoid in LEANS:
            tried = np.array([0, adjust, avoid], np.float32)
            said = (figures / temperature + tried).argmax(axis=1)
            alarms = (said[truth == 0] > 0).mean()
            worth = (said == truth).mean() - WAVED_THROUGH * ((truth == 2) & (said == 0)).mean()
            if alarms <= FALSE_ALARMS and worth > best:
                best, lean = worth, tried
    return temperature, lean
