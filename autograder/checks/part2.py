"""Part 2, many to one: the next number of a series with a constant step."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from autograder.checks import figures, histograms
from autograder.checks.advice import advise_on_series
from autograder.checks.expectations import (
    Finding,
    expect_header,
    expect_parameters_used,
    finding_of,
    keeping,
    pair,
    recognise,
    same,
    shape_finding,
    shown,
    tally,
    told_once,
)
from autograder.checks.fits import expect_fits
from autograder.checks.floors import expect_given_numbers, floor
from autograder.checks.layers import activations, expect_kinds, of_kind, setting, shape_in_out
from autograder.checks.networks import (
    ADAM,
    Quality,
    expect_compiled,
    expect_trained,
    history_of,
    likeness,
    metric,
    r2,
)
from autograder.checks.scores import expect_regression_scores, squared_error_values
from autograder.checks.series import AXES, expect_seeds, row_findings, rows_of
from autograder.checks.targets import VALIDATION, Numbers, expect_right_target, squared_errors
from autograder.errors import expect
from autograder.judge import check
from autograder.questions.part2 import LENGTH, inputs
from autograder.seen import Seen

ODD = {"data.one": (4, "fails-for-one-sequence")}  # what stays, and what a failure there alone shows
NEXT = {  # what a network may have learned, from series whose last number is the next one
    "right": lambda rows: rows[:, -1], "learns-the-last-number": lambda rows: rows[:, -2],
    "learns-the-penultimate": lambda rows: rows[:, -3],
    "learns-one-too-far": lambda rows: 2 * rows[:, -1] - rows[:, -2],
}  # fmt: skip
PENULTIMATE = {
    "right": lambda rows: rows[:, -3], "learns-the-last-number": lambda rows: rows[:, -2],
    "learns-the-next-number": lambda rows: rows[:, -1],
}  # fmt: skip
KINDS = ["LSTM", "Dropout", "LSTM", "Dropout", "LSTM", "Dropout", "Dense"]


@check("2.header")
def header(seen: Seen) -> None:
    expect_header(seen)


@check("2.data")
def data(seen: Seen) -> None:
    sizes = {"data": (25, LENGTH), "data.other": seen.answers["other"], **seen.answers}
    first, _ = pair(seen.value("data"), seen.called("data"))
    for question in ("data", "data.other", "data.one"):
        called = seen.called(question)
        with keeping(*ODD.get(question, (None,))):
            with keeping(3 if question == "data.other" else None):
                X, y = pair(seen.value(question), called)
            if question == "data.other":
                expect_parameters_used(first, X, called, keep=3)
            findings = row_findings(X, y, *sizes[question])
            if question == "data.other" and {*X.shape[:2]} & {*sizes["data"]} - {*sizes[question]}:
                findings[0] = replace(findings[0], misconception="parameters-ignored")
            if question != "data" or not all(finding.ok for finding in findings):
                findings.append(finding_of(1, expect_seeds, seen))
            tally(findings, called)


@check("2.penultimate")
def penultimate(seen: Seen) -> None:
    with told_once(seen):
        whole, following = pair(seen.value("data.other"), seen.called("data.other"))
    for question, size in (("penultimate", "other"), ("penultimate.one", "data.one")):
        n, length = seen.answers[size]
        called = seen.called(question)
        with told_once(seen):
            X, y = pair(seen.value(question), called)
        expect(question != "penultimate" or X.size >= whole.size, f"X of shape {X.shape}",
               f"X of shape {whole.shape}, as with target='next'", "Leave X as it is; take y from it.",
               called=called, misconception="rows-cut")  # fmt: skip
        rows = rows_of(X, n)
        shape = shape_finding(1, "X", X, (n, length, 1), AXES)
        with told_once(seen):
            expect(np.isfinite(rows).all(), shape.got, shape.expected, shape.hint, called=called,
                   misconception=shape.misconception)  # fmt: skip
        step = np.diff(rows, axis=1).mean(axis=1)
        wanted = rows[:, min(length - 2, rows.shape[1] - 1)]
        wrong = recognise(y, {"target-ignored": following, "target-is-last": wanted + step,
                              "second-from-the-left": rows[:, 1],
                              "third-from-the-right": wanted - step})  # fmt: skip
        with told_once(seen):
            expect(n == 1 or np.ptp(rows, axis=1).any(), f"rows of one number, {shown(rows[0])}",
                   "rows that rise by their step", "Fill the rows first, step by step.", called=called,
                   misconception="rows-not-filled")  # fmt: skip
        useless = next((told for told in ("axes-mixed", "rows-not-filled") if told in seen.told), None)
        expect(same(y, wanted), f"y = {shown(y)}", f"y = {shown(wanted)}",
               "Take the last but one number of the row itself: X[:, -2, 0].", called=called,
               misconception=wrong or "other-target", root=useless)  # fmt: skip
    advise_on_series(seen)


@check("2.model")
def model(seen: Seen) -> None:
    steps, units, dropout = seen.answers["model.other"]
    for question, wanted in (("model", (LENGTH, 50, 0.2)), ("model.other", (steps, units, dropout))):
        called = seen.called(question)
        with keeping(3 if question == "model.other" else None):
            network = seen.network(question)
            expect_kinds(network, KINDS, called)
        with keeping(None, "parameters-ignored" if question == "model.other" else None):
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
    curves = seen.curves["part2"] = history_of(seen, "train", ("loss", "val_loss"))
    expect_fits(seen, "train", curves)


def fit_r2(seen: Seen, column: int) -> Quality:
    """Return how R² is measured on fresh rows in the training range, for a column of these as target."""
    near = seen.answers["near"]
    return lambda network, weights: r2(near[:, column], network.predict(weights, inputs(near)))


def step_correlation(near: np.ndarray, predicted: np.ndarray, column: int) -> float:
    """Return the correlation with the targets within the rows of one start, pooled over the starts.

    Rows of one start differ in their steps alone. A network that knows only how high a row lies has
    hardly any; dropout, which leaves the predictions of relu units too small, does no harm to it.
    """
    if not np.isfinite(predicted).all():
        return 0.0
    _, start = np.unique(near[:, 0], return_inverse=True)
    return likeness(centred(predicted, start), centred(near[:, column], start))


def centred(values: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Return values (n,) less the mean of their group; `group` (n,) numbers the groups from 0."""
    values = values.astype("float64")
    return values - (np.bincount(group, values) / np.bincount(group))[group]


