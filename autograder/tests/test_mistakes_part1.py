"""Typical mistakes in the data and scores of Part 1: each costs its own points, and is named."""

import pytest

from autograder.tests.desk import Desk, solution
from autograder.tests.mistakes import BLOCKED, Mistake, expect_verdicts, mistake, named

X1, Y1 = "X = numbers[1:].reshape(-1, 1, 1)  # (n, 1, 1)", "y = const * numbers[:-1]"
GAP, TEST1 = "gap = 3", "return createSynData(first - 1, first + n, const)"
FIRST1 = "first = int(np.ravel(X_train)[-1]) + gap"
RANGE1 = "np.arange(start, stop, dtype=np.float32)"
RETURN1 = "    return X, y\n"
RAVELLED = "y_true, y_pred = np.ravel(y_true), np.ravel(y_pred)  # (n,), (n,)"
R2, MSE = "r2_score(y_true, y_pred)", "mean_squared_error(y_true, y_pred)"
P_VALUE = "float(stats.shapiro(y_true - y_pred).pvalue)"
FIT_LINE = "return LinearRegression().fit(train, np.ravel(y_train)).predict(test)"
SYN1 = "def createSynData(start=1, stop=21, const=15):\n"
TEST_DATA = "def createTestData(X_train, n=20, const=15):\n"
HEADER = '"""' + solution(1).split('"""')[3] + '"""'
LOST_BOTH = {"1.data": 0, "1.test_data": BLOCKED}

