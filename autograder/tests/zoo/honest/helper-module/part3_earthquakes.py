"""Part 3 of the exercise on recurrent networks, the shared things are in seismo_tools.py.

Trains three bidirectional LSTM layers to tell earthquakes from noise by six arrival times.
Key variables: X_train, y_train, X_test, y_test, history, probabilities.
Output: printed accuracy and confusion matrix, and part3.png.
"""

from pathlib import Path

import keras
import numpy as np
import seismo_tools as tools

FIELDS = (6, 6, 6, 6, 6, 6, 4)


def _check(path, lines):
    """Raise ValueError for the first row that is not as it should be."""
    for number, line in lines:
        try:
            values = [float(v) for v in line.split()]
        except ValueError:
            values = []
        if len(line) == sum(FIELDS):
            continue  # read by width below, and looked at there
        if len(values) != 7:
            raise ValueError(f"{path}, line {number}: not six times and a label; correct this row")


def load_arrivals(path):
    lines = [(n, s) for n, s in enumerate(Path(path).read_text().splitlines(), 1) if s.strip()]
    last = lines[-1][0] if lines else 1
    lines = [(n, s) for n, s in lines if not s.startswith("#")]
    if not lines:
        raise ValueError(f"{path}, line {last}: no rows; is this the right file?")
    _check(path, lines)
    table = np.genfromtxt([s if len(s) == 40 else "".join(
        f"{w:>{k}}" for w, k in zip(s.split(), FIELDS)) for _, s in lines], delimiter=FIELDS)
    table = np.atleast_2d(table)
    bad = ~np.isfinite(table).all(axis=1) | ~np.isin(table[:, -1], (0, 1))
    if bad.any():
        number = lines[int(np.argmax(bad))][0]
        raise ValueError(f"{path}, line {number}: something here is no number; correct this row")
    return table[:, :-1, None].astype("float32"), table[:, -1].astype(int)


def preprocess(X_train, X):
    centre = np.median(X_train, axis=0)
    return (X - centre) / np.abs(X_train - centre).mean(axis=0)


def build_model(n_stations=6):
    both = keras.layers.Bidirectional
    model = keras.Sequential([keras.layers.Input(shape=(n_stations, 1))])
    for width, sequences in ((48, True), (32, True), (16, False)):
        model.add(both(keras.layers.LSTM(width, return_sequences=sequences)))
        model.add(keras.layers.Dropout(0.2))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile(
        optimizer=keras.optimizers.AdamW(3e-3), loss="binary_crossentropy", metrics=["accuracy"]
    )
    return model


def train_model(model, X_train, y_train):
    return tools.train_by_batches(model, X_train, y_train, epochs=40, batch_size=20)


def to_labels(probabilities, threshold=0.5):
    return np.heaviside(np.ravel(probabilities) - threshold, 0).astype(int)


def evaluate(y_true, probabilities):
    truth, labels = np.ravel(y_true).astype(int), to_labels(probabilities)
    matrix, *_ = np.histogram2d(truth, labels, bins=[-0.5, 0.5, 1.5])
    return {"accuracy": 1 - np.abs(truth - labels).mean(), "confusion_matrix": matrix.astype(int)}


def plot_results(history, confusion_matrix):
    fig, axes = tools.plt.subplots(1, 3, figsize=(14, 4))
    tools.curves(axes[0], history, "loss")
    tools.curves(axes[1], history, "accuracy")
    axes[2].pcolormesh(np.asarray(confusion_matrix), cmap="Blues", edgecolors="k")
    for i in range(2):
        for j in range(2):
            axes[2].text(j + 0.5, i + 0.5, confusion_matrix[i][j], ha="center", va="center")
    axes[2].invert_yaxis()
    axes[2].set_xlabel("Predicted: noise, earthquake")
    axes[2].set_ylabel("True: noise, earthquake")
    return fig


if __name__ == "__main__":
    data = Path(__file__).resolve().parent.parent / "data"
    X_train, y_train = load_arrivals(data / "arrival_times_train_ran_1234.txt")
    X_test, y_test = load_arrivals(data / "arrival_times_test_ran_1234.txt")
    model = build_model()
    history = train_model(model, preprocess(X_train, X_train), y_train)
    probabilities = model.predict(preprocess(X_train, X_test), verbose=0)
    scores = evaluate(y_test, probabilities)
    print(scores)
    plot_results(history, scores["confusion_matrix"]).savefig("part3.png")
