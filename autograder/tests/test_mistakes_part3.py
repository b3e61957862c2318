"""Typical mistakes in the rows and classes of Part 3: each costs its own points, and is named."""

import pytest

from autograder.tests.desk import Desk
from autograder.tests.mistakes import BLOCKED, Mistake, expect_verdicts, mistake, named_in_shares

LOADED = "return np.array(X, dtype=np.float32).reshape(-1, 6, 1), np.array(y, dtype=int)"
ROWS = "if line.strip() and not line.lstrip().startswith("
PARSED = "times, label = _parse_row(line, where="
LABELS = "return (np.ravel(probabilities) > threshold).astype(int)"
LABELLED = "y_true, labels = np.ravel(y_true), to_labels(probabilities)"
COUNTED = "count_confusions(y_true, labels, labels=[0, 1])"
ACCURACY = "float(accuracy_score(y_true, labels))"
NUMPY_LOADER = """
def load_arrivals(path):
    rows = np.{reader}
    {then}
    return rows[:, {times}].reshape({shape}), rows[:, {label}]
"""


def loader(
    reader="loadtxt(path, ndmin=2)", then="pass", times=":6", shape="-1, 6, 1", label="6"
) -> str:
    """A loader of three lines, as most students write it: malformed rows are not named."""
    return NUMPY_LOADER.format(reader=reader, then=then, times=times, shape=shape, label=label)


PLAIN = """
def load_arrivals(path):
    with open(path) as stream:
        rows = np.array([[float(t) for t in {}] for line in stream {}])
    return rows[:, :6].reshape(-1, 6, 1), rows[:, 6].astype(int)
"""
NAMED = 'ValueError(f"{path}, line {number}: {line.split()}: could not convert string to float: \'\'")'
NAMING = """
def load_arrivals(path):
    rows = []
    for number, line in enumerate(open(path), {}):
        try:
            rows += [] if line.startswith("#") else [[float(t) for t in line.split()]]
            rows and rows[-1][6]
        except (ValueError, IndexError):
            raise {}
    rows = np.array(rows)
    return rows[:, :6, None], rows[:, 6]
"""
UNNAMED = {"3.load_errors": 0}
UNREAD = {"3.load": 0, "3.load_errors": BLOCKED}


def loaded(name: str, result: str, kept: int, why: str) -> Mistake:
    """The reference's loader with other arrays at its end."""
    arrays = "X, y = np.array(X, dtype=np.float32).reshape(-1, 6, 1), np.array(y, dtype=int)"
    return mistake(name, 3, LOADED, f"{arrays}; return {result}", {"3.load": kept}, why)


