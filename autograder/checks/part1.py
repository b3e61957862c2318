"""Part 1, one to one: y = const · (X - 1), learnt by two LSTM layers."""

import numpy as np

from autograder.checks import figures
from autograder.checks.expectations import (
    Finding,
    expect_header,
    expect_parameters_used,
    pair,
    raw_pair,
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
from autograder.judge import check
from autograder.questions.part1 import GRID, column, rule
from autograder.seen import Seen, numeric

AXES = ("instances", "steps", "channels")


@check("1.header")
def header(seen: Seen) -> None:
    expect_header(seen)


@check("1.data")
def data(seen: Seen) -> None:
    first, _ = pair(seen.value("data"), seen.called("data"))
    for question, arguments in (("data", (1, 21, 15)), ("data.other", seen.answers["other"])):
        called = seen.called(question)
        X, y = pair(seen.value(question), called)
        if question != "data":
            expect_parameters_used(first, X, called, keep=2)
        tally(data_findings(X, y, *arguments, raw=raw_pair(seen, question)[0]), called)


def data_findings(X, y, start: int, stop: int, const: int, raw: np.ndarray) -> list[Finding]:
    """Return what is looked at in the pairs of createSynData: 4 points in all."""
    x_wanted = np.arange(start + 1, stop)
    y_wanted, n = rule(x_wanted, const), stop - start - 1
    every = np.arange(start, stop)
    return [
        Finding(1, same(X, x_wanted), f"X = {shown(X)}, {X.size} values",
                f"X = {shown(x_wanted)}, {n} values",
                "The first integer has no predecessor: X begins one later.",
                recognise(X, {"first-instance-kept": every, "last-instance-lost": x_wanted[:-1]})),
        Finding(1, same(y, y_wanted), f"y = {shown(y)}, {y.size} values",
                f"y = {shown(y_wanted)}, {n} values",
                f"Shift back by one: {start + 1} belongs to {const} · {start}.",
                recognise(y, {"no-shift": const * x_wanted, "shift-forward": const * (x_wanted + 1),
                              "wrapped-around": np.roll(const * every, 1),
                              "target-is-feature": x_wanted})),
        shape_finding(1, "X", X, (n, 1, 1), AXES),
        Finding(1, y.shape in ((n,), (n, 1)) and raw.dtype.kind == "f",
                f"X of {raw.dtype}, y of shape {y.shape}", f"floats, y of shape ({n},)",
                "Use float32 and one target per instance.",
                "integer-dtype" if raw.dtype.kind != "f" else "wrong-shape"),
    ]  # fmt: skip


@check("1.test_data")
def test_data(seen: Seen) -> None:
    n, const = seen.answers["test.other"]
    cases = (("test", "X_train", (20, 15)), ("test.other", "X_train@own", (n, const)))
    for question, name, wanted in cases:
        called = seen.called(question)
        X, y = pair(seen.value(question), called)
        tally(test_findings(X, y, seen.sheet_array(name), *wanted, told=seen.mistakes), called)


def test_findings(X, y, X_train: np.ndarray, n: int, const: int, told: set) -> list[Finding]:
    """Return what is looked at in the pairs of createTestData: 3 points in all.

    A wrong rule that was told for createSynData already is not told, and does not cost, again.
    """
    last, first = float(X_train.max()), float(X.min(initial=np.inf))
    flat, gap = np.ravel(X), float(np.ravel(X)[0] - X_train.max()) if X.size else 0.0
    rising = flat.size > 0 and bool((np.diff(flat) > 0).all())
    hint = "Start at the last training feature plus a small integer (1 to 10)."
    wrong = {"no-shift": const * flat, "shift-forward": const * (flat + 1), "const-ignored": rule(X)}
    mistake = recognise(y, wrong)
    return [
        Finding(1, first > last and rising and 1 <= round(gap, 3) <= 20, f"X from {first:g}",
                f"X rising from a little above {last:g}", hint,
                "ranges-overlap" if first <= last else "starts-too-far"),
        Finding(1, same(y, rule(X, const)) or mistake in told, f"y = {shown(y)} for X = {shown(X)}",
                f"y = {shown(rule(X, const))}", "The rule is that of createSynData, shift included.",
                mistake),
        shape_finding(1, "X", X, (n, 1, 1), AXES),
    ]  # fmt: skip


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
    seen.curves["part1"] = history_of(seen, "train", ("loss", "val_loss"))


def fit_r2(network, weights: list) -> float:
    """Return R² on X in [2, 20] in steps of 0.1."""
    X = column(GRID)
    return r2(rule(X), network.predict(weights, X))


@check("1.trains")
def trains(seen: Seen) -> None:
    expect_trained(seen, "train", lambda net, w: fit_r2(net, w) >= seen.floors["1.fit"])


@check("1.fit")
def fit(seen: Seen) -> None:
    network, claims = seen.trained("train")
    X_far = column(np.arange(23, 43))
    value = fit_r2(network, claims["weights"])
    predicted = network.predict(claims["weights"], column(GRID))
    seen.metrics |= {
        "part1.r2": value,
        "part1.mse": float(np.mean((predicted.ravel() - rule(GRID)) ** 2)),
        "part1.r2_extrapolated": r2(rule(X_far), network.predict(claims["weights"], X_far)),
    }
    floor(seen, "R² on X from 2 to 20", value, seen.floors["1.fit"], seen.called("train"),
          "Train for more epochs; look at the loss curve for a plateau.")  # fmt: skip


@check("1.evaluate")
def evaluate(seen: Seen) -> None:
    expect_regression_scores(seen)


@check("1.linear")
def linear(seen: Seen) -> None:
    called, wanted = seen.called("linear"), seen.answers["line"]
    got = numeric(seen.value("linear"), "y_pred", called)
    mistakes = {"fitted-through-origin": seen.answers["line.origin"],
                "predicts-training-data": seen.answers["line.train"]}  # fmt: skip
    tally([
        Finding(1, same(got, wanted), f"y_pred = {shown(got)}", f"y_pred = {shown(wanted)}",
                "Fit a line with intercept to the training data; predict X_test.",
                recognise(got, mistakes)),
        shape_finding(1, "y_pred", got, wanted.shape, ("instances",)),
    ], called)  # fmt: skip


@check("1.figure_cost")
def figure_cost(seen: Seen) -> None:
    figures.expect_curves(seen, "plot", seen.answers["history"], ("loss", "val_loss"))


@check("1.figure_residuals")
def figure_residuals(seen: Seen) -> None:
    figures.expect_histogram(seen, "plot", figures.plotted_residuals(seen))


@check("1.figure_target")
def figure_target(seen: Seen) -> None:
    X, y = seen.sheet_array("X_test@plot"), seen.sheet_array("y_test@plot")
    figures.expect_points(seen, "plot", X, y)
