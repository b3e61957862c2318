"""Continue series of constant step; the rows come from a tf.data pipeline.

Key variables: X_train, y_train (25 rows), X_test, y_test (the same steps, larger starts), history,
y_pred. Output: scores inside and outside the training range for both targets, figures.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np
import scipy.stats as st
import tensorflow as tf


def createSynData(nSequences=25, iLength=10, offset=0, target="next", seed=1234):
    if target not in ["next", "penultimate"]:
        raise ValueError("target should be next or penultimate")
    rng = np.random.default_rng(seed)
    start = rng.integers(1, 11, (nSequences, 1)).astype("float64")
    step = rng.uniform(0.1, 0.5, (nSequences, 1))
    X = start + offset + np.cumsum(np.repeat(step, iLength, axis=1), axis=1) - step
    y = X[:, -1:] + step if target == "next" else X[:, -2:-1]
    return np.expand_dims(X, -1).astype("float32"), y.astype("float32")


def build_model(iLength=10, n_hidden=50, f_dropout=0.2):
    model = keras.Sequential(
        [
            keras.layers.Input((iLength, 1)),
            keras.layers.LSTM(n_hidden, return_sequences=True),
            keras.layers.Dropout(f_dropout),
            keras.layers.LSTM(n_hidden, return_sequences=True),
            keras.layers.Dropout(f_dropout),
            keras.layers.LSTM(n_hidden),
            keras.layers.Dropout(f_dropout),
            keras.layers.Dense(1),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(0.004), loss="mse", metrics=[keras.metrics.R2Score()])
    return model


def train_model(model, X_train, y_train):
    y_train = np.reshape(y_train, (-1, 1))
    cut = int(0.8 * len(X_train))
    data = tf.data.Dataset.from_tensor_slices((X_train[:cut], y_train[:cut]))
    held = tf.data.Dataset.from_tensor_slices((X_train[cut:], y_train[cut:]))
    return model.fit(
        data.shuffle(cut).batch(5).prefetch(tf.data.AUTOTUNE),
        validation_data=held.batch(5),
        epochs=350,
        verbose=0,
    ).history


def evaluate(y_true, y_pred):
    y_true, y_pred = np.ravel(y_true), np.ravel(y_pred)
    r = y_true - y_pred
    return {
        "r2": 1 - np.sum(r * r) / np.sum((y_true - np.mean(y_true)) ** 2),
        "mse": np.mean(r * r),
        "normality_p": st.shapiro(r).pvalue,
    }


def plot_results(history, X_test, y_test, y_pred):
    fig, ax = plt.subplots(3, figsize=(6, 12))
    for name, values in history.items():
        if "loss" in name:
            ax[0].plot(values, label=name)
    ax[0].set(xlabel="epoch", ylabel="mse", yscale="log")
    ax[0].legend()
    ax[1].hist(np.ravel(y_test) - np.ravel(y_pred))
    ax[1].set(xlabel="residual", ylabel="count")
    ax[2].plot(X_test[:, -1, 0], np.ravel(y_test), "o")
    ax[2].set(xlabel="last x of the row", ylabel="y")
    return fig


if __name__ == "__main__":
    for target in ("next", "penultimate"):
        X_train, y_train = createSynData(target=target)
        X_test, y_test = createSynData(target=target, offset=10)
        model = build_model()
        history = train_model(model, X_train, y_train)
        y_pred = model.predict(X_test, verbose=0)
        print(target, evaluate(y_test, y_pred))
        plot_results(history, X_test, y_test, y_pred).savefig(f"part2_{target}.png")
