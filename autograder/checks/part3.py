"""Part 3, earthquakes: a bidirectional LSTM tells events from noise by the move-out."""

import numpy as np

from autograder.checks import figures
from autograder.checks.expectations import (
    Finding,
    entry,
    expect_header,
    keeping,
    kind_of,
    number,
    pair,
    same,
    shape_finding,
    shown,
    tally,
)
from autograder.checks.networks import (
    Network,
    activations,
    expect_compiled,
    expect_kinds,
    expect_trained,
    floor,
    history_of,
    of_kind,
    setting,
    shape_in_out,
)
from autograder.errors import expect
from autograder.judge import check
from autograder.model import Raised
from autograder.questions.part3 import CURVES
from autograder.seen import Seen, is_stub, numeric

AXES = ("rows", "stations", "channels")
KINDS = ["Bidirectional(LSTM)", "Dropout"] * 3 + ["Dense"]


@check("3.header")
def header(seen: Seen) -> None:
    expect_header(seen)


@check("3.load")
def load(seen: Seen) -> None:
    files = {n: rows for n, rows in seen.answers["files"].items() if isinstance(rows, tuple)}
    for index, (name, rows) in enumerate(files.items()):
        called = seen.called(f"load.{name}")
        with keeping(3 if index else None):  # only a file of one row is read wrong
            X, y = pair(seen.value(f"load.{name}"), called)
            tally(load_findings(X, y, *rows), called)


def load_findings(X, y, times: np.ndarray, labels: np.ndarray) -> list[Finding]:
    """Return what is looked at in X and y of load_arrivals: 4 points in all."""
    n = len(times)
    with_label = X.size == 7 * n
    values = "label-in-features" if with_label else "wrong-values"
    return [
        Finding(2, same(X, times.astype("float32")), f"{X.size} values, {shown(X, 7)}",
                f"{times.size} values, {shown(times, 7)}",
                "X holds the six times of each row, not the label.", values),
        Finding(1, same(y, labels), f"y = {shown(y, 6)}", f"y = {shown(labels, 6)}",
                "The label is the last column.",
                "label-from-first-column" if same(y, times[:, 0]) else "wrong-labels"),
        shape_finding(1, "X", X, (n, 6, 1), AXES),
    ]  # fmt: skip


@check("3.load_errors")
def load_errors(seen: Seen) -> None:
    for name, line in seen.answers["files"].items():
        if isinstance(line, int):
            expect_line_named(seen, name, line)


def expect_line_named(seen: Seen, name: str, line: int) -> None:
    """Fail unless a malformed row gives a ValueError that names the file and the line."""
    reply, called = seen.reply(f"load.{name}"), seen.called(f"load.{name}")
    expected = f"ValueError naming {name} and line {line}"
    hint = "Read line by line with enumerate(file, 1); catch, and raise ValueError with path and line."
    if not isinstance(reply, Raised) or is_stub(reply):
        got = kind_of(seen.value(f"load.{name}"))
        expect(False, f"no error, but {got}", expected, hint, called=called,
               misconception="malformed-row-accepted")  # fmt: skip
    named = "ValueError" in reply.bases and name in reply.message
    named = named and str(line) in reply.message.replace(name, "")
    expect(named, f"{reply.type}: {reply.message[:120]}", expected, hint, called=called,
           misconception="error-without-line")  # fmt: skip


@check("3.preprocess")
def preprocess(seen: Seen) -> None:
    for whole, row in (("scale", "scale.row"), ("scale.moved", "scale.moved_row")):
        called = seen.called(whole)
        Z, z = (numeric(seen.value(q), "the result", called) for q in (whole, row))
        expect(Z.shape == (40, 6, 1) and z.shape == (1, 6, 1), f"shape {Z.shape}",
               "shape (40, 6, 1): (rows, stations, channels)", "Return as many rows as X has.",
               called=called, misconception="wrong-shape")  # fmt: skip
        expect(same(Z[7], z), f"row 7 is {shown(Z[7], 3)} among 40 rows, {shown(z, 3)} alone",
               "the same result for a row, whatever rows come with it",
               "Take mean and standard deviation from X_train, never from X.", keep=1,
               called=called, misconception="scaler-fitted-on-test")  # fmt: skip


