"""Rebuild a student's network from its configuration and weights, and predict with it.

The configuration is a claim: every nested class is looked up in an allow-list and every size is
bounded before anything is built, so that no Lambda, no custom class and no giant ever comes to life.
"""

import importlib
import json
import math
import operator
import os
import sys
import threading
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

NEUTRAL = frozenset(
    "InputLayer Activation Normalization BatchNormalization LayerNormalization Rescaling Reshape "
    "Flatten Permute Identity Masking GaussianNoise Add Subtract Multiply Concatenate GetItem".split()
)  # they reshape, scale or combine, but do not count as a layer of the architecture
CELLS = {"LSTMCell": "LSTM", "GRUCell": "GRU", "SimpleRNNCell": "SimpleRNN"}
LAYERS = NEUTRAL | {"LSTM", "GRU", "SimpleRNN", "Bidirectional", "Dropout", "Dense", "RNN", *CELLS}
MODELS = frozenset(["Sequential", "Functional", "Model"])
SETTINGS = ("keras.initializers", "keras.regularizers", "keras.constraints")
POLICIES = frozenset(["DTypePolicy"])
ACTIVATIONS = frozenset("linear relu tanh sigmoid softmax elu selu softplus softsign gelu".split())
JOINING, MAX_JOINED = ("Concatenate",), 12
MAX_LAYERS, MAX_UNITS, MAX_PARAMETERS, MAX_LENGTH = 32, 512, 8_000_000, 512
MAX_CALLS, MAX_STEPS, MAX_TENSOR, LONGEST_ROW = 64, 1024, 2**18, 32
MAX_RECENT = 64
BATCH = 128  # rows that are predicted at a time, where predicting is compiled


class NotAllowed(Exception):
    """The model is outside what the judge rebuilds; the message names the layer."""


class TooLarge(NotAllowed):
    """The model is larger than what the judge rebuilds; the message names the number."""


class Disagree(Exception):
    """Weights that fit give other predictions than the worker's: the grader's own trouble."""


def read_config(text: str) -> dict:
    """Parse a model's configuration and check every class in it.

    Raises:
        NotAllowed: A class, a size or the number of layers is outside the allow-list.
    """
    try:
        config = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAllowed("a model whose configuration cannot be read") from error
    if not isinstance(config, dict) or config.get("class_name") not in MODELS:
        name = config.get("class_name") if isinstance(config, dict) else None
        raise NotAllowed(f"the class {str(name)[:60]} (use Sequential, or keras.Model with inputs)")
    config = {k: v for k, v in config.items() if k not in ("compile_config", "build_config")}
    allowed = _allowed(config)
    layers = flat_layers(allowed)
    joined = sum(_inputs(layer) for layer in layers if layer.get("class_name") in JOINING)
    if joined > MAX_JOINED:  # n of them can make a tensor 3 ** (n / 3) times as long
        raise TooLarge(f"{joined} tensors joined by Concatenate (at most {MAX_JOINED})")
    if calls(allowed) > MAX_CALLS:
        raise TooLarge(f"layers that are called {calls(allowed)} times (at most {MAX_CALLS})")
    if len(layers) > MAX_LAYERS:
        raise TooLarge(f"{len(layers)} layers (at most {MAX_LAYERS})")
    return allowed


def _inputs(node: Any) -> int:
    """Return how many tensors go into a layer, over all its uses."""
    if isinstance(node, dict):
        own = node.get("class_name") == "__keras_tensor__"
        return own + sum(_inputs(value) for value in node.values())
    return sum(map(_inputs, node)) if isinstance(node, list) else 0


def _allowed(node: Any, depth: int = 0) -> Any:
    """Return a copy of a configuration in which every class has been looked up."""
    if depth > 40:
        raise NotAllowed("a configuration nested too deeply")
    if isinstance(node, list):
        return [_allowed(item, depth + 1) for item in node]
    if not isinstance(node, dict):
        return node
    if is_activation(node):
        return _activation(node)
    if "class_name" in node:
        _check_class(node)
    for key in ("units", "max_tokens"):
        _check_size(key, node.get(key), MAX_UNITS)
    for key in ("batch_shape", "batch_input_shape", "target_shape"):
        for size in node.get(key) or ():
            _check_size(key, size, MAX_LENGTH)
    return {key: _allowed(value, depth + 1) for key, value in node.items()}


def is_activation(node: dict) -> bool:
    """Tell whether a configuration is that of a function: a plain one, JAX's, or the layer ReLU as it
    is by default. Which one it is, its name says; what it does, the predictions."""
    plain = node.get("class_name") == "function"
    of_jax = str(node.get("module")).partition(".")[0] in ("jax", "jaxlib")
    settings = node.get("config") if node.get("class_name") == "ReLU" else None
    relu = isinstance(settings, dict) and settings.get("max_value") is None and not (
        settings.get("negative_slope") or settings.get("threshold"))  # fmt: skip
    return plain or of_jax or relu


