"""Part 2 of the exercise on recurrent networks, the shared things are in seismo_tools.py.

Trains three LSTM layers with dropout to continue series of constant step, or to repeat their
penultimate number. Key variables: X_train, y_train, X_test, y_test, history, y_pred.
Output: printed scores for shifted and unshifted series, one picture for each target.
"""

import keras
import numpy as np
import seismo_tools as tools
from part1_one_to_one import evaluate  # noqa: F401  (the function of Part 1 does here as well)


def createSynData(nSequences=25, iLength=10, offset=0, target="next", seed=1234):
    if target not in {"next", "penultimate"}:
        raise ValueError(f"unknown target {target!r}")
    rng = np.random.default_rng(seed)
    starts = rng.integers(1, 11, size=nSequences)
    steps = rng.uniform(0.1, 0.5, size=nSequences)
    X = np.stack(
        [np.linspace(a + offset, a + offset + d * (iLength - 1), iLength) for a, d in zip(starts, steps)]
    )
    y = X[:, -1] + steps if target == "next" else X[:, -2]
    return X[:, :, None].astype("float32"), y.astype("float32")


def build_model(iLength=10, n_hidden=50, f_dropout=0.2):
    model = keras.Sequential([keras.layers.Input(shape=(iLength, 1))])
    for n in range(3):
        model.add(keras.layers.LSTM(n_hidden, return_sequences=n < 2))
        model.add(keras.layers.Dropout(f_dropout))
    model.add(keras.layers.Dense(1))
    model.compile(optimizer=keras.optimizers.AdamW(3e-3, weight_decay=1e-4), loss="mse")
    return model


def train_model(model, X_train, y_train):
    return tools.train_by_batches(model, X_train, y_train, epochs=500, batch_size=10)


def plot_results(history, X_test, y_test, y_pred):
    return tools.regression_figure(history, X_test[:, -1], y_test, y_pred, "Last number")


if __name__ == "__main__":
    for target in ("next", "penultimate"):
        X_train, y_train = createSynData(target=target)
        model = build_model()
        history = train_model(model, X_train, y_train)
        for offset in (0, 10):
            X_test, y_test = createSynData(target=target, offset=offset, seed=8)
            y_pred = model.predict(X_test, verbose=0)
            print(target, offset, evaluate(y_test, y_pred))
        plot_results(history, X_test, y_test, y_pred).savefig(f"part2_{target}.png")