LACKING = [
    mistake("no parameter for the threshold", 3, "def to_labels(probabilities, threshold=0.5):",
            "def to_labels(probabilities):\n    threshold = 0.5", {"3.labels": 1}, "wrong-signature"),
    mistake("the four counts by name", 3, COUNTED, "dict(zip('abcd', range(4)))", {"3.evaluate": 1},
            "wrong-return-type"),
]  # fmt: skip
LOAD = [
    Mistake("a loader that names no line", 3, UNNAMED, "error-without-file", loader()),
    Mistake("a loader that takes malformed rows", 3, UNNAMED, "malformed-row-accepted",
            loader("array([[float(t) for t in w] for w in map(str.split, open(path)) if len(w) == 7 and"
                   " all(t[0].isdigit() for t in w)])")),
    Mistake("label column left in X", 3, {"3.load": 1, **UNNAMED}, "label-in-features",
            loader(times=":", shape="-1, 7, 1")),
    Mistake("shape (n, 1, 6)", 3, {"3.load": 3, **UNNAMED}, "axes-swapped", loader(shape="-1, 1, 6")),
    Mistake("no axis of channels: (n, 6)", 3, {"3.load": 3, **UNNAMED}, "channel-axis-missing",
            loader(shape="-1, 6")),
    Mistake("label read as the first column", 3, {"3.load": 1, **UNNAMED}, "label-read-first",
            loader(times="1:", label="0")),
    Mistake("times right, label from the first column", 3, {"3.load": 3, **UNNAMED},
            "label-from-first-column", loader(label="0")),
    Mistake("label from the sixth column", 3, {"3.load": 3, **UNNAMED}, "label-is-last-time",
            loader(label="5")),
    Mistake("label from the sixth column, as an integer", 3, {"3.load": 3, **UNNAMED},
            "label-is-last-time", loader(then="rows = np.column_stack([rows, rows[:, 5].astype(int)])",
                                         label="7")),
    Mistake("1200 rows written into reshape", 3, {"3.load": 0, **UNNAMED}, "fixed-number-in-reshape",
            loader(shape="1200, 6, 1")),
    mistake("the loop ends at the first comment", 3, f"        {ROWS}",
            f"        if line.startswith('#'):\n            break\n        {ROWS}",
            UNREAD, "good-file-refused"),
    Mistake("no row of the file is read", 3, {"3.load": 0, **UNNAMED}, "no-row-read",
            loader(then="rows = rows[:0]")),
    Mistake("lists that outlive the function", 3, {"3.load": 3},
            "rows-of-earlier-files", changes={"    X, y = [], []\n": "", "def load_arrivals(path):":
            "def load_arrivals(path, X=[], y=[]):"}),
    Mistake("a file of one row", 3, {"3.load": 3, **UNNAMED}, "fails-on-single-row",
            loader("loadtxt(path)")),
    Mistake("the first row taken for a header", 3, {"3.load": 2, **UNNAMED}, "first-row-dropped",
            loader("loadtxt(path, ndmin=2, skiprows=2)")),
    Mistake("the last row lost", 3, {"3.load": 2, **UNNAMED}, "last-row-dropped",
            loader(then="rows = rows[:-1]")),
    Mistake("every other row", 3, {"3.load": 2, **UNNAMED}, "rows-lost",
            loader(then="rows = rows[::2]")),
    Mistake("numbers left as text", 3, {"3.load": 0, **UNNAMED}, "numbers-as-text",
            loader("loadtxt(path, dtype=str, ndmin=2)")),
    Mistake("stations before rows", 3, {"3.load": 2, **UNNAMED}, "axes-mixed",
            loader(then="rows[:, :6] = rows[:, :6].T.reshape(-1, 6)")),
    Mistake("five stations", 3, {"3.load": 1, **UNNAMED}, "station-missing",
            loader(times=":5", shape="-1, 5, 1")),
    Mistake("comma for a separator", 3, UNREAD, "wrong-delimiter",
            loader("loadtxt(path, ndmin=2, delimiter=',')")),
    Mistake("comments read as rows", 3, {"3.load": 3, **UNNAMED}, "comment-not-skipped",
            loader("loadtxt(path, ndmin=2, skiprows=1, comments=None)")),
    Mistake("always the training file", 3, UNREAD, "path-ignored",
            loader("loadtxt('arrival_times_train_ran_1234.txt')")),
    loaded("the rows sorted", "X[(o := np.argsort(X[:, 0, 0], kind='stable'))], y[o]", 2,
           "rows-reordered"),
    loaded("the rows shuffled", "X[(o := np.random.default_rng(1).permutation(len(X)))], y[o]", 2,
           "rows-reordered"),
    loaded("the times of a row sorted", "np.sort(X, axis=1), y", 2, "stations-sorted"),
    loaded("the stations from north to south", "X[:, ::-1], y", 2, "stations-reversed"),
    loaded("whole seconds", "np.trunc(X), y", 2, "times-truncated"),
    mistake("the last digit cut off", 3, "float(time) for", "float(time[:-1]) for", {"3.load": 2},
            "times-truncated"),
    loaded("a label less than rows", "X, y[1:]", 3, "lengths-differ"),
    loaded("the columns one to the right", "np.c_[X[:, 1:, 0], y].reshape(-1, 6, 1), y", 2,
           "label-in-features"),
    loaded("times scaled while reading", "X / 10, y", 2, "times-changed"),
    loaded("times after the first arrival of the row", "X - X.min(axis=1, keepdims=True), y", 2,
           "row-by-itself"),
    loaded("times after the first station", "X - X[:, :1], y", 2, "row-by-itself"),
    loaded("other numbers", "X * 0 + np.arange(6)[:, None], y", 2, "wrong-values"),
    loaded("labels in reverse", "X, 1 - y", 3, "labels-inverted"),
    loaded("all labels 1", "X, y * 0 + 1", 3, "wrong-labels"),
    loaded("y before X", "y, X", 0, "y-before-X"),
    loaded("rows with a time of zero cleaned away", "X[(X > 0).all((1, 2))], y[(X > 0).all((1, 2))]", 3,
           "odd-times-lost"),
    mistake("repeated rows read once", 3, "read_text(encoding=\"utf-8-sig\", errors=\"replace\")"
            ".splitlines()", "read_text().splitlines(); lines = list(dict.fromkeys(lines))",
            {"3.load": 3}, "repeated-row-lost"),
    Mistake("lines split at each space", 3, UNREAD, "split-at-single-spaces",
            PLAIN.format("line.strip().split(' ')", 'if not line.startswith("#")')),
    Mistake("lines split at each space, and errors told", 3, UNREAD, "split-at-single-spaces",
            NAMING.format(1, NAMED).replace(".split()", ".split(' ')")),
    Mistake("lines split at tabs, by hand", 3, UNREAD, "wrong-delimiter",
            PLAIN.format("line.split('\\t')", 'if not line.startswith("#")')),
    Mistake("the header read as numbers", 3, UNREAD, "header-read-as-numbers",
            PLAIN.format("line.split()", "if line.strip()")),
    Mistake("an error without the line", 3, UNNAMED, "error-without-line",
            NAMING.format(0, 'ValueError(f"{path}: a bad row")')),
    Mistake("an error without the file", 3, UNNAMED, "error-without-file",
            NAMING.format(1, 'ValueError(f"{number}: a bad row")')),
    Mistake("the row quoted, its line not named", 3, UNNAMED, "error-without-line",
            NAMING.format(1, 'ValueError(f"{path}: a bad row {line}")')),
    Mistake("lines counted from 0", 3, UNNAMED, "line-miscounted",
            NAMING.format(0, 'ValueError(f"{path}, line {number}: a bad row")')),
    Mistake("another exception", 3, UNNAMED, "other-exception",
            NAMING.format(1, 'RuntimeError(f"{path}, line {number}: a bad row")')),
]  # fmt: skip

