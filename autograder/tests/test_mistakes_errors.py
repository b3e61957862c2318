"""Typical errors: what Python, NumPy or Keras says is turned into what the student did."""

import pytest

from autograder.tests.desk import Desk
from autograder.tests.mistakes import (
    BLOCKED,
    Mistake,
    asked,
    expect_verdicts,
    mistake,
    named,
    named_in_shares,
)
from autograder.tests.test_mistakes_networks import NO_MODEL1

NO_DATA = {"1.data": 0, "1.test_data": BLOCKED}
NO_SCORES = {"1.evaluate": 0}
NO_FIGURES = {"1.figure_cost": 0, "1.figure_residuals": BLOCKED, "1.figure_target": BLOCKED}
MSE, P = "float(mean_squared_error(y_true, y_pred))", "float(stats.shapiro(y_true - y_pred).pvalue)"
TARGETS, RETURNED = "y = const * numbers[:-1]", "    return X, y\n    ### END"
DENSE1, SHAPE1 = "model.add(Dense(1))", "Input(shape=(1, 1))"
COMPILE1 = 'model.compile(optimizer="adam", loss="mse")'
LOADER = """
def load_arrivals(path):
    {}
    return rows[:, :6].reshape(-1, 6, 1), rows[:, 6].astype(int)
"""
DATA_AGAIN = "def createTestData("
COST = "    _plot_cost(left, history)"


def data(name: str, new: str, why: str, old: str = TARGETS) -> Mistake:
    """An error in createSynData."""
    return mistake(name, 1, old, new, NO_DATA, why)


def scores(name: str, new: str, why: str, old: str = MSE) -> Mistake:
    """An error in evaluate of Part 1."""
    return mistake(name, 1, old, new, NO_SCORES, why)


def figures(name: str, new: str, why: str) -> Mistake:
    """An error in plot_results of Part 1."""
    return mistake(name, 1, COST, f"    {new}", NO_FIGURES, why)


def loader(name: str, lines: str, why: str) -> Mistake:
    """A loader of Part 3 that no file survives."""
    return Mistake(name, 3, {"3.load": 0, "3.load_errors": BLOCKED}, why, LOADER.format(lines))


def model(name: str, new: str, why: str, old: str = DENSE1, lost=NO_MODEL1) -> Mistake:
    """An error in build_model of Part 1."""
    return mistake(name, 1, old, new, lost, why)


