"""Whether a network that the judge rebuilt predicts what the student's worker says that it predicts."""

import numpy as np

from autograder.allowed import NotAllowed
from autograder.errors import expect
from autograder.network import Disagree, Network
from autograder.values import numeric

TOLERANCE, HALF_PRECISION = 1e-4, 2e-2  # backends round half precision in different places
FEW, NUDGE = slice(7, None, -1), 2**-22  # rows that are predicted alone; two roundings of a weight


def expect_agreement(seen, question: str, network: Network, claims: dict, probe: np.ndarray) -> None:
    """Fail if the network cannot predict, or not row by row, or its worker says that it predicts others.

    Args:
        seen: The part.
        question: A question of kind `train`.
        network: The judge's own copy of the model.
        claims: What the worker says of the training, weights that fit included.
        probe: The rows to predict, (n, steps, 1).

    Raises:
        Disagree: Two predictions differ, and no witness was heard, or it sides with the worker.
    """
    weights, theirs = claims["weights"], numeric(claims.get("predicted"), "y", seen.called(question))
    told = {"called": seen.called(question), "root": ("predictions", question)}
    ours, few = predicted(seen, question, network, weights, probe)
    tolerance = HALF_PRECISION if "float16" in str(network.config) else TOLERANCE
    alone = close(ours[FEW], few, tolerance)
    if alone and close(ours, theirs, tolerance):
        return
    near = network.predict([weight * nudges(weight) for weight in weights], probe)
    expect(close(ours, near, tolerance), "predictions that change with the rounding of the weights",
           "predictions that follow from the weights", "Smaller weights: the training diverged.",
           misconception="rounding-noise", by_chance=True, **told)  # fmt: skip
    expect(alone, f"other predictions for eight rows alone than among {len(probe)}",
           "the same number for a row, whatever rows come with it",
           "Take out what works along the axis of the rows, axis 0.", misconception="rows-mixed",
           **told)  # fmt: skip
    witness = witness_of(seen, question)
    expect(witness is not None and not close(ours, witness, tolerance),
           "predictions that the configuration and the weights of the model do not give",
           "what Keras predicts with these weights",
           "Leave predict, get_weights and the layers of Keras as they are.",
           misconception="predictions-not-from-weights", **told)  # fmt: skip
    expect(network.plain, "predictions that differ from one backend to another",
           "the same predictions wherever they are made",
           "Use the layers of the task sheet; leave out arithmetic of your own.",
           misconception="backend-dependent", **told)  # fmt: skip
    raise Disagree(f"rebuilt predictions of {seen.part.stem} differ from the worker's")


def predicted(
    seen, question: str, network: Network, weights: list[np.ndarray], probe: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the judge's predictions for all rows, and for a few alone; fail unless all are finite."""
    called = seen.called(question)
    try:
        ours, few = network.predict(weights, probe), network.predict(weights, probe[FEW])
    except NotAllowed:
        raise
    except Exception as error:  # Keras raises many kinds; ours, or the network's: a witness tells
        expect(witness_of(seen, question) is not None, "a network with which Keras cannot predict",
               "a number for each row", "Call model.predict(X_train) after the training.",
               called=called, root=("predictions", question),
               misconception="cannot-predict")  # fmt: skip
        raise Disagree(f"the network of {seen.part.stem} does not predict here: {error}") from error
    expect(np.isfinite(ours).all(), "weights with which predictions are NaN or infinite",
           "finite predictions", "A smaller learning rate: the training diverged.",
           called=called, misconception="diverged", by_chance=True)  # fmt: skip
    return ours, few


def witness_of(seen, question: str) -> np.ndarray | None:
    """Return what a witness predicts, None if it cannot; raise `Disagree` where none was heard."""
    if question not in seen.artefacts.witnesses:
        seen.disputed.append(question)
        raise Disagree(f"rebuilt predictions of {seen.part.stem} differ from the worker's")
    return seen.artefacts.witnesses[question]


def nudges(weight: np.ndarray) -> np.ndarray:
    """Return factors, in the shape of a weight, that change it by no more than its rounding."""
    return 1 + NUDGE * np.random.default_rng(0).choice([-1, 1], weight.shape)


def close(ours: np.ndarray, theirs: np.ndarray, tolerance: float) -> bool:
    """Tell whether two predictions of one network are the same, but for rounding."""
    if theirs.shape != ours.shape:
        return False
    scale = max(1.0, float(np.abs(ours).max(initial=0)))
    return bool(np.abs(ours - theirs).max(initial=0) <= tolerance * scale)
