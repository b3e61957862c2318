"""Checks on two classes, noise and earthquake: labels, accuracy, confusion matrix."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from autograder.checks.advice import advise_on_calls, advise_on_labels
from autograder.checks.expectations import (
    Finding,
    dictionary,
    keeping,
    missing_key,
    number,
    number_finding,
    same,
    shown,
    tally,
)
from autograder.errors import Failed, expect
from autograder.model import Raised, Returned
from autograder.seen import Seen
from autograder.values import numeric

ASKED = {"evaluate": ("y_true", "probabilities"), "evaluate.column": ("y_true", "probabilities"),
         "evaluate.one": ("y_true@one", "probabilities@one"),
         "evaluate.alone": ("y_true@one", "probabilities@alone")}  # fmt: skip
ODD = {"evaluate.alone": (2, "classes-lost")}  # what stays, and what a failure there alone shows
OF_THE_FORM = ("key-missing", "wrong-return-type", "return-missing")
LABELS = {"evaluate": "labels.default", "evaluate.column": "labels.column"}


def confusion(y: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the confusion matrix, rows true, columns predicted, in the order noise, earthquake."""
    from sklearn.metrics import confusion_matrix

    return confusion_matrix(y, labels, labels=[0, 1])


def rates(y: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """Return accuracy, recall and specificity."""
    return {
        "accuracy": float(np.mean(labels == y)),
        "recall": float(np.mean(labels[y == 1] == 1)),
        "specificity": float(np.mean(labels[y == 0] == 0)),
    }


def expect_labels(seen: Seen) -> None:
    """Fail unless to_labels gives 1 above the threshold, else 0, flat."""
    p = seen.sheet_array("probabilities")
    for question, threshold in (("labels.default", 0.5), ("labels.column", 0.5), ("labels.low", 0.25)):
        called, wanted = seen.called(question), (p > threshold).astype(int)
        worth = 1 if question == "labels.low" else 0
        with keeping(worth or None), argmax_told(seen):
            got = numeric(seen.value(question), "the labels", called)
        expect(same(got, wanted), f"labels {shown(got, 8)}", f"labels {shown(wanted, 8)}",
               "Return 1 where the probability is above the threshold, else 0.", called=called,
               keep=worth, misconception=labels_mistake(np.ravel(got), p, threshold))  # fmt: skip
        expect(got.shape == wanted.shape, f"labels of shape {got.shape}", f"of shape {wanted.shape}",
               "Flatten the probabilities: model.predict gives (n, 1).", called=called, keep=1,
               misconception="labels-not-flat")  # fmt: skip
    advise_on_labels(seen)


@contextmanager
def argmax_told(seen: Seen) -> Iterator[None]:
    """Let a missing axis be told as an argmax over it, if a column of probabilities gives all zeros."""
    try:
        yield
    except Failed as failure:
        column = seen.artefacts.replies.get("labels.column")
        labels = column.value if isinstance(column, Returned) else None
        zeros = isinstance(labels, np.ndarray) and labels.dtype.kind in "iuf" and not labels.any()
        if failure.misconception == "no-such-axis" and zeros:
            failure.misconception = "argmax-of-one-column"
            failure.hint = "Compare with the threshold: (np.ravel(probabilities) > threshold)."
        raise


def labels_mistake(labels: np.ndarray, p: np.ndarray, threshold: float) -> str:
    """Return the name of the mistake behind wrong labels."""
    if labels.shape != p.shape:
        return "one-number-returned" if labels.size == 1 else "wrong-length"
    if same(labels, p):
        return "labels-are-probabilities"
    if threshold != 0.5 and same(labels, p > 0.5):
        return "threshold-ignored"
    if np.unique(labels).size < 2:
        return "labels-constant"
    if not np.isin(labels, (0, 1)).all():
        return "labels-not-0-and-1"
    if same(labels, p <= threshold):
        return "labels-inverted"
    return "other-threshold" if p[labels == 1].min() > p[labels == 0].max() else "other-labels"


def expect_scores(seen: Seen) -> None:
    """Fail unless evaluate gives accuracy and confusion matrix at a threshold of 0.5.

    What is right but for the labels of a wrong to_labels costs nothing here; an exception that comes
    from them is not told again.
    """
    followed = False
    for question, names in ASKED.items():
        y, p = (seen.sheet_array(name) for name in names)
        called = seen.called(question)
        try:
            scores = dictionary(seen.value(question), called)
            with keeping(*ODD.get(question, (None,))):
                tally(score_findings(scores, y, p.ravel(), elsewhere(seen, question), called), called)
        except Failed as failure:
            told = next((name for name, id_ in seen.told.items() if id_ == "3.labels"), None)
            same_cause = follows(seen, question, y) or (question not in LABELS and (
                cut_elsewhere(seen, question, y, p.ravel())
                or (followed and failure.misconception not in OF_THE_FORM)))  # fmt: skip
            if not (told and same_cause):
                if question != "evaluate" and isinstance(seen.reply(question), Raised):
                    failure.keep = 2  # what is usual was right
                raise
            if not isinstance(seen.reply(question), Returned):
                failure.root = told
                raise
            followed = followed or question in LABELS
    advise_on_calls(seen)


def elsewhere(seen: Seen, question: str) -> float:
    """Return the accuracy that evaluate gave for other rows, NaN if it gave none."""
    other = next(id_ for id_ in ("evaluate.one", "evaluate") if id_ != question)
    reply = seen.artefacts.replies.get(other)
    scores = reply.value if isinstance(reply, Returned) else None
    return number(scores.get("accuracy")) if isinstance(scores, dict) else float("nan")


def follows(seen: Seen, question: str, y: np.ndarray) -> bool:
    """Tell whether evaluate does with the labels of the student's own to_labels what it should."""
    reply, given = seen.reply(question), seen.artefacts.replies.get(LABELS.get(question, ""))
    labels = given.value if isinstance(given, Returned) else None
    usable = isinstance(labels, np.ndarray) and labels.size == y.size
    if isinstance(reply, Raised):
        return not (usable and labels.shape == y.shape and np.isin(labels, (0, 1)).all())
    if not (usable and isinstance(reply, Returned) and isinstance(reply.value, dict)):
        return False
    accuracy, matrix = number(reply.value.get("accuracy")), reply.value.get("confusion_matrix")
    shares = np.mean(y == labels), np.mean(y == labels.ravel())  # (n,) against (n, 1) is (n, n)
    right = any(same(accuracy, share) for share in shares) and isinstance(matrix, np.ndarray)
    whole = (labels == np.round(labels)).all() and np.abs(labels).max() < 2**31
    return right and whole and same(matrix, confusion(y, labels.ravel().astype("int64")))


def cut_elsewhere(seen: Seen, question: str, y: np.ndarray, p: np.ndarray) -> bool:
    """Tell whether evaluate gives accuracy and matrix of one and the same other threshold."""
    reply = seen.reply(question)
    scores = reply.value if isinstance(reply, Returned) and isinstance(reply.value, dict) else {}
    accuracy, matrix = number(scores.get("accuracy")), scores.get("confusion_matrix")
    return isinstance(matrix, np.ndarray) and matrix.dtype.kind in "iuf" and any(
        same(accuracy, np.mean((p > cut) == y)) and same(matrix, confusion(y, p > cut))
        for cut in thresholds(p))  # fmt: skip


def score_findings(
    scores: dict, y: np.ndarray, p: np.ndarray, other: float, called: str
) -> list[Finding]:
    """Return what is looked at in the scores of Part 3: 3 points in all."""
    labels = (p > 0.5).astype(int)
    wanted = confusion(y, labels)
    accuracy = float(np.mean(labels == y))
    mistakes = {"same-accuracy-for-all": other, "probabilities-for-labels": float(np.mean(y == p)),
                "broadcast": float(np.mean(y[:, None] == labels)), "error-rate": 1 - accuracy,
                "accuracy-in-percent": 100 * accuracy, "counts-for-accuracy": accuracy * y.size,
                **other_scores(y, labels),
                "other-threshold": tuned(number(scores.get("accuracy")), y, p)}  # fmt: skip
    first = number_finding(1, scores, "accuracy", accuracy, "Count the rows whose label is right.",
                           mistakes)  # fmt: skip
    if "confusion_matrix" not in scores:
        return [first, missing_key(2, scores, "confusion_matrix")]
    with keeping(1 if first.ok else None):
        matrix = numeric(scores["confusion_matrix"], "confusion_matrix", called)
    return [
        first,
        Finding(2, matrix.shape == (2, 2) and same(matrix, wanted),
                f"confusion_matrix = {matrix.tolist() if matrix.shape == (2, 2) else matrix.shape}",
                f"{wanted.tolist()}: rows true, columns predicted, noise then earthquake",
                "Call confusion_matrix(y_true, labels, labels=[0, 1]) of scikit-learn.",
                matrix_mistake(matrix, wanted, y, p)),
    ]  # fmt: skip


def other_scores(y: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """Return what is taken for the accuracy by mistake; nothing where a class is missing."""
    if not (labels.any() and y.any() and (1 - y).any()):
        return {}
    share, precision = rates(y, labels), float(np.mean(y[labels == 1] == 1))
    recall, specificity = share["recall"], share["specificity"]
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"recall-for-accuracy": recall, "precision-for-accuracy": precision, "f1-for-accuracy": f1,
            "balanced-accuracy": (recall + specificity) / 2}  # fmt: skip


def thresholds(p: np.ndarray) -> np.ndarray:
    """Return a threshold for each way to cut these probabilities in two."""
    return np.append(np.unique(p), 0.0)


def tuned(accuracy: float, y: np.ndarray, p: np.ndarray) -> float:
    """Return an accuracy if another threshold gives it, else NaN."""
    found = any(same(accuracy, np.mean((p > threshold) == y)) for threshold in thresholds(p))
    return accuracy if found else float("nan")


def matrix_mistake(matrix: np.ndarray, wanted: np.ndarray, y: np.ndarray, p: np.ndarray) -> str:
    """Return the name of the mistake behind a wrong confusion matrix."""
    shares = [wanted / wanted.sum(), *(wanted / np.maximum(wanted.sum(axis, keepdims=True), 1)
                                       for axis in (0, 1))]  # fmt: skip
    if matrix.shape != (2, 2):
        return "classes-lost" if matrix.shape == (1, 1) else "wrong-shape"
    names = {"confusion-transposed": [wanted.T],
             "classes-swapped": [wanted[::-1, ::-1], wanted.T[::-1, ::-1]],
             "confusion-normalised": [factor * s for s in shares for factor in (1, 100)],
             "columns-swapped": [wanted[:, ::-1]],
             "other-threshold": [confusion(y, p > threshold) for threshold in thresholds(p)],
             }  # fmt: skip
    for name, wrong in names.items():
        if any(same(matrix, candidate) for candidate in wrong):
            return name
    return "other-counts"
