"""Part 3, earthquakes: a bidirectional LSTM tells events from noise by the move-out."""

import numpy as np

from autograder.checks import figures, matrices, yardsticks
from autograder.checks.advice import advise_on_loader
from autograder.checks.classes import confusion, expect_labels, expect_scores, rates
from autograder.checks.expectations import Finding, expect_header, keeping, same, shown, tally
from autograder.checks.fits import expect_fits
from autograder.checks.floors import floor, shortfall
from autograder.checks.layers import activations, expect_kinds, of_kind, setting, shape_in_out
from autograder.checks.networks import (
    Network,
    expect_compiled,
    expect_trained,
    history_of,
    likeness,
)
from autograder.checks.rows import expect_line_named, expect_loaded, expect_scaled
from autograder.errors import expect
from autograder.judge import check
from autograder.model import Returned
from autograder.questions.part3 import CURVES
from autograder.seen import Seen

RARE = 0.02  # of the labels: a class that is hardly ever predicted
KINDS = ["Bidirectional(LSTM)", "Dropout"] * 3 + ["Dense"]


@check("3.header")
def header(seen: Seen) -> None:
    expect_header(seen)


@check("3.load")
def load(seen: Seen) -> None:
    expect_loaded(seen)


@check("3.load_errors")
def load_errors(seen: Seen) -> None:
    for name, line in seen.answers["files"].items():
        if isinstance(line, int):
            expect_line_named(seen, name, line)
    advise_on_loader(seen)


@check("3.preprocess")
def preprocess(seen: Seen) -> None:
    expect_scaled(seen)


@check("3.model")
def model(seen: Seen) -> None:
    for question, steps in (("model", 6), ("model.other", seen.answers["steps"])):
        called = seen.called(question)
        with keeping(3 if question == "model.other" else None):
            network = seen.network(question)
            expect_layers(network, called)
        with keeping(None, "parameters-ignored" if question == "model.other" else None):
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
    curves = seen.curves["part3"] = history_of(seen, "train", CURVES)
    expect_fits(seen, "train", curves)


def hidden_predictions(seen: Seen) -> tuple[np.ndarray, np.ndarray]:
    """Return the true labels of the hidden rows and the judge's own predictions for them."""
    network, claims = seen.trained("train")
    hidden, Z = seen.answers["hidden"], claims["probe"]
    return hidden.y, (network.predict(claims["weights"], Z).ravel() > 0.5).astype(int)


def expect_scaled_alike(seen: Seen) -> None:
    """Fail unless preprocess gives the network what it gives where it is judged, row by row."""
    reply, probe = seen.artefacts.replies.get("scale"), seen.trained("train")[1]["probe"]
    Z = reply.value if isinstance(reply, Returned) else None
    if not isinstance(Z, np.ndarray) or Z.shape != seen.sheet_array("X@rows").shape:
        return  # told there; the network was given the times as they are
    among = probe[: len(Z)].astype("float64")
    alike = same(Z, among)
    if "3.preprocess" in seen.told.values():  # statistics of other rows, say, move and stretch them
        alike = min(likeness(a, b) for a, b in zip(Z[..., 0].T, among[..., 0].T, strict=True)) > 0.9
    expect(alike, f"row 7 is {shown(among[7], 3)} among {len(probe)} rows, {shown(Z[7], 3)} among "
           f"{len(Z)}", "the same result for a row, whatever rows come with it",
           "Scale each time with numbers from X_train alone.", called=seen.called("train"),
           misconception="rows-scaled-otherwise")  # fmt: skip


@check("3.trains")
def trains(seen: Seen) -> None:
    hidden, Z = seen.answers["hidden"], seen.built("train").get("probe")

    def accuracy_of(network: Network, weights: list) -> float:
        labels = (network.predict(weights, Z).ravel() > 0.5).astype(int)
        return rates(hidden.y, labels)["accuracy"]

    expect_trained(seen, "train", accuracy_of, seen.floors["3.accuracy"])
    expect_scaled_alike(seen)


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
    compare(seen, seen.metrics["part3.accuracy"])
    basic, top = seen.floors["3.accuracy"], seen.floors["3.accuracy_top"]
    value, why = seen.metrics["part3.accuracy"], class_shortfall(seen, labels)
    expect(1 - value < basic, f"accuracy on hidden rows = {value:.4f}", f"accuracy ≥ {basic:g}",
           "1 is an earthquake, 0 is noise: give fit y_train as it is.", called=seen.called("train"),
           misconception="classes-exchanged", by_chance=True)  # fmt: skip
    floor(seen, "train", "accuracy on hidden rows", value, basic,
          "Train longer, or scale the times in preprocess.", misconception=why)  # fmt: skip
    hint = ("Train for more epochs while the validation loss still falls; or standardise each station's "
            "column with the statistics of X_train in preprocess.")  # fmt: skip
    floor(seen, "train", "accuracy on hidden rows", value, top, hint, keep=2)


def class_shortfall(seen: Seen, labels: np.ndarray) -> str:
    """Return why a network has not learned the classes enough, by its losses and its labels."""
    why, rare = shortfall(seen, "train"), min(np.mean(labels == 0), np.mean(labels == 1))
    return "one-class-predicted" if rare < RARE and why != "too-few-epochs" else why


def compare(seen: Seen, accuracy: float) -> None:
    """Set the accuracy between a shortcut and the best reachable; say what is not learned."""
    hidden, X_train = seen.answers["hidden"], seen.sheet_array("X_train")[:, :, 0]
    stump = yardsticks.range_stump(X_train, seen.sheet_array("y_train"), hidden.X)
    seen.metrics["part3.accuracy_compared"] = {
        "your network": accuracy,
        "range stump": rates(hidden.y, stump)["accuracy"],
        "physics": rates(hidden.y, yardsticks.physics(hidden.X))["accuracy"],
    }
    sentences = yardsticks.unlearned(seen.metrics["part3.errors_by_kind"])
    seen.notes += [f"Part 3, on hidden rows: {sentence}." for sentence in sentences]


@check("3.specificity")
def specificity(seen: Seen) -> None:
    y, labels = hidden_predictions(seen)
    false_alarms, missed = int((labels > y).sum()), int((labels < y).sum())
    hint = f"{false_alarms} times noise is called an earthquake, {missed} earthquakes are called noise."
    reached, why = rates(y, labels), class_shortfall(seen, labels)
    floor(seen, "train", "specificity", reached["specificity"], seen.floors["3.specificity"], hint,
          misconception=why)  # fmt: skip
    floor(seen, "train", "recall", reached["recall"], seen.floors["3.recall"],
          "Earthquakes are missed.", keep=int(labels.mean() > RARE), misconception=why)  # fmt: skip


@check("3.labels")
def labels(seen: Seen) -> None:
    expect_labels(seen)


@check("3.evaluate")
def evaluate(seen: Seen) -> None:
    expect_scores(seen)


@check("3.figure_loss")
def figure_loss(seen: Seen) -> None:
    figures.expect_curves(seen, "plot", seen.answers["history"], ("loss", "val_loss"))


@check("3.figure_accuracy")
def figure_accuracy(seen: Seen) -> None:
    figures.expect_curves(seen, "plot", seen.answers["history"], ("accuracy", "val_accuracy"),
                          others=("loss", "val_loss"))  # fmt: skip


@check("3.figure_confusion")
def figure_confusion(seen: Seen) -> None:
    matrices.expect_confusion(seen, "plot", seen.answers["matrix"])