DATA = [
    mistake("every integer kept as a feature", 1, X1, "X = numbers.reshape(-1, 1, 1)",
            {"1.data": 3}, "first-instance-kept"),
    Mistake("a package that is not installed, imported above", 1, LOST_BOTH, "package-missing",
            changes={"import numpy as np": "import numpy as np\nimport no_such_package as nsp",
                     X1: "X = nsp.flip(numbers)"}),
    Mistake("the first instance kept, with its own multiple", 1, {"1.data": 2}, "first-instance-kept",
            changes={X1: "X = numbers.reshape(-1, 1, 1)", Y1: "y = const * numbers"}),
    mistake("the last integer dropped, not the first", 1, X1, "X = numbers[:-1].reshape(-1, 1, 1)",
            {"1.data": 3}, "last-dropped-not-first"),
    mistake("the last instance lost", 1, RETURN1, "    return X[:-1], y[:-1]\n",
            {"1.data": 2, "1.test_data": 2}, "last-instance-lost"),
    mistake("the targets in X as a second column", 1, X1,
            "X = np.column_stack([numbers[1:], const * numbers[:-1]]).reshape(-1, 1, 2)",
            {"1.data": 2, "1.test_data": 1},
            "target-in-features"),
    mistake("stop taken in", 1, RANGE1, "np.arange(start, stop + 1, dtype=np.float32)",
            {"1.data": 2}, "stop-included"),
    mistake("features in steps of 2", 1, RANGE1, "np.arange(start, 2 * stop, 2, dtype=np.float32)",
            {"1.data": 2, "1.test_data": 1}, "other-features"),
    mistake("no shift: y = 15 X", 1, Y1, "y = const * numbers[1:]", {"1.data": 3}, "no-shift"),
    mistake("shift in the wrong direction: y = 15 (X + 1)", 1, Y1, "y = const * (numbers[1:] + 1)",
            {"1.data": 3}, "shift-forward"),
    mistake("the shift after the product: y = 15 X - 1", 1, Y1, "y = const * numbers[1:] - 1",
            {"1.data": 3}, "shift-after-product"),
    Mistake("a rule of its own in each function", 1, {"1.data": 0, "1.test_data": 2}, "return-missing",
            f"{SYN1}    return None\n{TEST_DATA}    X = X_train.max() + 1 + np.arange(n)\n"
            "    return X.reshape(n, 1, 1), X**2"),
    mistake("another rule", 1, Y1, "y = numbers[1:] ** 2", {"1.data": 3}, "another-rule"),
    mistake("np.roll wraps the last target around", 1, Y1, "y = np.roll(const * numbers, 1)",
            {"1.data": 3}, "wrapped-around"),
    Mistake("np.roll on every integer", 1, {"1.data": 2}, "wrapped-around",
            changes={X1: "X = numbers.reshape(-1, 1, 1)", Y1: "y = np.roll(const * numbers, 1)"}),
    mistake("a target more than features", 1, Y1, "y = const * numbers", {"1.data": 3},
            "lengths-differ"),
    mistake("the feature as its own target", 1, Y1, "y = numbers[1:]", {"1.data": 3},
            "target-is-feature"),
    mistake("one sequence of n steps: (1, n, 1)", 1, X1, "X = numbers[1:].reshape(1, -1, 1)",
            {"1.data": 3}, "axes-swapped"),
    mistake("no axis of channels: (n, 1)", 1, X1, "X = numbers[1:].reshape(-1, 1)",
            {"1.data": 3}, "channel-axis-missing"),
    mistake("flat: (n,)", 1, X1, "X = numbers[1:]", {"1.data": 3}, "flat-features"),
    mistake("four axes", 1, X1, "X = numbers[1:].reshape(-1, 1, 1, 1)", {"1.data": 3}, "wrong-shape"),
    mistake("targets of three axes", 1, Y1, "y = const * numbers[:-1].reshape(-1, 1, 1)",
            {"1.data": 3}, "targets-not-flat"),
    mistake("integers where training needs floats", 1, RANGE1, "np.arange(start, stop)",
            {"1.data": 3}, "integer-dtype"),
    mistake("15 written into createSynData", 1, Y1, "y = 15 * numbers[:-1]",
            {"1.data": 3}, "const-ignored"),
    mistake("start and stop of createSynData ignored", 1, RANGE1, "np.arange(1, 21.0)",
            {"1.data": 2, "1.test_data": BLOCKED}, "parameters-ignored"),
    Mistake("createSynData returns X only", 1, LOST_BOTH, "only-one-returned",
            f"{SYN1}    return np.arange(start + 1.0, stop).reshape(-1, 1, 1)"),
    mistake("y before X", 1, RETURN1, "    return y, X\n", LOST_BOTH, "y-before-X"),
    mistake("the return is forgotten", 1, RETURN1, "    X, y\n", LOST_BOTH, "return-missing"),
    mistake("the shapes returned as well", 1, RETURN1, "    return X, y, X.shape\n", LOST_BOTH,
            "wrong-return-type"),
    mistake("the numbers as text", 1, RETURN1, "    return X.astype(str), y\n", LOST_BOTH,
            "numbers-as-text"),
    mistake("a target that is never set", 1, RETURN1, "    y[0] = np.nan\n    return X, y\n", LOST_BOTH,
            "not-finite"),
    mistake("a billion numbers", 1, RETURN1, "    return np.broadcast_to(1.0, (10**9, 1, 1)), y\n",
            LOST_BOTH, "array-too-large"),
    mistake("a name that is not defined", 1, Y1, "y = factor * numbers[:-1]", LOST_BOTH,
            "name-not-defined"),
    mistake("a function that NumPy lacks", 1, X1, "X = np.reshaped(numbers[1:])", LOST_BOTH,
            "no-such-attribute"),
    mistake("exit in a function", 1, RETURN1, "    exit(0)\n    return X, y\n", LOST_BOTH, "calls-exit"),
    Mistake("other parameters", 1, {"1.data": 0, "1.test_data": BLOCKED}, "wrong-signature",
            "def createSynData(begin, end, factor, shift):\n    return begin"),
    mistake("squeezed: one instance fails", 1, X1, "X = np.stack(numbers[1:].squeeze())[:, None, None]",
            {"1.data": 3, "1.test_data": BLOCKED}, "fails-for-one-instance"),
    mistake("numbers picked by position", 1, RANGE1, "np.arange(stop, dtype=np.float32)[start:]",
            {"1.data": 3}, "fails-below-zero"),
]  # fmt: skip

