"""Part 2: many to one.

As in Part 1, several networks are trained from different seeds and the best one is kept. Key
variables: X_train, y_train, X_test, y_test, history of the best run, y_pred. Output: a line per
run, scores inside and outside of the training range, a figure per target.
"""
import random

import matplotlib.pyplot as plt
import numpy as np
from scipy import stats
from sklearn.metrics import mean_squared_error, r2_score
from tensorflow.keras.layers import LSTM, Dense, Dropout, Input
from tensorflow.keras.models import Sequential, clone_model
from tensorflow.keras.utils import set_random_seed

SEEDS = (1, 2, 3)


def set_seeds(seed=42):
    """Make everything reproducible."""
    random.seed(seed)
    np.random.seed(seed)
    set_random_seed(seed)


def createSynData(nSequences=25, iLength=10, offset=0, target="next", seed=1234):
    assert_known(target)
    rng = np.random.default_rng(seed)
    start = rng.integers(1, 10, nSequences, endpoint=True) + offset
    step = rng.uniform(0.1, 0.5, nSequences)
    X = np.empty((nSequences, iLength, 1), dtype="float32")
    for k in range(iLength):
        X[:, k, 0] = start + k * step
    y = start + iLength * step if target == "next" else X[:, -2, 0]
    return X, y.astype("float32")


def assert_known(target):
    if target != "next" and target != "penultimate":
        raise ValueError("target must be 'next' or 'penultimate'")


def build_model(iLength=10, n_hidden=50, f_dropout=0.2):
    set_seeds()
    model = Sequential()
    model.add(Input(shape=(iLength, 1)))
    model.add(LSTM(n_hidden, return_sequences=True))
    model.add(Dropout(f_dropout))
    model.add(LSTM(n_hidden, return_sequences=True))
    model.add(Dropout(f_dropout))
    model.add(LSTM(n_hidden))
    model.add(Dropout(f_dropout))
    model.add(Dense(1))
    model.compile(optimizer="adam", loss="mse")
    return model


def train_model(model, X_train, y_train):
    runs = []
    for seed in SEEDS:
        set_seeds(seed)
        candidate = clone_model(model)
        candidate.compile(optimizer="adam", loss="mse")
        h = candidate.fit(X_train, y_train, epochs=300, batch_size=5, validation_split=0.2, verbose=0).history
        print("seed", seed, "loss", h["loss"][-1], "val_loss", h["val_loss"][-1])
        runs.append((h["val_loss"][-1], h, candidate.get_weights()))
    best = min(runs, key=lambda run: run[0])
    model.set_weights(best[2])
    return best[1]


def evaluate(y_true, y_pred):
    y_true, y_pred = np.ravel(y_true), np.ravel(y_pred)
    return {
        "r2": r2_score(y_true, y_pred),
        "mse": mean_squared_error(y_true, y_pred),
        "normality_p": stats.shapiro(y_true - y_pred).pvalue,
    }


def plot_results(history, X_test, y_test, y_pred):
    fig = plt.figure(figsize=(6, 12))
    plt.subplot(3, 1, 1)
    plt.plot(history["loss"], label="train")
    plt.plot(history["val_loss"], label="validation")
    plt.xlabel("epoch"), plt.ylabel("MSE"), plt.legend()
    plt.subplot(3, 1, 2)
    plt.hist(np.ravel(y_test) - np.ravel(y_pred), bins=10, color="0.5")
    plt.xlabel("residual"), plt.ylabel("count")
    plt.subplot(3, 1, 3)
    plt.plot(X_test[:, -1, 0], y_test, "o", X_test[:, -1, 0], np.ravel(y_pred), "x")
    plt.xlabel("last number"), plt.ylabel("y"), plt.legend(["truth", "network"])
    plt.savefig("part2.png")
    plt.close()
    return fig


if __name__ == "__main__":
    for target in ("next", "penultimate"):
        X_train, y_train = createSynData(target=target)
        model = build_model()
        history = train_model(model, X_train, y_train)
        for offset in (0, 10):
            X_test, y_test = createSynData(offset=offset, target=target, seed=3)
            y_pred = model.predict(X_test, verbose=0)
            print(target, offset, evaluate(y_test, y_pred))
        plot_results(history, X_test, y_test, y_pred)
