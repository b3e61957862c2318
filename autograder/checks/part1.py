"""Part 1, one to one: y = const · (X - 1), learnt by two LSTM layers."""

from dataclasses import replace

import numpy as np

from autograder.checks import figures, histograms
from autograder.checks.advice import advise_on_factor
from autograder.checks.expectations import (
    Finding,
    expect_header,
    expect_parameters_used,
    keeping,
    pair,
    raw_pair,
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
    expect_compiled,
    expect_trained,
    history_of,
    r2,
)
from autograder.checks.pairs import data_findings, test_findings
from autograder.checks.scores import expect_regression_scores, squared_error_values
from autograder.checks.targets import expect_right_target
from autograder.errors import expect
from autograder.exceptions import error_mistake
from autograder.judge import check
from autograder.model import Raised, Returned
from autograder.questions.part1 import GRID, column, rule
from autograder.seen import Seen
from autograder.values import numeric

SERIES = {"data": None, "data.other": None, "data.one": "fails-for-one-instance",
          "data.negative": "fails-below-zero"}  # question -> what a failure there alone shows


@check("1.header")
def header(seen: Seen) -> None:
    expect_header(seen)


@check("1.data")
def data(seen: Seen) -> None:
    expect_first_dropped(seen, "data", n=19)
    with keeping(2 if defaults_missing(seen) else None):
        first, _ = pair(seen.value("data"), seen.called("data"))
    arguments = {"data": (1, 21, 15), "data.other": seen.answers["other"], **seen.answers}
    for question, odd in SERIES.items():
        called = seen.called(question)
        with keeping(3 if odd else None, odd):
            with keeping(2 if question == "data.other" else None):
                X, y = pair(seen.value(question), called)
            if question == "data.other":
                expect_parameters_used(first, X, called, keep=2)
            tally(data_findings(X, y, *arguments[question], raw=raw_pair(seen, question)[0]), called)
    advise_on_factor(seen)


def defaults_missing(seen: Seen) -> bool:
    """Tell whether createSynData works if it is given all of its parameters, and only then."""
    replies = seen.reply("data"), seen.reply("data.other")
    raised = isinstance(replies[0], Raised) and error_mistake(replies[0]) == "wrong-signature"
    return raised and isinstance(replies[1], Returned)


def expect_first_dropped(seen: Seen, question: str, n: int) -> None:
    """Fail if there is a target more than n and the first one is NaN, as pandas shifts a series."""
    reply, called = seen.reply(question), seen.called(question)
    value = reply.value if isinstance(reply, Returned) else None
    y = value[1] if isinstance(value, tuple) and len(value) == 2 else None
    y = np.ravel(y) if isinstance(y, np.ndarray) and y.dtype.kind == "f" else np.zeros(0)
    shifted = y.size == n + 1 and np.isnan(y[0]) and np.isfinite(y[1:]).all()
    expect(not shifted, f"y = {shown(y)}, {y.size} values",
           "a target for every feature", "Drop this row from X and y: [1:], or dropna() in pandas.",
           called=called, keep=2, misconception="first-instance-kept")  # fmt: skip


@check("1.test_data")
def test_data(seen: Seen) -> None:
    cases = (("test", "X_train", (20, 15)), ("test.other", "X_train@own", seen.answers["test.other"]),
             ("test.one", "X_train@one", seen.answers["test.one"]))  # fmt: skip
    starts = set()
    for question, name, wanted in cases:
        called = seen.called(question)
        with told_once(seen):  # createTestData may hand on what createSynData gives
            expect_first_dropped(seen, question, wanted[0])
        with keeping(None if question == "test" else 2), told_once(seen):
            X, y = pair(seen.value(question), called)
            expect_not_told(seen, X, called)
        starts.add(float(X.min(initial=np.inf)))
        pairs = as_told(seen, X, y, wanted[0])
        findings = test_findings(*pairs, seen.sheet_array(name), *wanted, seen.told)
        if question != "test" and len(starts) == 1:
            findings[0] = replace(findings[0], misconception="same-start-for-all")
        tally(findings, called)


def expect_not_told(seen: Seen, X: np.ndarray, called: str) -> None:
    """Fail if createTestData hands on the data of a createSynData that ignores its parameters."""
    if "parameters-ignored" in seen.told:
        own, _ = pair(seen.value("data"), called)
        expect_parameters_used(own, X, called, keep=0)


