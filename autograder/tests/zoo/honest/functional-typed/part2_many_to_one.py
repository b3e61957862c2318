"""Continue short arithmetic series with three stacked LSTM layers, in the functional API.

Each series has an integer start and one step. The network reads ten numbers and names the next
one, or the last but one. Key variables: `X`, `y` rows and targets, `history` the losses, `scores`
the numbers reported. Output: scores for three offsets on the terminal and a figure per target.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import keras
import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from keras import layers
from matplotlib.figure import Figure
from scipy import stats
from sklearn import metrics

Array = npt.NDArray[np.float32]
Target = Literal["next", "penultimate"]
COLUMN: dict[str, int] = {"next": -1, "penultimate": -3}


@dataclass(frozen=True)
class Settings:
    """What the training depends on."""

    epochs: int = 600
    patience: int = 150
    learning_rate: float = 3e-3
    held_out: int = 5


SETTINGS = Settings()


def createSynData(
    nSequences: int = 25,
    iLength: int = 10,
    offset: float = 0,
    target: Target = "next",
    seed: int = 1234,
) -> tuple[Array, Array]:
    if target not in COLUMN:
        raise ValueError(f"target must be one of {sorted(COLUMN)}, got {target!r}")
    rng = np.random.default_rng(seed)
    start = rng.integers(low=1, high=11, size=nSequences)
    step = rng.uniform(low=0.1, high=0.5, size=nSequences)
    series = start[:, None] + offset + np.outer(step, np.arange(iLength + 1))
    series = series.astype(np.float32)
    return series[:, :-1, None], series[:, COLUMN[target]]


def build_model(iLength: int = 10, n_hidden: int = 50, f_dropout: float = 0.2) -> keras.Model:
    series = keras.Input(shape=(iLength, 1), name="series")
    x = series
    for depth in range(3):
        x = layers.LSTM(n_hidden, return_sequences=depth < 2, name=f"lstm_{depth}")(x)
        x = layers.Dropout(rate=f_dropout, name=f"dropout_{depth}")(x)
    model = keras.Model(series, layers.Dense(1, name="number")(x), name="many_to_one")
    model.compile(optimizer=keras.optimizers.Adam(SETTINGS.learning_rate), loss="mse")
    return model


def train_model(model: keras.Model, X_train: Array, y_train: Array) -> dict[str, list[float]]:
    cut = len(X_train) - SETTINGS.held_out
    return model.fit(
        X_train[:cut],
        y_train[:cut],
        validation_data=(X_train[cut:], y_train[cut:]),
        epochs=SETTINGS.epochs,
        batch_size=10,
        callbacks=[
            keras.callbacks.EarlyStopping(patience=SETTINGS.patience, restore_best_weights=True)
        ],
        verbose=0,
    ).history


def evaluate(y_true: npt.ArrayLike, y_pred: npt.ArrayLike) -> dict[str, float]:
    truth, guess = (np.asarray(a, dtype=float).reshape(-1) for a in (y_true, y_pred))
    return {
        "r2": float(metrics.r2_score(truth, guess)),
        "mse": float(metrics.mean_squared_error(truth, guess)),
        "normality_p": float(stats.jarque_bera(truth - guess).pvalue),
    }


def plot_results(
    history: dict[str, Any], X_test: Array, y_test: Array, y_pred: npt.ArrayLike
) -> Figure:
    figure = plt.figure(figsize=(12, 4), layout="constrained")
    losses, residuals, target = figure.subplots(nrows=1, ncols=3)
    for key in ("loss", "val_loss"):
        losses.semilogy(history[key], label=key)
    losses.set(xlabel="epoch", ylabel="mean squared error")
    losses.legend()
    guess = np.asarray(y_pred).reshape(-1)
    residuals.hist(np.asarray(y_test).reshape(-1) - guess, bins=9, edgecolor="k")
    residuals.set(xlabel="residual", ylabel="rows")
    target.plot(X_test[:, -1, 0], y_test, ls="none", marker="o", mfc="none", label="truth")
    target.plot(X_test[:, -1, 0], guess, ls="none", marker=".", label="network")
    target.set(xlabel="last number of the row", ylabel="number to be named")
    target.legend()
    return figure


def main() -> None:
    for target in COLUMN:
        X, y = createSynData(target=target)
        model = build_model()
        history = train_model(model, X, y)
        for offset in (0, 5, 10):
            X_test, y_test = createSynData(seed=4321, offset=offset, target=target)
            print(target, offset, evaluate(y_test, model.predict(X_test, verbose=0)))
        plot_results(history, X_test, y_test, model.predict(X_test, verbose=0))
    plt.show()


if __name__ == "__main__":
    main()
