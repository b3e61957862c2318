# %% [markdown]
# # Part 1: one number in, one number out
#
# A recurrent network learns the rule behind pairs of numbers: 2 → 15, 3 → 30, 4 → 45, …
# The tasks, their points and how to check yourself stand in `TASKS.md`.

# %% checks="1.header"
### BEGIN SOLUTION Task 1.1: header
### STUB """Task 1.1: say here what this program does, its key variables, and what it puts out."""
"""Learn y = 15 (X - 1) from 19 examples with a recurrent network, and try it beyond them.

The program makes a synthetic series, trains two LSTM layers on it, predicts numbers that are
larger than any it has seen, and compares the network with a straight-line fit.

Key variables:
    X_train, y_train: features 2..20 as (19, 1, 1) and their targets 15..285 as (19,).
    X_test, y_test: the same rule for 23..42, outside the training range.
    history: loss and val_loss (mean squared errors) of every epoch.
    y_pred, y_line: what the network and the linear regression predict for X_test.

Output:
    The summary of the model, a check at X = 30, the first ten predictions, R², mean squared
    error and the p-value of a normality test; two figures in figures/.
"""
### END SOLUTION
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from scipy import stats
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_squared_error, r2_score
from tensorflow.keras.callbacks import Callback
from tensorflow.keras.layers import LSTM, Dense, Input
from tensorflow.keras.models import Sequential
from tensorflow.keras.utils import set_random_seed

HERE = Path(__file__).resolve().parent if "__file__" in globals() else Path.cwd()
FIGURES = HERE / "figures"
BLUE, ORANGE, GREEN = "#0072B2", "#D55E00", "#009E73"  # colours every reader can tell apart

EPOCHS = 400
BATCH_SIZE = 5


class Progress(Callback):
    """Prints one line in every hundred epochs: `fit(..., verbose=0, callbacks=[Progress()])`."""

    def on_epoch_end(self, epoch, logs=None):
        """Print the losses of this epoch if its turn has come."""
        if (epoch + 1) % 100 == 0:
            print(f"epoch {epoch + 1:5d}", *(f"{k} {v:.4g}" for k, v in logs.items()), sep="  ")


# %% [markdown] discussion="1.header_quality"
# **Discussion 1.1 (2 points).** These points are for the header above: would a stranger who
# reads nothing else know what the program does, what its key variables hold, and what comes
# out? Is there anything the reader should know about how to run it?
#
# ### BEGIN SOLUTION
# Run it as `python part1_one_to_one.py`. It takes a minute or more, far less with
# `KERAS_BACKEND=jax` in the environment. It reads no file, and saves its figures in `figures/`.
# ### END SOLUTION
#
# === BEGIN MARK SCHEME ===
# 1 point: the header says in a sentence or two what the program does.
# 1 point: it names the key variables (at least features, targets, predictions) and the output.
# An empty answer in this cell costs nothing.
# === END MARK SCHEME ===

# %% [markdown]
# ## Tasks 1.2a to 1.2c: the data


# %% checks="1.data 1.test_data"
def createSynData(start=1, stop=21, const=15):
    """Return features and targets of the rule "const times the number one step earlier".

    Take the integers from `start` up to, but not including, `stop`, and const times each of
    them. Then shift the targets back by one step, so that every feature is paired with the
    target of the number before it. The first integer has no predecessor: one instance fewer.

    Args:
        start: First integer of the series.
        stop: End of the series, itself not part of it; at least start + 2.
        const: Factor between a number and its target before the shift.

    Returns:
        X: Features, float32, shape (n, 1, 1) with n = stop - start - 1: instances, steps in
            time, channels, as a recurrent layer wants them.
        y: Targets, float32, shape (n,).

    Example:
        >>> X, y = createSynData()
        >>> X.shape, y.shape
        ((19, 1, 1), (19,))
        >>> X[:5, 0, 0].tolist()
        [2.0, 3.0, 4.0, 5.0, 6.0]
        >>> y[:5].tolist()
        [15.0, 30.0, 45.0, 60.0, 75.0]
    """
    ### BEGIN SOLUTION Task 1.2a: return the features and the shifted targets
    numbers = np.arange(start, stop, dtype=np.float32)
    X = numbers[1:].reshape(-1, 1, 1)  # (n, 1, 1)
    y = const * numbers[:-1]  # (n,): the target of 2 is const * 1
    return X, y
    ### END SOLUTION


