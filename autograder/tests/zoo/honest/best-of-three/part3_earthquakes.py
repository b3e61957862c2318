"""Part 3: earthquake or noise.

As in Parts 1 and 2, several networks are trained from different seeds and the best one is kept.
Key variables: X_train, y_train, X_test, y_test (times in seconds, labels), history of the best run,
probabilities. Output: a line per run, accuracy, confusion matrix, a figure.
"""
import random
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from sklearn.metrics import ConfusionMatrixDisplay, accuracy_score
from sklearn.metrics import confusion_matrix as confusion
from sklearn.preprocessing import MinMaxScaler
from tensorflow.keras.layers import LSTM, Bidirectional, Dense, Dropout, Input
from tensorflow.keras.models import Sequential, clone_model
from tensorflow.keras.utils import set_random_seed

SEEDS = (1, 2, 3)


def set_seeds(seed=42):
    """Make everything reproducible."""
    random.seed(seed)
    np.random.seed(seed)
    set_random_seed(seed)


def load_arrivals(path):
    with open(path) as f:
        lines = f.read().splitlines()
    rows = []
    for number, line in enumerate(lines, start=1):
        if line.strip() == "" or line.startswith("#"):
            continue
        rows.append(read_row(path, number, line))
    if len(rows) == 0:
        raise ValueError(f"{path}, line {len(lines)}: there are no rows in this file")
    rows = np.array(rows)
    return rows[:, :6].reshape(-1, 6, 1).astype("float32"), rows[:, 6].astype("int64")


def read_row(path, number, line):
    words = line.split()
    if len(words) < 7 and len(line) == 40:
        words = [line[6 * i : 6 * i + 6] for i in range(6)] + [line[36:]]
    if len(words) != 7:
        raise ValueError(f"{path}, line {number}: {len(words)} words, but 7 are needed; complete it")
    row = []
    for word in words:
        try:
            row.append(float(word))
        except ValueError:
            raise ValueError(f"{path}, line {number}: {word!r} is not a number; correct it")
    if not np.all(np.isfinite(row)) or row[-1] not in (0, 1):
        raise ValueError(f"{path}, line {number}: not finite, or no label; correct it")
    return row


def preprocess(X_train, X):
    scaler = MinMaxScaler(feature_range=(-2, 2))
    scaler.fit(X_train[:, :, 0])
    return scaler.transform(X[:, :, 0]).reshape(X.shape)


def build_model(n_stations=6):
    set_seeds()
    model = Sequential()
    model.add(Input(shape=(n_stations, 1)))
    model.add(Bidirectional(LSTM(24, return_sequences=True)))
    model.add(Dropout(0.2))
    model.add(Bidirectional(LSTM(24, return_sequences=True)))
    model.add(Dropout(0.2))
    model.add(Bidirectional(LSTM(24)))
    model.add(Dropout(0.2))
    model.add(Dense(1, activation="sigmoid"))
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model


def train_model(model, X_train, y_train):
    runs = []
    for seed in SEEDS:
        set_seeds(seed)
        candidate = clone_model(model)
        candidate.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
        h = candidate.fit(X_train, y_train, epochs=30, batch_size=16, validation_split=0.2,
                          shuffle=True, verbose=0).history
        print("seed", seed, "val_loss", h["val_loss"][-1], "val_accuracy", h["val_accuracy"][-1])
        runs.append((h["val_loss"][-1], h, candidate.get_weights()))
    best = min(runs, key=lambda run: run[0])
    model.set_weights(best[2])
    return best[1]


def to_labels(probabilities, threshold=0.5):
    labels = []
    for p in np.ravel(probabilities):
        if p > threshold:
            labels.append(1)
        else:
            labels.append(0)
    return np.array(labels)


def evaluate(y_true, probabilities):
    y_true = np.ravel(y_true)
    labels = to_labels(probabilities)
    return {"accuracy": accuracy_score(y_true, labels), "confusion_matrix": confusion(y_true, labels, labels=(0, 1))}


def plot_results(history, confusion_matrix):
    fig = plt.figure(figsize=(6, 13))
    for n, key in enumerate(("loss", "accuracy"), start=1):
        plt.subplot(3, 1, n)
        plt.plot(history[key], "k-", history["val_" + key], "k--")
        plt.legend(["train", "validation"])
        plt.xlabel("epoch"), plt.ylabel(key)
    ConfusionMatrixDisplay(confusion_matrix).plot(ax=plt.subplot(3, 1, 3), colorbar=False)
    plt.savefig("part3.png")
    plt.close()
    return fig


if __name__ == "__main__":
    data = Path(__file__).resolve().parent.parent / "data"
    X_train, y_train = load_arrivals(data / "arrival_times_train_ran_1234.txt")
    X_test, y_test = load_arrivals(data / "arrival_times_test_ran_1234.txt")
    model = build_model()
    history = train_model(model, preprocess(X_train, X_train), y_train)
    scores = evaluate(y_test, model.predict(preprocess(X_train, X_test), verbose=0))
    print(scores)
    plot_results(history, scores["confusion_matrix"])
