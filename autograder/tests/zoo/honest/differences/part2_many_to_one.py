"""Part 2. A network that sees differences, so that it does not matter where a series starts.

In : createSynData gives rows X (n, 10, 1) and the next (or the last but one) number y (n,).
Out: printed scores of y_pred for starts of 1 to 10 and for starts further up; a figure with cost
     curves (history), residuals, and target over the last number.
"""
import keras
import numpy as np
from matplotlib import pyplot as plt
from scipy.stats import kstest

L = keras.layers


def createSynData(nSequences=25, iLength=10, offset=0, target="next", seed=1234):
    where = {"next": iLength, "penultimate": iLength - 2}
    if target not in where:
        raise ValueError(f"{target=}: choose one of {list(where)}")
    rng = np.random.default_rng(seed)
    a, d = rng.integers(1, 11, nSequences), rng.uniform(0.1, 0.5, nSequences)
    k = np.arange(iLength)
    X = (a + offset)[:, None] + np.einsum("i,j->ij", d, k)
    return X[..., None], a + offset + where[target] * d


def build_model(iLength=10, n_hidden=50, f_dropout=0.2):
    x = L.Input((iLength, 1))
    last = x[:, -1, :]
    z = x[:, 1:, :] - x[:, :-1, :]
    z = L.Rescaling(5.0, -1.5)(z)
    for n in range(3):
        z = L.LSTM(n_hidden, return_sequences=(n < 2))(z)
        z = L.Dropout(f_dropout)(z)
    y = last + L.Dense(1)(z)
    model = keras.Model(inputs=[x], outputs=[y])
    model.compile(keras.optimizers.Adam(3e-3), "mse")
    return model


def train_model(model, X_train, y_train):
    h = model.fit(X_train, y_train, batch_size=5, epochs=300, validation_split=0.2, verbose=0)
    return h.history


def evaluate(y_true, y_pred):
    e = np.ravel(y_true) - np.ravel(y_pred)
    return {"mse": np.mean(e**2), "r2": 1 - np.sum(e**2) / np.sum((y_true - np.mean(y_true)) ** 2),
            "normality_p": kstest(e, "norm", args=(e.mean(), e.std())).pvalue}


def plot_results(history, X_test, y_test, y_pred):
    fig, axs = plt.subplots(2, 2, figsize=(8, 8))
    axs = axs.ravel()
    axs[0].plot(history["loss"])
    axs[0].set(xlabel="epoch", ylabel="training cost", yscale="log")
    axs[1].plot(history["val_loss"])
    axs[1].set(xlabel="epoch", ylabel="validation cost", yscale="log")
    axs[2].hist(y_test.ravel() - y_pred.ravel(), bins=8)
    axs[2].set(xlabel="residual", ylabel="n")
    axs[3].scatter(X_test[:, -1, 0], y_test.ravel(), c=y_pred.ravel(), cmap="viridis")
    axs[3].set(xlabel="last number", ylabel="y")
    fig.tight_layout()
    return fig


if __name__ == "__main__":
    for target in ("next", "penultimate"):
        model = build_model()
        history = train_model(model, *createSynData(target=target))
        for offset in (0, 10, 100):
            X_test, y_test = createSynData(offset=offset, target=target, seed=6)
            y_pred = model.predict(X_test)
            print(target, offset, evaluate(y_test, y_pred))
        plot_results(history, X_test, y_test, y_pred)
    plt.show()
