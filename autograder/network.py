"""Rebuild a student's network from its configuration and weights, and predict with it.

The configuration is a claim: every nested class is looked up in an allow-list and every size is
bounded before anything is built, so that no Lambda, no custom class and no giant ever comes to life.
"""

import importlib
import json
import os
import sys
import threading
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

NEUTRAL = frozenset(
    "InputLayer Activation Normalization BatchNormalization LayerNormalization Rescaling Reshape "
    "Flatten Add Subtract Multiply Concatenate GetItem".split()
)  # they reshape, scale or combine, but do not count as a layer of the architecture
LAYERS = NEUTRAL | frozenset("LSTM GRU SimpleRNN Bidirectional Dropout Dense".split())
MODELS = frozenset(["Sequential", "Functional", "Model"])
SETTINGS = ("keras.initializers", "keras.regularizers", "keras.constraints")
POLICIES = frozenset(["DTypePolicy"])
ACTIVATIONS = frozenset("linear relu tanh sigmoid softmax elu selu softplus softsign gelu".split())
JOINING, MAX_JOINED = ("Concatenate",), 12
MAX_LAYERS, MAX_UNITS, MAX_PARAMETERS, MAX_LENGTH = 32, 256, 2_000_000, 512
MAX_RECENT = 64


class NotAllowed(Exception):
    """The model is outside what the judge rebuilds; the message names the layer."""


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
        raise NotAllowed(f"{joined} tensors joined by Concatenate (at most {MAX_JOINED})")
    if len(layers) > MAX_LAYERS:
        raise NotAllowed(f"{len(layers)} layers (at most {MAX_LAYERS})")
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
    if node.get("class_name") == "function":
        return _activation(node)
    if "class_name" in node:
        _check_class(node)
    for key in ("units", "max_tokens"):
        _check_size(key, node.get(key), MAX_UNITS)
    for key in ("batch_shape", "batch_input_shape", "target_shape"):
        for size in node.get(key) or ():
            _check_size(key, size, MAX_LENGTH)
    return {key: _allowed(value, depth + 1) for key, value in node.items()}


def _activation(node: dict) -> str:
    """Return the name of an activation given as a function, such as tf.nn.tanh."""
    name = node.get("config")
    if isinstance(name, dict):
        name = name.get("name")
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
    tensor = name in ("__keras_tensor__", "__tensor__", "__numpy__", "__slice__", "__ellipsis__")
    tensor = tensor and module in ("", "builtins")
    if not (layer or model or setting or tensor):
        raise NotAllowed(f"the layer {str(name)[:60]} of {module[:60] or 'an unknown module'}")


def _check_size(key: str, size: Any, limit: int) -> None:
    if size is not None and not (isinstance(size, int) and -1 <= size <= limit):
        raise NotAllowed(f"{key} = {str(size)[:20]} (at most {limit})")


def flat_layers(config: dict) -> list[dict]:
    """Return the layers of a model in order, those of nested models in place."""
    found = []
    for layer in config.get("config", {}).get("layers", []):
        if layer.get("class_name") in MODELS:
            found += flat_layers(layer)
        else:
            found.append(layer)
    return found


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
    settings = raw.get("config", {})
    if raw.get("class_name") != "Bidirectional":
        return Layer(raw.get("class_name", ""), settings)
    inner = settings.get("layer", {})
    return Layer(f"Bidirectional({inner.get('class_name')})", inner.get("config", {}))


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
                sketch = self._build(keras)
            count = sum(int(np.prod(v.shape, dtype=object)) for v in sketch.variables)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
            raise NotAllowed(f"a model that cannot be rebuilt ({str(error)[:200]})") from error
        if count > MAX_PARAMETERS:
            raise NotAllowed(f"{count} parameters (at most {MAX_PARAMETERS})")
        return self._build(keras)

    def _build(self, keras):
        text = json.dumps(self.config)
        return keras.models.model_from_json(text)

    @property
    def input_shape(self) -> tuple:
        """Return the shape of one input without the batch axis."""
        return tuple(self.model.input_shape[1:])

    @property
    def output_shape(self) -> tuple:
        """Return the shape of one output without the batch axis."""
        return tuple(self.model.output_shape[1:])

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
        with self.lock:  # the judge judges several parts at a time
            self.model.set_weights(weights)
            for layer in every_layer(self.model):
                finalize = getattr(layer, "finalize_state", None)
                if finalize is not None:  # an adapted Normalization is silently wrong without it
                    finalize()
            return np.asarray(self.model(np.asarray(X, "float32"), training=False), "float64")


@lru_cache(maxsize=MAX_RECENT)
def rebuilt(config_text: str) -> Network:
    """Return a built network; in a class most are alike, so recent ones are given again.

    Raises:
        NotAllowed: The configuration is outside what the judge rebuilds.
    """
    network = Network(config_text)
    network.model  # noqa: B018  (built here, so that a refusal is the student's to mend)
    return network


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
