"""What Part 3 is asked: fresh rows of the same law, malformed files, other thresholds."""

import numpy as np
from numpy.random import Generator, SeedSequence

from autograder.model import Exam, Question, Sheet
from autograder.questions.forms import fake_history, model_question, unjudged_questions
from data import make_arrivals

N_HIDDEN, N_SHOWN = 1000, 60
CURVES = ("loss", "val_loss", "accuracy", "val_accuracy")


def questions(rng: Generator, rows: SeedSequence) -> Exam:
    """Return the questions of Part 3 and their answers; labels of hidden rows stay in the latter."""
    public, test = make_arrivals.training_rows(), make_arrivals.test_rows()
    hidden = make_arrivals.exam_rows(N_HIDDEN, rows, np.concatenate([public.X, test.X]))
    shown = SeedSequence(rows.entropy, spawn_key=(*rows.spawn_key, 1))  # these show their labels
    files, listed = arrival_files(rng, make_arrivals.exam_rows(N_SHOWN, shown, hidden.X))
    unjudged, advice = advice_files(public)
    moved = (public.X[:90] * rng.uniform(0.5, 0.8, 6) + rng.uniform(0, 30, 6)).astype("float32")
    extreme = np.clip(hidden.X[:40] * 0.4 + 45, 0, 99).round(2)
    extreme[3] = 99.99, 99.79, 99.89, 99.59, 99.69, 99.49  # one row beyond all that was trained on
    history, steps = fake_history(rng, CURVES), int(rng.choice([4, 5, 7, 8]))
    matrix = rng.permutation(np.array([[61, 14], [5, 47]]) + rng.integers(0, 4)).astype("int64")
    true, probabilities = evaluate_rows(rng)
    arrays = {
        "X_train": stacked(public.X), "y_train": public.y.astype("int64"),
        "probe": stacked(hidden.X), "X_train@moved": stacked(moved),
        "X@rows": stacked(hidden.X[:40]), "X@row": stacked(hidden.X[7:8]),
        "X@extreme": stacked(extreme), "X@extreme_row": stacked(extreme[7:8]),
        "y_true@loss": np.array([[1.0], [0.0], [1.0]], "float32"),
        "y_pred@loss": np.array([[0.6], [0.2], [0.9]], "float32"),
        "probabilities": probabilities, "probabilities@column": probabilities.reshape(-1, 1),
        "probabilities@row": np.array([[0.7]]),
        "y_true": true, "y_true@column": true.reshape(-1, 1), "y_true@one": np.ones(6, "int64"),
        "probabilities@one": np.array([1.0, 0.8, 0.7, 0.6, 0.9, 0.2]), "matrix": matrix,
        "probabilities@alone": np.array([0.9, 0.8, 0.7, 0.6, 0.9, 0.7]),
    }  # fmt: skip
    answers = {"files": listed, "advice": advice, "hidden": hidden, "history": history,
               "matrix": matrix, "steps": steps}  # fmt: skip
    return Exam(Sheet(tuple(asked(answers, history, steps)), arrays, files | unjudged), answers)


def asked(answers: dict, history: dict, steps: int) -> list[Question]:
    """Return what the worker is asked in Part 3, cheap questions first."""
    picked, fitted, moved = {"array": "X@rows"}, {"array": "X_train"}, {"array": "X_train@moved"}
    truth = {"array": "y_true"}
    return [
        *(Question(f"load.{name}", "call", "load_arrivals", ({"file": name},),
                   options={"malformed": isinstance(rows, int)})
          for name, rows in answers["files"].items()),
        Question("scale", "call", "preprocess", (fitted, picked)),
        Question("scale.row", "call", "preprocess", (fitted, {"array": "X@row"})),
        Question("scale.moved", "call", "preprocess", (moved, {"array": "X@extreme"})),
        Question("scale.moved_row", "call", "preprocess", (moved, {"array": "X@extreme_row"})),
        model_question((6, 1)),
        model_question((steps, 1), "model.other", n_stations=steps),
        *(Question(f"labels.{name}", "call", "to_labels", ({"array": array},), kwargs)
          for name, array, kwargs in (("default", "probabilities", {}),
                                      ("column", "probabilities@column", {}),
                                      ("low", "probabilities", {"threshold": 0.25}))),
        *(Question(id_, "call", "evaluate", (true, {"array": array}))
          for id_, true, array in (("evaluate", truth, "probabilities"),
                                   ("evaluate.column", truth, "probabilities@column"),
                                   ("evaluate.one", {"array": "y_true@one"}, "probabilities@one"),
                                   ("evaluate.alone", {"array": "y_true@one"},
                                    "probabilities@alone"))),
        *unjudged_questions([0, 0, 0, 1, 1], [0.1, 0.8, 0.2, 0.9, 0.7], "probabilities@column"),
        Question("advice.row", "call", "to_labels", ({"array": "probabilities@row"},), {},
                 {"malformed": True}),
        *(Question(f"advice.{name}", "call", "load_arrivals", ({"file": name},),
                   options={"malformed": True}) for name in answers["advice"]),
        Question("train", "train", "build_model", (), {},
                 {"fit": "train_model", "X": "X_train", "y": "y_train", "probe": "probe",
                  "preprocess": "preprocess"}),
        Question("plot", "plot", "plot_results", ({"history": history}, {"array": "matrix"})),
    ]  # fmt: skip


