"""Shortcuts without a network, fitted to the public rows and judged on the same hidden rows.

They are what a result is compared with: a floor must lie above them. As a submission they are stopped
by the checks of the layers.
"""

from collections.abc import Callable

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from autograder.calibration.cases import FLOORS, Case
from autograder.checks.networks import r2
from autograder.checks.part3 import rates
from autograder.model import Exam
from autograder.questions.part1 import GRID, rule


def constant(exam: Exam) -> dict[str, float]:
    """Return the scores of naming the mean of the targets."""
    if "near" not in exam.answers:
        return {"part1.r2": r2(rule(GRID), np.full(GRID.size, rule(GRID).mean()))}
    near = exam.answers["near"]
    return {"part2.r2": r2(near[:, -1], np.full(len(near), near[:, -1].mean())),
            "part2.r2_penultimate": r2(near[:, -3], np.full(len(near), near[:, -3].mean()))}  # fmt: skip


def last_number(exam: Exam) -> dict[str, float]:
    """Return the scores of naming the last number of the row: no distance to it at all."""
    near = exam.answers["near"]
    return {"part2.r2": r2(near[:, -1], near[:, -2]), "part2.skill_over_last_value": 0.0,
            "part2.other_target.learns-the-last-number": 0.0,
            "part2.r2_penultimate": r2(near[:, -3], near[:, -2]),
            "part2.other_target_penultimate.learns-the-last-number": 0.0}  # fmt: skip


def classifier(make: Callable, features: Callable) -> Callable[[Exam], dict[str, float]]:
    """Return a shortcut of Part 3: a classifier on features of the rows."""

    def scores(exam: Exam) -> dict[str, float]:
        X, y = exam.sheet.arrays["X_train"][:, :, 0], exam.sheet.arrays["y_train"]
        hidden = exam.answers["hidden"]
        fitted = make().fit(features(X), y)
        found = rates(hidden.y, fitted.predict(features(hidden.X)))
        return {f"part3.{name}": value for name, value in found.items()}

    return scores


def spread(X: np.ndarray) -> np.ndarray:
    """Return the range of each row, (n, 1)."""
    return np.ptp(X, axis=1, keepdims=True)


def nothing(X: np.ndarray) -> np.ndarray:
    """Return no feature: the majority decides."""
    return np.zeros((len(X), 1))


def stump() -> DecisionTreeClassifier:
    """Return a decision by one threshold."""
    return DecisionTreeClassifier(max_depth=1)


def linear() -> LogisticRegression:
    """Return a logistic regression on standardised times."""
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))


ACCURACIES, BLIND = ("3.accuracy", "3.accuracy_top"), ("3.accuracy_top", "3.specificity")
RULES: dict[Case, Callable[[Exam], dict[str, float]]] = {
    Case("rule: a constant", 1, fails=FLOORS[1], seeds=1): constant,
    Case("rule: a constant", 2, fails=FLOORS[2], seeds=1): constant,
    Case("rule: the last number", 2, fails=("2.fit", "2.fit_penultimate"), seeds=1): last_number,
    Case("rule: majority", 3, fails=(*ACCURACIES, "3.recall"), seeds=1): classifier(stump, nothing),
    Case("rule: range stump", 3, fails=(*ACCURACIES, "3.specificity"), seeds=1):
        classifier(stump, spread),
    Case("rule: logistic regression", 3, fails=BLIND, seeds=1):
        classifier(linear, np.asarray),
}  # fmt: skip
