"""Rebuild a student's network from its configuration and weights, and predict with it.

The configuration is a claim: `allowed` looks up every class in it and `bounds` every size, before
anything is built, so that no Lambda, no custom class and no giant ever comes to life.
"""

import hashlib
import importlib
import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from autograder.allowed import CELLS, NEUTRAL, NotAllowed, allowed
from autograder.bounds import bounded, calls, check_sizes, closed, flat_layers, tensors_in
from autograder.predicting import Predict, every_layer, predictor

MAX_RECENT = 64
PLAIN = {"InputLayer", "LSTM", "GRU", "SimpleRNN", "Bidirectional(LSTM)", "Dropout", "Dense",
         "Activation", "ReLU", "Flatten", "Normalization"}  # no backend reckons these otherwise


class Disagree(Exception):
    """Weights that fit give other predictions than the worker's: the grader's own trouble."""


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
    for raw in used_again(flat_layers(config)):
        layer = _layer(raw)
        if layer.kind in ("Activation", "ReLU") and found and found[-1].activation == "linear":
            merged = {**found[-1].settings, "activation": layer.settings.get("activation", "relu")}
            found[-1] = Layer(found[-1].kind, merged)
        elif layer.kind not in NEUTRAL:
            found.append(layer)
    return found


def used_again(layers: list[dict]) -> list[dict]:
    """Return layers with a Dropout that is called several times behind each layer that it is called
    on: it has no weights, so one that is shared does what several do."""
    shared = [raw for raw in layers if raw.get("class_name") == "Dropout"
              and len(raw.get("inbound_nodes") or []) > 1]  # fmt: skip
    feeding = [(tensor["config"]["keras_history"][0], raw) for raw in shared
               for tensor in tensors_in(raw["inbound_nodes"])]  # fmt: skip
    found = []
    for raw in layers:
        found += [] if raw in shared else [raw]
        found += [drop for before, drop in feeding if before == raw.get("name")]
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


def outline(network: "Network") -> str:
    """Return the layers of a network in a line, each with its units and its activation."""
    told = [(layer.kind, layer.settings.get("units"), layer.activation) for layer in network.layers]
    return " → ".join(f"{kind}({units}, {name})" if units else kind for kind, units, name in told)


class Network:
    """A student's model, rebuilt by the judge."""

    def __init__(self, config_text: str):
        self.lock = threading.Lock()
        self.predicted: dict[str, np.ndarray] = {}  # by weights and rows: several checks ask the same
        self.config = read_config(config_text)
        with any_value_anywhere():
            self.layers = working_layers(self.config)
        self.plain = all(_layer(raw).kind in PLAIN for raw in flat_layers(self.config))

    @cached_property
    def model(self):
        """Build the model with fresh weights, its size checked without allocating first."""
        keras = load_keras()
        try:
            with keras.StatelessScope(initialize_variables=False):
                sketch = built(closed(self.config))
            if not getattr(sketch, "inputs", None):
                raise NotAllowed("a model that does not say what goes in (begin it with keras.Input)")
            check_sizes(sketch, calls(self.config))
            return built(self.config)
        except NotAllowed:
            raise
        except Exception as error:  # Keras raises many kinds; every class was looked up before
            raise NotAllowed(f"a model that cannot be rebuilt ({str(error)[:200]})") from error

    @property
    def input_shape(self) -> tuple:
        """Return the shape of one input without the batch axis."""
        return tuple(self.model.input_shape[1:])

    @property
    def output_shape(self) -> tuple:
        """Return the shape of one output without the batch axis."""
        return tuple(self.model.output_shape[1:])

    def reads(self, shape: tuple[int, ...]) -> bool:
        """Tell whether the network has one input for rows of this shape, and one number as output."""
        if len(self.model.inputs) != 1 or not isinstance(self.model.output_shape, tuple):
            return False
        own, out = self.input_shape, self.model.output_shape
        reads = len(own) == len(shape) and all(a in (None, b) for a, b in zip(own, shape, strict=True))
        return reads and out[0] is None and set(out[1:]) <= {1}

    def parameters(self) -> int:
        """Return the number of trainable parameters."""
        return sum(int(np.prod(v.shape)) for v in self.model.trainable_variables)

    def fits(self, weights: object) -> bool:
        """Tell whether a claim is a list of finite arrays in the shapes of this model's weights."""
        shapes = [tuple(w.shape) for w in self.model.weights]
        finite = isinstance(weights, list) and all(_finite(w) for w in weights)
        return finite and [w.shape for w in weights] == shapes

    def predict(self, weights: list, X: np.ndarray) -> np.ndarray:
        """Return the predictions of this model with the given weights, in float64.

        Raises:
            NotAllowed: It gives no prediction for each row; or layers that reckon with rows, steps or
                numbers of their own fail here, as they may on one backend and not on another.
        """
        key = digest(*weights, X)
        with self.lock:  # several parts are judged at a time
            if len(self.predicted) > MAX_RECENT:
                self.predicted.clear()
            if key not in self.predicted:
                self.predicted[key] = self._predict(weights, X)
            return self.predicted[key].copy()

    def _predict(self, weights: list, X: np.ndarray) -> np.ndarray:
        self.model.set_weights(weights)
        for layer in every_layer(self.model):
            finalize = getattr(layer, "finalize_state", None)
            if finalize is not None:  # an adapted Normalization is silently wrong without it
                finalize()
        try:
            with np.errstate(all="ignore"):
                found = self.predictor(np.asarray(X, "float32"))
        except Exception as error:
            if self.plain:  # then it is rather the rebuilding that is wrong
                raise
            message = f"a network that cannot predict {len(X)} rows ({str(error)[:200]})"
            raise NotAllowed(message) from error
        if found.ndim == 0 or len(found) != len(X):
            raise NotAllowed(f"a network that does not give one prediction for each of {len(X)} rows")
        return found

    @cached_property
    def predictor(self) -> Predict:
        """Return how this model predicts."""
        return predictor(load_keras(), self.model)


def digest(*arrays: np.ndarray) -> str:
    """Return a name for arrays: equal ones, and no others, have the same."""
    found = hashlib.sha256()
    for array in map(np.ascontiguousarray, arrays):
        found.update(f"{array.dtype} {array.shape}".encode() + array.tobytes())
    return found.hexdigest()


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


def read_config(text: str) -> dict:
    """Return a model's configuration, every class and count in it looked up.

    Raises:
        NotAllowed: A class, a size or the number of layers is outside what the judge rebuilds.
    """
    with any_value_anywhere():
        return bounded(allowed(text))


@contextmanager
def any_value_anywhere() -> Iterator[None]:
    """Refuse a configuration, which is a claim, whatever its values break inside."""
    try:
        yield
    except NotAllowed:
        raise
    except Exception as error:
        raise NotAllowed("a model whose configuration makes no sense") from error


def _finite(weight: Any) -> bool:
    """Tell whether a weight is an array of numbers that are finite in the precision of Keras."""
    with np.errstate(over="ignore"):
        return isinstance(weight, np.ndarray) and bool(np.isfinite(weight.astype("float32")).all())


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
