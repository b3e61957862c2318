"""Look up every class in a model's configuration before anything of it comes to life.

A configuration is a claim: what is not on the list, a Lambda, a custom class, is refused by name.
"""

import json
from typing import Any

NEUTRAL = frozenset(
    "InputLayer Activation Normalization BatchNormalization LayerNormalization Rescaling Reshape "
    "UnitNormalization RMSNormalization GroupNormalization Flatten Permute Cropping1D ZeroPadding1D "
    "RepeatVector Identity Masking GaussianNoise GaussianDropout SpatialDropout1D "
    "ActivityRegularization Add Subtract Multiply Divide TrueDivide Negative Average Maximum Minimum "
    "Mean Min Max Sum Std Var Absolute Sqrt Square Squeeze ExpandDims Concatenate GetItem AlphaDropout "
    "UpSampling1D "
    "GlobalAveragePooling1D GlobalMaxPooling1D".split()
)  # they reshape, scale or combine, but do not count as a layer of the architecture
CELLS = {"LSTMCell": "LSTM", "GRUCell": "GRU", "SimpleRNNCell": "SimpleRNN"}
LAYERS = NEUTRAL | {"LSTM", "GRU", "SimpleRNN", "Bidirectional", "Dropout", "Dense", "RNN", "ReLU",
                    *CELLS}  # fmt: skip
FUNCTIONS = {"activation", "recurrent_activation"}  # settings that a function may stand for
ARRAYS = ("__tensor__", "__numpy__")
NUMBERS = frozenset("bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32 "
                    "float64".split())  # fmt: skip
OWN = {"initializer": "zeros", "regularizer": None, "constraint": None}  # predictions need none
MODELS = frozenset(["Sequential", "Functional", "Model"])
SETTINGS = ("keras.initializers", "keras.regularizers", "keras.constraints")
POLICIES = frozenset(["DTypePolicy"])
ACTIVATIONS = frozenset("linear relu tanh sigmoid softmax elu selu softplus softsign gelu".split())
MAX_UNITS, MAX_LENGTH, MAX_DEPTH = 512, 512, 40


class NotAllowed(Exception):
    """The model is outside what the judge rebuilds; the message names the layer."""


class TooLarge(NotAllowed):
    """The model is larger than what the judge rebuilds; the message names the number."""


def allowed(text: str) -> dict:
    """Parse a model's configuration and look up every class in it.

    Raises:
        NotAllowed: A class or a size is outside the list.
    """
    try:
        config = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAllowed("a model whose configuration cannot be read") from error
    if not isinstance(config, dict) or config.get("class_name") not in MODELS:
        name = config.get("class_name") if isinstance(config, dict) else None
        raise NotAllowed(f"the class {str(name)[:60]} (use Sequential, or keras.Model with inputs)")
    return _allowed({k: v for k, v in config.items() if k not in ("compile_config", "build_config")})


def _allowed(node: Any, depth: int = 0) -> Any:
    """Return a copy of a configuration in which every class has been looked up."""
    if depth > MAX_DEPTH:
        raise NotAllowed("a configuration nested too deeply")
    if isinstance(node, list):
        return [_allowed(item, depth + 1) for item in node]
    if not isinstance(node, dict):
        return node
    if "class_name" in node:
        _check_class(node)
    if node.get("stateful"):
        raise NotAllowed("a stateful layer, which remembers the rows before (leave stateful out)")
    for key in ("units", "max_tokens"):
        _check_size(key, node.get(key), MAX_UNITS)
    for key in ("batch_shape", "batch_input_shape", "target_shape"):
        for size in node.get(key) or ():
            _check_size(key, size, MAX_LENGTH)
    return {key: _setting(key, value, depth) for key, value in node.items()}


def _setting(key: str, value: Any, depth: int) -> Any:
    """Return a setting, looked up; for a function, its name, or what does without it.

    Keras takes any layer for an activation and calls it when real numbers come: none has a size there.
    """
    kind = key.rpartition("_")[2]
    if isinstance(value, dict) and key in FUNCTIONS and is_activation(value):
        return _activation(value)
    if isinstance(value, dict) and key in FUNCTIONS and value.get("class_name") != "ReLU":
        raise NotAllowed(f"the activation {str(value.get('class_name'))[:60]} (name a built-in one)")
    if isinstance(value, dict) and kind in OWN and not str(value.get("module")).startswith(SETTINGS):
        return OWN[kind]  # a function or a class of the student's own
    return _allowed(value, depth + 1)


def is_activation(node: dict) -> bool:
    """Tell whether a configuration is that of a function: a plain one, JAX's, or the layer ReLU as it
    is by default. Which one it is, its name says; what it does, the predictions."""
    plain = node.get("class_name") == "function"
    of_jax = str(node.get("module")).partition(".")[0] in ("jax", "jaxlib")
    settings = node.get("config") if node.get("class_name") == "ReLU" else None
    relu = isinstance(settings, dict) and settings.get("max_value") is None and not (
        settings.get("negative_slope") or settings.get("threshold"))  # fmt: skip
    return plain or of_jax or relu or node.get("class_name") in ("Activation", "Identity")


def _activation(node: dict) -> str:
    """Return the name of an activation given as a function, such as tf.nn.tanh."""
    name, kind = node.get("config"), node.get("class_name")
    if isinstance(name, dict):
        own = name.get("activation" if kind == "Activation" else "name")
        name = {"ReLU": "relu", "Identity": "linear"}.get(kind, own)
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
    tensor = name in (*ARRAYS, "__keras_tensor__", "__slice__", "__ellipsis__")
    tensor = tensor and module in ("", "builtins")
    settings = node.get("config")
    if name in ARRAYS and not (isinstance(settings, dict) and settings.get("dtype") in NUMBERS):
        raise NotAllowed("an array that is no numbers")
    if not (layer or model or setting or tensor):
        raise NotAllowed(f"the layer {str(name)[:60]} of {module[:60] or 'an unknown module'}")


def _check_size(key: str, size: Any, limit: int) -> None:
    if size is not None and not (isinstance(size, int) and -1 <= size <= limit):
        raise TooLarge(f"{key} = {str(size)[:20]} (at most {limit})")
