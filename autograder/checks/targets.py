"""Which targets was a network trained on? Told by its validation losses, else by its predictions.

Keras puts the mean squared error on the last rows of the training set into `val_loss`. Of whichever
numbers that error is, to those the network was trained. A network that is still far from its targets
lies near to other numbers by chance; its losses do not.
"""

import numpy as np

from autograder.checks.networks import history_of, metric
from autograder.errors import Failed, expect
from autograder.seen import Seen

Numbers = dict[str, np.ndarray]  # misconception -> the numbers it gives (n,); under `right` the targets

VALIDATION = 0.2  # the share of the rows that the handout's validation_split holds back, at the end
SAME_LOSS = 2e-3  # relative: losses are added up in single precision
TOLD = 1e3  # stands for a ratio where the losses prove the target right
TINY = 1e-12


def expect_right_target(
    seen: Seen, question: str, predicted: np.ndarray, numbers: Numbers, losses: dict[str, float]
) -> None:
    """Fail if a network was trained on the numbers of a typical mistake.

    Measured is the ratio of mean squared distances, to the mistake's numbers over to the targets.

    Args:
        seen: The part.
        question: The training.
        predicted: The judge's predictions (n,).
        numbers: The numbers that predictions are compared with.
        losses: Misconception -> mean squared error on the rows that were held back from the
            training; under `right` that to the targets. Empty where losses shall tell nothing.
    """
    found = whose_losses(seen, question, losses)
    distance = squared_errors(predicted, numbers)
    right = max(distance.pop("right"), TINY)
    ratios = {name: TOLD if found else value / right for name, value in distance.items()}
    if found in ratios:
        ratios[found] = 0.0
    measured = metric(seen, "other_target", question)
    seen.metrics[measured] = ratios
    nearest = min(ratios, key=ratios.get)
    expected = "predictions that lie nearest to the target"
    hint = "Give fit the targets y_train as they are."
    if found == nearest:
        raise Failed(f"a validation loss of {losses[found]:.4g}, the mean squared error to other "
                     f"numbers; that to the targets is {losses['right']:.4g}", expected, hint,
                     called=seen.called(question), misconception=found)  # fmt: skip
    expect(ratios[nearest] >= seen.floors[measured.partition(".")[2]],
           f"predictions that lie {np.sqrt(right):.3g} from the target (root mean square), but only "
           f"{np.sqrt(distance[nearest]):.3g} from another number", expected, hint,
           called=seen.called(question), misconception=nearest, by_chance=True)  # fmt: skip


def squared_errors(predicted: np.ndarray, numbers: Numbers) -> dict[str, float]:
    """Return the mean squared distance of predictions (n,) to each kind of numbers (n,)."""
    return {name: float(np.mean((predicted - n) ** 2)) for name, n in numbers.items()}


def whose_losses(seen: Seen, question: str, losses: dict[str, float]) -> str | None:
    """Return whose error the validation loss ends with, or has as its least; None where nobody's.

    The least belongs to weights that EarlyStopping puts back.
    """
    try:
        validation = history_of(seen, question, ("val_loss",))["val_loss"]
    except Failed:  # judged by a check of its own
        return None
    candidates = [validation[-1], min(validation)]
    for name in sorted(losses, key=lambda name: name != "right"):
        if np.isclose(candidates, losses[name], rtol=SAME_LOSS, atol=0).any():
            return name
    return None
