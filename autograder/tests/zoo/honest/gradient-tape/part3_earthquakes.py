"""Earthquake or noise from six arrival times; the rows come from a tf.data pipeline.

Key variables: X_train, y_train, X_test, y_test (times and labels), history, probabilities.
Output: accuracy, confusion matrix, a figure of loss, accuracy and counts.
"""

from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from sklearn import metrics


def fields_of(line):
    if len(line.split()) < 7 and len(line) == 40:
        return [line[i : i + 6] for i in range(0, 36, 6)] + [line[36:]]
    return line.split()


def load_arrivals(path):
    rows, number = [], 0
    for number, line in enumerate(Path(path).read_text().split("\n"), 1):
        line = line.rstrip()
        if line == "" or line.startswith("#"):
            continue
        try:
            row = list(map(float, fields_of(line)))
            if len(row) != 7 or not np.isfinite(row).all() or row[6] not in (0.0, 1.0):
                raise ValueError(line)
        except ValueError as error:
            raise ValueError(f"bad row in {path} at line {number}, mend it: {error}") from error
        rows.append(row)
    if not rows:
        raise ValueError(f"no row in {path}, up to line {number}")
    rows = np.array(rows, dtype="float32")
    return rows[:, :6, np.newaxis], rows[:, 6].astype("int32")


def preprocess(X_train, X):
    """Differences between neighbouring stations, scaled; the first one keeps its mean."""

    def steps(times):
        return np.diff(times, axis=1, prepend=times.min(axis=1, keepdims=True))

    known = steps(X_train)
    return (steps(X) - known.mean(axis=0)) / (known.std(axis=0) + 1e-3)


def build_model(n_stations=6):
    model = keras.Sequential([keras.layers.Input((n_stations, 1))])
    for i in range(3):
        model.add(keras.layers.Bidirectional(keras.layers.LSTM(24, return_sequences=i < 2)))
        model.add(keras.layers.Dropout(0.2))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model


def train_model(model, X_train, y_train):
    cut = int(0.8 * len(X_train))
    y_train = np.reshape(y_train, (-1, 1))

    def pipeline(rows):
        return tf.data.Dataset.from_tensor_slices((X_train[rows], y_train[rows]))

    data = pipeline(slice(0, cut)).shuffle(1000).batch(16)
    return model.fit(data, epochs=40, validation_data=pipeline(slice(cut, None)).batch(64), verbose=0).history


def to_labels(probabilities, threshold=0.5):
    return tf.cast(tf.reshape(probabilities, [-1]) > threshold, tf.int32).numpy()


def evaluate(y_true, probabilities):
    truth, labels = np.ravel(y_true), to_labels(probabilities)
    return {
        "accuracy": metrics.accuracy_score(truth, labels),
        "confusion_matrix": tf.math.confusion_matrix(truth, labels, num_classes=2).numpy(),
    }


def plot_results(history, confusion_matrix):
    fig, ax = plt.subplots(3, figsize=(6, 12))
    for i, name in enumerate(["loss", "accuracy"]):
        ax[i].plot(history[name], label="training")
        ax[i].plot(history["val_" + name], label="validation")
        ax[i].set(xlabel="epoch", ylabel=name)
        ax[i].legend()
    ax[2].imshow(confusion_matrix)
    for i in range(2):
        for j in range(2):
            ax[2].text(j, i, f"{confusion_matrix[i][j]}", color="red")
    ax[2].set(xlabel="predicted label", ylabel="true label")
    return fig


if __name__ == "__main__":
    data = Path(__file__).resolve().parent.parent / "data"
    X_train, y_train = load_arrivals(data / "arrival_times_train_ran_1234.txt")
    X_test, y_test = load_arrivals(data / "arrival_times_test_ran_1234.txt")
    model = build_model()
    history = train_model(model, preprocess(X_train, X_train), y_train)
    result = evaluate(y_test, model.predict(preprocess(X_train, X_test), verbose=0))
    print(result)
    plot_results(history, result["confusion_matrix"]).savefig("part3.png")
