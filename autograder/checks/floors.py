"""Compare what a trained network reaches with a floor, and name what a missed one is due to."""

import numpy as np

from autograder.checks.networks import history_of
from autograder.errors import Failed, expect
from autograder.seen import Seen

FAR = 10  # times the loss of a training: no luck makes the error on its own rows as large
FEW_EPOCHS = 20  # half of what the shortest reference takes
STILL = 0.9  # of the first loss, or more: hardly anything was learned
HINTS = {
    "too-few-epochs": "Train for more epochs: fit(…, epochs=…).",
    "loss-hardly-falls": "Try the usual learning rate, 0.001, and look at the scale of the input.",
    "one-class-predicted": "Look at class_weight, the labels in y_train and the scale of the input.",
}


def floor(
    seen: Seen, question: str, name: str, value: float, least: float, hint: str, keep: int = 0,
    misconception: str | None = None,
) -> None:
    """Fail unless a number measured on a trained network reaches its floor."""
    if not value >= least:
        why = misconception or shortfall(seen, question)
        raise Failed(f"{name} = {value:.4f}", f"{name} ≥ {least:g}", HINTS.get(why, hint), keep=keep,
                     called=seen.called(question), misconception=why, by_chance=True)  # fmt: skip


def shortfall(seen: Seen, question: str) -> str:
    """Return why a network has not learned enough, by the losses that its training reports."""
    try:
        loss = history_of(seen, question, ("loss",))["loss"]
    except Failed:  # judged by a check of its own
        return "below-floor"
    if len(loss) < FEW_EPOCHS:
        return "too-few-epochs"
    return "loss-hardly-falls" if min(loss) > STILL * loss[0] else "below-floor"


def expect_given_numbers(seen: Seen, question: str) -> None:
    """Fail if a training on squared errors reports far less than the error on what it was given."""
    network, claims = seen.trained(question)
    X, y = (seen.sheet_array(seen.questions[question].options[name]) for name in ("X", "y"))
    try:
        curves = history_of(seen, question, ("loss", "val_loss"))
    except Failed:  # judged by a check of its own
        return
    error = float(np.mean((network.predict(claims["weights"], X).ravel() - y.ravel()) ** 2))
    reported = max(curve[-1] for curve in curves.values())
    expect(error <= FAR * reported, f"losses of {reported:.3g} in the training, but a mean squared "
           f"error of {error:.3g} on the rows and targets it was given", "the same error in both",
           "Give fit X_train and y_train as they are; what scales them belongs into the model.",
           called=seen.called(question), misconception="trained-on-other-numbers",
           by_chance=True)  # fmt: skip