@check("2.trains")
def trains(seen: Seen) -> None:
    expect_trained(seen, "train", fit_r2(seen, -1), seen.floors["2.fit"])


def expect_taught(seen: Seen, question: str, ways: dict[str, Callable]) -> None:
    """Fail if a training was on other numbers than the targets it was given."""
    network, claims = seen.trained(question)
    series = np.column_stack([seen.sheet_array("X_train")[:, :, 0], seen.sheet_array("y_train")])
    held_back = series[-round(VALIDATION * len(series)):]

    def compared(rows: np.ndarray) -> tuple[np.ndarray, Numbers]:
        predicted = network.predict(claims["weights"], inputs(rows)).ravel()
        return predicted, {name: way(rows) for name, way in ways.items()}

    losses = squared_errors(*compared(held_back))
    expect_right_target(seen, question, *compared(seen.answers["near"]), losses)


def measure_fit(seen: Seen, question: str, column: int) -> np.ndarray:
    """Measure how a trained network fits fresh rows and tells their steps; return its predictions."""
    network, claims = seen.trained(question)
    near = seen.answers["near"]
    predicted = network.predict(claims["weights"], inputs(near)).ravel()
    seen.metrics[metric(seen, "r2", question)] = r2(near[:, column], predicted)
    seen.metrics[metric(seen, "step_correlation", question)] = step_correlation(near, predicted, column)
    return predicted


def expect_fit(seen: Seen, question: str, name: str, least: float, hint: str) -> None:
    """Fail unless R², by its name and its floor, and the correlation within a start are high enough."""
    value = seen.metrics[metric(seen, "r2", question)]
    if value < least:
        expect_given_numbers(seen, question)
    floor(seen, question, name, value, least, hint)
    floor(seen, question, "correlation with the right numbers among rows of the same start",
          seen.metrics[metric(seen, "step_correlation", question)], seen.floors["2.steps"],
          "Train longer, until the loss falls a second time: rows differ in their steps, too.",
          misconception="level-without-step")  # fmt: skip


@check("2.fit")
def fit(seen: Seen) -> None:
    network, claims = seen.trained("train")
    near, far = seen.answers["near"], seen.answers["far"]
    predicted = measure_fit(seen, "train", -1)
    mse = float(np.mean((predicted - near[:, -1]) ** 2))
    last_value = float(np.mean((near[:, -2] - near[:, -1]) ** 2))
    seen.metrics |= {
        "part2.mse": mse, "part2.skill_over_last_value": 1 - mse / last_value,
        "part2.r2_offset_10": r2(far[:, -1], network.predict(claims["weights"], inputs(far))),
        "part2.skill_compared": {"your network": 1 - mse / last_value, "last number": 0.0,
                                 "last number plus step": 1.0},
    }  # fmt: skip
    expect_taught(seen, "train", NEXT)
    expect_fit(seen, "train", "R² on fresh rows in the training range", seen.floors["2.fit"],
               "Train longer; look whether the loss still falls.")  # fmt: skip


@check("2.fit_penultimate")
def fit_penultimate(seen: Seen) -> None:
    expect_trained(seen, "train.penultimate", fit_r2(seen, -3), seen.floors["2.fit_penultimate"])
    measure_fit(seen, "train.penultimate", -3)
    expect_taught(seen, "train.penultimate", PENULTIMATE)
    expect_fit(seen, "train.penultimate", "R² for the penultimate number",
               seen.floors["2.fit_penultimate"],
               "The same network has to learn another target.")  # fmt: skip


@check("2.evaluate")
def evaluate(seen: Seen) -> None:
    expect_regression_scores(seen)


@check("2.figures")
def figure(seen: Seen) -> None:
    figures.axes_of(seen, "plot")
    X, y = seen.sheet_array("X_test@plot"), seen.sheet_array("y_test@plot")
    history, residuals = seen.answers["history"], histograms.plotted_residuals(seen)
    tally([
        finding_of(1, figures.expect_curves, seen, "plot", history, ("loss", "val_loss")),
        finding_of(1, histograms.expect_histogram, seen, "plot", residuals),
        finding_of(1, figures.expect_points, seen, "plot", X, y),
    ], seen.called("plot"))  # fmt: skip
