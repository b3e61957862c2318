"""Build, compile and train a network on zeros, and return what JAX compiled for it.

Runs in a worker in the place of a student's code; autograder/compiling.py asks it and has checked
all that it is given.
"""

import json
from pathlib import Path

import jax
import keras
import numpy as np


def compile_ahead(network, compiled, fit, probe):
    """Return the files of JAX's compilation cache that one training and one prediction added.

    Args:
        network: A model's configuration as JSON text.
        compiled: The arguments of `compile` as JSON text.
        fit: Shapes and dtypes of the data, and further arguments of `fit`, as JSON text; empty if
            only the initial weights are wanted.
        probe: Shape of the rows that are predicted afterwards.

    Returns:
        A dictionary: name of the file -> its bytes as an array of uint8.
    """
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
    folder = Path(jax.config.jax_compilation_cache_dir)
    before = {path.name for path in folder.glob("*")}
    keras.utils.set_random_seed(0)
    model = keras.models.model_from_json(network)
    model.get_weights()
    if fit:
        model.compile_from_config(json.loads(compiled))
        train(model, json.loads(fit))
        model.predict(np.zeros(probe, "float32"), batch_size=512, verbose=0)
    new = [path for path in folder.glob("*-cache") if path.name not in before]
    return {path.name: np.frombuffer(path.read_bytes(), "uint8") for path in new}


def train(model, fit):
    """Train an epoch on zeros."""
    X, y = zeros(fit["data"])
    validation = zeros(fit["validation_data"]) or None
    model.fit(X, y, epochs=1, verbose=0, validation_data=validation, **fit["rest"])


def zeros(arrays):
    """Return arrays of zeros with these shapes and dtypes."""
    return tuple(np.zeros(shape, dtype) for shape, dtype in arrays)
