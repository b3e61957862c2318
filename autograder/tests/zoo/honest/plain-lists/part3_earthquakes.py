"""Earthquake or noise, with as little NumPy as possible.

What it does: a file is read line by line into lists, times are scaled with statistics.mean and
statistics.stdev of each station, a bidirectional network is trained, counts are made by hand.
Key variables: X (rows of six times), y (labels), chances (sigmoid outputs), curves (history).
Output: accuracy and counts as text, three figures.
"""
import math
import statistics
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from tensorflow import keras

WIDTH = 6


def cut(line):
    """Fields by blanks; by columns if two times touch."""
    words = line.split()
    if len(words) < 7 and len(line) == 6 * WIDTH + 4:
        words = [line[i : i + WIDTH].strip() for i in range(0, 6 * WIDTH, WIDTH)]
        words.append(line[6 * WIDTH :].strip())
    return words


def load_arrivals(path):
    X, y, where = [], [], 0
    with open(path) as lines:
        for where, line in enumerate(lines, start=1):
            line = line.rstrip("\n")
            if not line.strip() or line.startswith("#"):
                continue
            words = cut(line)
            try:
                if len(words) != 7 or words[-1] not in ("0", "1"):
                    raise ValueError
                times = [[float(word)] for word in words[:-1]]
                if any(math.isinf(t) or math.isnan(t) for (t,) in times):
                    raise ValueError
            except ValueError:
                message = "File {}, line {}: expected six times and a label, found {!r}; fix it."
                raise ValueError(message.format(path, where, line)) from None
            X.append(times)
            y.append([int(words[-1])])
    if not y:
        raise ValueError(f"File {path}, line {where}: no data at all; get another file.")
    return X, y


def preprocess(X_train, X):
    stations = list(zip(*[np.asarray(row).reshape(-1).tolist() for row in X_train]))
    means = [statistics.fmean(times) for times in stations]
    widths = [statistics.stdev(times) or 1.0 for times in stations]
    return [
        [[(t - m) / w] for t, m, w in zip(np.asarray(row).reshape(-1).tolist(), means, widths)]
        for row in X
    ]


def build_model(n_stations=6):
    layers = [keras.layers.Input((n_stations, 1))]
    for more in (True, True, False):
        layers.append(keras.layers.Bidirectional(keras.layers.LSTM(20, return_sequences=more)))
        layers.append(keras.layers.Dropout(0.2))
    layers.append(keras.layers.Dense(1, activation=keras.activations.sigmoid))
    network = keras.Sequential(layers)
    network.compile(keras.optimizers.Nadam(0.004), "binary_crossentropy", metrics=["accuracy"])
    return network


def train_model(model, X_train, y_train):
    X, y = np.array(X_train, dtype="float32"), np.array(y_train).reshape(-1, 1)
    history = model.fit(X, y, 20, 50, validation_split=0.2, shuffle=True, verbose=0)
    return {key: [float(v) for v in values] for key, values in history.history.items()}


def to_labels(probabilities, threshold=0.5):
    return [1 if p > threshold else 0 for p in np.asarray(probabilities).reshape(-1).tolist()]


def evaluate(y_true, probabilities):
    true, said = [int(v) for v in np.asarray(y_true).reshape(-1)], to_labels(probabilities)
    counts = [[0, 0], [0, 0]]
    for t, s in zip(true, said):
        counts[t][s] += 1
    right = sum(t == s for t, s in zip(true, said))
    return {"accuracy": right / len(true), "confusion_matrix": tuple(map(tuple, counts))}


def plot_results(history, confusion_matrix):
    first, second, third = plt.figure(), plt.figure(), plt.figure()
    ax = first.gca()
    for key in ("loss", "val_loss"):
        ax.plot(history[key], label=key)
    ax.set_xlabel("epoch"), ax.set_ylabel("cost"), ax.legend()
    ax = second.gca()
    for key in ("accuracy", "val_accuracy"):
        ax.plot([100 * share for share in history[key]], label=key)
    ax.set_xlabel("epoch"), ax.set_ylabel("accuracy (%)"), ax.legend()
    ax = third.gca()
    rows = [[int(n) for n in row] for row in confusion_matrix]
    ax.imshow(rows)
    for i in (0, 1):
        for j in (0, 1):
            ax.text(j, i, rows[i][j], ha="center", backgroundcolor="white")
    ax.set_xticks([0, 1], ["noise", "earthquake"])
    ax.set_yticks([0, 1], ["noise", "earthquake"])
    ax.set_xlabel("the network's prediction")
    ax.set_ylabel("the truth")
    return [first, second, third]


if __name__ == "__main__":
    data = Path(__file__).resolve().parent.parent / "data"
    X_train, y_train = load_arrivals(data / "arrival_times_train_ran_1234.txt")
    X_test, y_test = load_arrivals(data / "arrival_times_test_ran_1234.txt")
    network = build_model()
    curves = train_model(network, preprocess(X_train, X_train), y_train)
    chances = network.predict(np.array(preprocess(X_train, X_test)), verbose=0)
    scores = evaluate(y_test, chances)
    print(scores)
    plot_results(curves, scores["confusion_matrix"])
    plt.show()
