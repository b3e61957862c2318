"""What a worker notes beside its replies, and the seeds it sets: all patched into Keras at its start.

Used by the worker alone. Like it, this file imports nothing of the package.
"""

import contextlib
import functools
import importlib
import inspect
import json
import random
import sys
from pathlib import Path
from time import monotonic  # the function itself: a student may put another one into `time`

import numpy as np


class Progress:
    """Tells, for display and deadlines only, which question is asked and which epoch runs."""

    def __init__(self, path: Path, keras):
        self.path, self.last = path, 0.0
        tell, start = self.tell, keras.callbacks.CallbackList.__init__

        class Epochs(keras.callbacks.Callback):
            def on_epoch_end(self, epoch, logs=None):
                tell(every=0.2, epoch=int(epoch) + 1, epochs=int(self.params.get("epochs") or 0))

        def with_epochs(callbacks, *args, **kwargs):
            start(callbacks, *args, **kwargs)
            epochs = Epochs()
            epochs.set_params(callbacks.params)
            callbacks.callbacks.append(epochs)

        keras.callbacks.CallbackList.__init__ = with_epochs

    def tell(self, every: float = 0.0, **event) -> None:
        """Append an event, at most once in `every` seconds."""
        now = monotonic()
        if now - self.last >= every:
            self.last = now
            with contextlib.suppress(OSError), self.path.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(event) + "\n")


class Fits:
    """Notes of every call of `fit` what its compiled steps rest on, and what it tells of its losses."""

    def __init__(self, keras):
        self.noted: list[dict] = []
        original = keras.Model.fit
        signature = inspect.signature(original)

        @functools.wraps(original)
        def fit(*args, **kwargs):
            entry = {}
            with contextlib.suppress(Exception):  # whatever is wrong, `fit` itself will say so
                entry |= noted(signature.bind(*args, **kwargs).arguments)
                self.noted.append(entry)
            result = original(*args, **kwargs)
            with contextlib.suppress(Exception):
                entry["told"] = {key: ends(result.history[key]) for key in ("loss", "val_loss")}
            return result

        keras.Model.fit = fit


def noted(given: dict) -> dict:
    """Return what can be known of a call of `fit` before it runs; arrays by shape and dtype."""
    usual = {"self", "epochs", "verbose", "callbacks", "shuffle", "initial_epoch"}
    held_back = given.get("validation_data") or ()
    shapes = {
        key: [described(array) for array in arrays]
        for key, arrays in {
            "data": (given["x"], given["y"]),
            "validation_data": held_back,
        }.items()
    }
    rest = {k: v for k, v in given.items() if k not in {*usual, *shapes, "x", "y"} and v is not None}
    on_itself = bool(held_back) and rows_in(held_back[0]) <= rows_in(given["x"])
    return {**shapes, "rest": rest, "validated_on_itself": on_itself}


def ends(curve: list[float]) -> list[float]:
    """Return of a curve how many numbers it has, the first and the last."""
    return [len(curve), float(curve[0]), float(curve[-1])]


def rows_in(array) -> set[bytes]:
    """Return the rows of an array-like, to compare them with those of another one."""
    return {row.tobytes() for row in np.asarray(array)}


def described(array) -> dict:
    """Return the shape and the dtype that an array-like has as an array."""
    array = np.asarray(array)
    return {"shape": list(array.shape), "dtype": str(array.dtype)}


def global_state() -> tuple:
    """Return where the generators stand that all share: NumPy's and Python's."""
    _, keys, *rest = np.random.get_state()
    return keys.tobytes(), *rest, random.getstate()


def leave_out_pictures(keras) -> None:
    """Let `plot_model` and the callback `TensorBoard` do nothing.

    They need what is not installed, and no check looks at what they write.
    """

    class TensorBoard(keras.callbacks.Callback):
        def __init__(self, *args, **kwargs):
            super().__init__()

    put_instead(keras.utils.plot_model, lambda *_, **__: None)
    put_instead(keras.callbacks.TensorBoard, TensorBoard)


def put_instead(original, other) -> None:
    """Put something in the place of what Keras offers, in every module where it stands."""
    name = original.__name__
    for path, module in [*sys.modules.items()]:
        if path.partition(".")[0] == "keras" and vars(module).get(name) is original:
            setattr(module, name, other)


class Seeds:
    """Seeds every generator before a question.

    A student's own seed is respected; while `shift` is not zero it is moved, so that two builds
    differ although the student seeds, but not if weights are fixed.
    """

    def __init__(self, keras, seed: int):
        self.seed, self.shift = seed, 0
        self.original = keras.utils.set_random_seed
        self.original_random = random.seed
        with contextlib.suppress(ImportError):  # the same function stands in more than one place
            keras_of_tensorflow = importlib.import_module("keras._tf_keras.keras.utils")
            keras_of_tensorflow.set_random_seed = self.shifted
        keras.utils.set_random_seed = self.shifted
        random.seed = self.shifted_random

    def shifted(self, seed: int) -> None:
        """Do what `set_random_seed` does, with a moved seed."""
        self.original((int(seed) + self.shift) % 2**32)

    def shifted_random(self, a=None, version: int = 2) -> None:
        """Do what `random.seed` does, from which Keras draws its seeds, with a moved seed."""
        moved = a + self.shift if isinstance(a, int) else f"{a}{self.shift}"
        self.original_random(moved if self.shift and a is not None else a, version)

    def reset(self, more: int = 0) -> None:
        """Seed `random`, NumPy and Keras (and TensorFlow, where it is loaded)."""
        self.original((self.seed + self.shift + more) % 2**32)
