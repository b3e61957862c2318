"""Part 3. Arrivals relative to the first one of each row: the origin time does not matter.

In : load_arrivals reads rows X (n, 6, 1) in seconds and labels y (n,); preprocess takes the first
     arrival of each row off.
Out: printed accuracy and confusion matrix; a figure with costs and accuracies (history) and counts.
"""
from pathlib import Path

import keras
import numpy as np
from matplotlib import pyplot as plt

L = keras.layers


def load_arrivals(path):
    X, y, n = [], [], 0
    for n, s in enumerate(Path(path).read_text().splitlines(), 1):
        if s.strip() and not s.startswith("#"):
            w = s.split()
            if len(w) < 7 and len(s) == 40:
                w = [s[i:i + 6] for i in range(0, 36, 6)] + [s[36:]]
            try:
                *t, label = (float(v) for v in w)
            except ValueError as e:
                raise ValueError(f"{path}, line {n}: {e}; write numbers only") from e
            if len(t) != 6 or not np.isfinite(t).all() or label not in (0, 1):
                raise ValueError(f"{path}, line {n}: six times and a label 0 or 1 are needed; mend it")
            X.append(t)
            y.append(label)
    if not X:
        raise ValueError(f"{path}, line {n}: nothing but comments; get the data")
    return np.array(X)[:, :, None], np.array(y).astype(int)


def preprocess(X_train, X):
    X = np.asarray(X, dtype=np.float64)
    return X - X.min(axis=1, keepdims=True)


def build_model(n_stations=6):
    x = L.Input((n_stations, 1))
    z = L.Rescaling(0.1, -0.7)(x)
    for n, units in enumerate((40, 40, 40)):
        z = L.Bidirectional(L.LSTM(units, return_sequences=(n < 2)))(z)
        z = L.Dropout(0.2)(z)
    y = L.Dense(1, activation="sigmoid")(z)
    model = keras.Model(inputs=[x], outputs=[y])
    model.compile(keras.optimizers.Adam(3e-3), "binary_crossentropy", metrics=["accuracy"])
    return model


def train_model(model, X_train, y_train):
    h = model.fit(X_train, y_train, batch_size=16, epochs=60, validation_split=0.2, shuffle=True, verbose=0)
    return h.history


def to_labels(probabilities, threshold=0.5):
    return np.ceil(np.ravel(probabilities) - threshold).astype(int)


def evaluate(y_true, probabilities):
    t, p = np.ravel(y_true).astype(int), to_labels(probabilities)
    M = np.array([[np.sum((1 - t) * (1 - p)), np.sum((1 - t) * p)], [np.sum(t * (1 - p)), np.sum(t * p)]])
    return {"accuracy": M.trace() / M.sum(), "confusion_matrix": M}


def plot_results(history, confusion_matrix):
    fig, axs = plt.subplots(1, 5, figsize=(20, 4))
    for ax, key in zip(axs, ("loss", "val_loss", "accuracy", "val_accuracy")):
        ax.plot(history[key], ".")
        ax.set(xlabel="epoch", ylabel=key)
    M = np.array(confusion_matrix, dtype=float)
    axs[4].imshow(100 * M / M.sum(axis=1, keepdims=True), cmap="Greens", vmin=0, vmax=100)
    for (i, j), n in np.ndenumerate(M):
        axs[4].text(j, i, f"{n:.0f}", ha="center")
    axs[4].set(xlabel="predicted class", ylabel="true class", title="share of the true class, %")
    fig.tight_layout()
    return fig


if __name__ == "__main__":
    data = Path(__file__).resolve().parent.parent / "data"
    X_train, y_train = load_arrivals(data / "arrival_times_train_ran_1234.txt")
    X_test, y_test = load_arrivals(data / "arrival_times_test_ran_1234.txt")
    model = build_model()
    history = train_model(model, preprocess(X_train, X_train), y_train)
    for later in (0, 30):
        p = model.predict(preprocess(X_train, X_test + later))
        print("later by", later, "s:", evaluate(y_test, p))
    plot_results(history, evaluate(y_test, p)["confusion_matrix"])
    plt.show()
