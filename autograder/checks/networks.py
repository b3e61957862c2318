"""Checks on networks that all parts share: layers, compilation, history, training."""

from typing import Any

import numpy as np

from autograder.checks.expectations import Finding, kind_of, number
from autograder.errors import Failed, expect
from autograder.network import Layer, Network
from autograder.seen import Seen

ADAM = ("Adam", "AdamW", "Nadam", "Adamax")


def expect_kinds(network: Network, wanted: list[str], called: str) -> None:
    """Fail unless the working layers are of these kinds in this order."""
    kinds = [layer.kind for layer in network.layers]
    arrow = " → "
    hint = "Compare the layers with the task sheet, one by one (model.summary() lists them)."
    mistake = layer_mistake(kinds, wanted)
    keep = {"no-lstm": 0, "not-bidirectional": 1}.get(mistake, 2)
    expect(kinds == wanted, arrow.join(kinds) or "no layers", arrow.join(wanted), hint,
           called=called, misconception=mistake, keep=keep)  # fmt: skip


def layer_mistake(kinds: list[str], wanted: list[str]) -> str:
    """Return the name of the mistake behind a wrong list of layers."""
    if sorted(kinds) == sorted(wanted):
        return "layers-out-of-order"
    counts = {kind: kinds.count(kind) - wanted.count(kind) for kind in {*kinds, *wanted}}
    if {kind for kind, count in counts.items() if count < 0} == {"Dropout"}:
        return "dropout-missing"
    recurrent = [kind for kind in kinds if "LSTM" in kind]
    if not recurrent:
        return "no-lstm"
    if any("Bidirectional" in kind for kind in wanted) and "LSTM" in kinds:
        return "not-bidirectional"
    surplus = sum(counts.values())
    return "wrong-layer" if surplus == 0 else "layer-missing" if surplus < 0 else "layer-too-many"


def shape_in_out(network: Network, steps: int, points: int) -> Finding:
    """Return whether a network reads (steps, 1) and gives one number."""
    got, wanted = network.input_shape, (steps, 1)
    fits = len(got) == 2 and got[0] in (None, steps) and got[1] == 1
    fits = fits and network.output_shape == (1,)
    seen = f"input {got}, output {network.output_shape}"
    hint = f"The input of one instance is ({steps} steps, 1 channel)."
    swapped = "axes-swapped" if got == (1, steps) and steps > 1 else "wrong-input-shape"
    return Finding(points, fits, seen, f"input {wanted}, output (1,)", hint, swapped)


def setting(layers: list[Layer], key: str, wanted: list, points: int, name: str) -> Finding:
    """Return whether the layers of a kind have these settings, in order."""
    values = [layer.settings.get(key) for layer in layers]
    ok = len(values) == len(wanted) and all(_equal(v, w) for v, w in zip(values, wanted, strict=True))
    hint = f"Set {key} in each of these layers."
    return Finding(points, ok, f"{name}: {key} = {values}", f"{key} = {wanted}", hint, f"wrong-{key}")


def _equal(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, float):
        return isinstance(value, int | float) and abs(value - wanted) < 1e-6
    return value == wanted


def activations(layers: list[Layer], wanted: list[str], points: int, name: str) -> Finding:
    """Return whether layers have these activations, in order."""
    values = [layer.activation for layer in layers]
    hint = f"Set the activation of the {name} layers."
    return Finding(points, values == wanted, f"{name}: {', '.join(values)}", ", ".join(wanted), hint,
                   "wrong-activation")  # fmt: skip


def of_kind(network: Network, kind: str) -> list[Layer]:
    """Return the working layers whose kind contains a word."""
    return [layer for layer in network.layers if kind in layer.kind]


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
    expect(right in found, f"the loss {claim.get('loss')}", f"the loss {right}",
           f"Compile with loss={right!r}.", called=called, keep=worth * good,
           misconception=f"loss-{found[0]}" if found else "wrong-loss")  # fmt: skip
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
           called=called, misconception="history-not-a-dict")  # fmt: skip
    missing = [key for key in keys if key not in history]
    if "accuracy" in missing:
        hint = "Compile with metrics=['accuracy']; the keys of the history carry that name."
    validation = bool(missing) and all(key.startswith("val_") for key in missing)
    expect(not missing, f"the keys {', '.join(sorted(history)) or 'none'}",
           f"the keys {', '.join(keys)}", hint, called=called,
           misconception="no-validation" if validation else "history-keys")  # fmt: skip
    curves = {key: np.ravel(history[key]) if _numbers(history[key]) else None for key in keys}
    lengths = {None if curve is None else curve.size for curve in curves.values()}
    expect(None not in lengths and len(lengths) == 1 and lengths != {0}, "curves of unequal length",
           "one number per epoch in each", hint, called=called)  # fmt: skip
    finite = all(np.isfinite(curve).all() for curve in curves.values())
    expect(finite, "NaN or infinite losses", "finite losses",
           "The training diverged: a smaller learning rate, or another seed.", called=called,
           misconception="diverged")  # fmt: skip
    return {key: [float(v) for v in curve] for key, curve in curves.items()}


def _numbers(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind in "fiu"


def expect_trained(seen: Seen, question: str, already_good) -> None:
    """Fail unless training changed weights that were random and not good already.

    Args:
        seen: The part.
        question: A question of kind `train`.
        already_good: Network, weights -> whether these weights meet the floor.
    """
    network, claims = seen.trained(question)
    called, initial = seen.called(question), claims["initial"]
    moved = any(not np.array_equal(a, b) for a, b in zip(initial, claims["weights"], strict=True))
    expect(moved, "weights that training did not change", "weights that training changed",
           "Call fit on the model that train_model was given.", called=called,
           misconception="not-trained")  # fmt: skip
    expect(not already_good(network, initial), "weights that meet the floor before training",
           "random initial weights", "build_model returns an untrained network.", called=called,
           misconception="pretrained")  # fmt: skip
    if builds_equal(seen.built("model")):
        explained = initialisers_seeded(network) and network.fits(initial)
        hint = "Leave the initial weights to Keras; do not set them in build_model."
        expect(explained, "the same weights from two calls of build_model", "random initial weights",
               hint, called="build_model() twice", misconception="fixed-weights")  # fmt: skip


def builds_equal(value: dict) -> bool:
    """Tell whether two builds under different seeds gave the same weights."""
    first, again = value.get("weights"), value.get("again")
    both = isinstance(first, list) and isinstance(again, list) and len(first) == len(again) > 0
    return both and all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))


def initialisers_seeded(network: Network) -> bool:
    """Tell whether the layers' own initialisers carry a fixed seed, which explains equal builds."""
    kernels = (layer.settings.get("kernel_initializer") for layer in network.layers)
    seeds = [k.get("config", {}).get("seed") for k in kernels if isinstance(k, dict)]
    return bool(seeds) and all(isinstance(seed, int) for seed in seeds)


def floor(
    seen: Seen, name: str, value: float, floor: float, called: str, hint: str, keep: int = 0
) -> None:
    """Fail unless a measured number reaches its floor."""
    if not value >= floor:
        raise Failed(f"{name} = {value:.4f}", f"{name} ≥ {floor:g}", hint, keep=keep, called=called,
                     misconception="below-floor")  # fmt: skip


def r2(y: np.ndarray, predicted: np.ndarray) -> float:
    """Return the coefficient of determination."""
    from sklearn.metrics import r2_score

    return float(r2_score(np.ravel(y), np.ravel(predicted)))
