"""Stand in for the package `tensorflow` until somebody wants more of it than `tensorflow.keras`.

Keras on its JAX backend needs no TensorFlow, and importing it takes longer than importing all the
rest. `tensorflow.keras` is a part of Keras anyway; whatever else is asked for loads the real package.
Stands alone: it runs in workers.
"""

import importlib
import importlib.machinery
import sys
import types
from pathlib import Path


class LazyTensorFlow(types.ModuleType):
    """What `import tensorflow` gives before the real package is needed."""

    @staticmethod
    def executing_eagerly() -> bool:
        """Answer what Keras asks of a TensorFlow that is there, without loading it."""
        return True

    @staticmethod
    def is_tensor(value) -> bool:
        """Answer what matplotlib asks: as long as this stands here, nobody has made a tensor."""
        return False

    def __getattr__(self, name: str):
        if name == "keras":
            return importlib.import_module("tensorflow.keras")
        if name.startswith("__") and name != "__version__":
            raise AttributeError(name)
        return getattr(load(), name)


class Finder:
    """Loads the real package when one of its own modules is imported."""

    @staticmethod
    def find_spec(name: str, path=None, target=None):
        """Return the place of a module below `tensorflow`; None for every other module."""
        mine = name.startswith("tensorflow.") and not name.startswith("tensorflow.keras")
        if not mine or not isinstance(sys.modules.get("tensorflow"), LazyTensorFlow):
            return None
        return importlib.machinery.PathFinder.find_spec(name, load().__path__)


def install() -> None:
    """Put the stand-in where `import tensorflow` finds it. Keras must be imported already."""
    shim = LazyTensorFlow("tensorflow")
    shim.__path__ = [str(Path(sys.modules["keras"].__file__).parent / "_tf_keras")]
    sys.modules["tensorflow"] = shim
    sys.meta_path.insert(0, Finder)
    _known_to_keras(False)


def load() -> types.ModuleType:
    """Load the real package into the stand-in's place, and fill those who hold the stand-in."""
    shim = sys.modules["tensorflow"]
    if not isinstance(shim, LazyTensorFlow):
        return shim
    del sys.modules["tensorflow"]
    try:
        real = importlib.import_module("tensorflow")
    except BaseException:
        sys.modules["tensorflow"] = shim
        raise
    shim.__class__ = types.ModuleType
    shim.__dict__.update(vars(real))
    _known_to_keras(None)
    return real


def _known_to_keras(available: bool | None) -> None:
    """Tell Keras whether it may ask TensorFlow anything (None: let it find out)."""
    importlib.import_module("keras.src.utils.module_utils").tensorflow._available = available
