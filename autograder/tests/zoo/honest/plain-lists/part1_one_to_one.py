"""One number in, one number out, with as little NumPy as possible.

What it does: lists of numbers are made with comprehensions, an LSTM network is trained on them,
and its predictions for larger numbers are compared with a straight line fitted by hand.
Key variables: X_train / y_train (lists), X_test / y_test (lists), curves (losses), guesses.
Output: a few lines of text and three figures.
"""
import math
import statistics
from itertools import count, islice

import matplotlib.pyplot as plt
import numpy as np
from scipy import stats
from tensorflow import keras


def flat(values):
    """List of floats, however deep the numbers are nested."""
    return [float(v) for v in np.asarray(values).reshape(-1)]


def createSynData(start=1, stop=21, const=15):
    numbers = list(range(start, stop))
    targets = [const * number for number in numbers]
    X = [[[float(number)]] for number in numbers[1:]]
    y = [[float(target)] for target in targets[:-1]]
    return X, y


def createTestData(X_train, n=20, const=15):
    biggest = max(flat(X_train))
    numbers = list(islice(count(biggest + 2), n))
    return [[[number]] for number in numbers], [[const * (number - 1)] for number in numbers]


def build_model():
    network = keras.models.Sequential(
        (
            keras.layers.Input(shape=(1, 1)),
            keras.layers.LSTM(units=50, activation=keras.activations.relu, return_sequences=True),
            keras.layers.LSTM(units=50, activation=keras.activations.relu),
            keras.layers.Dense(units=1),
        )
    )
    network.compile(optimizer=keras.optimizers.AdamW(0.003), loss=keras.losses.MeanSquaredError())
    return network


def train_model(model, X_train, y_train):
    """Two stages: large steps first, then small ones; the curves are joined."""
    X, y = np.array(X_train, dtype="float32"), np.array(y_train, dtype="float32").reshape(-1, 1)
    curves = {"loss": [], "val_loss": []}
    for rate, epochs in [(0.003, 500), (0.0005, 300)]:
        model.optimizer.learning_rate = rate
        stage = model.fit(X, y, validation_split=0.2, epochs=epochs, batch_size=3, verbose=0)
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


def linear_baseline(X_train, y_train, X_test):
    slope, intercept = statistics.linear_regression(flat(X_train), flat(y_train))
    return [intercept + slope * x for x in flat(X_test)]


def plot_results(history, X_test, y_test, y_pred):
    x, true, pred = flat(X_test), flat(y_test), flat(y_pred)
    figures = [plt.figure() for _ in range(3)]
    first, second, third = (figure.gca() for figure in figures)
    for key in ("loss", "val_loss"):
        first.plot(range(1, 1 + len(history[key])), history[key], label=key)
    first.set_xlabel("epoch"), first.set_ylabel("cost"), first.legend()
    second.hist([t - p for t, p in zip(true, pred)], bins=7)
    second.set_xlabel("residual"), second.set_ylabel("how many")
    third.plot(x, true, "s")
    third.set_xlabel("feature"), third.set_ylabel("target")
    return tuple(figures)


if __name__ == "__main__":
    X_train, y_train = createSynData()
    X_test, y_test = createTestData(X_train)
    network = build_model()
    curves = train_model(network, X_train, y_train)
    guesses = flat(network.predict(np.array(X_test), verbose=0))
    print(evaluate(y_test, guesses))
    print(evaluate(y_test, linear_baseline(X_train, y_train, X_test)))
    plot_results(curves, X_test, y_test, guesses)
    plt.show()
