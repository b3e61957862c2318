"""What is claimed of a student's Keras model: its configuration, its optimizer, its loss.

Used by the worker alone. Like it, this file imports nothing of the package.
"""

import numpy as np


def config_of(model, keras) -> str:
    """Return a model's configuration as JSON; without its compilation, if that cannot be written."""
    try:
        return model.to_json()
    except Exception:  # a schedule without get_config, a loss or a metric of one's own
        whole = keras.Model.get_compile_config
        keras.Model.get_compile_config = lambda model: None
        try:
            return model.to_json()
        finally:
            keras.Model.get_compile_config = whole


def only_one(loss):
    """Return a loss that was given in a list or a dictionary, as for one output of several."""
    losses = list(loss.values()) if isinstance(loss, dict) else loss
    return losses[0] if isinstance(losses, list | tuple) and len(losses) == 1 else loss


def compiled(model, keras, y_true: np.ndarray, y_pred: np.ndarray) -> dict | None:
    """Return the optimizer's name and the loss's name and its value on given numbers."""
    if getattr(model, "optimizer", None) is None:
        return None
    loss = only_one(model.loss)
    try:
        value = float(np.mean(np.asarray(keras.losses.get(loss)(y_true, y_pred))))
    except Exception:  # a loss on more than (y_true, y_pred)
        value = float("nan")
    name = loss if isinstance(loss, str) else getattr(loss, "__name__", type(loss).__name__)
    optimizer = getattr(model.optimizer, "inner_optimizer", model.optimizer)  # of half precision
    return {"optimizer": type(optimizer).__name__, "loss": str(name), "loss_value": value}
