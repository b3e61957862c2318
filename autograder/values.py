"""What a student's function gave: numbers that can be reckoned with, or a name for what came instead."""

from typing import Any

import numpy as np

from autograder.errors import Failed, expect
from autograder.model import NotNumbers, Other

MOST_NUMBERS = 2_000_000  # a hundred times as many as there are in any answer


def numeric(value: Any, name: str, called: str) -> np.ndarray:
    """Return a finite numeric array, or fail with a sentence that names what came instead."""
    if isinstance(value, NotNumbers):
        hint = "Return fewer numbers." if value.too_large else "Convert it with .astype(float)."
        raise Failed(kind_of(value), f"{name} as an array of numbers", hint, called=called,
                     misconception=kind_mistake(value))  # fmt: skip
    usable = isinstance(value, np.ndarray | int | float) and not isinstance(value, bool)
    if not usable:
        raise Failed(kind_of(value), f"{name} as an array of numbers", "Check the return line.",
                     called=called, misconception=kind_mistake(value))  # fmt: skip
    array = np.asarray(value)
    if array.size > MOST_NUMBERS:
        raise Failed(f"{array.size} numbers", f"{name} of a thousand rows or less",
                     "Return fewer numbers.", called=called,
                     misconception="array-too-large")  # fmt: skip
    with np.errstate(over="ignore"):  # what is longer than a double may be finite before, and not after
        array = array if array.dtype in ("float32", "float64") else array.astype("float64")
    hint = "Look for a division by zero, or for values that were never set."
    expect(np.isfinite(array).all(), "NaN or infinite values", f"finite values in {name}", hint,
           called=called, misconception="not-finite")  # fmt: skip
    return array


def kind_mistake(value: Any) -> str:
    """Return the name of the mistake behind a returned object of another kind."""
    if isinstance(value, NotNumbers):
        other = "numbers-as-text" if value.dtype.startswith("<U") else "wrong-return-type"
        return "array-too-large" if value.too_large else other
    return "return-missing" if value is None else "wrong-return-type"


def kind_of(value: Any) -> str:
    """Return a short name for what a function gave."""
    if isinstance(value, Other):
        return f"an object of type {value.type}"
    if isinstance(value, NotNumbers):
        return f"an array of {value.dtype} with shape {value.shape}"
    if isinstance(value, tuple):
        return f"a tuple of {len(value)}"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    return "None (is the return missing?)" if value is None else f"{type(value).__name__}"
