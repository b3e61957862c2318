"""Typical mistakes in data and scores: each costs its own points, is named, and costs no other."""

import pytest

from autograder.tests.desk import QUICK, Desk, solution
from autograder.tests.mistakes import BLOCKED, Mistake, expect_verdicts, mistake, named

X1, Y1 = "X = numbers[1:].reshape(-1, 1, 1)  # (n, 1, 1)", "y = const * numbers[:-1]"
GAP, TEST1 = "gap = 3", "return createSynData(first - 1, first + n, const)"
RANGE1 = "np.arange(start, stop, dtype=np.float32)"
RAVELLED = "y_true, y_pred = np.ravel(y_true), np.ravel(y_pred)  # (n,), (n,)"
R2, MSE = "r2_score(y_true, y_pred)", "mean_squared_error(y_true, y_pred)"
P_VALUE = "float(stats.shapiro(y_true - y_pred).pvalue)"
LINE = """
def linear_baseline(X_train, y_train, X_test):
    X_train, X_test = X_train[:, 0], X_test[:, 0]
    line = LinearRegression({options}).fit(X_train, y_train)
    return line{result}
"""

PART1 = [
    mistake("every integer kept as a feature", 1, X1, "X = numbers.reshape(-1, 1, 1)",
            {"1.data": 2, "1.test_data": 1}, "first-instance-kept"),
    mistake("the last integer dropped, not the first", 1, X1, "X = numbers[:-1].reshape(-1, 1, 1)",
            {"1.data": 3, "1.test_data": 2}, None),
    mistake("no shift: y = 15 X", 1, Y1, "y = const * numbers[1:]",
            {"1.data": 3}, "no-shift"),
    mistake("shift in the wrong direction: y = 15 (X + 1)", 1, Y1, "y = const * (numbers[1:] + 1)",
            {"1.data": 3}, "shift-forward"),
    Mistake("a rule of its own in each function", 1, {"1.data": 0, "1.test_data": 2}, None,
            """
def createSynData(start=1, stop=21, const=15):
    return None

def createTestData(X_train, n=20, const=15):
    X = X_train.max() + 1 + np.arange(n)
    return X.reshape(n, 1, 1), X**2
"""),
    mistake("np.roll wraps the last target around", 1, Y1, "y = np.roll(const * numbers, 1)",
            {"1.data": 2, "1.test_data": 2}, "wrapped-around"),
    mistake("the feature as its own target", 1, Y1, "y = numbers[1:]",
            {"1.data": 3, "1.test_data": 2}, "target-is-feature"),
    mistake("one sequence of n steps: (1, n, 1)", 1, X1, "X = numbers[1:].reshape(1, -1, 1)",
            {"1.data": 3, "1.test_data": 2}, "axes-swapped"),
    mistake("no axis of channels: (n, 1)", 1, X1, "X = numbers[1:].reshape(-1, 1)",
            {"1.data": 3, "1.test_data": 2}, "channel-axis-missing"),
    mistake("flat: (n,)", 1, X1, "X = numbers[1:]",
            {"1.data": 3, "1.test_data": 2}, "wrong-shape"),
    mistake("integers where training needs floats", 1, RANGE1, "np.arange(start, stop)",
            {"1.data": 3}, "integer-dtype"),
    mistake("15 written into createSynData", 1, Y1, "y = 15 * numbers[:-1]",
            {"1.data": 3, "1.test_data": 2}, None),
    mistake("start and stop of createSynData ignored", 1, RANGE1, "np.arange(1, 21.0)",
            {"1.data": 2, "1.test_data": 1}, "parameters-ignored"),
    Mistake("createSynData returns X only", 1, {"1.data": 0, "1.test_data": 0}, None,
            "def createSynData(start=1, stop=21, const=15):\n"
            "    return np.arange(start + 1.0, stop).reshape(-1, 1, 1)"),
    mistake("the return is forgotten", 1, "    return X, y\n", "    X, y\n",
            {"1.data": 0, "1.test_data": 0}, None),
    mistake("test range begins at the last training feature", 1, GAP, "gap = 0",
            {"1.test_data": 2}, "ranges-overlap"),
    mistake("test range overlaps the training range", 1, GAP, "gap = -5",
            {"1.test_data": 2}, "ranges-overlap"),
    mistake("test range very far away", 1, GAP, "gap = 100", {"1.test_data": 2}, "starts-too-far"),
    mistake("const of the test data ignored", 1, TEST1, "return createSynData(first - 1, first + n)",
            {"1.test_data": 2}, "const-ignored"),
    mistake("n of the test data ignored", 1, TEST1, "return createSynData(first - 1, first + 20, const)",
            {"1.test_data": 2}, "wrong-length"),
    mistake("test data with one instance too few", 1, TEST1,
            "return createSynData(first, first + n, const)", {"1.test_data": 2}, "wrong-length"),
    mistake("arguments of r2_score swapped", 1, R2, "r2_score(y_pred, y_true)",
            {"1.evaluate": 2}, "r2-arguments-swapped"),
    mistake("correlation for R²", 1, R2, "np.corrcoef(y_true, y_pred)[0, 1] ** 2",
            {"1.evaluate": 2}, "correlation-for-r2"),
    mistake("RMSE for MSE", 1, MSE, "mean_squared_error(y_true, y_pred) ** 0.5",
            {"1.evaluate": 2}, "rmse-for-mse"),
    mistake("mean absolute error for MSE", 1, MSE, "np.mean(np.abs(y_true - y_pred))",
            {"1.evaluate": 2}, "mae-for-mse"),
    mistake("the test's statistic for its p-value", 1, ".pvalue", ".statistic",
            {"1.evaluate": 2}, "not-a-normality-test"),
    mistake("a t test for a normality test", 1, P_VALUE,
            "float(stats.ttest_1samp(y_true - y_pred, 0).pvalue)", {"1.evaluate": 2},
            "not-a-normality-test"),
    mistake("one minus the p-value", 1, P_VALUE, "1 - float(stats.shapiro(y_true - y_pred).pvalue)",
            {"1.evaluate": 2}, "p-value-inverted"),
    Mistake("(n,) minus (n, 1) broadcasts", 1, {"1.evaluate": 2}, "broadcast",
            changes={RAVELLED: "y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)",
                     MSE: "np.mean((y_true - y_pred) ** 2)",
                     P_VALUE: "float(stats.shapiro(np.ravel(y_true - y_pred)).pvalue)"}),
    mistake("a key is misspelt", 1, '"r2": float', '"R2": float', {"1.evaluate": 0}, None),
    Mistake("evaluate returns a tuple", 1, {"1.evaluate": 0}, None,
            "def evaluate(y_true, y_pred):\n    return 0.8, 0.25, 0.5"),
    Mistake("evaluate prints and returns nothing", 1, {"1.evaluate": 0}, None,
            "def evaluate(y_true, y_pred):\n    print(r2_score(y_true, y_pred))"),
    Mistake("a line through the origin", 1, {"1.linear": 1}, "fitted-through-origin",
            LINE.format(options="fit_intercept=False", result=".predict(X_test)")),
    Mistake("the line's training data predicted", 1, {"1.linear": 0}, "predicts-training-data",
            LINE.format(options="", result=".predict(X_train)")),
    Mistake("the fitted line itself returned", 1, {"1.linear": 0}, None,
            LINE.format(options="", result="")),
    Mistake("features of three axes given to scikit-learn", 1, {"1.linear": 0}, None,
            LINE.format(options="", result=".predict(X_test[:, :, None])")),
    mistake("a header of three words", 1, solution(1).split('"""')[3], "A short header.",
            {"1.header": 0}, "header-missing"),
]  # fmt: skip