def as_told(seen: Seen, X: np.ndarray, y: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return X and y without the instance that createSynData, as was told, has too many."""
    if not (X.ndim and y.ndim):
        return X, y
    if "rows-of-earlier-files" in seen.told and min(X.size, y.size) > n:
        return X[-n:], y[-n:]
    surplus = max(X.size, y.size) == n + 1 and min(X.size, y.size) >= n
    if surplus and {"first-instance-kept", "wrapped-around"} & seen.told.keys():
        return X[-n:], y[-n:]
    return (X[:n], y[:n]) if surplus and "stop-included" in seen.told else (X, y)


@check("1.model")
def model(seen: Seen) -> None:
    called, network = seen.called("model"), seen.network("model")
    expect_kinds(network, ["LSTM", "LSTM", "Dense"], called)
    recurrent, dense = of_kind(network, "LSTM"), of_kind(network, "Dense")
    shape = shape_in_out(network, 1, 1)
    tally([
        shape,
        setting(recurrent, "units", [50, 50], 1, "LSTM"),
        setting(recurrent, "return_sequences", [True, False], 1, "LSTM"),
        activations([*recurrent, *dense], ["relu", "relu", "linear"], 1, "LSTM and Dense"),
    ], called)  # fmt: skip
    seen.metrics["part1.parameters"] = network.parameters()


@check("1.compile")
def compiled(seen: Seen) -> None:
    expect_compiled(seen, "model", squared_error_values(seen), ADAM)


@check("1.history")
def history(seen: Seen) -> None:
    curves = seen.curves["part1"] = history_of(seen, "train", ("loss", "val_loss"))
    expect_fits(seen, "train", curves)


def fit_r2(network, weights: list) -> float:
    """Return R² on X in [2, 20] in steps of 0.1."""
    X = column(GRID)
    return r2(rule(X), network.predict(weights, X))


@check("1.trains")
def trains(seen: Seen) -> None:
    expect_trained(seen, "train", fit_r2, seen.floors["1.fit"])


@check("1.fit")
def fit(seen: Seen) -> None:
    network, claims = seen.trained("train")
    X_far = column(np.arange(23, 43))
    value = fit_r2(network, claims["weights"])
    predicted = network.predict(claims["weights"], column(GRID)).ravel()
    seen.metrics |= {
        "part1.r2": value,
        "part1.mse": float(np.mean((predicted - rule(GRID)) ** 2)),
        "part1.r2_extrapolated": r2(rule(X_far), network.predict(claims["weights"], X_far)),
        "part1.r2_compared": {"your network": value, "straight line": 1.0,
                              "rule without the shift": r2(rule(GRID), rule(GRID + 1))},
    }
    numbers = {"right": rule(GRID), "no-shift": rule(GRID + 1), "shift-forward": rule(GRID + 2)}
    expect_right_target(seen, "train", predicted, numbers, {})
    if value < seen.floors["1.fit"]:
        expect_given_numbers(seen, "train")
    floor(seen, "train", "R² on X from 2 to 20", value, seen.floors["1.fit"],
          "Train for more epochs; look at the loss curve for a plateau.")  # fmt: skip


@check("1.evaluate")
def evaluate(seen: Seen) -> None:
    expect_regression_scores(seen)


@check("1.linear")
def linear(seen: Seen) -> None:
    called, wanted = seen.called("linear"), seen.answers["line"]
    got = numeric(seen.value("linear"), "y_pred", called)
    tally([
        Finding(1, same(got, wanted), f"y_pred = {shown(got)}", f"y_pred = {shown(wanted)}",
                "Fit a line with intercept to the training data; predict X_test.",
                "one-number-returned" if got.size == 1 else
                recognise(got, line_mistakes(seen)) or slope_mistake(seen, got)),
        shape_finding(1, "y_pred", got, wanted.shape, ("instances",)),
    ], called)  # fmt: skip


def line_data(seen: Seen) -> list[np.ndarray]:
    """Return features and targets of the training, and features of the test, flat and in float64."""
    names = ("X_train", "y_train", "X_test")
    return [seen.sheet_array(f"{name}@line").ravel().astype("float64") for name in names]


def line_mistakes(seen: Seen) -> dict[str, np.ndarray]:
    """Return what typical mistakes predict."""
    x, y, x_test = line_data(seen)
    (slope, intercept), back = np.polyfit(x, y, 1), np.polyfit(y, x, 1)
    rescaled = (x_test - x_test.mean()) / x_test.std() * x.std() + x.mean()
    return {
        "fitted-through-origin": seen.answers["line.origin"],
        "predicts-training-data": seen.answers["line.train"],
        "intercept-forgotten": slope * x_test, "rule-not-fitted": rule(x_test),
        "predicts-the-mean": np.full(x_test.size, y.mean()),
        "axes-of-the-fit-swapped": np.polyval(back, x_test),
        "not-a-straight-line": np.polyval(np.polyfit(x, y, 2), x_test),
        "slope-intercept-swapped": intercept * x_test + slope,
        "test-scaled-by-itself": slope * rescaled + intercept,
    }  # fmt: skip


def slope_mistake(seen: Seen, predicted: np.ndarray) -> str:
    """Return the name of the mistake behind another line: one through the means may be regularised."""
    x, y, x_test = line_data(seen)
    if predicted.size != x_test.size or not np.isfinite(predicted).all():
        return "another-line"
    slope, least_squares = np.polyfit(x_test, predicted.ravel(), 1)[0], np.polyfit(x, y, 1)[0]
    through_means = same(predicted.ravel(), y.mean() + slope * (x_test - x.mean()))
    return "regularised-line" if through_means and 0 < slope / least_squares < 1 else "another-line"


@check("1.figure_cost")
def figure_cost(seen: Seen) -> None:
    figures.expect_curves(seen, "plot", seen.answers["history"], ("loss", "val_loss"))


@check("1.figure_residuals")
def figure_residuals(seen: Seen) -> None:
    histograms.expect_histogram(seen, "plot", histograms.plotted_residuals(seen))


@check("1.figure_target")
def figure_target(seen: Seen) -> None:
    X, y = seen.sheet_array("X_test@plot"), seen.sheet_array("y_test@plot")
    figures.expect_points(seen, "plot", X, y)
