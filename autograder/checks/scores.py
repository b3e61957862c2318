"""Checks on the scores of a regression, as Parts 1 and 2 ask for them."""

import numpy as np

from autograder.checks.expectations import Finding, entry, number, recognise, same, tally
from autograder.checks.networks import r2
from autograder.errors import expect
from autograder.seen import Seen


def squared_error_values(seen: Seen) -> dict[str, float]:
    """Return the losses of Parts 1 and 2 on the numbers of the question, the right one first."""
    y, p = (seen.sheet_array(name).ravel() for name in ("y_true@loss", "y_pred@loss"))
    return {"mse": float(np.mean((y - p) ** 2)), "mae": float(np.mean(np.abs(y - p)))}


def expect_regression_scores(seen: Seen) -> None:
    """Fail unless evaluate gives R², MSE and a p-value, whatever the shape of the predictions."""
    true, pred = seen.sheet_array("y_true"), seen.sheet_array("y_pred")
    mse, right, called = float(np.mean((true - pred) ** 2)), r2(true, pred), seen.called("evaluate")
    value = seen.value("evaluate")
    got = {key: number(entry(value, key, called)) for key in ("r2", "mse", "normality_p")}
    total = next(c.points for c in seen.rubric.checks if c.id == f"{seen.part.number}.evaluate")
    worth = total // 3
    tally([
        Finding(worth, same(got["r2"], right), f"r2 = {got['r2']:.5g}", f"r2 = {right:.5g}",
                "scikit-learn's r2_score takes the truth first.",
                recognise(got["r2"], {"r2-arguments-swapped": r2(pred, true),
                                      "correlation-for-r2": np.corrcoef(true, pred)[0, 1] ** 2})),
        Finding(worth, same(got["mse"], mse), f"mse = {got['mse']:.5g}", f"mse = {mse:.5g}",
                "The mean of the squared residuals.",
                recognise(got["mse"], {"rmse-for-mse": mse**0.5,
                                       "mae-for-mse": np.mean(np.abs(true - pred))})),
        *normality_findings(seen, total - 2 * worth),
    ], called)  # fmt: skip
    column_of = seen.called("evaluate.column")
    same_again = seen.value("evaluate.column")
    for key in ("r2", "mse"):
        again = number(entry(same_again, key, column_of, keep=2 * worth))
        expect(same(again, got[key]), f"{key} = {again:.5g}", f"{key} = {got[key]:.5g}, as for (n,)",
               "(n,) minus (n, 1) is (n, n): flatten both with numpy.ravel.", called=column_of,
               keep=2 * worth, misconception="broadcast")  # fmt: skip


def normality_findings(seen: Seen, points: int) -> list[Finding]:
    """Return whether the p-value tells Gaussian from exponential residuals."""
    called = {name: f"evaluate.{name}" for name in ("gaussian", "exponential")}
    p = {name: number(entry(seen.value(q), "normality_p", seen.called(q), keep=2 * points))
         for name, q in called.items()}  # fmt: skip
    hint = "Give the residuals to scipy.stats.shapiro (or normaltest) and return its p-value."
    good = p["gaussian"] > 0.05 and p["exponential"] < 0.01
    got = f"p = {p['gaussian']:.3g} (Gaussian residuals), {p['exponential']:.3g} (exponential)"
    swapped = "p-value-inverted" if p["gaussian"] < 0.05 else "not-a-normality-test"
    return [Finding(points, good, got, "p > 0.05 for Gaussian, p < 0.01 for exponential", hint, swapped)]
