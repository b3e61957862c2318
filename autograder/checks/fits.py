"""Compare a history with what the worker noted of each call of `fit`: both are claims."""

import json

import numpy as np

from autograder.errors import expect
from autograder.seen import Seen

Curves = dict[str, list[float]]  # loss, val_loss -> one number an epoch
SAME = 1e-6  # relative: a student may keep single precision


def expect_fits(seen: Seen, question: str, curves: Curves) -> None:
    """Fail if a history hides a validation on trained rows, or tells something else than `fit` did.

    Args:
        seen: The part.
        question: A question of kind `train`.
        curves: The history that train_model returned.
    """
    fits, called, epochs = noted_fits(seen, question), seen.called(question), len(curves["loss"])
    on_itself = [fit.get("validated_on_itself") is True for fit in fits]
    expect(not (on_itself and all(on_itself)), "validation on the rows that the training learned from",
           "rows for validation that the training never sees",
           "Write validation_split=0.2 in the place of validation_data.", called=called,
           misconception="validated-on-training-rows")  # fmt: skip
    told = [ends for ends in map(ends_told, fits) if ends]
    expect(not any(exchanged(ends, curves) for ends in told), "the losses of validation under 'loss'",
           "the losses of training under 'loss', those of validation under 'val_loss'",
           "Return model.fit(…).history as it is.", called=called,
           misconception="curves-exchanged")  # fmt: skip
    expect(len(fits) <= epochs and not last_of_many(told, curves),
           f"a history of {epochs} epochs after {len(fits)} calls of fit or more",
           "one number for every epoch", "Call fit once, with epochs=…, and return its history.",
           called=called, misconception="history-of-the-last-fit")  # fmt: skip


def noted_fits(seen: Seen, question: str) -> list[dict]:
    """Return what the worker says of the first calls of `fit`; nothing if it is not what one writes."""
    try:
        fits = json.loads(seen.built(question)["fits"])
    except (KeyError, TypeError, ValueError, RecursionError):
        return []
    return [fit for fit in fits if isinstance(fit, dict)] if isinstance(fits, list) else []


def ends_told(fit: dict) -> dict[str, np.ndarray] | None:
    """Return what a call of `fit` told of each loss: how many, the first, the last; or None."""
    told = fit.get("told")
    try:
        ends = {key: np.array(told[key], "float64") for key in ("loss", "val_loss")}
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    return ends if all(e.shape == (3,) and (e > 0).all() for e in ends.values()) else None


def agrees(ends: np.ndarray, curve: list[float]) -> bool:
    """Tell whether a curve is as long as `fit` told, begins and ends so."""
    return np.allclose(ends, [len(curve), curve[0], curve[-1]], rtol=SAME, atol=0)


def exchanged(ends: dict[str, np.ndarray], curves: Curves) -> bool:
    """Tell whether training and validation have changed places in a history."""
    straight = agrees(ends["loss"], curves["loss"]) and agrees(ends["val_loss"], curves["val_loss"])
    crossed = agrees(ends["loss"], curves["val_loss"]) and agrees(ends["val_loss"], curves["loss"])
    return crossed and not straight


def last_of_many(told: list[dict[str, np.ndarray]], curves: Curves) -> bool:
    """Tell whether a history is that of the last call of `fit`, which went on where others had ended.

    To start anew and to keep the best start is right work: its last call begins high again. So is
    a short warm-up: half of all epochs or more are told.
    """
    if len(told) < 2 or not agrees(told[-1]["loss"], curves["loss"]):
        return False
    (_, start, _), (_, _, before), (n, first, _) = (told[k]["loss"] for k in (0, -2, -1))
    return bool(first**2 < start * before and 2 * n < sum(ends["loss"][0] for ends in told))
