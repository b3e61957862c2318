"""How a rebuilt model predicts: a plain call, or one that is compiled, as a notebook's backend wants.

Never Keras' own `predict`, which the code of a notebook may have changed.
"""

import importlib
from collections.abc import Callable

import numpy as np

BATCH = 128  # rows that are predicted at a time, where predicting is compiled
Predict = Callable[[np.ndarray], np.ndarray]


def predictor(keras, model) -> Predict:
    """Return a function from rows, float32, to predictions, float64, with the weights of the moment.

    On the backends that a notebook may have, a plain call is slow, or compiles anew each time. It is
    the only right one where a layer has a `finalize_state`: what Normalization keeps after that
    would be compiled in.
    """
    backend = keras.backend.backend()
    final = any(hasattr(layer, "finalize_state") for layer in every_layer(model))
    compiled = None if final else COMPILED.get(backend, lambda model: None)(model)
    if compiled is None:
        return lambda rows: np.asarray(model(rows, training=False), "float64")
    return lambda rows: in_batches(compiled, rows)


def by_tensorflow(model) -> Callable:
    """Return a model as a function compiled by TensorFlow."""
    return importlib.import_module("tensorflow").function(lambda rows: model(rows, training=False))


def by_jax(model) -> Callable:
    """Return a model as a function compiled by JAX."""
    call = importlib.import_module("jax").jit(
        lambda trained, rest, rows: model.stateless_call(trained, rest, rows, training=False)[0]
    )
    groups = model.trainable_variables, model.non_trainable_variables
    return lambda rows: call(*([variable.value for variable in group] for group in groups), rows)


COMPILED = {"tensorflow": by_tensorflow, "jax": by_jax}


def in_batches(compiled: Callable, rows: np.ndarray) -> np.ndarray:
    """Return predictions, in batches of one size; the last is filled up with copies of a row."""
    filled = np.concatenate([rows, np.repeat(rows[:1], -len(rows) % BATCH, axis=0)])
    parts = [compiled(filled[n : n + BATCH]) for n in range(0, max(1, len(filled)), BATCH)]
    found = np.concatenate([np.asarray(part, "float64") for part in parts])
    return found[: len(rows)] if len(found) == len(filled) else found  # no prediction for each row


def every_layer(model) -> list:
    """Return the layers of a built model, and those of the models in it."""
    inner = [below for layer in model.layers if hasattr(layer, "layers") for below in every_layer(layer)]
    return [*model.layers, *inner]
