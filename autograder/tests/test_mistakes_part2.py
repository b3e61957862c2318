"""Typical mistakes in the data and scores of Part 2: each costs its own points, and is named."""

import pytest

from autograder.tests.desk import Desk
from autograder.tests.mistakes import BLOCKED, Mistake, expect_verdicts, mistake, named_in_shares
from autograder.tests.test_mistakes_part1 import MSE, P_VALUE, R2, RAVELLED

START = "rng.integers(1, 10, size=(nSequences, 1), endpoint=True)"
STEP = "rng.uniform(0.1, 0.5, size=(nSequences, 1))"
Y2, X2 = "rows[:, columns[target]]", "rows[:, :iLength, np.newaxis]"
COLUMNS = '"penultimate": iLength - 2}'
RNG, OFFSET = "rng = np.random.default_rng(seed)", "endpoint=True) + offset"
ROWS = "starts + steps * np.arange(iLength + 1)"
LOST_BOTH = {"2.data": 0, "2.penultimate": BLOCKED}

DATA = [
    mistake("one step for all sequences", 2, STEP, "rng.uniform(0.1, 0.5)",
            {"2.data": 4}, "one-step-for-all"),
    mistake("one start for all sequences", 2, START, "rng.integers(1, 10, endpoint=True)",
            {"2.data": 4}, "one-start-for-all"),
    mistake("a step per element", 2, ROWS, "starts + np.cumsum((np.arange(iLength + 1) > 0) * "
            "rng.uniform(0.1, 0.5, size=(nSequences, iLength + 1)), axis=1)", {"2.data": 4},
            "step-per-element"),
    mistake("steps that are multiplied", 2, ROWS, "starts * (1 + steps) ** np.arange(iLength + 1)",
            {"2.data": 2}, "step-multiplied"),
    mistake("starts that are multiplied", 2, ROWS, "starts * steps * np.arange(iLength + 1)",
            {"2.data": 2}, "rows-begin-at-0"),
    mistake("decimals that are cut off", 2, f"return {X2}, {Y2}",
            f"return {X2}.astype(int), {Y2}.astype(int)", {"2.data": 2}, "decimals-cut"),
    mistake("linspace up to the target", 2, f"return {X2}, {Y2}",
            f"X = np.linspace(rows[:, 0], rows[:, -1], iLength).T[:, :, None]; return X, {Y2}",
            {"2.data": 3, "2.penultimate": 0}, "steps-stretched"),
    mistake("transposed and reshaped", 2, X2, "rows[:, :iLength].T.reshape(-1, iLength, 1)",
            {"2.data": 2, "2.penultimate": BLOCKED}, "axes-mixed"),
    mistake("an array that is never filled", 2, X2, "np.zeros((nSequences, iLength, 1))",
            {"2.data": 1, "2.penultimate": BLOCKED}, "rows-not-filled"),
    mistake("steps from another range", 2, STEP, "rng.uniform(0, 1, size=(nSequences, 1))",
            {"2.data": 4}, "step-out-of-range"),
    mistake("starts that are no integers", 2, START, "rng.uniform(1, 10, size=(nSequences, 1))",
            {"2.data": 4}, "start-not-integer"),
    mistake("starts from 0", 2, START, "rng.integers(0, 10, size=(nSequences, 1))",
            {"2.data": 4}, "start-out-of-range"),
    mistake("starts from 1 to 9", 2, START, "rng.integers(1, 10, size=(nSequences, 1))",
            {"2.data": 4}, "start-end-left-out"),
    mistake("the last number of the row as target", 2, Y2, "rows[:, iLength - 1]",
            {"2.data": 4, "2.penultimate": 0}, "target-is-last"),
    mistake("the penultimate number for both", 2, '{"next": iLength,', '{"next": iLength - 2,',
            {"2.data": 4}, "target-is-penultimate"),
    mistake("the first number of the row as target", 2, Y2, "rows[:, 0]",
            {"2.data": 4, "2.penultimate": 0}, "target-is-first"),
    mistake("the mean of the row as target", 2, Y2, "rows.mean(axis=1)",
            {"2.data": 4, "2.penultimate": 0}, "other-target"),
    mistake("target one step too far", 2, Y2,
            "rows[:, columns[target]] + steps[:, 0] * (target == 'next')",
            {"2.data": 4}, "target-one-too-far"),
    mistake("y included in X", 2, X2, "rows[:, :, np.newaxis]", {"2.data": 4}, "target-in-features"),
    mistake("no axis of channels: (n, 10)", 2, X2, "rows[:, :iLength]",
            {"2.data": 4}, "channel-axis-missing"),
    mistake("axes of steps and channels swapped", 2, X2, "rows[:, np.newaxis, :iLength]",
            {"2.data": 4}, "axes-swapped"),
    mistake("the number of rows ignored", 2, RNG, f"{RNG}\n    nSequences = 25", {"2.data": 4},
            "parameters-ignored"),
    mistake("the first number left out", 2, "np.arange(iLength + 1)", "np.arange(1, iLength + 2)",
            {"2.data": 4}, "row-begins-one-step-late"),
    mistake("the sizes ignored", 2, "rng.integers(1, 10, size=(nSequences, 1)", "rng.integers(1, 10, "
            "size=(25, 1)", {"2.data": 3, "2.penultimate": BLOCKED}, "sizes-do-not-fit"),
    Mistake("every parameter ignored", 2, {"2.data": 3, "2.penultimate": 0}, "parameters-ignored",
            "own = createSynData\ndef createSynData(nSequences=25, iLength=10, offset=0, target='next', "
            "seed=1234):\n    return own()"),
    mistake("target ignored", 2, COLUMNS, '"penultimate": iLength}', {"2.penultimate": 0},
            "target-ignored"),
    mistake("the last number for the penultimate", 2, COLUMNS, '"penultimate": iLength - 1}',
            {"2.penultimate": 0}, "target-is-last"),
    mistake("second from the left", 2, COLUMNS, '"penultimate": 1}', {"2.penultimate": 0},
            "second-from-the-left"),
    mistake("X cut off at the penultimate", 2, X2, "rows[:, :columns[target], np.newaxis]",
            {"2.penultimate": 0}, "rows-cut"),
    mistake("the number before the penultimate", 2, COLUMNS, '"penultimate": iLength - 3}',
            {"2.penultimate": 0}, "third-from-the-right"),
    mistake("offset ignored", 2, OFFSET, "endpoint=True)", {"2.data": 4}, "offset-ignored"),
    mistake("offset taken off", 2, OFFSET, "endpoint=True) - offset", {"2.data": 4}, "other-offset"),
    mistake("offset in the rows only", 2, "columns[target]]\n", "columns[target]] - offset\n",
            {"2.data": 4}, "offset-not-in-targets"),
    mistake("a negative offset lost", 2, OFFSET, "endpoint=True) + max(offset, 0)", {"2.data": 4},
            "negative-offset-lost"),
    mistake("seed ignored", 2, RNG, "rng = np.random.default_rng(1234)", {"2.data": 4}, "seed-ignored"),
    mistake("new random steps for the test set", 2, RNG,
            "rng = np.random.default_rng(seed + abs(int(offset)))", {"2.data": 4}, "new-steps-for-test"),
    Mistake("one generator for all calls", 2, {"2.data": 4}, "not-repeatable",
            changes={RNG: "rng = RNG", "OFFSET = 10": "RNG = np.random.default_rng(1)\nOFFSET = 10"}),
    mistake("steps drawn without the seed", 2, STEP, "np.random.uniform(0.1, 0.5, (nSequences, 1))",
            {"2.data": 4}, "not-repeatable"),
    mistake("starts drawn without the seed", 2, START, "np.random.randint(1, 11, (nSequences, 1))",
            {"2.data": 4}, "not-repeatable"),
    mistake("a generator that is not defined", 2, RNG, "rng = RNG", LOST_BOTH, "name-not-defined"),
    mistake("the return is forgotten", 2, f"return {X2}, {Y2}", "rows", LOST_BOTH, "return-missing"),
    mistake("a single sequence squeezed", 2, X2, "np.squeeze(rows)[:, :iLength, np.newaxis]",
            {"2.data": 4, "2.penultimate": BLOCKED}, "fails-for-one-sequence"),
]  # fmt: skip

