"""Fit a shifted linear rule with a stacked LSTM written in Keras' functional API.

The module generates the pairs (2, 15), (3, 30), ..., fits the network with early stopping, and
reports how far the fit carries beyond the numbers that were seen.

Key variables: `train` and `test` hold features and targets, `history` the losses per epoch,
`prediction` the network's numbers for the test features. Output: scores on the terminal and one
figure with three panels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import keras
import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from keras import layers
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy import stats

Array = npt.NDArray[np.float32]


class Pairs(NamedTuple):
    """Features (n, 1, 1) and targets (n,)."""

    X: Array
    y: Array


@dataclass(frozen=True)
class Settings:
    """What the training depends on."""

    epochs: int = 1200
    batch_size: int = 4
    patience: int = 200
    learning_rate: float = 2e-3
    held_out: float = 0.2


SETTINGS = Settings()


def _as_sequence(values: npt.ArrayLike) -> Array:
    return np.asarray(values, dtype=np.float32)[:, np.newaxis, np.newaxis]


def createSynData(start: int = 1, stop: int = 21, const: float = 15) -> Pairs:
    features = np.arange(start + 1, stop, dtype=np.float32)
    return Pairs(_as_sequence(features), const * (features - 1))


def createTestData(X_train: Array, n: int = 20, const: float = 15, gap: int = 1) -> Pairs:
    beginning = float(np.max(X_train)) + gap
    features = np.linspace(beginning, beginning + n - 1, n, dtype=np.float32)
    return Pairs(_as_sequence(features), const * (features - 1))


def build_model() -> keras.Model:
    number = keras.Input(shape=(1, 1), name="number")
    hidden = layers.LSTM(50, activation="relu", return_sequences=True, name="lower")(number)
    hidden = layers.LSTM(50, activation="relu", name="upper")(hidden)
    target = layers.Dense(1, name="target")(hidden)
    model = keras.Model(inputs=number, outputs=target, name="one_to_one")
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=SETTINGS.learning_rate),
        loss=keras.losses.MeanSquaredError(),
    )
    return model


def _held_out(n: int, share: float) -> npt.NDArray[np.bool_]:
    """Every fifth row, so that validation rows lie inside the range."""
    every = round(1 / share)
    return np.arange(n) % every == every // 2


def train_model(model: keras.Model, X_train: Array, y_train: Array) -> dict[str, list[float]]:
    mask = _held_out(len(X_train), SETTINGS.held_out)
    stopper = keras.callbacks.EarlyStopping(
        monitor="val_loss", patience=SETTINGS.patience, restore_best_weights=True
    )
    record: keras.callbacks.History = model.fit(
        X_train[~mask],
        y_train[~mask],
        validation_data=(X_train[mask], y_train[mask]),
        epochs=SETTINGS.epochs,
        batch_size=SETTINGS.batch_size,
        callbacks=[stopper],
        verbose=0,
    )
    return record.history


def evaluate(y_true: npt.ArrayLike, y_pred: npt.ArrayLike) -> dict[str, float]:
    truth = np.asarray(y_true, dtype=float).reshape(-1)
    residuals = truth - np.asarray(y_pred, dtype=float).reshape(-1)
    ss_residual: float = float(residuals @ residuals)
    ss_total: float = float(np.sum((truth - truth.mean()) ** 2))
    return {
        "r2": 1 - ss_residual / ss_total,
        "mse": ss_residual / truth.size,
        "normality_p": float(stats.jarque_bera(residuals).pvalue),
    }


def linear_baseline(X_train: Array, y_train: Array, X_test: Array) -> npt.NDArray[np.float64]:
    line = np.polynomial.Polynomial.fit(X_train.reshape(-1), y_train.reshape(-1), deg=1)
    return line(X_test.reshape(-1).astype(float))


def _draw_losses(ax: Axes, history: dict[str, Any]) -> None:
    epochs = range(1, len(history["loss"]) + 1)
    for key, name in {"loss": "training", "val_loss": "validation"}.items():
        ax.plot(epochs, history[key], label=name)
    ax.set_yscale("log")
    ax.set_xlabel("epoch")
    ax.set_ylabel("mean squared error")
    ax.legend(frameon=False)


def _draw_residuals(ax: Axes, residuals: npt.NDArray[np.float64]) -> None:
    ax.hist(residuals, bins="sturges", density=True, alpha=0.6)
    at = np.linspace(residuals.min(), residuals.max(), 100)
    ax.plot(at, stats.norm.pdf(at, residuals.mean(), residuals.std()), "k--", label="Gaussian")
    ax.set_xlabel("residual")
    ax.set_ylabel("probability density")
    ax.legend()


def plot_results(
    history: dict[str, Any], X_test: Array, y_test: Array, y_pred: npt.ArrayLike
) -> Figure:
    figure, axes = plt.subplot_mosaic([["losses", "residuals", "target"]], figsize=(12, 4))
    flat = np.asarray(y_pred, dtype=float).reshape(-1)
    _draw_losses(axes["losses"], history)
    _draw_residuals(axes["residuals"], y_test.reshape(-1) - flat)
    axes["target"].scatter(X_test.reshape(-1), y_test, s=12, label="truth")
    axes["target"].scatter(X_test.reshape(-1), flat, s=12, marker="x", label="network")
    axes["target"].set(xlabel="feature", ylabel="target")
    axes["target"].legend()
    figure.tight_layout()
    return figure


def main() -> None:
    train = createSynData()
    test = createTestData(train.X)
    model = build_model()
    history = train_model(model, *train)
    prediction = model.predict(test.X, verbose=0)
    print(evaluate(test.y, prediction), evaluate(test.y, linear_baseline(*train, test.X)))
    plot_results(history, test.X, test.y, prediction)
    plt.show()


if __name__ == "__main__":
    main()
