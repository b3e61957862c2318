"""Forms of questions that several parts ask."""

import numpy as np
from numpy.random import Generator
from scipy.special import ndtri

from autograder.model import Question

SPREAD = 12.0  # of residuals; a test against the standard normal distribution fails on them


def model_question(shape: tuple[int, ...], id_: str = "model", **kwargs) -> Question:
    """Return the question that builds a model twice and tries its loss on given numbers."""
    options = {"input_shape": list(shape), "loss_on": ["y_true@loss", "y_pred@loss"]}
    return Question(id_, "model", "build_model", (), kwargs, options)


def fake_history(rng: Generator, keys: tuple[str, ...]) -> dict[str, list[float]]:
    """Return curves that no training gives, so that a figure shows whether it draws them."""
    epochs = int(rng.integers(23, 40))
    return {key: [float(v) for v in rng.uniform(0.1, 0.9, epochs).round(4)] for key in keys}


def evaluate_arrays(rng: Generator) -> dict[str, np.ndarray]:
    """Return truths and predictions: random ones, and residuals Gaussian and exponential."""
    y_true = rng.uniform(50, 90, 40)
    y_pred = 0.8 * y_true + rng.normal(12, 3, 40)  # residuals of either sign, about 2 on average
    p = (np.arange(200) + 0.5) / 200
    base = np.linspace(10, 600, 200)
    order = rng.permutation(200)
    return {
        "y_true": y_true, "y_pred": y_pred, "y_pred@column": y_pred.reshape(-1, 1),
        "y_true@column": y_true.reshape(-1, 1),
        "y_true@base": base,
        "y_pred@gaussian": base - SPREAD * ndtri(p)[order],
        "y_pred@exponential": base - SPREAD * (-np.log1p(-p) - 1.0)[order],  # mean 0, as the Gaussian
    }  # fmt: skip


def evaluate_questions() -> tuple[Question, ...]:
    """Return what `evaluate` is asked in Parts 1 and 2."""
    pairs = {"evaluate": ("y_true", "y_pred"), "evaluate.column": ("y_true", "y_pred@column"),
             "evaluate.gaussian": ("y_true@base", "y_pred@gaussian"),
             "evaluate.exponential": ("y_true@base", "y_pred@exponential")}  # fmt: skip
    asked = (Question(id_, "call", "evaluate", ({"array": true}, {"array": pred}))
             for id_, (true, pred) in pairs.items())  # fmt: skip
    return (*asked, *unjudged_questions([1, 2, 3, 4], [[1], [2], [3], [5]], "y_pred@column"))


def unjudged_questions(y_true: list, y_pred: list, column: str) -> tuple[Question, ...]:
    """Return the example of evaluate's docstring and a column of truths: no point depends on them."""
    asked = {"example": (y_true, y_pred), "column": ({"array": "y_true@column"}, {"array": column})}
    return tuple(Question(f"advice.{name}", "call", "evaluate", args, {}, {"malformed": True})
                 for name, args in asked.items())  # fmt: skip
