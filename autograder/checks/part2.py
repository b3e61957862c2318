"""Part 2, many to one: the next number of a series with a constant step."""

import numpy as np

from autograder.checks import figures
from autograder.checks.expectations import (
    Finding,
    expect_header,
    expect_parameters_used,
    keeping,
    pair,
    recognise,
    same,
    shape_finding,
    shown,
    tally,
)
from autograder.checks.networks import (
    ADAM,
    activations,
    expect_compiled,
    expect_kinds,
    expect_trained,
    floor,
    history_of,
    of_kind,
    r2,
    setting,
    shape_in_out,
)
from autograder.checks.scores import expect_regression_scores, squared_error_values
from autograder.errors import expect
from autograder.judge import check
from autograder.questions.part2 import LENGTH, inputs
from autograder.seen import Seen

AXES = ("sequences", "steps", "channels")
KINDS = ["LSTM", "Dropout", "LSTM", "Dropout", "LSTM", "Dropout", "Dense"]


@check("2.header")
def header(seen: Seen) -> None:
    expect_header(seen)


@check("2.data")
def data(seen: Seen) -> None:
    for question, (n, length) in (("data", (25, LENGTH)), ("data.other", seen.answers["other"])):
        called = seen.called(question)
        X, y = pair(seen.value(question), called)
        if question != "data":
            expect_parameters_used(pair(seen.value("data"), called)[0], X, called, keep=3)
        tally(row_findings(X, y, n, length), called)
    expect_seeds(seen)


def row_findings(X, y, n: int, length: int) -> list[Finding]:
    """Return what is looked at in the rows of createSynData: 4 points in all."""
    fits = X.size == n * length
    rows = np.reshape(X, (n, length)) if fits else np.full((1, 2), np.nan)
    starts, steps = rows[:, 0], np.diff(rows, axis=1)
    step = steps.mean(axis=1)
    even = fits and np.allclose(steps, step[:, None], atol=1e-3)
    spread = fits and np.unique(step.round(4)).size > 2  # rounded steps are fine
    inside = fits and (step > 0.0999).all() and (step < 0.5001).all()
    whole = fits and np.allclose(starts, starts.round(), atol=1e-4)
    range_ = fits and starts.min() >= 1 - 1e-4 and starts.max() <= 10 + 1e-4
    following = rows[:, -1] + step
    return [
        shape_finding(1, "X", X, (n, length, 1), AXES),
        Finding(1, whole and range_ and np.unique(starts).size > 2, f"starts {shown(np.sort(starts))}",
                "integers from 1 to 10", "rng.integers(1, 10, endpoint=True)",
                "start-not-integer" if not whole else "start-out-of-range"),
        Finding(1, even and spread and inside,
                f"steps of row 1: {shown(steps[0])}; mean steps {shown(step)}",
                "one step a row, uniform in [0.1, 0.5]", "Draw one step for each sequence.",
                step_mistake(even, spread)),
        Finding(1, fits and same(y, following), f"y = {shown(y)}", f"y = {shown(following)}",
                "y is the number that comes after the last one of the row.",
                recognise(y, {"target-is-last": rows[:, -1], "target-is-penultimate": rows[:, -2],
                              "target-one-too-far": following + step,
                              "target-is-first": starts})),
    ]  # fmt: skip


def step_mistake(even: bool, spread: bool) -> str:
    """Return the name of the mistake behind wrong steps."""
    if not even:
        return "step-per-element"
    return "step-out-of-range" if spread else "one-step-for-all"


def expect_seeds(seen: Seen) -> None:
    """Fail (one point) unless offset shifts the starts only, and another seed gives other rows."""
    called, offset = seen.called("data.offset"), seen.answers["offset"]
    X, _ = pair(seen.value("data.other"), called)
    shifted, _ = pair(seen.value("data.offset"), called)
    other, _ = pair(seen.value("data.seed"), seen.called("data.seed"))
    again = X.shape == shifted.shape and np.allclose(shifted, X + offset, atol=1e-3)
    expect(again, f"first row {shown(shifted)} with offset {offset}, {shown(X)} without",
           "the same steps, every start shifted by the offset", called=called, keep=4,
           hint="Make the generator anew in each call: rng = np.random.default_rng(seed).",
           misconception=offset_mistake(X, shifted))  # fmt: skip
    expect(X.shape != other.shape or not np.allclose(X, other), "the same rows for two seeds",
           "other rows for another seed", "Pass seed to the generator.", keep=4,
           called=seen.called("data.seed"), misconception="seed-ignored")  # fmt: skip


def offset_mistake(X: np.ndarray, shifted: np.ndarray) -> str:
    """Return the name of the mistake behind a wrong offset."""
    if X.shape == shifted.shape and np.allclose(X, shifted):
        return "offset-ignored"
    return "new-steps-for-test"


