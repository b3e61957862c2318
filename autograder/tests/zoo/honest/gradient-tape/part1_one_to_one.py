"""Learn y = 15 (x - 1) with a training loop written by hand.

The loop takes the gradients from tf.GradientTape and applies them with the model's own optimizer.
Key variables: X_train, y_train (19 pairs), X_test, y_test (20 pairs further up), history (a
dictionary of losses), y_pred. Output: the loss every 100 epochs, the scores, a figure.
"""

import matplotlib.pyplot as plt
import numpy as np
import scipy.stats as st
import tensorflow as tf
from sklearn.linear_model import LinearRegression

EPOCHS = 800


def squared(y_true, y_pred):
    """Mean squared error in TensorFlow's operations."""
    y_true = tf.reshape(tf.cast(y_true, tf.float32), (-1, 1))
    return tf.reduce_mean(tf.square(y_true - tf.cast(y_pred, tf.float32)))


def createSynData(start=1, stop=21, const=15):
    x = tf.range(start, stop, dtype=tf.float32)
    y = const * x
    return tf.reshape(x[1:], (-1, 1, 1)).numpy(), y[:-1].numpy()


def createTestData(X_train, n=20, const=15):
    x = X_train.ravel()[-1] + 1 + np.arange(n, dtype="float32")
    return x[:, None, None], const * (x - 1)


def build_model():
    model = tf.keras.Sequential(
        [
            tf.keras.layers.Input((1, 1)),
            tf.keras.layers.LSTM(50, activation=tf.nn.relu, return_sequences=True),
            tf.keras.layers.LSTM(50, activation=tf.nn.relu),
            tf.keras.layers.Dense(1),
        ]
    )
    model.compile(optimizer=tf.keras.optimizers.Adam(0.003), loss=squared)
    return model


def train_model(model, X_train, y_train):
    cut = round(0.8 * len(X_train))
    X, y = tf.constant(X_train, tf.float32), tf.constant(y_train, tf.float32)
    optimizer = model.optimizer

    @tf.function
    def step(x, t):
        with tf.GradientTape() as tape:
            loss = squared(t, model(x, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return loss

    @tf.function
    def validate(x, t):
        return squared(t, model(x, training=False))

    history = {"loss": [], "val_loss": []}
    for epoch in range(EPOCHS):
        rows = np.random.permutation(cut)
        losses = [step(tf.gather(X, part), tf.gather(y, part)) for part in np.split(rows, 3)]
        history["loss"].append(float(np.mean([loss.numpy() for loss in losses])))
        history["val_loss"].append(float(validate(X[cut:], y[cut:])))
        if epoch % 100 == 99:
            print(epoch + 1, history["loss"][-1], history["val_loss"][-1])
    return history


def evaluate(y_true, y_pred):
    y_true, y_pred = np.ravel(y_true), np.ravel(y_pred)
    r = y_true - y_pred
    return {
        "r2": 1 - np.sum(r * r) / np.sum((y_true - np.mean(y_true)) ** 2),
        "mse": np.mean(r * r),
        "normality_p": st.shapiro(r).pvalue,
    }


def linear_baseline(X_train, y_train, X_test):
    return LinearRegression().fit(X_train[..., 0], y_train).predict(X_test[..., 0])


def plot_results(history, X_test, y_test, y_pred):
    fig, ax = plt.subplots(3, figsize=(6, 12))
    for name, values in history.items():
        ax[0].plot(values, label=name)
    ax[0].set(xlabel="epoch", ylabel="mse", yscale="log")
    ax[0].legend()
    ax[1].hist(np.ravel(y_test) - np.ravel(y_pred))
    ax[1].set(xlabel="residual", ylabel="count")
    ax[2].plot(np.ravel(X_test), np.ravel(y_test), "o")
    ax[2].set(xlabel="x", ylabel="y")
    return fig


if __name__ == "__main__":
    X_train, y_train = createSynData()
    X_test, y_test = createTestData(X_train)
    model = build_model()
    history = train_model(model, X_train, y_train)
    y_pred = model(X_test).numpy()
    print(evaluate(y_test, y_pred), evaluate(y_test, linear_baseline(X_train, y_train, X_test)))
    plot_results(history, X_test, y_test, y_pred).savefig("part1.png")