@check("3.model")
def model(seen: Seen) -> None:
    for question, steps in (("model", 6), ("model.other", seen.answers["steps"])):
        called, network = seen.called(question), seen.network(question)
        expect_layers(network, called)
        tally(layer_findings(network, steps), called)


def expect_layers(network: Network, called: str) -> None:
    """Fail unless there are three Bidirectional(LSTM), three Dropout and at the end one Dense."""
    kinds = [layer.kind for layer in network.layers]
    if sorted(kinds) == sorted(KINDS) and (kinds[0], kinds[-1]) == (KINDS[0], KINDS[-1]):
        return  # the handout leaves open where the dropout layers stand
    expect_kinds(network, KINDS, called)


def layer_findings(network: Network, steps: int) -> list[Finding]:
    """Return what is looked at in the layers of Part 3: 4 points in all."""
    dropped = of_kind(network, "Dropout")
    return [
        shape_in_out(network, steps, 1),
        setting(of_kind(network, "LSTM"), "return_sequences", [True, True, False], 1, "LSTM"),
        setting(dropped, "rate", [0.2] * 3, 1, "Dropout"),
        activations(of_kind(network, "Dense"), ["sigmoid"], 1, "Dense"),
    ]


@check("3.compile")
def compiled(seen: Seen) -> None:
    y, p = (seen.sheet_array(n).ravel().astype("float64") for n in ("y_true@loss", "y_pred@loss"))
    entropy = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    losses = {"binary_crossentropy": float(entropy), "mse": float(np.mean((y - p) ** 2)),
              "mae": float(np.mean(np.abs(y - p)))}  # fmt: skip
    expect_compiled(seen, "model", losses)


@check("3.history")
def history(seen: Seen) -> None:
    seen.curves["part3"] = history_of(seen, "train", CURVES)


def hidden_predictions(seen: Seen) -> tuple[np.ndarray, np.ndarray]:
    """Return the true labels of the hidden rows and the judge's own predictions for them."""
    network, claims = seen.trained("train")
    hidden, Z = seen.answers["hidden"], claims["probe"]
    return hidden.y, (network.predict(claims["weights"], Z).ravel() > 0.5).astype(int)