START = "rng.integers(1, 10, size=(nSequences, 1), endpoint=True)"
STEP = "rng.uniform(0.1, 0.5, size=(nSequences, 1))"
Y2, X2 = "rows[:, columns[target]]", "rows[:, :iLength, np.newaxis]"
COLUMNS = '"penultimate": iLength - 2}'
RNG = "rng = np.random.default_rng(seed)"

PART2 = [
    mistake("one step for all sequences", 2, STEP, "rng.uniform(0.1, 0.5)",
            {"2.data": 3}, "one-step-for-all"),
    mistake("a step per element", 2, STEP, "rng.uniform(0.1, 0.5, size=(nSequences, iLength + 1))",
            {"2.data": 2}, "step-per-element"),
    mistake("steps from another range", 2, STEP, "rng.uniform(0, 1, size=(nSequences, 1))",
            {"2.data": 3}, "step-out-of-range"),
    mistake("starts that are no integers", 2, START, "rng.uniform(1, 10, size=(nSequences, 1))",
            {"2.data": 3}, "start-not-integer"),
    mistake("starts from 0", 2, START, "rng.integers(0, 10, size=(nSequences, 1))",
            {"2.data": 3}, "start-out-of-range"),
    mistake("the last number of the row as target", 2, Y2, "rows[:, iLength - 1]",
            {"2.data": 3, "2.penultimate": 0}, "target-is-last"),
    mistake("target one step too far", 2, Y2,
            "rows[:, columns[target]] + steps[:, 0] * (target == 'next')",
            {"2.data": 3}, "target-one-too-far"),
    mistake("y included in X", 2, X2, "rows[:, :, np.newaxis]", {"2.data": 0, "2.penultimate": 0},
            "wrong-length"),
    mistake("no axis of channels: (n, 10)", 2, X2, "rows[:, :iLength]",
            {"2.data": 3}, "channel-axis-missing"),
    mistake("axes of steps and channels swapped", 2, X2, "rows[:, np.newaxis, :iLength]",
            {"2.data": 3}, "axes-swapped"),
    mistake("target ignored", 2, COLUMNS, '"penultimate": iLength}', {"2.penultimate": 0},
            "target-ignored"),
    mistake("the last number for the penultimate", 2, COLUMNS, '"penultimate": iLength - 1}',
            {"2.penultimate": 0}, "target-is-last"),
    mistake("second from the left", 2, COLUMNS, '"penultimate": 1}', {"2.penultimate": 0},
            "second-from-the-left"),
    mistake("the number before the target of next", 2, COLUMNS, '"penultimate": iLength - 3}',
            {"2.penultimate": 0}, None),
    mistake("offset ignored", 2, "endpoint=True) + offset", "endpoint=True)", {"2.data": 4},
            "offset-ignored"),
    mistake("seed ignored", 2, RNG, "rng = np.random.default_rng(1234)", {"2.data": 4}, "seed-ignored"),
    mistake("new random steps for the test set", 2, RNG,
            "rng = np.random.default_rng(seed + int(offset))", {"2.data": 4}, "new-steps-for-test"),
    mistake("a generator that is not defined", 2, RNG, "rng = RNG",
            {"2.data": 0, "2.penultimate": BLOCKED}, None),
    Mistake("one generator for all calls", 2, {"2.data": 4}, "new-steps-for-test",
            changes={RNG: "rng = RNG", "OFFSET = 10": "RNG = np.random.default_rng(1)\nOFFSET = 10"}),
    mistake("arguments of r2_score swapped", 2, R2, "r2_score(y_pred, y_true)",
            {"2.evaluate": 0}, "r2-arguments-swapped"),
    mistake("RMSE for MSE", 2, MSE, "mean_squared_error(y_true, y_pred) ** 0.5",
            {"2.evaluate": 0}, "rmse-for-mse"),
]  # fmt: skip