TEST = [
    mistake("test range begins at the last training feature", 1, GAP, "gap = 0",
            {"1.test_data": 2}, "ranges-overlap"),
    mistake("test range overlaps the training range", 1, GAP, "gap = -5",
            {"1.test_data": 2}, "ranges-overlap"),
    mistake("test range very far away", 1, GAP, "gap = 100", {"1.test_data": 2}, "starts-too-far"),
    mistake("test features in steps of 3", 1, TEST1,
            "X, _ = createSynData(first - 1, first + n, const); "
            "X = X[0] + 3 * (X - X[0]); return X, const * (X.ravel() - 1)",
            {"1.test_data": 2}, "steps-not-one"),
    mistake("test range always from 24", 1, FIRST1, "first = 24", {"1.test_data": 2},
            "same-start-for-all"),
    mistake("const of the test data ignored", 1, TEST1, "return createSynData(first - 1, first + n)",
            {"1.test_data": 2}, "const-ignored"),
    mistake("n of the test data ignored", 1, TEST1, "return createSynData(first - 1, first + 20, const)",
            {"1.test_data": 2}, "wrong-length"),
    mistake("test data with one instance too few", 1, TEST1,
            "return createSynData(first, first + n, const)", {"1.test_data": 2}, "wrong-length"),
    mistake("the last two training features for one number", 1, "int(np.ravel(X_train)[-1])",
            "int(np.ravel(X_train)[-2:])", {"1.test_data": 0}, "array-for-number"),
    mistake("test features that fall", 1, TEST1,
            "X, y = createSynData(first - 1, first + n, const); return X[::-1], y[::-1]",
            {"1.test_data": 2}, "not-rising"),
    mistake("test targets without the shift", 1, TEST1,
            "X, y = createSynData(first - 1, first + n, const); return X, y + const",
            {"1.test_data": 2}, "no-shift"),
    mistake("createTestData deleted", 1, "def createTestData(", "def createMoreData(",
            {"1.test_data": 0}, "function-missing"),
]  # fmt: skip

SCORES = [
    mistake("arguments of r2_score swapped", 1, R2, "r2_score(y_pred, y_true)",
            {"1.evaluate": 2}, "r2-arguments-swapped"),
    mistake("correlation for R²", 1, R2, "np.corrcoef(y_true, y_pred)[0, 1] ** 2",
            {"1.evaluate": 2}, "correlation-for-r2"),
    mistake("the correlation itself", 1, R2, "np.corrcoef(y_true, y_pred)[0, 1]",
            {"1.evaluate": 2}, "r-for-r2"),
    mistake("R² in percent", 1, R2, "100 * r2_score(y_true, y_pred)", {"1.evaluate": 2},
            "r2-in-percent"),
    mistake("the unexplained share", 1, R2, "1 - r2_score(y_true, y_pred)", {"1.evaluate": 2},
            "r2-without-one"),
    mistake("adjusted R²", 1, R2,
            "1 - (1 - r2_score(y_true, y_pred)) * (len(y_true) - 1) / (len(y_true) - 2)",
            {"1.evaluate": 2}, "adjusted-r2"),
    mistake("R² of the lecture's slide", 1, R2, "0.97", {"1.evaluate": 2}, "another-formula"),
    mistake("RMSE for MSE", 1, MSE, f"{MSE} ** 0.5", {"1.evaluate": 2}, "rmse-for-mse"),
    mistake("mean absolute error for MSE", 1, MSE, "np.mean(np.abs(y_true - y_pred))",
            {"1.evaluate": 2}, "mae-for-mse"),
    mistake("the squared residuals summed", 1, MSE, "np.sum((y_true - y_pred) ** 2)",
            {"1.evaluate": 2}, "sum-for-mean"),
    mistake("the residuals averaged", 1, MSE, "np.mean(y_pred - y_true)", {"1.evaluate": 2},
            "mean-residual-for-mse"),
    mistake("MSE over the variance", 1, MSE, f"{MSE} / np.var(y_true)", {"1.evaluate": 2},
            "mse-over-variance"),
    mistake("MSE is not a number", 1, MSE, "float('nan')", {"1.evaluate": 2}, "score-not-a-number"),
    mistake("the test's statistic for its p-value", 1, ".pvalue", ".statistic",
            {"1.evaluate": 2}, "statistic-for-p-value"),
    mistake("a t test for a normality test", 1, P_VALUE,
            "float(stats.ttest_1samp(y_true - y_pred, 0).pvalue)", {"1.evaluate": 2},
            "not-a-normality-test"),
    mistake("one minus the p-value", 1, P_VALUE, f"1 - {P_VALUE}", {"1.evaluate": 2},
            "p-value-inverted"),
    mistake("against the standard normal distribution", 1, P_VALUE,
            "float(stats.kstest(y_true - y_pred, 'norm').pvalue)", {"1.evaluate": 2},
            "residuals-not-standardised"),
    mistake("a verdict for the p-value", 1, P_VALUE, f"bool({P_VALUE} > 0.05)", {"1.evaluate": 2},
            "score-not-a-number"),
    mistake("rounded scores", 1, R2, f"round({R2}, 2)", {"1.evaluate": 2}, "score-rounded"),
    mistake("normality of y", 1, P_VALUE, "float(stats.shapiro(y_true).pvalue)", {"1.evaluate": 2},
            "normality-not-of-residuals"),
    mistake("normality of the predictions", 1, P_VALUE, "float(stats.shapiro(y_pred).pvalue)",
            {"1.evaluate": 2}, "normality-not-of-residuals"),
    Mistake("(n,) minus (n, 1) broadcasts", 1, {"1.evaluate": 2}, "broadcast",
            changes={RAVELLED: "y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)",
                     MSE: "np.mean((y_true - y_pred) ** 2)",
                     P_VALUE: "float(stats.shapiro(np.ravel(y_true - y_pred)).pvalue)"}),
    mistake("a key is misspelt", 1, '"r2": float', '"R2": float', {"1.evaluate": 2}, "key-missing"),
    Mistake("evaluate returns a tuple", 1, {"1.evaluate": 0}, "not-a-dictionary",
            "def evaluate(y_true, y_pred):\n    return 0.8, 0.25, 0.5"),
    Mistake("evaluate prints and returns nothing", 1, {"1.evaluate": 0}, "return-missing",
            "def evaluate(y_true, y_pred):\n    print(r2_score(y_true, y_pred))"),
    Mistake("evaluate takes the data of the main block", 1, {"1.evaluate": 0}, "name-not-defined",
            "def evaluate(y_true, y_pred):\n    return {'r2': r2_score(y_test, y_pred)}"),
]  # fmt: skip