def _activation(node: dict) -> str:
    """Return the name of an activation given as a function, such as tf.nn.tanh."""
    name = node.get("config")
    if isinstance(name, dict):
        name = "relu" if node["class_name"] == "ReLU" else name.get("name")
    if name not in ACTIVATIONS:
        raise NotAllowed(f"the function {str(name)[:60]} (name a built-in activation instead)")
    return name


def _check_class(node: dict) -> None:
    name, module = node["class_name"], str(node.get("module") or "")
    if node.get("registered_name") not in (None, name):
        raise NotAllowed(f"the custom class {str(node['registered_name'])[:60]}")
    layer = name in LAYERS and module.startswith(("keras.layers", "keras.src."))
    model = name in MODELS and module in ("keras", "keras.models", "keras.src.models.functional")
    setting = module.startswith(SETTINGS) or (name in POLICIES and module.startswith("keras"))
    setting = setting or (name, module) == ("SeedGenerator", "keras.random")
    tensor = name in ("__keras_tensor__", "__tensor__", "__numpy__", "__slice__", "__ellipsis__")
    tensor = tensor and module in ("", "builtins")
    if not (layer or model or setting or tensor):
        raise NotAllowed(f"the layer {str(name)[:60]} of {module[:60] or 'an unknown module'}")


def _check_size(key: str, size: Any, limit: int) -> None:
    if size is not None and not (isinstance(size, int) and -1 <= size <= limit):
        raise TooLarge(f"{key} = {str(size)[:20]} (at most {limit})")


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


@dataclass(frozen=True)
class Layer:
    """A layer as the checks see it; for a Bidirectional, the settings of the layer inside."""

    kind: str
    settings: dict

    def __str__(self) -> str:
        return self.kind

    @property
    def activation(self) -> str:
        """Return the name of the activation, `linear` where there is none."""
        given = self.settings.get("activation") or "linear"
        return given if isinstance(given, str) else str(given.get("class_name", "")).lower()


def working_layers(config: dict) -> list[Layer]:
    """Return the layers that do the learning: no inputs, scalings, reshapes; an Activation layer
    is counted as the activation of the layer before it."""
    found: list[Layer] = []
    for raw in flat_layers(config):
        layer = _layer(raw)
        if layer.kind == "Activation" and found and found[-1].activation == "linear":
            merged = {**found[-1].settings, "activation": layer.settings.get("activation")}
            found[-1] = Layer(found[-1].kind, merged)
        elif layer.kind not in NEUTRAL:
            found.append(layer)
    return found


def _layer(raw: dict) -> Layer:
    kind, settings = raw.get("class_name", ""), raw.get("config", {})
    if kind == "Bidirectional":
        inner = _layer(settings.get("layer", {}))
        return Layer(f"Bidirectional({inner.kind})", inner.settings)
    if kind == "RNN":  # around a cell, it is the layer of that name
        cell = settings.get("cell", {})
        return Layer(CELLS.get(cell.get("class_name"), kind), {**settings, **cell.get("config", {})})
    return Layer(kind, settings)