LOADED = "return np.array(X, dtype=np.float32).reshape(-1, 6, 1), np.array(y, dtype=int)"
LABELS = "return (np.ravel(probabilities) > threshold).astype(int)"
COUNTED = "count_confusions(y_true, labels, labels=[0, 1])"
ACCURACY = "float(accuracy_score(y_true, labels))"
NUMPY_LOADER = """
def load_arrivals(path):
    rows = np.{reader}
    return rows[:, {times}].reshape({shape}), rows[:, {label}]
"""


def loader(reader: str = "loadtxt(path, ndmin=2)", times=":6", shape="-1, 6, 1", label="6") -> str:
    """A loader of two lines, as most students write it: malformed rows are not named."""
    return NUMPY_LOADER.format(reader=reader, times=times, shape=shape, label=label)


NAMING = """
def load_arrivals(path):
    rows = []
    for number, line in enumerate(open(path), {}):
        try:
            rows += [] if line.startswith("#") else [[float(t) for t in line.split()]]
            rows and rows[-1][6]
        except (ValueError, IndexError):
            raise ValueError(f"{}: a bad row")
    rows = np.array(rows)
    return rows[:, :6, None], rows[:, 6]
"""
UNNAMED = {"3.load_errors": 0}

PART3 = [
    Mistake("a loader that names no line", 3, UNNAMED, "error-without-line", loader()),
    Mistake("a loader that takes malformed rows", 3, UNNAMED, "malformed-row-accepted",
            loader("atleast_2d(np.genfromtxt(path, invalid_raise=False))")),
    Mistake("label column left in X", 3, {"3.load": 1, **UNNAMED}, "label-in-features",
            loader(times=":", shape="-1, 7, 1")),
    Mistake("shape (n, 1, 6)", 3, {"3.load": 3, **UNNAMED}, "axes-swapped", loader(shape="-1, 1, 6")),
    Mistake("no axis of channels: (n, 6)", 3, {"3.load": 3, **UNNAMED}, "channel-axis-missing",
            loader(shape="-1, 6")),
    Mistake("label from the first column", 3, {"3.load": 1, **UNNAMED}, "wrong-values",
            loader(times="1:", label="0")),
    Mistake("a file of one row", 3, {"3.load": 3, **UNNAMED}, None, loader("loadtxt(path)")),
    Mistake("the first row taken for a header", 3, {"3.load": 0, **UNNAMED}, "wrong-values",
            loader("loadtxt(path, ndmin=2, skiprows=2)")),
    Mistake("numbers left as text", 3, {"3.load": 0, **UNNAMED}, None,
            loader("loadtxt(path, dtype=str, ndmin=2)")),
    mistake("labels in reverse", 3, LOADED, LOADED.replace("np.array(y,", "1 - np.array(y,"),
            {"3.load": 3}, "wrong-labels"),
    Mistake("an error without the line", 3, UNNAMED, "error-without-line", NAMING.format(0, "{path}")),
    Mistake("an error without the file", 3, UNNAMED, "error-without-line", NAMING.format(1, "{number}")),
    Mistake("lines counted from 0", 3, UNNAMED, "error-without-line",
            NAMING.format(0, "{path}, line {number}")),
    mistake("threshold ignored", 3, LABELS, "return (np.ravel(probabilities) > 0.5).astype(int)",
            {"3.labels": 1}, "threshold-ignored"),
    mistake("labels inverted", 3, LABELS, LABELS.replace(">", "<"),
            {"3.labels": 0, "3.evaluate": 0}, "labels-inverted"),
    mistake("labels of shape (n, 1)", 3, LABELS, LABELS.replace("ravel", "asarray"),
            {"3.labels": 1}, "wrong-shape"),
    mistake("argmax of one column", 3, LABELS,
            "return np.argmax(np.reshape(probabilities, (-1, 1)), axis=1)",
            {"3.labels": 0, "3.evaluate": 0}, "labels-constant"),
    mistake("probabilities returned as labels", 3, LABELS, "return np.ravel(probabilities)",
            {"3.labels": 0, "3.evaluate": 0}, None),
    mistake("predict_classes is gone from Keras", 3, LABELS, "return probabilities.predict_classes()",
            {"3.labels": 0, "3.evaluate": 0}, None),
    mistake("confusion matrix transposed", 3, COUNTED, "count_confusions(labels, y_true, labels=[0, 1])",
            {"3.evaluate": 1}, "confusion-transposed"),
    mistake("classes in the order earthquake, noise", 3, COUNTED,
            "count_confusions(y_true, labels, labels=[1, 0])", {"3.evaluate": 1}, "classes-swapped"),
    mistake("confusion matrix in shares", 3, COUNTED,
            "count_confusions(y_true, labels, labels=[0, 1], normalize='all')",
            {"3.evaluate": 1}, "confusion-normalised"),
    mistake("confusion matrix of one class is (1, 1)", 3, COUNTED,
            "np.array([[6]]) if y_true.all() else count_confusions(y_true, labels)",
            {"3.evaluate": 1}, None),
    mistake("accuracy in percent", 3, ACCURACY, "100 * accuracy_score(y_true, labels)",
            {"3.evaluate": 2}, None),
    mistake("the error rate for the accuracy", 3, ACCURACY, "1 - accuracy_score(y_true, labels)",
            {"3.evaluate": 2}, "error-rate"),
    mistake("probabilities given to the confusion matrix", 3,
            "np.ravel(y_true), to_labels(prob", "np.ravel(y_true), np.ravel(prob",
            {"3.evaluate": 0}, None),
]  # fmt: skip


@pytest.mark.quick
@named([*PART1, *PART2, *PART3])
def test_mistake_costs_its_own_points(desk: Desk, case: Mistake):
    """A mistake costs what it gets wrong, keeps what it gets right, and is named."""
    expect_verdicts(desk, case, QUICK)
