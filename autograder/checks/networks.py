"""Checks on networks that all parts share: compilation, history, training."""

import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.checks.expectations import kind_of, number
from autograder.errors import Failed, expect
from autograder.model import Artefacts, Other, Returned
from autograder.network import Network
from autograder.seen import Seen

ADAM = ("Adam", "AdamW", "Nadam", "Adamax")
LOSSES = {"mse": "loss-mse", "mae": "loss-mae"}  # a wrong loss, told by its value -> misconception
TWINS = 0.9  # correlation of the weights of two trainings that cannot be chance
WORST, DIVERGED = -1e9, 1e30
SEEDED = re.compile(r'_initializer": \{[^{}]*\{[^{}]*"seed": \d')  # in a layer's configuration
MAX_EPOCHS = 10_000  # more of them do not fit into the time of a part
GAIN, RULE = 0.5, 0.999  # to repeat the last number of a row reaches 0.99 in Part 2
FLAT_LOSS = 1e-6  # relative
FLAT = ("softmax-over-one-unit", "wrong-loss")  # mistakes that leave no gradient, told before
Quality = Callable[[Network, list], float]


def expect_compiled(seen: Seen, question: str, losses: dict[str, float], optimizers=None) -> None:
    """Fail unless the model is compiled with the right loss, told by its value, and optimizer.

    Args:
        seen: The part.
        question: A question of kind `model`.
        losses: Name -> value on the numbers of the question; the first is the right one, the
            others are typical mistakes.
        optimizers: Accepted class names, or None for any.
    """
    called, claim = seen.called(question), seen.built(question).get("compiled")
    right = next(iter(losses))
    expect(isinstance(claim, dict), "a model that is not compiled", f"compiled with {right}",
           "Call model.compile(optimizer=…, loss=…) in build_model.", called=called,
           misconception="not-compiled")  # fmt: skip
    value = number(claim.get("loss_value"))
    found = [name for name, wanted in losses.items() if abs(value - wanted) < 1e-4 * (1 + wanted)]
    optimizer, worth = str(claim.get("optimizer")), max(1, _points(seen, question) // 2)
    good = optimizers is None or optimizer in optimizers
    got = f"the loss {claim.get('loss')}, {value:.4g} on two small arrays"
    expect(right in found, got, f"the loss {right}, {losses[right]:.4g} on them",
           f"Compile with loss={right!r}, without settings of its own.", called=called,
           keep=worth * good, misconception=LOSSES.get(next(iter(found), ""), "wrong-loss"))  # fmt: skip
    expect(good, f"the optimizer {optimizer}", "the optimizer adam", "Compile with optimizer='adam'.",
           called=called, keep=worth, misconception="wrong-optimizer")  # fmt: skip


def _points(seen: Seen, question: str) -> int:
    check = next(c for c in seen.rubric.checks if c.id == f"{seen.part.number}.compile")
    return check.points if check.points > 1 else 0


def history_of(seen: Seen, question: str, keys: tuple[str, ...]) -> dict[str, list[float]]:
    """Return the curves of a training; fail unless each key holds finite numbers, one an epoch."""
    history, called = seen.built(question).get("history"), seen.called(question)
    hint = "Return model.fit(…).history; validation_split=0.2 gives the curves of validation."
    expect(isinstance(history, dict), kind_of(history), f"a dictionary with {', '.join(keys)}", hint,
           called=called,
           misconception=not_a_history(history))  # fmt: skip
    missing = [key for key in keys if key not in history]
    if "accuracy" in missing:
        hint = "Compile with metrics=['accuracy']; the keys of the history carry that name."
    expect(not missing, f"the keys {', '.join(sorted(history)) or 'none'}",
           f"the keys {', '.join(keys)}", hint, called=called,
           misconception=history_mistake(missing, [*history]))  # fmt: skip
    longest = max((history[key].size for key in keys if _numbers(history[key])), default=0)
    expect(longest <= MAX_EPOCHS, f"{longest} numbers in a curve", f"at most {MAX_EPOCHS}, one an epoch",
           hint, called=called, misconception="history-too-long")  # fmt: skip
    curves = {key: np.ravel(history[key]) if _numbers(history[key]) else None for key in keys}
    lengths = {None if curve is None else curve.size for curve in curves.values()}
    expect(None not in lengths and len(lengths) == 1 and lengths != {0}, "curves of unequal length",
           "one number per epoch in each", hint, called=called,
           misconception="history-cut")  # fmt: skip
    finite = all((np.abs(curve) < DIVERGED).all() for curve in curves.values())
    expect(finite, "NaN, infinite or enormous losses", "finite losses",
           "The training diverged: a smaller learning rate, or another seed.", called=called,
           misconception="diverged", by_chance=True)  # fmt: skip
    return {key: [float(v) for v in curve] for key, curve in curves.items()}


def not_a_history(value: Any) -> str:
    """Return the name of the mistake behind what comes back in the place of a history."""
    if isinstance(value, Other) and value.type == "History":
        return "history-not-a-dict"
    return "return-missing" if value is None else "wrong-return-type"


def history_mistake(missing: list[str], keys: list[str]) -> str:
    """Return the name of the mistake behind keys that a history lacks, and those that it has."""
    if missing and all(key.startswith("val_") for key in missing):
        return "no-validation"
    renamed = any("acc" in str(key) for key in keys)
    lacking = missing and all("accuracy" in key for key in missing) and not renamed
    return "no-accuracy" if lacking else "history-keys"


def _numbers(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind in "fiu"


def expect_trained(seen: Seen, question: str, quality: Quality, floor: float) -> None:
    """Fail unless training changed weights that were random and not good already.

    Args:
        seen: The part.
        question: A question of kind `train`.
        quality: Network, weights -> R² or accuracy, 1 at best.
        floor: The quality that trained weights have to reach.
    """
    seen.trained(question)
    expect_moved(seen, question)
    expect_not_brought(seen, question, quality, floor)
    expect_trained_here(seen, question)
    expect_random_builds(seen, question)


def expect_moved(seen: Seen, question: str) -> None:
    """Fail unless training changed some weight."""
    if moved_weights(seen, question):
        return
    told = next((mistake for mistake in FLAT if mistake in seen.told), None)
    expect(not is_flat(seen, question), "a loss that no epoch changes, and the same weights",
           "weights that training changed", "Freeze no layer; and softmax over one unit is always 1, "
           "categorical_crossentropy of one class always 0: there is nothing to learn from.",
           called=seen.called(question), misconception="no-gradient", root=told)  # fmt: skip
    expect(False, "weights that training did not change", "weights that training changed",
           "Call fit on the model that train_model was given.", called=seen.called(question),
           misconception="not-trained")  # fmt: skip


def moved_weights(seen: Seen, question: str) -> list[int]:
    """Return the numbers of the weights that a training changed, in the order of `get_weights`."""
    _, claims = seen.trained(question)
    pairs = zip(claims["initial"], claims["weights"], strict=True)
    return [n for n, (start, end) in enumerate(pairs) if not np.array_equal(start, end)]


def expect_not_brought(seen: Seen, question: str, quality: Quality, floor: float) -> None:
    """Fail if the rule is in the layers or in the weights from before the training.

    Weights that reach the floor before the training are brought along, unless the training still
    halves what is missing: a network that adds to the last number of the row begins near it.
    """
    network, claims = seen.trained(question)
    called, initial = seen.called(question), claims["initial"]
    before, after = quality(network, initial), quality(network, claims["weights"])
    empty = quality(network, [np.zeros_like(w) for w in initial])
    expect(empty < max(floor, RULE), f"a network that reaches {empty:.4f} with all weights zero",
           "a network that learns the rule", "Take out the layers that compute it; the LSTM should.",
           called=called, misconception="rule-in-layers")  # fmt: skip
    brought = before >= floor and (before >= RULE or 1 - after > GAIN * (1 - before))
    expect(not brought, "weights that meet the floor before training",
           "random initial weights", "build_model returns an untrained network.", called=called,
           misconception="pretrained")  # fmt: skip
    matrices = any(initial[n].ndim > 1 for n in moved_weights(seen, question))
    expect(matrices or after < floor, "a network that meets the floor, and the same matrices of weights",
           "weights that training changed", "Let fit train the layers; set no weight yourself.",
           called=called, misconception="not-trained")  # fmt: skip


def expect_random_builds(seen: Seen, question: str) -> None:
    """Fail unless two calls of build_model give the same layers, and other weights."""
    (network, _), shown = seen.trained(question), seen.built("model")
    built = all(network.fits(shown.get(key)) for key in ("weights", "again"))
    expect(built, "weights that do not fit the model, of two calls of build_model",
           "a model of the same layers from each call", "Let build_model return its model each time.",
           called="build_model() twice", misconception="another-network")  # fmt: skip
    expect(not builds_alike(shown) or not builds_alike(unseeded(network, shown)),
           "the same weights from two calls of build_model", "random initial weights",
           "Leave the initial weights to Keras; do not set them in build_model.",
           called="build_model() twice", misconception="fixed-weights")  # fmt: skip


def is_flat(seen: Seen, question: str) -> bool:
    """Tell whether a training of several epochs says that its loss has not moved at all."""
    try:
        loss = history_of(seen, question, ("loss",))["loss"]
    except Failed:  # judged by a check of its own
        return False
    return len(loss) > 1 and max(loss) - min(loss) <= FLAT_LOSS * abs(loss[0])


def expect_trained_here(seen: Seen, question: str) -> None:
    """Fail if the weights have nothing of their own start, and another start ends in the same ones.

    A training moves weights away from where they were; what it ends with still correlates with
    that. Weights that do not were put there: by a student who picks the best of several trainings,
    which differ from start to start, or from a store. So the part is trained once more before this
    is told. Numbers that nothing moved, as of a layer that never sees a second time step or of units
    that hide among others, tell nothing.
    """
    if seen.artefacts.live:
        return
    network, claims = seen.trained(question)
    start, end = claims["initial"], claims["weights"]
    changed = moved_weights(seen, question)

    def moved(weights: list[np.ndarray]) -> list[np.ndarray]:
        """Return of each matrix the numbers that this training moved."""
        return [np.atleast_2d(weights[n][start[n] != end[n]]) for n in changed if end[n].ndim > 1]

    kept = memory([start[n] for n in changed], [end[n] for n in changed])
    seen.metrics[metric(seen, "memory", question)] = kept
    kept = min(kept, memory(moved(start), moved(end)), as_one(moved(start), moved(end)))
    if kept >= seen.floors["memory"]:
        return
    others = [claims_of(other, question).get("weights") for other in seen.others]
    others = [weights for weights in others if network.fits(weights)]
    twins = [weights for weights in others for alike in (memory, as_one)
             if not alike(moved(weights), moved(end)) <= TWINS]  # NaN  # fmt: skip
    expect(others and not twins, f"weights that have nothing of the start of this training (correlation "
           f"{kept:.2f}), the same from every start", "weights that fit made in train_model",
           "Train the model that train_model is given; do not load weights from elsewhere.",
           called=seen.called(question), misconception="weights-from-elsewhere")  # fmt: skip


def memory(initial: list[np.ndarray], weights: list[np.ndarray]) -> float:
    """Return the mean correlation of two networks' matrices of weights: 1 equal, near 0 unrelated."""
    found = [likeness(a, b) for a, b in zip(initial, weights, strict=True) if a.ndim > 1]
    return float(np.mean(found)) if found else 0.0


def as_one(first: list[np.ndarray], second: list[np.ndarray]) -> float:
    """Return the correlation of two networks' matrices of weights, all numbers of each taken as one.

    Matrices that do nothing may hold what is left of their start; here they count by their size.
    """
    whole = [np.concatenate([[], *map(np.ravel, weights)]) for weights in (first, second)]
    return likeness(*whole) if first else 0.0


def likeness(a: np.ndarray, b: np.ndarray) -> float:
    """Return the correlation of two matrices; of constant ones, 1 if they are equal, else 0."""
    a, b = a.astype("float64"), b.astype("float64")  # large ones overflow in single precision
    if a.std() and b.std():
        return float(np.corrcoef(a.ravel(), b.ravel())[0, 1])
    return float(np.array_equal(a, b))


def claims_of(artefacts: Artefacts, question: str) -> dict:
    """Return what another attempt says of a training, nothing if it did not come to an end."""
    reply = artefacts.replies.get(question)
    value = reply.value if isinstance(reply, Returned) else None
    return value if isinstance(value, dict) else {}


def metric(seen: Seen, name: str, question: str) -> str:
    """Return the name of a number measured on a training, as in part2.memory_penultimate."""
    return f"part{seen.part.number}.{name}{question.removeprefix('train').replace('.', '_')}"


def builds_alike(value: dict) -> bool:
    """Tell whether two builds under different seeds gave the same weights, but for a little noise."""
    first, again = value.get("weights"), value.get("again")
    both = isinstance(first, list) and isinstance(again, list) and len(first) == len(again) > 0
    both = both and all(isinstance(weight, np.ndarray) for weight in (*first, *again))
    shapes = both and all(np.shape(a) == np.shape(b) for a, b in zip(first, again, strict=True))
    return shapes and memory(first, again) > TWINS


def unseeded(network: Network, value: dict) -> dict:
    """Return two builds without the weights of layers whose own initialisers carry a fixed seed."""
    layers = network.model.layers
    free = [not SEEDED.search(json.dumps(layer.get_config(), default=str))
            for layer in layers for _ in layer.weights]  # fmt: skip
    builds = {key: value.get(key) for key in ("weights", "again")}
    if any(len(weights) != len(free) for weights in builds.values()):
        return builds
    return {key: [w for w, counts in zip(weights, free, strict=True) if counts]
            for key, weights in builds.items()}  # fmt: skip


def r2(y: np.ndarray, predicted: np.ndarray) -> float:
    """Return the coefficient of determination."""
    from sklearn.metrics import r2_score

    if not np.isfinite(predicted).all():  # weights may be finite, and what they give not
        return WORST
    return float(r2_score(np.ravel(y), np.ravel(predicted)))
