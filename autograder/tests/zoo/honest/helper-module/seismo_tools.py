"""What the three parts have in common: scores, curves, and a training loop with small batches."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from scipy import stats

COLOURS = {"loss": "navy", "val_loss": "crimson", "accuracy": "navy", "val_accuracy": "crimson"}


def regression_scores(truth, guess):
    """R², mean squared error and the p-value of a normality test of the residuals."""
    truth = np.asarray(truth, "float64").squeeze()
    guess = np.asarray(guess, "float64").squeeze()
    error = truth - guess
    z = (error - error.mean()) / error.std(ddof=1)
    return {
        "r2": 1.0 - np.sum(error**2) / np.sum((truth - truth.mean()) ** 2),
        "mse": np.mean(error**2),
        "normality_p": stats.cramervonmises(z, "norm").pvalue,
    }


def curves(ax, history, key):
    """Training and validation curve of one quantity."""
    for name in (key, f"val_{key}"):
        epochs = np.arange(len(history[name])) + 1
        ax.step(epochs, history[name], color=COLOURS[name], label=name.replace("val_", "validation "))
    ax.set_xlabel("Epochs")
    ax.set_ylabel(key.capitalize())
    ax.legend(loc="best")


def regression_figure(history, feature, truth, guess, name_of_feature):
    """The three pictures of Parts 1 and 2."""
    feature, truth, guess = (np.asarray(a, "float64").reshape(-1) for a in (feature, truth, guess))
    fig, axes = plt.subplots(1, 3, figsize=(14, 4))
    curves(axes[0], history, "loss")
    counts, edges = np.histogram(truth - guess, bins=8)
    axes[1].stairs(counts, edges, fill=True)
    axes[1].set_xlabel("Residual")
    axes[1].set_ylabel("Frequency")
    axes[2].errorbar(feature, truth, yerr=np.abs(truth - guess), fmt="o")
    axes[2].set_xlabel(name_of_feature)
    axes[2].set_ylabel("Target")
    fig.tight_layout()
    return fig


def train_by_batches(model, X, y, epochs, batch_size, share=0.2, seed=0):
    """Train with train_on_batch; the last rows validate. Returns a history as fit would."""
    X, y = np.asarray(X, "float32"), np.asarray(y, "float32").reshape(-1, 1)
    cut = int(len(X) * (1 - share))
    rng, history = np.random.default_rng(seed), {}
    for _ in range(epochs):
        order = rng.permutation(cut)
        for at in range(0, cut - batch_size + 1, batch_size):
            rows = order[at : at + batch_size]
            model.train_on_batch(X[rows], y[rows])
        for prefix, rows in (("", slice(None, cut)), ("val_", slice(cut, None))):
            values = model.test_on_batch(X[rows], y[rows], return_dict=True)
            model.reset_metrics()
            for name, value in values.items():
                history.setdefault(prefix + name, []).append(float(value))
    return history
