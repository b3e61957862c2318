"""Many numbers in, one number out, with as little NumPy as possible.

What it does: rows of a constant step are made as lists, a network of three LSTM layers learns to
go on with them, once for the next number and once for the penultimate one.
Key variables: X / y (lists of rows and targets), curves (losses), guesses (predictions).
Output: scores as text, three figures for each target.
"""
import math
import statistics

import matplotlib.pyplot as plt
import numpy as np
from scipy import stats
from tensorflow import keras


def flat(values):
    return [float(v) for v in np.asarray(values).reshape(-1)]


def createSynData(nSequences=25, iLength=10, offset=0, target="next", seed=1234):
    if target == "next":
        wanted = iLength
    elif target == "penultimate":
        wanted = iLength - 2
    else:
        raise ValueError("target: next or penultimate, please")
    rng = np.random.default_rng(seed)
    X, y = [], []
    for _ in range(nSequences):
        start = int(rng.integers(1, 10, endpoint=True)) + offset
        step = float(rng.uniform(0.1, 0.5))
        number = lambda k: start + k * step  # noqa: E731
        X.append([[number(k)] for k in range(iLength)])
        y.append([number(wanted)])
    return X, y


def build_model(iLength=10, n_hidden=50, f_dropout=0.2):
    network = keras.models.Sequential()
    network.add(keras.layers.InputLayer(shape=(iLength, 1)))
    network.add(keras.layers.LSTM(n_hidden, return_sequences=True))
    network.add(keras.layers.Dropout(f_dropout))
    network.add(keras.layers.LSTM(n_hidden, return_sequences=True))
    network.add(keras.layers.Dropout(f_dropout))
    network.add(keras.layers.LSTM(n_hidden, return_sequences=False))
    network.add(keras.layers.Dropout(f_dropout))
    network.add(keras.layers.Dense(1))
    network.compile(keras.optimizers.AdamW(0.003), "mse")
    return network


def train_model(model, X_train, y_train):
    X, y = np.array(X_train, dtype="float32"), np.array(y_train, dtype="float32").reshape(-1, 1)
    curves = {"loss": [], "val_loss": []}
    for rate, epochs in [(0.003, 250), (0.0007, 150)]:
        model.optimizer.learning_rate = rate
        stage = model.fit(X, y, validation_split=0.2, epochs=epochs, batch_size=5, verbose=0)
        for key in curves:
            curves[key] += stage.history[key]
    return curves


def evaluate(y_true, y_pred):
    true, pred = flat(y_true), flat(y_pred)
    residuals = [t - p for t, p in zip(true, pred)]
    middle = statistics.fmean(true)
    squares = math.fsum(r * r for r in residuals)
    spread = math.fsum((t - middle) ** 2 for t in true)
    return {
        "r2": 1 - squares / spread,
        "mse": squares / len(residuals),
        "normality_p": stats.shapiro(residuals).pvalue,
    }


def plot_results(history, X_test, y_test, y_pred):
    figures = [plt.figure() for _ in range(3)]
    first, second, third = (figure.gca() for figure in figures)
    for key in ("loss", "val_loss"):
        first.plot(range(1, 1 + len(history[key])), history[key], label=key)
    first.set_xlabel("epoch"), first.set_ylabel("cost"), first.legend()
    second.hist([t - p for t, p in zip(flat(y_test), flat(y_pred))])
    second.set_xlabel("residual"), second.set_ylabel("how many")
    third.plot([flat(row)[-1] for row in X_test], flat(y_test), "s")
    third.set_xlabel("last number of the row"), third.set_ylabel("target")
    return figures


if __name__ == "__main__":
    for target in ("next", "penultimate"):
        X, y = createSynData(target=target)
        network = build_model()
        curves = train_model(network, X, y)
        X, y = createSynData(offset=10, target=target)
        guesses = flat(network.predict(np.array(X), verbose=0))
        print(target, evaluate(y, guesses))
        plot_results(curves, X, y, guesses)
    plt.show()
