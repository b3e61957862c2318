"""Part 2, many to one: the next number of a series with a constant step."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from autograder.checks import figures
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
from autograder.checks.layers import activations, expect_kinds, of_kind, setting, shape_in_out
from autograder.checks.networks import (
    ADAM,
    expect_compiled,
    expect_trained,
    expect_trained_here,
    floor,
    history_of,
    r2,
)
from autograder.checks.scores import expect_regression_scores, squared_error_values
from autograder.checks.targets import VALIDATION, Numbers, expect_right_target, squared_errors
from autograder.errors import expect
from autograder.judge import check
from autograder.questions.part2 import LENGTH, inputs
from autograder.seen import Seen

AXES = ("sequences", "steps", "channels")
MANY = 120  # rows of which one starts at each end, but for one time in 300,000
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
BUILD = "Build the rows as start + step * np.arange(iLength)."
HINTS = {"rows-begin-at-0": BUILD, "steps-stretched": BUILD, "step-multiplied": BUILD,
         "decimals-cut": "Leave the numbers as floats: .astype('float32')."}  # fmt: skip
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


def row_findings(X, y, n: int, length: int) -> list[Finding]:
    """Return what is looked at in the rows of createSynData: 4 points in all."""
    rows = rows_of(X, n)
    starts, steps = rows[:, 0], np.diff(rows, axis=1)
    step = steps.mean(axis=1)
    several = min(n, 3)
    even = np.allclose(steps, step[:, None], atol=1e-3)
    spread = np.unique(step.round(4)).size >= several  # rounded steps are fine
    inside = bool((step > 0.0999).all() and (step < 0.5001).all())
    whole = np.allclose(starts, starts.round(), atol=1e-4)
    range_ = starts.min() >= 1 - 1e-4 and starts.max() <= 10 + 1e-4
    ends = len(rows) < MANY or {1, 10} <= {*starts.round()}
    varied = np.unique(starts).size >= several
    following = starts + step * length
    shape = shape_finding(1, "X", X, (n, length, 1), AXES)
    wrong_start = start_mistake(whole, varied, starts, step)
    wrong_step = step_mistake(rows, y, even, spread)
    surplus = rows.shape[1] == length + 1 and same(rows[:, -1], following)
    if surplus:
        shape = replace(shape, misconception="target-in-features")
    elif len(rows) == length != n:
        shape = replace(shape, misconception="axes-swapped")
    findings = [
        shape,
        Finding(1, whole and range_ and varied and ends,
                f"starts from {starts.min():g} to {starts.max():g}", "integers from 1 to 10",
                HINTS.get(wrong_start, "Draw rng.integers(1, 10, nSequences, endpoint=True)."),
                "start-end-left-out" if whole and range_ and varied else wrong_start),
        Finding(1, even and spread and inside,
                f"steps of row 1: {shown(steps[0])}; mean steps {shown(step)}",
                "one step a row, uniform in [0.1, 0.5]",
                HINTS.get(wrong_step, "Draw rng.uniform(0.1, 0.5, (nSequences, 1))."), wrong_step),
        Finding(1, same(y, following) or (not even and one_step_on(y, rows)),
                f"y = {shown(y)}, {y.size} values", f"y = {shown(following)}, {len(rows)} values",
                "Take the number that comes after the last one of the row.",
                "lengths-differ" if y.size != len(rows) else
                recognise(y, {"target-is-last": following - step, "target-is-first": starts,
                              "target-is-penultimate": following - 2 * step,
                              "target-one-too-far": following + step}) or "other-target"),
    ]  # fmt: skip
    return findings if even else [findings[0], findings[2], findings[1], findings[3]]


def one_step_on(y: np.ndarray, rows: np.ndarray) -> bool:
    """Tell whether targets go on from the last number by some step, whichever: steps that differ."""
    steps = np.ravel(y) - rows[:, -1] if y.size == len(rows) else np.zeros(1)
    return bool((steps > 0.0999).all() and (steps < 0.5001).all())


def rows_of(X: np.ndarray, n: int) -> np.ndarray:
    """Return the rows that an array of any shape holds, one row of NaN if it holds no rows.

    If there are others than the n that were asked for, or if they lie along the second axis, those.
    """
    if X.ndim == 3 and X.shape[1] == n != X.shape[0]:
        X = X.swapaxes(0, 1)
    elif X.ndim > 1 and X.size >= 2 * len(X) and X.shape[0] > 1:
        n = len(X)
    fits = X.size % n == 0 and X.size >= 2 * n
    return X.reshape(n, -1) if fits else np.full((1, 2), np.nan)


def start_mistake(whole: bool, varied: bool, starts: np.ndarray, step: np.ndarray) -> str:
    """Return the name of the mistake behind wrong starts of rows with these steps."""
    if len(starts) > 1 and not starts.any() and np.ptp(step) > 0:
        return "rows-begin-at-0"
    if not whole:
        before = starts - step
        late = np.allclose(before, before.round(), atol=1e-3)
        return "row-begins-one-step-late" if late else "start-not-integer"
    return "start-out-of-range" if varied else "one-start-for-all"


def step_mistake(rows: np.ndarray, y: np.ndarray, even: bool, spread: bool) -> str:
    """Return the name of the mistake behind wrong steps of rows with these targets."""
    if not even and same(rows, rows.round()):
        return "decimals-cut"
    ratios = rows[:, 1:] / rows[:, :-1] if (rows > 0).all() else np.zeros(1)
    if not even and np.ptp(ratios, axis=-1).max() < 1e-3:
        return "step-multiplied"
    if not even:
        return "step-per-element"
    if not spread:
        return "one-step-for-all"
    return "steps-stretched" if stretched(rows, y) else "step-out-of-range"


def stretched(rows: np.ndarray, y: np.ndarray) -> bool:
    """Tell whether rows have one step too few up to their targets, as linspace with both ends."""
    span = rows[:, -1] - rows[:, 0]
    steps = span / rows.shape[1]  # of which a number more than these would have had
    return same(y, rows[:, -1]) and bool((steps > 0.0999).all() and (steps < 0.5001).all())


def expect_seeds(seen: Seen) -> None:
    """Fail unless offset shifts the starts only, either way, and another seed gives other rows."""
    called = seen.called("data.other")
    X, again = (pair(seen.value(name), called)[0] for name in ("data.other", "data.again"))
    expect(X.shape == again.shape and np.allclose(X, again, atol=1e-3),
           f"first rows {shown(X)} and {shown(again)} from two calls", "the same rows from both",
           "Draw everything from rng = np.random.default_rng(seed), made in each call.", called=called,
           misconception="not-repeatable")  # fmt: skip
    for key, question in (("offset", "data.offset"), ("below", "data.below")):
        called, offset = seen.called(question), seen.answers[key]
        shifted, _ = pair(seen.value(question), called)
        again = X.shape == shifted.shape and np.allclose(shifted, X + offset, atol=1e-3)
        expect(again, f"first row {shown(shifted)} with offset {offset}, {shown(X)} without",
               "the same steps, every start shifted by the offset", called=called,
               hint="Make rng = np.random.default_rng(seed) in each call; add offset to the starts.",
               misconception=offset_mistake(X, shifted, offset))  # fmt: skip
    called = seen.called("data.seed")
    other, _ = pair(seen.value("data.seed"), called)
    expect(X.shape != other.shape or not np.allclose(X, other), "the same rows for two seeds",
           "other rows for another seed", "Pass seed to the generator.", called=called,
           misconception="seed-ignored")  # fmt: skip


def offset_mistake(X: np.ndarray, shifted: np.ndarray, offset: int) -> str:
    """Return the name of the mistake behind a wrong offset."""
    if X.shape == shifted.shape and np.allclose(np.diff(X, axis=1), np.diff(shifted, axis=1), atol=1e-3):
        below = "negative-offset-lost" if offset < 0 else "other-offset"
        return "offset-ignored" if np.allclose(X, shifted) and offset > 0 else below
    return "new-steps-for-test"


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
        step = np.diff(rows, axis=1).mean(axis=1)
        wanted = rows[:, min(length - 2, rows.shape[1] - 1)]
        wrong = recognise(y, {"target-ignored": following, "target-is-last": wanted + step,
                              "second-from-the-left": rows[:, 1],
                              "third-from-the-right": wanted - step})  # fmt: skip
        expect(same(y, wanted), f"y = {shown(y)}", f"y = {shown(wanted)}",
               "Take the last but one number of the row itself: X[:, -2, 0].", called=called,
               misconception=wrong or "other-target")  # fmt: skip


@check("2.model")
def model(seen: Seen) -> None:
    steps, units, dropout = seen.answers["model.other"]
    for question, wanted in (("model", (LENGTH, 50, 0.2)), ("model.other", (steps, units, dropout))):
        called, network = seen.called(question), seen.network(question)
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
    seen.curves["part2"] = history_of(seen, "train", ("loss", "val_loss"))


def fit_r2(seen: Seen, network, weights: list, column: int = -1) -> float:
    """Return R² on fresh rows in the training range for the number in a column of the series."""
    near = seen.answers["near"]
    return r2(near[:, column], network.predict(weights, inputs(near)))


@check("2.trains")
def trains(seen: Seen) -> None:
    expect_trained(seen, "train", lambda net, w: fit_r2(seen, net, w), seen.floors["2.fit"])


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
        "part2.skill_compared": {"your network": 1 - mse / last_value, "last number": 0.0,
                                 "last number plus step": 1.0},
    }  # fmt: skip
    expect_taught(seen, "train", NEXT)
    floor(seen, "R² on fresh rows in the training range", value, seen.floors["2.fit"],
          seen.called("train"), "Train longer; look whether the loss still falls.")  # fmt: skip


@check("2.fit_penultimate")
def fit_penultimate(seen: Seen) -> None:
    network, claims = seen.trained("train.penultimate")
    expect_trained_here(seen, "train.penultimate")
    value = fit_r2(seen, network, claims["weights"], -3)
    seen.metrics["part2.r2_penultimate"] = value
    expect_taught(seen, "train.penultimate", PENULTIMATE)
    floor(seen, "R² for the penultimate number", value, seen.floors["2.fit_penultimate"],
          seen.called("train.penultimate"), "The same network has to learn another target.")  # fmt: skip


@check("2.evaluate")
def evaluate(seen: Seen) -> None:
    expect_regression_scores(seen)


@check("2.figures")
def figure(seen: Seen) -> None:
    figures.axes_of(seen, "plot")
    X, y = seen.sheet_array("X_test@plot"), seen.sheet_array("y_test@plot")
    history, residuals = seen.answers["history"], figures.plotted_residuals(seen)
    tally([
        finding_of(1, figures.expect_curves, seen, "plot", history, ("loss", "val_loss")),
        finding_of(1, figures.expect_histogram, seen, "plot", residuals),
        finding_of(1, figures.expect_points, seen, "plot", X, y),
    ], seen.called("plot"))  # fmt: skip