CLASSES = [
    mistake("threshold ignored", 3, LABELS, "return (np.ravel(probabilities) > 0.5).astype(int)",
            {"3.labels": 1}, "threshold-ignored"),
    mistake("np.round for a threshold", 3, LABELS,
            "return np.round(np.ravel(probabilities)).astype(int)", {"3.labels": 1},
            "threshold-ignored"),
    mistake("another threshold", 3, LABELS, "return (np.ravel(probabilities) > 0.3).astype(int)",
            {"3.labels": 0}, "other-threshold"),
    mistake("the mean for a threshold", 3, LABELS,
            "return (np.ravel(probabilities) > np.mean(probabilities)).astype(int)", {"3.labels": 1},
            "threshold-ignored"),
    mistake("labels inverted", 3, LABELS, LABELS.replace(">", "<"),
            {"3.labels": 0}, "labels-inverted"),
    mistake("int() of a probability", 3, LABELS, "return np.ravel(probabilities).astype(int)",
            {"3.labels": 0}, "labels-constant"),
    mistake("labels of shape (n, 1)", 3, LABELS, LABELS.replace("ravel", "asarray"),
            {"3.labels": 1}, "labels-not-flat"),
    Mistake("labels of shape (n, 1), compared with (n,)", 3, {"3.labels": 1},
            "labels-not-flat", changes={LABELS: LABELS.replace("ravel", "asarray"),
                                        ACCURACY: "float(np.mean(y_true == labels))"}),
    mistake("argmax of one column", 3, LABELS,
            "return np.argmax(np.reshape(probabilities, (-1, 1)), axis=1)",
            {"3.labels": 0}, "labels-constant"),
    mistake("argmax over the second axis", 3, LABELS, "return np.argmax(probabilities, axis=1)",
            {"3.labels": 0, "3.evaluate": BLOCKED}, "argmax-of-one-column"),
    mistake("labels along the second axis", 3, LABELS,
            "return (np.squeeze(probabilities) > threshold).all(axis=1).astype(int)",
            {"3.labels": 0, "3.evaluate": BLOCKED}, "no-such-axis"),
    mistake("the label of the first row", 3, LABELS, f"{LABELS}[0]",
            {"3.labels": 0, "3.evaluate": BLOCKED}, "one-number-returned"),
    mistake("the probabilities themselves", 3, LABELS, "return np.ravel(probabilities)",
            {"3.labels": 0, "3.evaluate": BLOCKED}, "labels-are-probabilities"),
    mistake("labels -1 and 1", 3, LABELS, f"{LABELS} * 2 - 1",
            {"3.labels": 0}, "labels-not-0-and-1"),
    mistake("labels in words", 3, LABELS, "return np.where(np.ravel(probabilities) > threshold, "
            "'earthquake', 'noise')", {"3.labels": 0, "3.evaluate": BLOCKED}, "numbers-as-text"),
    mistake("the indices of the earthquakes", 3, LABELS,
            "return np.flatnonzero(np.ravel(probabilities) > threshold)",
            {"3.labels": 0, "3.evaluate": BLOCKED}, "wrong-length"),
    mistake("the labels of another order", 3, LABELS, f"{LABELS}[::-1]",
            {"3.labels": 0}, "other-labels"),
    mistake("an if for all probabilities", 3, LABELS, "return 1 if probabilities > threshold else 0",
            {"3.labels": 0, "3.evaluate": BLOCKED}, "array-in-condition"),
    mistake("to_labels returns nothing", 3, LABELS, LABELS.removeprefix("return "),
            {"3.labels": 0, "3.evaluate": BLOCKED}, "return-missing"),
    mistake("confusion matrix transposed", 3, COUNTED, "count_confusions(labels, y_true, labels=[0, 1])",
            {"3.evaluate": 1}, "confusion-transposed"),
    mistake("classes in the order earthquake, noise", 3, COUNTED,
            "count_confusions(y_true, labels, labels=[1, 0])", {"3.evaluate": 1}, "classes-swapped"),
    mistake("predictions in the order earthquake, noise", 3, COUNTED, f"{COUNTED}[:, ::-1]",
            {"3.evaluate": 1}, "columns-swapped"),
    mistake("confusion matrix in shares", 3, COUNTED,
            "count_confusions(y_true, labels, labels=[0, 1], normalize='all')",
            {"3.evaluate": 1}, "confusion-normalised"),
    mistake("confusion matrix in shares of a row", 3, COUNTED,
            "count_confusions(y_true, labels, labels=[0, 1], normalize='true')",
            {"3.evaluate": 1}, "confusion-normalised"),
    mistake("confusion matrix of one class is (1, 1)", 3, COUNTED,
            "np.array([[6]]) if y_true.all() else count_confusions(y_true, labels)",
            {"3.evaluate": 1}, "classes-lost"),
    mistake("classes of the confusion matrix not named", 3, COUNTED,
            "count_confusions(y_true, labels)", {"3.evaluate": 2}, "classes-lost"),
    mistake("confusion matrix in a row", 3, COUNTED, f"{COUNTED}.ravel()", {"3.evaluate": 1},
            "wrong-shape"),
    mistake("counts of other rows", 3, COUNTED, "np.array([[140, 10], [0, 150]])", {"3.evaluate": 1},
            "other-counts"),
    mistake("accuracy in percent", 3, ACCURACY, "100 * accuracy_score(y_true, labels)",
            {"3.evaluate": 2}, "accuracy-in-percent"),
    mistake("the number of right rows", 3, ACCURACY, "accuracy_score(y_true, labels, normalize=False)",
            {"3.evaluate": 2}, "counts-for-accuracy"),
    mistake("the recall for the accuracy", 3, ACCURACY, "np.mean(labels[y_true == 1])",
            {"3.evaluate": 2}, "recall-for-accuracy"),
    mistake("the precision for the accuracy", 3, ACCURACY, "np.mean(y_true[labels == 1])",
            {"3.evaluate": 2}, "precision-for-accuracy"),
    mistake("F1 for the accuracy", 3, ACCURACY,
            "2 * np.sum(labels * y_true) / (labels.sum() + y_true.sum())", {"3.evaluate": 2},
            "f1-for-accuracy"),
    mistake("the balanced accuracy", 3, ACCURACY,
            "np.mean([np.mean(labels[y_true == c] == c) for c in set(y_true.tolist())])",
            {"3.evaluate": 2}, "balanced-accuracy"),
    mistake("the error rate for the accuracy", 3, ACCURACY, "1 - accuracy_score(y_true, labels)",
            {"3.evaluate": 2}, "error-rate"),
    mistake("the accuracy of the training", 3, ACCURACY, "0.9975", {"3.evaluate": 2},
            "same-accuracy-for-all"),
    mistake("a threshold tuned on the rows", 3, LABELLED, "y_true, labels = np.ravel(y_true), max((to_"
            "labels(probabilities, t) for t in np.linspace(0.05, 0.95, 19)), key=lambda l: np.mean(l[y_"
            "true == 1]) if np.ndim(y_true) else 0)", {"3.evaluate": 0}, "other-threshold"),
    mistake("probabilities given to the confusion matrix", 3,
            "np.ravel(y_true), to_labels(prob", "np.ravel(y_true), np.ravel(prob",
            {"3.evaluate": 0}, "probabilities-for-labels"),
    mistake("probabilities compared with labels", 3, ACCURACY,
            "float(np.mean(y_true == np.ravel(probabilities)))", {"3.evaluate": 2},
            "probabilities-for-labels"),
    mistake("an accuracy of 0", 3, ACCURACY, "0.0", {"3.evaluate": 2}, "same-accuracy-for-all"),
    mistake("the accuracy left out", 3, f'"accuracy": {ACCURACY},', "", {"3.evaluate": 2},
            "key-missing"),
]  # fmt: skip
COMMENTED = "# Earthquake or noise, from six arrival times.\nimport numpy as np\n"
HEADERS = [
    Mistake("the header as comments", 3, {"3.header": 0}, "header-missing", base=COMMENTED, kinds=()),
]
CASES = [*LOAD, *CLASSES, *LACKING, *HEADERS]


@named_in_shares(CASES, 6, often=pytest.mark.quick)
def test_mistake_costs_its_own_points(desk: Desk, case: Mistake):
    """A mistake costs what it gets wrong, keeps what it gets right, and is named."""
    expect_verdicts(desk, case)