@check("2.penultimate")
def penultimate(seen: Seen) -> None:
    n, length = seen.answers["other"]
    called = seen.called("penultimate")
    X, y = pair(seen.value("penultimate"), called)
    expect(X.size == n * length, f"X of shape {X.shape}", f"X of shape {(n, length, 1)}",
           "Only y depends on target.", called=called)  # fmt: skip
    rows = X.reshape(n, length)
    step = np.diff(rows, axis=1).mean(axis=1)
    wrong = recognise(y, {"target-ignored": rows[:, -1] + step, "target-is-last": rows[:, -1],
                          "second-from-the-left": rows[:, 1]})  # fmt: skip
    expect(same(y, rows[:, -2]), f"y = {shown(y)}", f"y = {shown(rows[:, -2])}",
           "The last but one number of the row itself: X[:, -2, 0].", called=called,
           misconception=wrong)  # fmt: skip


@check("2.model")
def model(seen: Seen) -> None:
    steps, units, dropout = seen.answers["model.other"]
    for question, wanted in (("model", (LENGTH, 50, 0.2)), ("model.other", (steps, units, dropout))):
        called, network = seen.called(question), seen.network(question)
        expect_kinds(network, KINDS, called)
        tally(layer_findings(network, *wanted), called)


def layer_findings(network, steps: int, units: int, dropout: float) -> list[Finding]:
    """Return what is looked at in the layers of Part 2: 4 points in all."""
    recurrent, dropped = of_kind(network, "LSTM"), of_kind(network, "Dropout")
    return [
        shape_in_out(network, steps, 1),
        setting(recurrent, "units", [units] * 3, 1, "LSTM"),
        setting(dropped, "rate", [dropout] * 3, 1, "Dropout"),
        merged(1, setting(recurrent, "return_sequences", [True, True, False], 1, "LSTM"),
               activations(of_kind(network, "Dense"), ["linear"], 1, "Dense")),
    ]  # fmt: skip


def merged(points: int, *findings: Finding) -> Finding:
    """Return several findings as one: the first that does not hold speaks for all."""
    wrong = next((f for f in findings if not f.ok), findings[0])
    return Finding(points, wrong.ok, wrong.got, wrong.expected, wrong.hint, wrong.misconception)


@check("2.compile")
def compiled(seen: Seen) -> None:
    expect_compiled(seen, "model", squared_error_values(seen), ADAM)


@check("2.history")
def history(seen: Seen) -> None:
    seen.curves["part2"] = history_of(seen, "train", ("loss", "val_loss"))


def fit_r2(seen: Seen, network, weights: list, column: int = -1) -> float:
    """Return R² on fresh rows in the training range for the number in a column of the series."""
    near = seen.answers["near"]
    return r2(near[:, column], network.predict(weights, inputs(near)))


@check("2.trains")
def trains(seen: Seen) -> None:
    expect_trained(seen, "train", lambda net, w: fit_r2(seen, net, w) >= seen.floors["2.fit"])


@check("2.fit")
def fit(seen: Seen) -> None:
    network, claims = seen.trained("train")
    near, far = seen.answers["near"], seen.answers["far"]
    predicted = network.predict(claims["weights"], inputs(near)).ravel()
    mse = float(np.mean((predicted - near[:, -1]) ** 2))
    last_value = float(np.mean((near[:, -2] - near[:, -1]) ** 2))
    value = fit_r2(seen, network, claims["weights"])
    seen.metrics |= {
        "part2.r2": value, "part2.mse": mse, "part2.skill_over_last_value": 1 - mse / last_value,
        "part2.r2_offset_10": r2(far[:, -1], network.predict(claims["weights"], inputs(far))),
    }  # fmt: skip
    floor(seen, "R² on fresh rows in the training range", value, seen.floors["2.fit"],
          seen.called("train"), "Train longer; look whether the loss still falls.")  # fmt: skip


@check("2.fit_penultimate")
def fit_penultimate(seen: Seen) -> None:
    network, claims = seen.trained("train.penultimate")
    value = fit_r2(seen, network, claims["weights"], -3)
    seen.metrics["part2.r2_penultimate"] = value
    floor(seen, "R² for the penultimate number", value, seen.floors["2.fit_penultimate"],
          seen.called("train.penultimate"), "The same network has to learn another target.")  # fmt: skip


@check("2.evaluate")
def evaluate(seen: Seen) -> None:
    expect_regression_scores(seen)


@check("2.figures")
def figure(seen: Seen) -> None:
    figures.expect_curves(seen, "plot", seen.answers["history"], ("loss", "val_loss"))
    with keeping(1):
        figures.expect_histogram(seen, "plot", figures.plotted_residuals(seen))
    with keeping(2):
        X, y = seen.sheet_array("X_test@plot"), seen.sheet_array("y_test@plot")
        figures.expect_points(seen, "plot", X, y)
