"""Bound what a model computes: its layers, calls, steps, tensors and weights, before it is built."""

import math
import operator
from collections.abc import Iterator
from typing import Any

from autograder.allowed import MODELS, NotAllowed, TooLarge

JOINING, MAX_JOINED = ("Concatenate",), 12
MAX_LAYERS, MAX_PARAMETERS = 32, 8_000_000
MAX_CALLS, MAX_STEPS, MAX_TENSOR, LONGEST_ROW = 64, 1024, 2**15, 32
MAX_TENSORS = 4 * MAX_TENSOR  # all are held while a model predicts a thousand rows


def bounded(config: dict) -> dict:
    """Return a configuration as it is; raise `TooLarge` where it names too many layers or calls."""
    layers = flat_layers(config)
    joining = [layer for layer in layers if layer.get("class_name") in JOINING]
    joined = len(list(tensors_in(joining)))
    counts = {  # n joined tensors can make one that is 3 ** (n / 3) times as long
        f"{joined} tensors joined by Concatenate": (joined, MAX_JOINED),
        f"layers that are called {calls(config)} times": (calls(config), MAX_CALLS),
        f"{len(layers)} layers": (len(layers), MAX_LAYERS),
    }
    for told, (count, limit) in counts.items():
        if count > limit:
            raise TooLarge(f"{told} (at most {limit})")
    return config


def tensors_in(node: Any) -> Iterator[dict]:
    """Return the tensors that go into a layer, over all the uses that a configuration tells."""
    if isinstance(node, dict):
        if node.get("class_name") == "__keras_tensor__":
            yield node
        node = list(node.values())
    for below in node if isinstance(node, list) else ():
        yield from tensors_in(below)


def flat_layers(config: dict) -> list[dict]:
    """Return the layers of a model in order, those of nested models in place."""
    found = []
    for layer in config.get("config", {}).get("layers", []):
        if layer.get("class_name") in MODELS:
            found += flat_layers(layer)
        else:
            found.append(layer)
    return found


def calls(config: dict) -> int:
    """Return how often layers are called in one prediction; layers and models may be used again."""
    layers = config.get("config", {}).get("layers", [])
    uses = [max(1, len(layer.get("inbound_nodes") or [])) for layer in layers]
    inside = [calls(layer) if layer.get("class_name") in MODELS else 1 for layer in layers]
    return sum(map(operator.mul, uses, inside))


def closed(config: dict, outermost: bool = True) -> dict:
    """Return a copy in which rows of open length have a fixed one, so that every size can be known.

    Raises:
        NotAllowed: A model inside another one has an open length, so it may be used with several.
    """
    layers = []
    for layer in config.get("config", {}).get("layers", []):
        if layer.get("class_name") in MODELS:
            layer = closed(layer, outermost=False)
        batch, *shape = layer.get("config", {}).get("batch_shape") or [None]
        if None in shape and not outermost:
            raise NotAllowed("a model in a model that has rows of open length (give Input the length)")
        if None in shape:
            shape = [LONGEST_ROW if n is None else n for n in shape]
            layer = {**layer, "config": {**layer["config"], "batch_shape": [batch, *shape]}}
        layers.append(layer)
    return {**config, "config": {**config.get("config", {}), "layers": layers}}


def check_sizes(sketch, called: int) -> None:
    """Raise `NotAllowed` where a model would take too much memory or time to build and to predict.

    Broadcasting makes giants of small tensors, a layer used again makes much work of few weights.
    """
    nodes = [node for operation in every_operation(sketch) for node in operation._inbound_nodes]
    tensors = [tensor.shape[1:] for node in nodes for tensor in node.output_tensors]
    sizes = [math.prod(tensor) for tensor in tensors]
    recurrent = [node for node in nodes if hasattr(node.operation, "return_sequences")]
    steps = [tensor.shape[1] for node in recurrent for tensor in node.input_tensors[:1]]
    counts = {
        "parameters": (sum(math.prod(w.shape) for w in sketch.weights), MAX_PARAMETERS),
        "numbers per row in one tensor": (max(sizes, default=0), MAX_TENSOR),
        "numbers per row in all tensors": (sum(sizes), MAX_TENSORS),
        "steps of recurrent layers": (called * max(steps, default=0), MAX_STEPS),
    }
    for name, (count, limit) in counts.items():
        if count > limit:
            raise TooLarge(f"{count} {name} (at most {limit})")


def every_operation(model) -> list:
    """Return layers and operators of a built model, and those of the models in it."""
    own = getattr(model, "operations", model.layers)
    inner = [below for one in own if hasattr(one, "layers") for below in every_operation(one)]
    return [*own, *inner]
