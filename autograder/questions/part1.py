"""What Part 1 is asked: y = const · (X - 1) for numbers that no one hard-coded."""

import numpy as np
from numpy.random import Generator, SeedSequence

from autograder.model import Exam, Question, Sheet
from autograder.questions.forms import (
    evaluate_arrays,
    evaluate_questions,
    fake_history,
    model_question,
)

GRID = np.arange(20, 201) / 10  # X from 2 to 20 in steps of 0.1
FRACTION = {"start": 2, "stop": 6, "const": 0.5}


def rule(x: np.ndarray, const: float = 15.0) -> np.ndarray:
    """Return the targets of features: const times the number one step earlier."""
    return const * (np.ravel(x).astype("float64") - 1.0)


def column(values: np.ndarray) -> np.ndarray:
    """Return features in the shape of a recurrent layer's input, float32 (n, 1, 1)."""
    return np.asarray(values, "float32").reshape(-1, 1, 1)


def questions(rng: Generator, rows: SeedSequence) -> Exam:
    """Return the questions of Part 1 and their answers."""
    start, const = int(rng.integers(3, 9)), int(rng.integers(4, 14))
    stop = start + int(rng.choice([n for n in range(9, 25) if n != 20]))  # not as many as by default
    X_own = column(np.arange(5, 5 + int(rng.integers(8, 16))))
    n_test, test_const = int(rng.integers(6, 15)), int(rng.integers(3, 14))
    line_arrays, line_answers = line_questions(rng)
    odd = odd_series(rng.spawn(1)[0])
    history = fake_history(rng, ("loss", "val_loss"))
    X_fig = column(np.arange(30, 52))
    y_fig = rule(X_fig)
    pred_fig = y_fig + rng.normal(0, 4, y_fig.size)
    X_train = column(np.arange(2, 21))
    arrays = {
        "X_train": X_train, "y_train": rule(X_train).astype("float32"),
        "X_train@own": X_own, "X_train@one": column(odd["X_train@one"]),
        "probe": column(np.r_[GRID, np.arange(23, 43)]),
        "y_true@loss": np.array([[1.0], [2.0], [4.0]], "float32"),
        "y_pred@loss": np.array([[1.5], [2.0], [2.0]], "float32"),
        "X_test@plot": X_fig, "y_test@plot": y_fig.astype("float32"),
        "y_pred@plot": pred_fig.reshape(-1, 1).astype("float32"),  # as predict gives it
        **line_arrays, **evaluate_arrays(rng),
    }  # fmt: skip
    asked = (
        Question("data", "call", "createSynData"),
        Question("data.other", "call", "createSynData", (),
                 {"start": start, "stop": stop, "const": const}),
        *(Question(id_, "call", "createSynData", (), dict(zip(("start", "stop", "const"), odd[id_],
                   strict=True))) for id_ in ("data.one", "data.negative")),
        Question("test", "call", "createTestData", ({"array": "X_train"},)),
        Question("test.other", "call", "createTestData", ({"array": "X_train@own"},),
                 {"n": n_test, "const": test_const}),
        Question("test.one", "call", "createTestData", ({"array": "X_train@one"},),
                 {"n": 1, "const": odd["test.one"][1]}),
        Question("advice.factor", "call", "createSynData", (), FRACTION, {"malformed": True}),
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
               "history": history, **odd, **line_answers}  # fmt: skip
    return Exam(Sheet(asked, arrays), answers)


def odd_series(rng: Generator) -> dict[str, tuple]:
    """Return what no one hard-codes: one instance, numbers below zero, one number to start from."""
    first, low, const = (int(n) for n in rng.integers((30, 5, 3), (70, 9, 14)))
    return {
        "data.one": (first, first + 2, const),
        "data.negative": (-low, int(rng.integers(2, 9)), const),
        "X_train@one": (first + 20,), "test.one": (1, const),
    }  # fmt: skip


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