def stacked(X: np.ndarray) -> np.ndarray:
    """Return rows in the shape of a recurrent layer's input, float32 (n, 6, 1)."""
    return np.asarray(X, "float32").reshape(-1, 6, 1)


def evaluate_rows(rng: Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return labels and probabilities whose four counts all differ; none at a threshold."""
    true = np.repeat([0, 0, 1, 1], [23, 9, 4, 17])
    p = rng.uniform(0.02, 0.23, true.size) + 0.05 * rng.integers(0, 2)
    high = np.repeat([0, 1, 0, 1], [23, 9, 4, 17]).astype(bool)
    p[high] = rng.uniform(0.55, 0.98, high.sum())
    p[:5] = rng.uniform(0.30, 0.45, 5)  # noise that a threshold of 0.25 calls earthquakes
    order = rng.permutation(true.size)
    return true[order].astype("int64"), p[order]


def arrival_files(rng: Generator, hidden) -> tuple[dict[str, str], dict]:
    """Return files for load_arrivals: name -> text, and name -> rows, or the line that is broken."""
    sizes = {"arrivals_a.txt": int(rng.integers(20, 50)), "arrivals_one_row.txt": 1}
    files, listed = {}, {}
    for name, n in sizes.items():
        picked = rng.choice(N_SHOWN, n, replace=False)
        listed[name] = (hidden.X[picked], hidden.y[picked])
    listed |= odd_rows(rng.spawn(1)[0])
    for name, rows in listed.items():
        files[name] = file_text(*rows)
    header, first, *rest = files["arrivals_a.txt"].splitlines()
    files["arrivals_windows.txt"] = "\r\n".join([header, first, "# checked by hand", *rest, ""])
    listed["arrivals_windows.txt"] = listed["arrivals_a.txt"]
    broken = file_text(hidden.X[:9], hidden.y[:9]).splitlines(keepends=True)
    for name, spoil in {"truncated.txt": lambda s: s[:24] + "\n",
                        "text.txt": lambda s: s[:6] + "  oops" + s[12:]}.items():  # fmt: skip
        line = int(rng.integers(2, 10))
        files[name] = "".join(spoil(s) if i == line else s for i, s in enumerate(broken, 1))
        listed[name] = line
    return files, listed


def advice_files(public) -> tuple[dict[str, str], dict]:
    """Return files of which no point depends: name -> text, and name -> times, or None for an error."""
    times, labels = public.X[:8], public.y[:8]
    late = times + np.array([0, 0, 100, 0, 0, 0])
    early = np.where(np.eye(8, 6) > 0, -times.round() / 10 - 0.25, times)
    header, *rows = file_text(times, labels).splitlines()
    nan, inf, label = [*rows], [*rows], [*rows]
    nan[3], inf[3] = (f"{rows[3][:12]}   {odd}{rows[3][18:]}" for odd in ("nan", "inf"))
    label[5] = f"{rows[5][:-2]}10"
    texts = {"blank.txt": [header, *rows[:4], "", *rows[4:], ""], "nan.txt": [header, *nan],
             "inf.txt": [header, *inf], "label.txt": [header, *label],
             "no_rows.txt": [header]}  # fmt: skip
    files = {name: "\n".join(lines) + "\n" for name, lines in texts.items()}
    files |= {"fused.txt": file_text(late, labels), "negative.txt": file_text(early, labels),
              "no_comment.txt": "\n".join([*rows, ""]), "open_end.txt": "\n".join([header, *rows])}
    return files, {"fused.txt": stacked(late), "negative.txt": stacked(early),
                   **dict.fromkeys(("blank.txt", "no_comment.txt", "open_end.txt"), stacked(times)),
                   **dict.fromkeys(("nan.txt", "inf.txt", "label.txt", "no_rows.txt"))}  # fmt: skip


def odd_rows(rng: Generator) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return rows that no loader may clean away: a lonely late pick each; straight lines, one twice."""
    impulse = np.where(np.eye(6)[rng.permutation(6)] > 0, 99.99, 0.0)
    slopes = rng.permutation([-3.25, -2.5, -1.75, 1.75, 2.5, 3.25])
    ramp = np.round(40 + np.outer(slopes, np.arange(6)) + rng.uniform(0, 9, (6, 1)), 2)
    again = [0, 1, 2, 1, 3, 4, 5]
    labels = rng.permutation([0, 1, 0, 1, 0, 1])
    return {"arrivals_impulse.txt": (impulse, labels), "arrivals_ramp.txt": (ramp[again], labels[again])}


def file_text(X: np.ndarray, y: np.ndarray) -> str:
    """Return rows in the format of the data files."""
    lines = ["".join(f"{t:6.2f}" for t in row) + f"{label:4d}" for row, label in zip(X, y, strict=True)]
    return "\n".join([make_arrivals.HEADER, *lines]) + "\n"
