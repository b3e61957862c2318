"""What Part 2 is asked: series with one step each, other lengths, offsets and seeds."""

import numpy as np
from numpy.random import Generator, SeedSequence

from autograder.model import Exam, Question, Sheet
from autograder.questions.forms import (
    evaluate_arrays,
    evaluate_questions,
    fake_history,
    model_question,
)

LENGTH = 10
N_ROWS = 200


def series(rng: Generator, n: int, length: int, offset: float = 0.0) -> np.ndarray:
    """Return series one number longer than their length, the next number last: (n, length + 1)."""
    starts = rng.integers(1, 10, (n, 1), endpoint=True) + offset
    steps = rng.uniform(0.1, 0.5, (n, 1))
    return (starts + steps * np.arange(length + 1)).astype("float32")


def inputs(rows: np.ndarray) -> np.ndarray:
    """Return the part of the series that the network sees, (n, length, 1)."""
    return rows[:, :-1, np.newaxis]


def questions(rng: Generator, rows: SeedSequence) -> Exam:
    """Return the questions of Part 2 and their answers."""
    train = series(np.random.default_rng(1234), 25, LENGTH)
    near_rng, far_rng = (np.random.default_rng(s) for s in rows.spawn(2))
    near, far = series(near_rng, N_ROWS, LENGTH), series(far_rng, N_ROWS, LENGTH, 10.0)
    n, length, offset = int(rng.integers(130, 160)), int(rng.integers(5, 9)), int(rng.integers(3, 30))
    seed, units, dropout = int(rng.integers(10_000)), int(rng.integers(6, 20)), 0.35
    steps, history = int(rng.integers(5, 9)), fake_history(rng, ("loss", "val_loss"))
    drawn = series(rng, 31, LENGTH + 2)  # the last number is not the tenth
    few = rng.spawn(1)[0]
    below, other_seed = -int(few.integers(20, 30)), int(few.integers(10_000, 20_000))
    one = {"nSequences": 1, "iLength": int(few.integers(2, 4)), "seed": other_seed}
    arrays = {
        "X_train": inputs(train), "y_train": train[:, -1], "y_train@penultimate": train[:, -3],
        "probe": np.concatenate([inputs(near), inputs(far)]),
        "y_true@loss": np.array([[1.0], [2.0], [4.0]], "float32"),
        "y_pred@loss": np.array([[1.5], [2.0], [2.0]], "float32"),
        "X_test@plot": inputs(drawn), "y_test@plot": drawn[:, -1],
        "y_pred@plot": (drawn[:, -1] + rng.normal(0, 0.5, 31)).reshape(-1, 1),  # as predict gives it
        **evaluate_arrays(rng),
    }  # fmt: skip
    other = {"nSequences": n, "iLength": length, "seed": seed}
    asked = (
        Question("data", "call", "createSynData"),
        Question("data.other", "call", "createSynData", (), other),
        Question("data.offset", "call", "createSynData", (), {**other, "offset": offset}),
        Question("data.again", "call", "createSynData", (), other),
        Question("data.seed", "call", "createSynData", (), {**other, "seed": seed + 1}),
        Question("data.below", "call", "createSynData", (), {**other, "offset": below}),
        Question("data.one", "call", "createSynData", (), one),
        Question("penultimate", "call", "createSynData", (), {**other, "target": "penultimate"}),
        Question("penultimate.one", "call", "createSynData", (), {**one, "target": "penultimate"}),
        model_question((LENGTH, 1)),
        model_question((steps, 1), "model.other", iLength=steps, n_hidden=units, f_dropout=dropout),
        *evaluate_questions(),
        Question("advice.target", "call", "createSynData", (), {"target": "last"}, {"malformed": True}),
        training("train", "y_train"),
        training("train.penultimate", "y_train@penultimate"),
        Question("plot", "plot", "plot_results", ({"history": history}, {"array": "X_test@plot"},
                 {"array": "y_test@plot"}, {"array": "y_pred@plot"})),
    )  # fmt: skip
    answers = {"other": (n, length), "data.one": (1, one["iLength"]),
               "offset": offset, "below": below, "near": near, "far": far,
               "model.other": (steps, units, dropout), "history": history}  # fmt: skip
    return Exam(Sheet(asked, arrays), answers)


def training(id_: str, targets: str) -> Question:
    """Return the question that builds and trains a network on given targets."""
    options = {"fit": "train_model", "X": "X_train", "y": targets, "probe": "probe"}
    return Question(id_, "train", "build_model", (), {}, options)