def createTestData(X_train, n=20, const=15):
    """Return test data that follow the same rule and start beyond the training range.

    The first test feature is the last training feature plus a small integer (1 or more, at
    most 10) of your choice; the features go on from there in steps of 1.

    Args:
        X_train: Training features in rising order, shape (n_train, 1, 1).
        n: Number of test instances.
        const: The factor that made the training targets.

    Returns:
        X: Features, float32, shape (n, 1, 1); all of them larger than any in X_train.
        y: Targets by the same rule as in createSynData, float32, shape (n,).

    Example (with a small integer of 3):
        >>> X_train, _ = createSynData()
        >>> X, y = createTestData(X_train)
        >>> X[:3, 0, 0].tolist(), y[:3].tolist()
        ([23.0, 24.0, 25.0], [330.0, 345.0, 360.0])
    """
    ### BEGIN SOLUTION Task 1.2c: start a little beyond the last training feature
    gap = 3
    first = int(np.ravel(X_train)[-1]) + gap
    # The series has to begin one number earlier: its first integer only serves as a target.
    return createSynData(first - 1, first + n, const)
    ### END SOLUTION


# %%
if __name__ == "__main__":
    X_train, y_train = createSynData()  # 1.2b: the training data
    X_test, y_test = createTestData(X_train)
    print("train", X_train.shape, y_train.shape, "X from", X_train.min(), "to", X_train.max())
    print("test ", X_test.shape, y_test.shape, "X from", X_test.min(), "to", X_test.max())

# %% [markdown] discussion="1.returns"
# **Discussion 1.2 (2 points).** What does `createSynData` have to return, and why in these
# shapes?
#
# ### BEGIN SOLUTION
# It returns the features X and the targets y: `fit` needs both, and y cannot be made later from
# X without knowing the rule. A recurrent layer reads a tensor of (instances, steps in time,
# channels). We have 19 instances, each a sequence of a single step with a single number in it,
# hence (19, 1, 1); (1, 19, 1) would be one sequence of 19 steps. There is one number to predict
# for each instance, so y has the shape (19,).
# ### END SOLUTION
#
# === BEGIN MARK SCHEME ===
# 1 point: features and targets are returned, and y has one value per instance.
# 1 point: the three axes of X are named (instances, steps, channels), each with its size and
# the reason for it.
# === END MARK SCHEME ===

# %% [markdown]
# ## Task 1.3: the network


# %% checks="1.model 1.compile"
def build_model():
    """Return the compiled network: LSTM(50), LSTM(50), Dense(1).

    The input is a sequence of one step with one channel. Both LSTM layers have 50 units and
    the activation "relu"; the first hands its whole sequence to the second. One dense unit
    without activation gives the number. Optimizer "adam", loss "mse".

    Returns:
        A compiled Keras model with input shape (None, 1, 1), output shape (None, 1) and
        30,651 parameters.
    """
    ### BEGIN SOLUTION Task 1.3: two LSTM layers, one dense unit, compiled
    model = Sequential()
    model.add(Input(shape=(1, 1)))  # one step in time, one channel
    model.add(LSTM(50, return_sequences=True, activation="relu"))  # (batch, 1, 50)
    model.add(LSTM(50, activation="relu"))  # (batch, 50)
    model.add(Dense(1))  # (batch, 1)
    model.compile(optimizer="adam", loss="mse")
    return model
    ### END SOLUTION


# %%
if __name__ == "__main__":
    set_random_seed(1)  # the same start each time; try others
    network = build_model()
    network.summary()

# %% [markdown] discussion="1.layers"
# **Discussion 1.3 (2 points).** How many layers does the network have, and of which types? What
# does `return_sequences=True` do in the first of them?
#
# ### BEGIN SOLUTION
# Three layers that learn: two recurrent ones (LSTM, 10,400 and 20,200 parameters) and a fully
# connected one (Dense, 51). The input layer only states the shape. With `return_sequences=True`
# the first LSTM gives its output at every step, (batch, 1, 50), which is the sequence that the
# second LSTM has to read; without it only the last output, (batch, 50), would come out.
# ### END SOLUTION
#
# === BEGIN MARK SCHEME ===
# 1 point: three layers (an input layer may be counted if it is named), two LSTM and one Dense.
# 1 point: the first LSTM must return its whole sequence because the second one reads a sequence.
# === END MARK SCHEME ===

# %% [markdown]
# ## Task 1.4: train and predict