CASES = [
    scores("the root of a negative number", "__import__('math').sqrt(-np.var(y_true - y_pred))",
           "raises-an-error"),
    data("targets before they are there", "y = y * const", "used-before-assigned"),
    data("an operator left out", "y = const(numbers[:-1])", "not-callable"),
    data("a list divided", "y = list(numbers[:-1]) / (1 / const)", "list-for-array"),
    data("a list reshaped", "y = list(const * numbers[:-1]); y = y.reshape(-1)", "list-for-array"),
    data("append assigned", "y = []; y = y.append(1); y = y.copy()", "none-used"),
    data("an index too far", "y = np.array([const * numbers[i] for i in range(len(numbers) + 1)])",
         "index-beyond-the-end"),
    data("numbers from the network", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:1')",
         "no-network"),
    data("two indices of a flat array", "y = const * numbers[:, 0]", "too-many-indices"),
    data("a shape of one axis", "y = const * numbers[: numbers.shape[1]]", "too-many-indices"),
    data("rows of unequal length", "y = np.array([[const, 1], [const]])", "rows-of-unequal-length"),
    mistake("a check of the size", 1, RETURNED, f"    assert X.shape == (19, 1, 1)\n{RETURNED}",
            {"1.data": 2, "1.test_data": BLOCKED}, "own-check-refuses"),
    data("shuffled, and assigned", "y = np.random.default_rng(0).shuffle(numbers) + 1", "none-used"),
    mistake("three names for two arrays", 1, "return createSynData(first - 1, first + n, const)",
            "X, y, z = createSynData(first - 1, first + n, const); return X, y", {"1.test_data": 0},
            "wrong-number-unpacked"),
    scores("mean not called", "float(((y_true - y_pred) ** 2).mean)", "parentheses-missing"),
    scores("an argument of old", "float(mean_squared_error(y_true, y_pred, squared=True))",
           "argument-unknown"),
    scores("the whole result", "float(stats.shapiro(y_true - y_pred))", "p-value-not-taken", P),
    mistake("the whole result, as it is", 1, P, "stats.shapiro(y_true - y_pred)", {"1.evaluate": 2},
            "p-value-not-taken"),
    mistake("what gives nothing unpacked", 1, "return createSynData(first - 1, first + n, const)",
            "X, y = print(first); return X, y", {"1.test_data": 0}, "none-used"),
    mistake("a formatted number", 1, MSE, "f'{mean_squared_error(y_true, y_pred):.3f}'",
            {"1.evaluate": 2}, "numbers-as-text"),
    mistake("a regression without parentheses", 1, "LinearRegression()", "LinearRegression",
            {"1.linear": 0}, "parentheses-missing"),
    Mistake("a function inside another one", 1, {"1.linear": 0}, "function-indented",
            changes={"def linear_baseline(": "def _unused(", DATA_AGAIN: "def _outer():\n    def "
                     "linear_baseline(X_train, y_train, X_test):\n        return X_test\n\n\n"
                     + DATA_AGAIN}),
    figures("the array of axes draws", "fig, axes = plt.subplots(1, 3); axes.plot(history['loss'])",
            "axes-of-subplots"),
    figures("a key written like an attribute", "left.plot(history.loss)", "key-as-attribute"),
    figures("a key of an older Keras", "left.plot(history['acc'])", "no-such-key"),
    figures("a folder that no one made", "fig.savefig('pictures/cost.png')", "folder-missing"),
    figures("a window made larger", "plt.get_current_fig_manager().window.showMaximized()", "no-screen"),
    loader("a path that has to be a Path", "rows = np.loadtxt(path.open())", "path-not-converted"),
    loader("a file of one's own", "rows = np.loadtxt('arrivals.csv')", "path-ignored"),
    loader("times read as integers", "rows = np.loadtxt(path, dtype=int)", "decimals-read-as-integers"),
    loader("loadtxt with a space", "rows = np.loadtxt(path, delimiter=' ')", "split-at-single-spaces"),
    loader("comments for loadtxt", "rows = np.loadtxt(path, comments=None)", "header-read-as-numbers"),
]  # fmt: skip
MODELS = asked([
    model("units under an old name", "model.add(Dense(output_dim=1))", "argument-unknown"),
    model("an activation misspelt", 'model.add(Dense(1, activation="liner"))', "keras-name-unknown"),
    model("a class for a model", "model = Sequential; model.add(Dense(1))", "parentheses-missing"),
    model("the model assigned once more", "model = model.add(Dense(1)); model.summary()", "none-used"),
    model("a layer without parentheses", "model.add(Dense)", "not-a-layer"),
    model("a shape that is no tuple", "Input(shape=('1'))", "shape-not-a-tuple", SHAPE1),
    model("a share in percent", "model.add(keras.layers.Dropout(20)); model.add(Dense(1))",
          "rate-not-a-share"),
    model("a module of an older Keras", "from tensorflow.keras.layers.recurrent import GRU; "
          "model.add(Dense(1))", "import-path-wrong"),
    model("metrics without brackets", 'model.compile(optimizer="adam", loss="mse", metrics="mae")',
          "metrics-not-a-list", COMPILE1),
], ("model",))  # fmt: skip


@named_in_shares(CASES, 6, often=pytest.mark.quick)
def test_error_is_told_as_what_was_done(desk: Desk, case: Mistake):
    """The first message names the mistake; nothing else is lost."""
    expect_verdicts(desk, case)


@named(MODELS)
def test_error_of_keras_is_told_as_what_was_done(desk: Desk, case: Mistake):
    """The same for errors that Keras raises."""
    expect_verdicts(desk, case)
