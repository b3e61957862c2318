"""Checks on the layers of a network that all parts share: their kinds, shapes and settings."""

from typing import Any

from autograder.checks.expectations import Finding, with_axes
from autograder.errors import expect
from autograder.network import Layer, Network

SETTINGS = {"units": "wrong-units", "rate": "wrong-rate", "return_sequences": "wrong-return-sequences"}


def expect_kinds(network: Network, wanted: list[str], called: str) -> None:
    """Fail unless the working layers are of these kinds in this order."""
    kinds = [layer.kind for layer in network.layers]
    arrow = " → "
    hint = "Compare model.summary() with the task sheet, layer by layer."
    inner = any(layer.settings.get("recurrent_dropout") for layer in network.layers)
    mistake = layer_mistake(kinds, wanted, inner)
    keep = {"no-lstm": 0, "not-bidirectional": 1}.get(mistake, 2)
    expect(kinds == wanted, arrow.join(kinds) or "no layers", arrow.join(wanted), hint,
           called=called, misconception=mistake, keep=keep)  # fmt: skip


def layer_mistake(kinds: list[str], wanted: list[str], inner: bool) -> str:
    """Return the name of the mistake behind a wrong list of layers; `inner`: dropout inside an LSTM."""
    if sorted(kinds) == sorted(wanted):
        return "layers-out-of-order"
    counts = {kind: kinds.count(kind) - wanted.count(kind) for kind in {*kinds, *wanted}}
    if {kind for kind, count in counts.items() if count < 0} == {"Dropout"}:
        return "recurrent-dropout" if inner else "dropout-missing"
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
    axes, numbers = ("steps", "channels"), ("numbers",)
    out = with_axes(network.output_shape, axes if len(network.output_shape) == 2 else numbers)
    hint = f"Read {with_axes(wanted, axes)}, give one number."
    return Finding(points, fits, f"input {with_axes(got, axes)}, output {out}",
                   f"input {with_axes(wanted, axes)}, output (1 number)", hint,
                   in_out_mistake(got, network.output_shape, steps))  # fmt: skip


def in_out_mistake(got: tuple, output: tuple, steps: int) -> str:
    """Return the name of the mistake behind a wrong input or output of a network."""
    if got == (1, steps) and steps > 1:
        return "axes-swapped"
    if got == (steps + 1, 1) and steps > 1:
        return "target-as-step"
    if len(got) != 2 or got[0] not in (None, steps) or got[1] != 1:
        return "wrong-input-shape"
    return "last-lstm-returns-sequences" if len(output) == 2 else "wrong-output-shape"


def setting(layers: list[Layer], key: str, wanted: list, points: int, name: str) -> Finding:
    """Return whether the layers of a kind have these settings, in order."""
    values = [layer.settings.get(key) for layer in layers]
    ok = len(values) == len(wanted) and all(_equal(v, w) for v, w in zip(values, wanted, strict=True))
    hint = f"Set {key} in each of these layers."
    return Finding(points, ok, f"{name}: {key} = {values}", f"{key} = {wanted}", hint, SETTINGS[key])


def _equal(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, float):
        return isinstance(value, int | float) and abs(value - wanted) < 1e-6
    return value == wanted


def activations(layers: list[Layer], wanted: list[str], points: int, name: str) -> Finding:
    """Return whether layers have these activations, in order."""
    values = [layer.activation for layer in layers]
    hint = f"Set the activation of the {name} layers."
    return Finding(points, values == wanted, f"{name}: {', '.join(values)}", ", ".join(wanted), hint,
                   activation_mistake(values, wanted))  # fmt: skip


def activation_mistake(values: list[str], wanted: list[str]) -> str:
    """Return the name of the mistake behind wrong activations; the last one is that of the output."""
    if not values or values[-1] == wanted[-1]:
        return "wrong-activation"
    if values[-1] == "softmax":
        return "softmax-over-one-unit"
    return "sigmoid-missing" if wanted[-1] == "sigmoid" else "output-not-linear"


def of_kind(network: Network, kind: str) -> list[Layer]:
    """Return the working layers whose kind contains a word."""
    return [layer for layer in network.layers if kind in layer.kind]