# %%
def train_model(model, X_train, y_train):
    """Train the model and return the record of its losses.

    Use `fit` with `validation_split=0.2`, and as many epochs as the training needs.

    Args:
        model: A compiled Keras model, as build_model returns it.
        X_train: Features, shape (n, 1, 1).
        y_train: Targets, shape (n,).

    Returns:
        The dictionary `History.history` with the lists "loss" and "val_loss", one number per
        epoch.
    """
    ### BEGIN SOLUTION Task 1.4: fit, and return the history
    # The data are sorted, and Keras takes the last fifth for validation: X = 17..20 is never
    # trained on. The validation loss thus tells how well the network extends the rule.
    return model.fit(
        X_train,
        y_train,
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        validation_split=0.2,
        verbose=0,
        callbacks=[Progress()],
    ).history
    ### END SOLUTION


# %% checks="1.trains 1.history 1.fit"
if __name__ == "__main__":
    history = train_model(network, X_train, y_train)
    single = network.predict(np.array([30]).reshape(1, 1, 1), verbose=0)
    print("simple test:", single.ravel(), "should be:", 15 * 29)
    y_pred = network.predict(X_test, verbose=0).ravel()  # (20,)
    print("y_hat: ", y_pred[:10].round(1))
    print("y_true:", y_test[:10])

# %% [markdown]
# ## Task 1.5: how good is it?


# %% checks="1.evaluate 1.linear"
def evaluate(y_true, y_pred):
    """Return how well predictions fit the truth, and whether the residuals look Gaussian.

    Residuals are y_true - y_pred, element by element. Mind the shapes: Keras predicts (n, 1),
    and (n,) minus (n, 1) is a matrix of (n, n).

    Args:
        y_true: True values, shape (n,) or (n, 1), n at least 3.
        y_pred: Predicted values, shape (n,) or (n, 1).

    Returns:
        A dictionary of three Python floats:
            "r2": coefficient of determination, 1 - sum of squared residuals / sum of squared
                deviations of y_true from its mean.
            "mse": mean of the squared residuals, in squared units of y.
            "normality_p": p-value of a normality test of the residuals (for example Shapiro and
                Wilk's); a small value speaks against a Gaussian.

    Example:
        >>> result = evaluate([1, 2, 3, 4], [[1], [2], [3], [5]])
        >>> result["r2"], result["mse"]
        (0.8, 0.25)
    """
    ### BEGIN SOLUTION Task 1.5b: R², mean squared error, p-value of a normality test
    y_true, y_pred = np.ravel(y_true), np.ravel(y_pred)  # (n,), (n,)
    return {
        "r2": float(r2_score(y_true, y_pred)),
        "mse": float(mean_squared_error(y_true, y_pred)),
        "normality_p": float(stats.shapiro(y_true - y_pred).pvalue),
    }
    ### END SOLUTION


def linear_baseline(X_train, y_train, X_test):
    """Return what a straight line, fitted to the training data, predicts for the test data.

    Args:
        X_train: Features, shape (n_train, 1, 1).
        y_train: Targets, shape (n_train,).
        X_test: Features, shape (n_test, 1, 1).

    Returns:
        Predictions of an ordinary least-squares fit, shape (n_test,).

    Example:
        >>> X, y = createSynData()
        >>> linear_baseline(X, y, np.array([30.0]).reshape(1, 1, 1)).round(3).tolist()
        [435.0]
    """
    ### BEGIN SOLUTION Task 1.5d: linear regression on the same data
    train, test = (np.reshape(X, (len(X), 1)).astype(float) for X in (X_train, X_test))  # (n, 1)
    return LinearRegression().fit(train, np.ravel(y_train)).predict(test)
    ### END SOLUTION


# %% checks="1.figure_cost 1.figure_residuals 1.figure_target"
### BEGIN SOLUTION
### STUB # Functions that plot_results needs may stand here.
def _plot_cost(ax, history):
    """Draw the loss of training and validation over the epochs."""
    ax.semilogy(history["loss"], color=BLUE, label="training")
    ax.semilogy(history["val_loss"], color=ORANGE, label="validation")
    ax.set(title="Cost function", xlabel="epoch", ylabel="mean squared error")
    ax.legend()


def _plot_residuals(ax, residuals):
    """Draw the histogram of the residuals."""
    ax.hist(residuals, bins=8, color=BLUE, edgecolor="white", label=f"{len(residuals)} residuals")
    ax.set(title="Residuals", xlabel="y_test - y_predict", ylabel="number of instances")
    ax.legend()


def _plot_target(ax, features, targets):
    """Draw the targets over the features."""
    ax.plot(features, targets, "o", color=GREEN, label="test data")
    ax.set(title="Target against feature", xlabel="feature X_test", ylabel="target y_test")
    ax.legend()


