"""Part 1. A network for y = 15 (x - 1), with the unit of x and y taken out inside the network.

In : createSynData gives X_train (19, 1, 1) and y_train (19,); createTestData goes on from there.
Out: printed scores of y_pred (network) and y_line (straight line), a figure with cost curves
     (history), residuals, and target over feature.
"""
import keras
import numpy as np
from matplotlib import pyplot as plt
from scipy.stats import kstest
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

L = keras.layers


def createSynData(start=1, stop=21, const=15):
    before = np.arange(start, stop - 1, dtype=np.float32)
    now = before + 1
    return now.reshape(-1, 1, 1), const * before


def createTestData(X_train, n=20, const=15):
    now = np.float32(X_train.max()) + np.arange(10, n + 10, dtype=np.float32)
    return now.reshape(-1, 1, 1), const * (now - 1)


def build_model():
    x = L.Input((1, 1))
    z = L.Rescaling(1 / 10)(x)
    z = L.LSTM(50, activation="relu", return_sequences=True)(z)
    z = L.LSTM(50, activation="relu")(z)
    y = L.Rescaling(100)(L.Dense(1)(z))
    model = keras.Model(inputs=[x], outputs=[y])
    model.compile("adam", "mse")
    return model


def train_model(model, X_train, y_train):
    stop = keras.callbacks.EarlyStopping(monitor="loss", min_delta=0.01, patience=250)
    rate = keras.callbacks.LearningRateScheduler(lambda n: 3e-3 if n < 200 else 1e-3)
    h = model.fit(X_train, y_train, batch_size=5, epochs=500, validation_split=0.2, verbose=0,
                  callbacks=[stop, rate])
    return h.history


def evaluate(y_true, y_pred):
    e = np.ravel(y_true) - np.ravel(y_pred)
    return {"mse": np.mean(e**2), "r2": 1 - np.sum(e**2) / np.sum((y_true - np.mean(y_true)) ** 2),
            "normality_p": kstest(e, "norm", args=(e.mean(), e.std())).pvalue}


def linear_baseline(X_train, y_train, X_test):
    line = make_pipeline(StandardScaler(), LinearRegression())
    return line.fit(np.squeeze(X_train, -1), y_train).predict(np.squeeze(X_test, -1))


def plot_results(history, X_test, y_test, y_pred):
    fig, axs = plt.subplots(1, 4, figsize=(16, 4))
    axs[0].plot(history["loss"])
    axs[0].set(xlabel="epoch", ylabel="training cost", yscale="log")
    axs[1].plot(history["val_loss"])
    axs[1].set(xlabel="epoch", ylabel="validation cost", yscale="log")
    axs[2].hist(y_test.ravel() - y_pred.ravel(), bins=8, cumulative=False, weights=None)
    axs[2].set(xlabel="residual", ylabel="n")
    axs[3].plot(X_test.ravel(), y_test.ravel(), "-k", lw=3, alpha=0.3, label="truth")
    axs[3].plot(X_test.ravel(), y_pred.ravel(), "--r", label="network")
    axs[3].set(xlabel="x", ylabel="y")
    axs[3].legend()
    return fig


if __name__ == "__main__":
    X_train, y_train = createSynData()
    X_test, y_test = createTestData(X_train)
    model = build_model()
    history = train_model(model, X_train, y_train)
    y_pred, y_line = model.predict(X_test), linear_baseline(X_train, y_train, X_test)
    print(evaluate(y_test, y_pred), evaluate(y_test, y_line), sep="\n")
    plot_results(history, X_test, y_test, y_pred)
    plt.show()
