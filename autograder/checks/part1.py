"""Part 1, one to one: y = const · (X - 1), learnt by two LSTM layers."""

import numpy as np
from numpy.random import Generator, SeedSequence
from scipy import stats

from autograder.checks import figures
from autograder.checks.expectations import (
    Finding,
    entry,
    expect_parameters_used,
    number,
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
from autograder.errors import expect
from autograder.judge import check
from autograder.model import Exam, Question, Sheet
from autograder.seen import Seen, numeric

AXES = ("instances", "steps", "channels")
PARAMETERS = 30_651  # 10,400 + 20,200 + 51
PLACEHOLDER = "say here what this program does"
GRID = np.arange(20, 201) / 10  # X from 2 to 20 in steps of 0.1


def rule(x: np.ndarray, const: float = 15.0) -> np.ndarray:
    """Return the targets of features: const times the number one step earlier."""
    return const * (np.ravel(x).astype("float64") - 1.0)


def column(values: np.ndarray) -> np.ndarray:
    """Return features in the shape of a recurrent layer's input, float32 (n, 1, 1)."""
    return np.asarray(values, "float32").reshape(-1, 1, 1)


def questions(rng: Generator, rows: SeedSequence) -> Exam:
    """Return the questions of Part 1 and their answers."""
    start, const = int(rng.integers(3, 9)), int(rng.integers(4, 14))
    stop = start + int(rng.integers(9, 25))
    X_own = column(np.arange(5, 5 + int(rng.integers(8, 16))))
    n_test, test_const = int(rng.integers(6, 15)), int(rng.integers(3, 14))
    line_arrays, line_answers = line_questions(rng)
    history = fake_history(rng, ("loss", "val_loss"))
    X_fig = column(np.arange(30, 52))
    y_fig = rule(X_fig)
    pred_fig = y_fig + rng.normal(0, 4, y_fig.size)
    X_train = column(np.arange(2, 21))
    arrays = {
        "X_train": X_train, "y_train": rule(X_train).astype("float32"),
        "X_train@own": X_own, "probe": column(np.r_[GRID, np.arange(23, 43)]),
        "y_true@loss": np.array([[1.0], [2.0], [4.0]], "float32"),
        "y_pred@loss": np.array([[1.5], [2.0], [2.0]], "float32"),
        "X_test@plot": X_fig, "y_test@plot": y_fig.astype("float32"), "y_pred@plot": pred_fig,
        **line_arrays, **evaluate_arrays(rng),
    }  # fmt: skip
    asked = (
        Question("data", "call", "createSynData"),
        Question("data.other", "call", "createSynData", (),
                 {"start": start, "stop": stop, "const": const}),
        Question("test", "call", "createTestData", ({"array": "X_train"},)),
        Question("test.other", "call", "createTestData", ({"array": "X_train@own"},),
                 {"n": n_test, "const": test_const}),
        model_question((1, 1)),
        *evaluate_questions(),
        Question("linear", "call", "linear_baseline",
                 ({"array": "X_train@line"}, {"array": "y_train@line"}, {"array": "X_test@line"})),
        Question("train", "train", "build_model", (), {},
                 {"fit": "train_model", "X": "X_train", "y": "y_train", "probe": "probe"}),
        Question("plot", "plot", "plot_results", ({"history": history}, {"array": "X_test@plot"},
                 {"array": "y_test@plot"}, {"array": "y_pred@plot"})),
    )  # fmt: skip
    answers = {"other": (start, stop, const), "test.other": (n_test, test_const),
               "history": history, **line_answers}  # fmt: skip
    return Exam(Sheet(asked, arrays), answers)


def model_question(shape: tuple[int, ...], id_: str = "model", **kwargs) -> Question:
    """Return the question that builds a model twice and tries its loss on given numbers."""
    options = {"input_shape": list(shape), "loss_on": ["y_true@loss", "y_pred@loss"]}
    return Question(id_, "model", "build_model", (), kwargs, options)


def fake_history(rng: Generator, keys: tuple[str, ...]) -> dict[str, list[float]]:
    """Return curves that no training gives, so that a figure shows whether it draws them."""
    epochs = int(rng.integers(23, 40))
    return {key: [float(v) for v in rng.uniform(0.1, 0.9, epochs).round(4)] for key in keys}


def line_questions(rng: Generator) -> tuple[dict, dict]:
    """Return noisy data about a line, and what least squares predicts from them."""
    x, x_test = np.sort(rng.uniform(0, 10, 15)), np.sort(rng.uniform(10, 15, 7))
    y = rng.uniform(2, 6) * x + rng.uniform(20, 40) + rng.normal(0, 1, x.size)
    x, x_test, y = (v.astype("float32").astype("float64") for v in (x, x_test, y))
    slope, intercept = np.polyfit(x, y, 1)
    arrays = {"X_train@line": column(x), "y_train@line": y.astype("float32"),
              "X_test@line": column(x_test)}  # fmt: skip
    through_origin = (x @ y / (x @ x)) * x_test
    return arrays, {"line": slope * x_test + intercept, "line.origin": through_origin,
                    "line.train": slope * x + intercept}  # fmt: skip


def evaluate_arrays(rng: Generator) -> dict[str, np.ndarray]:
    """Return truths and predictions: random ones, and residuals Gaussian and exponential."""
    y_true = rng.uniform(50, 90, 40)
    y_pred = 0.8 * y_true + rng.normal(4, 3, 40)
    p = (np.arange(200) + 0.5) / 200
    base = np.linspace(10, 60, 200)
    order = rng.permutation(200)
    return {
        "y_true": y_true, "y_pred": y_pred, "y_pred@column": y_pred.reshape(-1, 1),
        "y_true@base": base,
        "y_pred@gaussian": base - stats.norm.ppf(p)[order],
        "y_pred@exponential": base - (stats.expon.ppf(p) - 1.0)[order],  # mean 0, as the Gaussian
    }  # fmt: skip


def evaluate_questions() -> tuple[Question, ...]:
    """Return what `evaluate` is asked in Parts 1 and 2."""
    pairs = {"evaluate": ("y_true", "y_pred"), "evaluate.column": ("y_true", "y_pred@column"),
             "evaluate.gaussian": ("y_true@base", "y_pred@gaussian"),
             "evaluate.exponential": ("y_true@base", "y_pred@exponential")}  # fmt: skip
    return tuple(
        Question(id_, "call", "evaluate", ({"array": true}, {"array": pred}))
        for id_, (true, pred) in pairs.items()
    )


def expect_header(seen: Seen) -> None:
    """Fail unless the module docstring is the student's own and of some length."""
    header = " ".join(seen.part.header.split())
    words, unchanged = len(header.split()), PLACEHOLDER in header.lower()
    got = f"still the text of the template ({header[:80]} …)" if unchanged else f"{words} words"
    expect(words >= 20 and not unchanged, got if words else "no module docstring",
           "what the program does, its key variables, its output: 20 words or more",
           "Write it between the triple quotes at the top of the first code cell.",
           misconception="header-missing")  # fmt: skip


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
        tally(test_findings(X, y, seen.sheet_array(name), *wanted), called)


def test_findings(X, y, X_train: np.ndarray, n: int, const: int) -> list[Finding]:
    """Return what is looked at in the pairs of createTestData: 3 points in all."""
    last, first = float(X_train.max()), float(X.min(initial=np.inf))
    flat, gap = np.ravel(X), float(np.ravel(X)[0] - X_train.max()) if X.size else 0.0
    rising = flat.size > 0 and bool((np.diff(flat) > 0).all())
    hint = "Start at the last training feature plus a small integer (1 to 10)."
    return [
        Finding(1, first > last and rising and 1 <= round(gap, 3) <= 20, f"X from {first:g}",
                f"X rising from a little above {last:g}", hint,
                "ranges-overlap" if first <= last else "starts-too-far"),
        Finding(1, same(y, rule(X, const)), f"y = {shown(y)} for X = {shown(X)}",
                f"y = {shown(rule(X, const))}", "The rule is that of createSynData, shift included.",
                recognise(y, {"no-shift": const * flat, "shift-forward": const * (flat + 1),
                              "const-ignored": rule(X)})),
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


def squared_error_values(seen: Seen) -> dict[str, float]:
    """Return the losses of Parts 1 and 2 on the numbers of the question, the right one first."""
    y, p = (seen.sheet_array(name).ravel() for name in ("y_true@loss", "y_pred@loss"))
    return {"mse": float(np.mean((y - p) ** 2)), "mae": float(np.mean(np.abs(y - p)))}


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


def plotted_residuals(seen: Seen) -> np.ndarray:
    """Return y_test - y_pred of the figure question."""
    return seen.sheet_array("y_test@plot").ravel() - seen.sheet_array("y_pred@plot").ravel()


@check("1.figure_residuals")
def figure_residuals(seen: Seen) -> None:
    figures.expect_histogram(seen, "plot", plotted_residuals(seen))


@check("1.figure_target")
def figure_target(seen: Seen) -> None:
    X, y = seen.sheet_array("X_test@plot"), seen.sheet_array("y_test@plot")
    figures.expect_points(seen, "plot", X, y)
