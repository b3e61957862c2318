"""Classify rows of six arrival times as earthquake or noise, in Keras' functional API.

Times are standardised per station with scikit-learn's StandardScaler. Key variables: `X`, `y`
arrival times in seconds and labels, `probabilities` the sigmoid's output, `history` losses and
accuracies. Output: accuracy, confusion matrix and a figure with three panels.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from keras import layers
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.metrics import ConfusionMatrixDisplay
from sklearn.preprocessing import StandardScaler

WIDTHS: tuple[int, ...] = (6,) * 6 + (4,)


@dataclass(frozen=True)
class Row:
    """One candidate: six times in seconds and a label."""

    times: tuple[float, ...]
    label: int

    @classmethod
    def parse(cls, line: str) -> Row:
        """Read a row by blanks, or by width where times have grown together."""
        words = line.split()
        if len(words) != 7 and len(line) == sum(WIDTHS):
            words = list(_by_width(line))
        if len(words) != 7:
            raise ValueError(f"{len(words)} columns instead of 7")
        times = tuple(map(float, words[:6]))
        if not all(map(math.isfinite, times)):
            raise ValueError("a time is not finite")
        if words[6].strip() not in {"0", "1"}:
            raise ValueError(f"label {words[6]!r} is neither 0 nor 1")
        return cls(times, int(words[6]))


def _by_width(line: str) -> Iterator[str]:
    at = 0
    for width in WIDTHS:
        yield line[at : at + width]
        at += width


def load_arrivals(path: str | Path) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    rows: list[Row] = []
    number = 0
    for number, line in enumerate(Path(path).read_text().splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            rows.append(Row.parse(line))
        except ValueError as reason:
            raise ValueError(f"{path}:{number}: {reason}. Correct or delete this row.") from reason
    if not rows:
        raise ValueError(f"{path}:{number}: there is no row of data. Download the file again.")
    X = np.array([row.times for row in rows], dtype=np.float32)
    return X[..., np.newaxis], np.array([row.label for row in rows])


def preprocess(X_train: npt.NDArray[Any], X: npt.NDArray[Any]) -> npt.NDArray[Any]:
    scaler = StandardScaler().fit(X_train[..., 0])
    return scaler.transform(X[..., 0])[..., np.newaxis]


def build_model(n_stations: int = 6, units: tuple[int, int, int] = (32, 24, 16)) -> keras.Model:
    times = keras.Input(shape=(n_stations, 1), name="times")
    x = times
    for n, width in enumerate(units, start=1):
        x = layers.Bidirectional(layers.LSTM(width, return_sequences=n < len(units)))(x)
        x = layers.Dropout(0.2)(x)
    probability = layers.Dense(1, activation="sigmoid", name="probability")(x)
    model = keras.Model(times, probability)
    model.compile(
        optimizer=keras.optimizers.Adam(4e-3),
        loss=keras.losses.BinaryCrossentropy(),
        metrics=["accuracy"],
    )
    return model


def train_model(
    model: keras.Model, X_train: npt.NDArray[Any], y_train: npt.NDArray[Any]
) -> dict[str, list[float]]:
    stopper = keras.callbacks.EarlyStopping(patience=15, restore_best_weights=True)
    return model.fit(
        X_train,
        y_train,
        epochs=60,
        batch_size=32,
        validation_split=0.2,
        shuffle=True,
        callbacks=[stopper],
        verbose=0,
    ).history


def to_labels(probabilities: npt.ArrayLike, threshold: float = 0.5) -> npt.NDArray[np.int64]:
    return np.where(np.asarray(probabilities).reshape(-1) > threshold, 1, 0)


def evaluate(y_true: npt.ArrayLike, probabilities: npt.ArrayLike) -> dict[str, Any]:
    truth, labels = np.asarray(y_true).reshape(-1), to_labels(probabilities)
    matrix = np.zeros((2, 2), dtype=int)
    np.add.at(matrix, (truth, labels), 1)
    return {"accuracy": float(np.trace(matrix) / matrix.sum()), "confusion_matrix": matrix}


def _curves(ax: Axes, history: dict[str, Any], key: str) -> None:
    ax.plot(history[key], label=f"{key} (training)")
    ax.plot(history[f"val_{key}"], label=f"{key} (validation)", linestyle="dashed")
    ax.set(xlabel="epoch", ylabel=key)
    ax.legend()


def plot_results(history: dict[str, Any], confusion_matrix: npt.NDArray[Any]) -> Figure:
    figure, (left, middle, right) = plt.subplots(ncols=3, figsize=(13, 4), layout="constrained")
    _curves(left, history, "loss")
    _curves(middle, history, "accuracy")
    ConfusionMatrixDisplay(np.asarray(confusion_matrix), display_labels=["noise", "event"]).plot(ax=right)
    return figure


def main() -> None:
    folder = Path(__file__).resolve().parent.parent / "data"
    X_train, y_train = load_arrivals(folder / "arrival_times_train_ran_1234.txt")
    X_test, y_test = load_arrivals(folder / "arrival_times_test_ran_1234.txt")
    model = build_model()
    history = train_model(model, preprocess(X_train, X_train), y_train)
    probabilities = model.predict(preprocess(X_train, X_test), verbose=0)
    scores = evaluate(y_test, probabilities)
    print(scores)
    plot_results(history, scores["confusion_matrix"])
    plt.show()


if __name__ == "__main__":
    main()