LINE = [
    mistake("a line through the origin", 1, "LinearRegression()",
            "LinearRegression(fit_intercept=False)", {"1.linear": 1}, "fitted-through-origin"),
    mistake("the line's training data predicted", 1, ".predict(test)", ".predict(train)",
            {"1.linear": 0}, "predicts-training-data"),
    mistake("the fitted line itself returned", 1, ".predict(test)", "", {"1.linear": 0},
            "wrong-return-type"),
    mistake("features of three axes given to scikit-learn", 1, ".predict(test)", ".predict(X_test)",
            {"1.linear": 0}, "features-not-flat"),
    mistake("the intercept forgotten", 1, FIT_LINE,
            "line = LinearRegression().fit(train, y_train); return test[:, 0] * line.coef_[0]",
            {"1.linear": 1}, "intercept-forgotten"),
    mistake("the rule for the fit", 1, FIT_LINE, "return 15 * (test[:, 0] - 1)", {"1.linear": 1},
            "rule-not-fitted"),
    mistake("the mean of the targets", 1, FIT_LINE, "return np.full(len(test), np.mean(y_train))",
            {"1.linear": 1}, "predicts-the-mean"),
    mistake("X fitted as a function of y", 1, FIT_LINE,
            "return np.polyval(np.polyfit(y_train, train[:, 0], 1), test[:, 0])", {"1.linear": 1},
            "axes-of-the-fit-swapped"),
    mistake("a parabola", 1, FIT_LINE,
            "return np.polyval(np.polyfit(train[:, 0], y_train, 2), test[:, 0])", {"1.linear": 1},
            "not-a-straight-line"),
    mistake("a line through two points", 1, FIT_LINE,
            "return np.polyval(np.polyfit(train[:2, 0], y_train[:2], 1), test[:, 0])", {"1.linear": 1},
            "another-line"),
    mistake("a package of one's own laptop", 1, FIT_LINE, "import statsmodels_of_mine", {"1.linear": 0},
            "package-missing"),
]  # fmt: skip

HEADERS = [
    mistake("a header of three words", 1, HEADER, '"""A short header."""', {"1.header": 0},
            "header-too-short"),
    mistake("no header", 1, HEADER, "", {"1.header": 0}, "header-missing"),
    mistake("the header as comments", 1, HEADER, "# Learn y = 15 (X - 1).\n" * 9, {"1.header": 0},
            "header-missing"),
    mistake("the header below the imports", 1, HEADER, f"import os\n{HEADER}", {"1.header": 0},
            "header-missing"),
    mistake("the header of the template", 1, HEADER, '"""Task 1.1: say here what this program does, '
            'its key variables, and what it puts out."""', {"1.header": 0}, "header-unchanged"),
]  # fmt: skip
CASES = [*DATA, *TEST, *SCORES, *LINE, *HEADERS]


@pytest.mark.quick
@named(CASES)
def test_mistake_costs_its_own_points(desk: Desk, case: Mistake):
    """A mistake costs what it gets wrong, keeps what it gets right, and is named."""
    expect_verdicts(desk, case)
