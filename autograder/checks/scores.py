"""Checks on the scores of a regression, as Parts 1 and 2 ask for them."""

import numpy as np
from scipy import stats

from autograder.checks.advice import advise_on_calls
from autograder.checks.expectations import (
    Finding,
    dictionary,
    keeping,
    kind_of,
    missing_key,
    number,
    number_finding,
    same,
    same_score,
    tally,
)
from autograder.checks.networks import r2
from autograder.errors import expect
from autograder.seen import Seen

LEAST = 0.01 + 1e-9  # tables of p-values end there, and so do a hundred random samples
TESTS = (stats.shapiro, stats.normaltest, stats.jarque_bera)
SLACK = 1e-6  # of a probability in single precision


def squared_error_values(seen: Seen) -> dict[str, float]:
    """Return the losses of Parts 1 and 2 on the numbers of the question, the right one first."""
    y, p = (seen.sheet_array(name).ravel() for name in ("y_true@loss", "y_pred@loss"))
    return {"mse": float(np.mean((y - p) ** 2)), "mae": float(np.mean(np.abs(y - p)))}


def expect_regression_scores(seen: Seen) -> None:
    """Fail unless evaluate gives R², MSE and a p-value, whatever the shape of the predictions."""
    called = seen.called("evaluate")
    scores = dictionary(seen.value("evaluate"), called)
    total = next(c.points for c in seen.rubric.checks if c.id == f"{seen.part.number}.evaluate")
    worth = total // 3
    normality = normality_finding(seen, scores, total - 2 * worth)
    tally([*error_findings(seen, scores, worth), normality], called)
    column_of = seen.called("evaluate.column")
    with keeping(2 * worth, "broadcast", but=("return-missing", "not-a-dictionary")):
        again = dictionary(seen.value("evaluate.column"), column_of)
    for key in ("r2", "mse", "normality_p"):
        flat, column = number(scores[key]), number(again.get(key))
        expect(same_score(key, flat, column), f"{key} = {column:.5g}",
               f"{key} = {flat:.5g}, as for (n,)", "Flatten both with numpy.ravel.",
               called=column_of, keep=2 * worth, misconception="broadcast")  # fmt: skip
    advise_on_calls(seen)


def error_findings(seen: Seen, scores: dict, points: int) -> list[Finding]:
    """Return whether R² and mean squared error are right."""
    true, pred = seen.sheet_array("y_true"), seen.sheet_array("y_pred")
    residuals, n, right = true - pred, true.size, r2(true, pred)
    correlation, mse = np.corrcoef(true, pred)[0, 1], float(np.mean(residuals**2))
    return [
        number_finding(points, scores, "r2", right, "Call r2_score(y_true, y_pred), the truth first.", {
            "r2-arguments-swapped": r2(pred, true), "correlation-for-r2": correlation**2,
            "r-for-r2": correlation, "r2-in-percent": 100 * right, "r2-without-one": 1 - right,
            "adjusted-r2": 1 - (1 - right) * (n - 1) / (n - 2),
            "variance-over-n-minus-1": 1 - mse / np.var(true, ddof=1),
            "explained-variance": 1 - np.var(residuals) / np.var(true)}),
        number_finding(points, scores, "mse", mse, "Take the mean of the squared residuals.", {
            "rmse-for-mse": mse**0.5, "mae-for-mse": np.mean(np.abs(residuals)),
            "sum-for-mean": n * mse, "variance-for-mse": np.var(residuals),
            "mean-over-n-minus-1": n * mse / (n - 1), "mean-over-n-minus-2": n * mse / (n - 2),
            "mean-residual-for-mse": np.copysign(np.mean(residuals), number(scores.get("mse"))),
            "mse-over-variance": mse / np.var(true)}),
    ]  # fmt: skip


def normality_finding(seen: Seen, scores: dict, points: int) -> Finding:
    """Return whether the p-value is a probability that tells Gaussian from exponential residuals."""
    called = seen.called("evaluate.gaussian")
    given = scores.get("normality_p")
    p, verdict = {"others": number(given)}, is_verdict(given)
    if isinstance(given, np.ndarray) and given.size > 1:
        return Finding(points, False, f"normality_p is {kind_of(given)}", "normality_p is one number",
                       "Take the number out of it: .pvalue.", "p-value-not-taken", called)  # fmt: skip
    for name in ("gaussian", "exponential"):
        scores = dictionary(seen.value(f"evaluate.{name}"), seen.called(f"evaluate.{name}"))
        if "normality_p" not in scores:
            return missing_key(points, scores, "normality_p")
        p[name] = number(scores["normality_p"])
    others, gaussian, exponential = values = [*p.values()]
    good = are_probabilities(values) and {*values} != {0, 1} and gaussian > 0.05 and exponential <= LEAST
    got = (f"p = {gaussian:.3g} (Gaussian residuals), {exponential:.3g} (exponential), "
           f"{others:.3g} (others)")  # fmt: skip
    return Finding(points, good, got, "p from 0 to 1: > 0.05 for Gaussian, < 0.01 for exponential",
                   "Give the residuals to scipy.stats.shapiro (or normaltest) and return its p-value.",
                   "yes-or-no-for-p-value" if verdict else
                   normality_mistake(seen, others, gaussian, exponential), called)  # fmt: skip


def is_verdict(value) -> bool:
    """Tell whether a value is a yes or no, of Python or NumPy."""
    return isinstance(value, bool) or (isinstance(value, np.ndarray) and value.dtype.kind == "b")


def are_probabilities(values: list[float]) -> bool:
    """Tell whether numbers lie between 0 and 1."""
    return all(-SLACK <= value <= 1 + SLACK for value in values)


def normality_mistake(seen: Seen, others: float, gaussian: float, exponential: float) -> str:
    """Return the name of the mistake behind p-values that do not tell the two apart."""
    values, base = [others, gaussian, exponential], seen.sheet_array("y_true@base")
    predicted = seen.sheet_array("y_pred@gaussian").ravel()
    residuals = base - predicted
    if not np.isfinite(values).all():
        return "score-not-a-number"
    if any(same(gaussian, test(residuals).statistic) for test in TESTS):
        return "statistic-for-p-value"
    if not are_probabilities(values):
        return "p-value-out-of-range"
    if len({*values}) == 1:
        return "p-value-constant"
    if {*values} == {0, 1}:
        return "yes-or-no-for-p-value"
    if close(gaussian, stats.kstest(residuals, "norm").pvalue):
        return "residuals-not-standardised"
    if gaussian < 0.05 and exponential > 0.95:
        return "p-value-inverted"
    numbers = (base, predicted, base + predicted, np.abs(residuals), residuals**2, residuals / base)
    of_numbers = any(close(gaussian, test(n).pvalue) for n in numbers for test in TESTS)
    same_twice = close(gaussian, exponential) and gaussian < 0.95
    return "normality-not-of-residuals" if of_numbers or same_twice else "not-a-normality-test"


def close(p: float, other: float) -> bool:
    """Tell whether two p-values, however small, are the same."""
    return bool(np.isclose(p, other, rtol=1e-3, atol=0))