### END SOLUTION
def plot_results(history, X_test, y_test, y_pred):
    """Draw cost curves, residuals and the test data, each in axes of its own.

    Args:
        history: What train_model returns: "loss" and "val_loss", one number per epoch.
        X_test: Test features, shape (n, 1, 1).
        y_test: Test targets, shape (n,).
        y_pred: Predictions for X_test, shape (n,) or (n, 1).

    Returns:
        A matplotlib Figure with three axes, all with axis labels, a legend wherever there is
        more than one series:
            the losses of training and validation over the epochs;
            a histogram of the residuals y_test - y_pred;
            y_test (vertical) against X_test (horizontal).
    """
    ### BEGIN SOLUTION Task 1.5a-c: cost curves, histogram of residuals, target against feature
    fig, (left, middle, right) = plt.subplots(1, 3, figsize=(13, 4), layout="constrained")
    _plot_cost(left, history)
    _plot_residuals(middle, np.ravel(y_test) - np.ravel(y_pred))
    _plot_target(right, np.ravel(X_test), np.ravel(y_test))
    return fig
    ### END SOLUTION


def plot_comparison(X_test, y_test, y_pred, y_line):
    """Return a figure of the truth, the network and the straight line over the test features."""
    figure, ax = plt.subplots(figsize=(6, 4), layout="constrained")
    x = np.ravel(X_test)
    ax.plot(x, np.ravel(y_test), "o", mfc="none", color="black", label="truth")
    ax.plot(x, np.ravel(y_pred), "x", color=BLUE, label="network")
    ax.plot(x, np.ravel(y_line), "-", color=ORANGE, label="linear regression")
    ax.set(xlabel="feature X", ylabel="target y", title="Beyond the training range")
    ax.legend()
    return figure


# %%
if __name__ == "__main__":
    y_line = linear_baseline(X_train, y_train, X_test)
    for name, prediction in [("network", y_pred), ("linear regression", y_line)]:
        numbers = evaluate(y_test, prediction)
        print(f"{name:18s}", *(f"{key} {value:.4g}" for key, value in numbers.items()), sep="  ")

    FIGURES.mkdir(exist_ok=True)
    plot_results(history, X_test, y_test, y_pred).savefig(FIGURES / "part1_results.png", dpi=120)
    comparison = plot_comparison(X_test, y_test, y_pred, y_line)
    comparison.savefig(FIGURES / "part1_comparison.png", dpi=120)
    plt.show()

# %% [markdown] discussion="1.residuals"
# **Discussion 1.5b (2 points).** Are the residuals Gaussian? Use the histogram and the p-value,
# and say what the shape of the residuals tells you about the network.
#
# ### BEGIN SOLUTION
# With 20 values the test can neither say yes nor no for certain: here p is 0.37, so a Gaussian is
# not ruled out, although the histogram is flat rather than bell-shaped. Yet the residuals are not
# random. All are positive and they grow steadily with X, from 2 at X = 23 to 7 at X = 32: the
# network bends away from the line outside its training range. An error with a trend is a fault of
# the model, not scatter of the data, whatever the p-value says.
# ### END SOLUTION
#
# === BEGIN MARK SCHEME ===
# 1 point: a verdict that fits the writer's own histogram and p-value (either verdict can be right).
# 1 point: the residuals are a systematic, smooth function of X, not random scatter; or: 20 values
# are few for such a test.
# === END MARK SCHEME ===

# %% [markdown] discussion="1.observe"
# **Discussion 1.5d (4 points).** What do you observe? Is there an obvious correlation between
# `X_test` and `y_test`? Compare the network with the linear regression.
#
# ### BEGIN SOLUTION
# The correlation is perfect: every point lies on the line y = 15 (X - 1), so the coefficient is 1.
# The linear regression finds exactly this rule from the training data (slope 15, intercept -15)
# and is right to rounding errors at any X. The network fits the training range closely (R² above
# 0.999) but falls behind outside it: R² 0.99, a mean squared error of 79, and 429 instead of 435
# at X = 30 (JAX backend). A line has two parameters and the right form built in; the network has
# 30,651, knows nothing of lines, and was never asked what happens beyond 20. For such a rule the
# simple model is the better one; the network was an exercise.
# ### END SOLUTION
#
# === BEGIN MARK SCHEME ===
# 1 point: the correlation is perfect and linear (1.0).
# 1 point: the rule is named, y = 15 (X - 1) or y = 15 X - 15.
# 1 point: linear regression is exact or nearly so, also far outside; the network is not.
# 1 point: why: the line has the right form built in and two parameters; the network has 30,651
# and only has to be right where it was trained.
# === END MARK SCHEME ===