SCORES = [
    mistake("arguments of r2_score swapped", 2, R2, "r2_score(y_pred, y_true)",
            {"2.evaluate": 0}, "r2-arguments-swapped"),
    mistake("RMSE for MSE", 2, MSE, f"{MSE} ** 0.5", {"2.evaluate": 0}, "rmse-for-mse"),
    mistake("correlation for R²", 2, R2, "np.corrcoef(y_true, y_pred)[0, 1] ** 2", {"2.evaluate": 0},
            "correlation-for-r2"),
    mistake("normality of y", 2, P_VALUE, "float(stats.shapiro(y_true).pvalue)", {"2.evaluate": 0},
            "normality-not-of-residuals"),
    Mistake("(n,) minus (n, 1) broadcasts", 2, {"2.evaluate": 0}, "broadcast",
            changes={RAVELLED: "y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)",
                     MSE: "np.mean((y_true - y_pred) ** 2)",
                     P_VALUE: "float(stats.shapiro(np.ravel(y_true - y_pred)).pvalue)"}),
    Mistake("the p-value missing", 2, {"2.evaluate": 0}, "key-missing",
            changes={'"normality_p": float': '"p": float'}),
    Mistake("evaluate not written", 2, {"2.evaluate": 0}, "not-written",
            'def evaluate(y_true, y_pred):\n    raise NotImplementedError("Task 2.8a")'),
]  # fmt: skip
SHORT = '"""Part 2 of the course."""'
TEMPLATE = '"""Task 2.0: say here what this program does, its key variables, and what it puts out."""'
HEADERS = [
    Mistake("header of a few words", 2, {"2.header": 0}, "header-too-short", base=SHORT, kinds=()),
    Mistake("header of the template", 2, {"2.header": 0}, "header-unchanged", base=TEMPLATE, kinds=()),
]  # fmt: skip
CASES = [*DATA, *SCORES, *HEADERS]


@named_in_shares(CASES, 6, often=pytest.mark.quick)
def test_mistake_costs_its_own_points(desk: Desk, case: Mistake):
    """A mistake costs what it gets wrong, keeps what it gets right, and is named."""
    expect_verdicts(desk, case)