def rates(y: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """Return accuracy, recall and specificity."""
    return {
        "accuracy": float(np.mean(labels == y)),
        "recall": float(np.mean(labels[y == 1] == 1)),
        "specificity": float(np.mean(labels[y == 0] == 0)),
    }


@check("3.trains")
def trains(seen: Seen) -> None:
    hidden, Z = seen.answers["hidden"], seen.built("train").get("probe")

    def already_good(network: Network, weights: list) -> bool:
        labels = (network.predict(weights, Z).ravel() > 0.5).astype(int)
        return rates(hidden.y, labels)["accuracy"] >= seen.floors["3.accuracy"]

    expect_trained(seen, "train", already_good)


@check("3.accuracy")
def accuracy(seen: Seen) -> None:
    y, labels = hidden_predictions(seen)
    kinds = seen.answers["hidden"].kind
    seen.metrics |= {f"part3.{name}": value for name, value in rates(y, labels).items()}
    seen.metrics["part3.confusion_matrix"] = confusion(y, labels).tolist()
    seen.metrics["part3.errors_by_kind"] = {
        str(kind): [int((labels != y)[kinds == kind].sum()), int((kinds == kind).sum())]
        for kind in sorted(set(kinds))
    }
    basic, top = seen.floors["3.accuracy"], seen.floors["3.accuracy_top"]
    value, called = seen.metrics["part3.accuracy"], seen.called("train")
    floor(seen, "accuracy on hidden rows", value, basic, called,
          "Train longer, or scale the times in preprocess.")  # fmt: skip
    hint = "Standardise each station's column with the statistics of X_train in preprocess."
    floor(seen, "accuracy on hidden rows", value, top, called, hint, keep=2)


@check("3.specificity")
def specificity(seen: Seen) -> None:
    y, labels = hidden_predictions(seen)
    floor(seen, "specificity", rates(y, labels)["specificity"], seen.floors["3.specificity"],
          seen.called("train"), "Nearly all errors are noise called earthquakes.")  # fmt: skip
    floor(seen, "recall", rates(y, labels)["recall"], seen.floors["3.recall"],
          seen.called("train"), "Earthquakes are missed.", keep=1)  # fmt: skip


def confusion(y: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the confusion matrix, rows true, columns predicted, in the order noise, earthquake."""
    from sklearn.metrics import confusion_matrix

    return confusion_matrix(y, labels, labels=[0, 1])


@check("3.labels")
def labels(seen: Seen) -> None:
    p = seen.sheet_array("probabilities")
    for question, threshold in (("labels.default", 0.5), ("labels.column", 0.5), ("labels.low", 0.25)):
        called, wanted = seen.called(question), (p > threshold).astype(int)
        got = numeric(seen.value(question), "the labels", called)
        flat, worth = np.ravel(got), 1 if question == "labels.low" else 0
        inverted, constant = same(flat, 1 - wanted), np.unique(flat).size < 2
        named = "labels-inverted" if inverted else "labels-constant" if constant else None
        if question == "labels.low" and same(flat, p > 0.5):
            named = "threshold-ignored"
        expect(same(flat, wanted), f"labels {shown(flat, 8)}", f"labels {shown(wanted, 8)}",
               "1 where the probability is above the threshold, else 0.", called=called, keep=worth,
               misconception=named)  # fmt: skip
        expect(got.shape == wanted.shape, f"shape {got.shape}", f"shape {wanted.shape}",
               "Flatten the probabilities: model.predict gives (n, 1).", called=called, keep=1,
               misconception="wrong-shape")  # fmt: skip


@check("3.evaluate")
def evaluate(seen: Seen) -> None:
    for question, true, array in (("evaluate", "y_true", "probabilities"),
                                  ("evaluate.column", "y_true", "probabilities"),
                                  ("evaluate.one", "y_true@one", "probabilities@one")):  # fmt: skip
        y, p = seen.sheet_array(true), seen.sheet_array(array)
        called, value = seen.called(question), seen.value(question)
        got = number(entry(value, "accuracy", called))
        matrix = numeric(entry(value, "confusion_matrix", called), "confusion_matrix", called)
        tally(score_findings(got, matrix, y, (p > 0.5).astype(int)), called)


def score_findings(got: float, matrix: np.ndarray, y: np.ndarray, labels: np.ndarray) -> list[Finding]:
    """Return what is looked at in the scores of Part 3: 3 points in all."""
    share, wanted = float(np.mean(labels == y)), confusion(y, labels)
    hint = "scikit-learn: confusion_matrix(y_true, labels, labels=[0, 1])."
    order = "rows true, columns predicted, noise then earthquake"
    inverted = "error-rate" if same(got, 1 - share) else None
    names = {"confusion-transposed": wanted.T, "classes-swapped": wanted[::-1, ::-1],
             "confusion-normalised": wanted / wanted.sum()}  # fmt: skip
    mistake = next((name for name, wrong in names.items() if same(matrix, wrong)), None)
    return [
        Finding(1, same(got, share), f"accuracy = {got:.4g}", f"accuracy = {share:.4g}",
                "The share of rows whose label is right.", inverted),
        Finding(2, matrix.shape == (2, 2) and same(matrix, wanted),
                f"confusion_matrix = {matrix.tolist() if matrix.size < 10 else matrix.shape}",
                f"{wanted.tolist()}: {order}", hint, mistake),
    ]  # fmt: skip


@check("3.figure_loss")
def figure_loss(seen: Seen) -> None:
    figures.expect_curves(seen, "plot", seen.answers["history"], ("loss", "val_loss"))


@check("3.figure_accuracy")
def figure_accuracy(seen: Seen) -> None:
    figures.expect_curves(seen, "plot", seen.answers["history"], ("accuracy", "val_accuracy"))


@check("3.figure_confusion")
def figure_confusion(seen: Seen) -> None:
    figures.expect_confusion(seen, "plot", seen.answers["matrix"])