class Network:
    """A student's model, rebuilt by the judge."""

    def __init__(self, config_text: str):
        self.lock = threading.Lock()
        try:
            self.config = read_config(config_text)
            self.layers = working_layers(self.config)
        except (TypeError, AttributeError) as error:
            raise NotAllowed("a model whose configuration makes no sense") from error

    @cached_property
    def model(self):
        """Build the model with fresh weights, its size checked without allocating first."""
        keras = load_keras()
        try:
            with keras.StatelessScope(initialize_variables=False):
                sketch = built(closed(self.config))
            check_sizes(sketch, calls(self.config))
        except (ValueError, TypeError, LookupError, AttributeError, MemoryError) as error:
            raise NotAllowed(f"a model that cannot be rebuilt ({str(error)[:200]})") from error
        return built(self.config)

    @property
    def input_shape(self) -> tuple:
        """Return the shape of one input without the batch axis."""
        return tuple(self.model.input_shape[1:])

    @property
    def output_shape(self) -> tuple:
        """Return the shape of one output without the batch axis."""
        return tuple(self.model.output_shape[1:])

    def reads(self, shape: tuple[int, ...]) -> bool:
        """Tell whether the network has one input for rows of this shape, and one output."""
        if len(self.model.inputs) != 1 or len(self.model.outputs) != 1:
            return False
        own = self.input_shape
        return len(own) == len(shape) and all(a in (None, b) for a, b in zip(own, shape, strict=True))

    def parameters(self) -> int:
        """Return the number of trainable parameters."""
        return sum(int(np.prod(v.shape)) for v in self.model.trainable_variables)

    def fits(self, weights: object) -> bool:
        """Tell whether a claim is a list of finite arrays in the shapes of this model's weights."""
        shapes = [tuple(w.shape) for w in self.model.weights]
        arrays = isinstance(weights, list) and all(_finite(w) for w in weights)
        return arrays and [w.shape for w in weights] == shapes

    def predict(self, weights: list, X: np.ndarray) -> np.ndarray:
        """Return the predictions of this model with the given weights, in float64."""
        with self.lock, np.errstate(all="ignore"):  # several parts are judged at a time
            self.model.set_weights(weights)
            for layer in every_layer(self.model):
                finalize = getattr(layer, "finalize_state", None)
                if finalize is not None:  # an adapted Normalization is silently wrong without it
                    finalize()
            rows = np.asarray(X, "float32")
            if self.compiled is None or not len(rows):
                return np.asarray(self.model(rows, training=False), "float64")
            return self._predict_in_batches(rows)

    @cached_property
    def compiled(self):
        """Return the model as a compiled function, on the backends that a notebook may have.

        There a plain call is slow, or compiles anew each time. Never Keras' own `predict`, which a
        notebook may have changed. None where a plain call is fine, or the only right one: what
        Normalization keeps after `finalize_state` would be compiled in.
        """
        backend = load_keras().backend.backend()
        model = self.model
        if any(hasattr(layer, "finalize_state") for layer in every_layer(model)):
            return None
        if backend == "tensorflow":
            return importlib.import_module("tensorflow").function(lambda x: model(x, training=False))
        if backend != "jax":
            return None
        call = importlib.import_module("jax").jit(
            lambda trained, rest, x: model.stateless_call(trained, rest, x, training=False)[0]
        )
        return lambda x: call(*values_of(model), x)

    def _predict_in_batches(self, rows: np.ndarray) -> np.ndarray:
        """Return predictions, in batches of one size; the last is filled up with copies of a row."""
        filled = np.concatenate([rows, np.repeat(rows[:1], -len(rows) % BATCH, axis=0)])
        parts = [self.compiled(filled[n : n + BATCH]) for n in range(0, len(filled), BATCH)]
        return np.concatenate([np.asarray(part, "float64") for part in parts])[: len(rows)]


def values_of(model) -> tuple[list, list]:
    """Return the values of a model's variables, the trainable ones first."""
    groups = model.trainable_variables, model.non_trainable_variables
    return tuple([variable.value for variable in group] for group in groups)


@lru_cache(maxsize=MAX_RECENT)
def rebuilt(config_text: str) -> Network:
    """Return a built network; in a class most are alike, so recent ones are given again.

    Raises:
        NotAllowed: The configuration is outside what the judge rebuilds.
    """
    network = Network(config_text)
    network.model  # noqa: B018  (built here, so that a refusal is the student's to mend)
    return network


def built(config: dict):
    """Return a Keras model of a configuration."""
    return load_keras().models.model_from_json(json.dumps(config))


def check_sizes(sketch, called: int) -> None:
    """Raise `NotAllowed` where a model would take too much memory or time to build and to predict.

    Broadcasting makes giants of small tensors, a layer used again makes much work of few weights.
    """
    nodes = [node for operation in every_operation(sketch) for node in operation._inbound_nodes]
    tensors = [tensor.shape[1:] for node in nodes for tensor in node.output_tensors]
    recurrent = [node for node in nodes if hasattr(node.operation, "return_sequences")]
    steps = [tensor.shape[1] for node in recurrent for tensor in node.input_tensors[:1]]
    counts = {
        "parameters": (sum(math.prod(w.shape) for w in sketch.weights), MAX_PARAMETERS),
        "numbers per row in one tensor": (max(map(math.prod, tensors), default=0), MAX_TENSOR),
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


def every_layer(model) -> list:
    """Return the layers of a built model, and those of the models in it."""
    inner = [below for layer in model.layers if hasattr(layer, "layers") for below in every_layer(layer)]
    return [*model.layers, *inner]


def _finite(weight: Any) -> bool:
    return isinstance(weight, np.ndarray) and bool(np.isfinite(weight).all())


def load_keras():
    """Import Keras; the NumPy backend is enough to predict, needs no compiling, starts fastest.

    Where we are the first to import it, Keras is told that there is no TensorFlow: it would load
    it for a mere isinstance, which takes longer than all the rest.
    """
    first = "keras" not in sys.modules and "tensorflow" not in sys.modules
    os.environ.setdefault("KERAS_BACKEND", "numpy")
    keras = importlib.import_module("keras")
    if first:
        importlib.import_module("keras.src.utils.module_utils").tensorflow._available = False
    return keras
