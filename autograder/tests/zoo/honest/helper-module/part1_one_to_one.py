"""Part 1 of the exercise on recurrent networks, the shared things are in seismo_tools.py.

Trains LSTM(50) + LSTM(50) + Dense(1) on the shifted multiples of 15 and applies the network to
numbers it never saw. Key variables: X_train, y_train, X_test, y_test, history, y_pred.
Output: printed scores of network and straight line, and part1.png.
"""

import keras
import numpy as np
import seismo_tools as tools
from numpy.polynomial import polynomial


def createSynData(start=1, stop=21, const=15):
    x = np.r_[start:stop].astype("float32")
    return x[1:].reshape(-1, 1, 1), const * x[:-1]


def createTestData(X_train, n=20, const=15):
    begin = X_train.max() + np.random.default_rng().integers(1, 10, endpoint=True)
    x = begin + np.arange(n, dtype="float32")
    return x.reshape(-1, 1, 1), const * (x - 1)


def build_model():
    model = keras.Sequential(
        [
            keras.layers.Input(shape=(1, 1)),
            keras.layers.LSTM(50, activation="relu", return_sequences=True),
            keras.layers.LSTM(50, activation="relu"),
            keras.layers.Dense(1),
        ]
    )
    model.compile(optimizer=keras.optimizers.Nadam(2e-3), loss="mse")
    return model


def train_model(model, X_train, y_train):
    return tools.train_by_batches(model, X_train, y_train, epochs=600, batch_size=5)


def evaluate(y_true, y_pred):
    return tools.regression_scores(y_true, y_pred)


def linear_baseline(X_train, y_train, X_test):
    c = polynomial.polyfit(X_train.flatten().astype(float), y_train.flatten().astype(float), 1)
    return polynomial.polyval(X_test.flatten().astype(float), c)


def plot_results(history, X_test, y_test, y_pred):
    return tools.regression_figure(history, X_test, y_test, y_pred, "Feature")


if __name__ == "__main__":
    X_train, y_train = createSynData()
    X_test, y_test = createTestData(X_train)
    model = build_model()
    history = train_model(model, X_train, y_train)
    y_pred = model.predict(X_test, verbose=0)
    print("network", evaluate(y_test, y_pred))
    print("line   ", evaluate(y_test, linear_baseline(X_train, y_train, X_test)))
    plot_results(history, X_test, y_test, y_pred).savefig("part1.png")
