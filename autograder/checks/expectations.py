"""What the checks of all parts share: shapes with the names of their axes, and fair tallies."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.errors import Failed, expect
from autograder.seen import Seen, kind_of, numeric

RTOL = 1e-4
PLACEHOLDER = "say here what this program does"


@dataclass(frozen=True)
class Finding:
    """One thing a check looks at: what it is worth, whether it holds, and what to say if not."""

    points: int
    ok: bool
    got: str
    expected: str
    hint: str
    misconception: str | None = None


def tally(findings: list[Finding], called: str) -> None:
    """Raise `Failed` for the first finding that does not hold; keep the points of those that do."""
    wrong = [finding for finding in findings if not finding.ok]
    if wrong:
        keep = sum(finding.points for finding in findings if finding.ok)
        first = wrong[0]
        raise Failed(first.got, first.expected, first.hint, keep=keep, called=called,
                     misconception=first.misconception)  # fmt: skip


def pair(value: Any, called: str) -> tuple[np.ndarray, np.ndarray]:
    """Return X and y of a function that returns both; fail with the kind of what came instead."""
    two = isinstance(value, tuple) and len(value) == 2
    two = two or (isinstance(value, np.ndarray) and value.ndim > 1 and len(value) == 2)
    hint = "End the function with `return X, y`."
    expect(two, kind_of(value), "a pair (X, y)", hint, called=called)
    return numeric(value[0], "X", called), numeric(value[1], "y", called)


def with_axes(shape: tuple[int, ...], axes: tuple[str, ...]) -> str:
    """Return a shape with the names of its axes: (19 instances, 1 step, 1 channel)."""
    if len(shape) != len(axes):
        return str(shape)
    return "(" + ", ".join(f"{n} {name}" for n, name in zip(shape, axes, strict=True)) + ")"


def shape_finding(
    points: int, name: str, array: np.ndarray, shape: tuple[int, ...], axes: tuple[str, ...]
) -> Finding:
    """Return whether an array has a shape; targets may have a last axis of one."""
    fits = array.shape == shape or (len(shape) == 1 and array.shape == (*shape, 1))
    expected = f"{name} of shape {shape}: {with_axes(shape, axes)}"
    hint = f"Bring {name} into shape with numpy.reshape."
    misconception = shape_mistake(array.shape, shape)
    return Finding(points, fits, f"{name} of shape {array.shape}", expected, hint, misconception)


def shape_mistake(got: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    """Return the name of the mistake behind a wrong shape."""
    if len(got) == len(wanted) and sorted(got) == sorted(wanted):
        return "axes-swapped"
    if got == wanted[:-1]:
        return "channel-axis-missing"
    return "wrong-length" if len(got) == len(wanted) else "wrong-shape"


def float_finding(points: int, name: str, array: np.ndarray) -> Finding:
    """Return whether an array holds floating-point numbers."""
    got = f"{name} of integers"
    hint = "Make floats of it: .astype('float32')."
    is_float = array.dtype.kind == "f"
    return Finding(points, is_float, got, f"{name} of float32", hint, "integer-dtype")


def raw_pair(seen: Seen, question: str) -> tuple[np.ndarray, np.ndarray]:
    """Return X and y as they came, integers still integers."""
    value, called = seen.value(question), seen.called(question)
    pair(value, called)
    return np.asarray(value[0]), np.asarray(value[1])


def expect_parameters_used(default: Any, other: Any, called: str, keep: int) -> None:
    """Fail if a call with other arguments gives exactly what the defaults give."""
    expect(not same(default, other), "the same values as with the default arguments",
           "values that follow the arguments", "Use the parameters where you wrote fixed numbers.",
           called=called, keep=keep, misconception="parameters-ignored")  # fmt: skip


def same(a: Any, b: Any) -> bool:
    """Tell whether two arrays hold the same numbers in the same order, whatever their shapes."""
    a, b = np.ravel(np.asarray(a, float)), np.ravel(np.asarray(b, float))
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=RTOL, atol=1e-4))


def shown(array: Any, count: int = 4) -> str:
    """Return the first numbers of an array for a message."""
    flat = np.ravel(np.asarray(array, float))
    dots = ", …" if flat.size > count else ""
    return "[" + ", ".join(f"{v:.5g}" for v in flat[:count]) + dots + "]"


def recognise(value: Any, mistakes: dict[str, Any]) -> str | None:
    """Return the id of the typical mistake that gives exactly this value."""
    return next((name for name, wrong in mistakes.items() if same(value, wrong)), None)


def entry(value: Any, key: str, called: str, keep: int = 0) -> Any:
    """Return an entry of a dictionary that a function should have returned."""
    expect(isinstance(value, dict), kind_of(value), f"a dictionary with the key {key!r}",
           "Return a dictionary with the keys of the docstring.", called=called)  # fmt: skip
    expect(key in value, f"the keys {sorted(value)}", f"the key {key!r}",
           "Compare the spelling of the keys.", called=called, keep=keep)  # fmt: skip
    return value[key]


def number(value: Any) -> float:
    """Return a scalar of any kind as a float, NaN if it is none."""
    if isinstance(value, np.ndarray) and value.size == 1:
        return float(value.reshape(()))
    return float(value) if isinstance(value, int | float) else float("nan")


def expect_header(seen: Seen) -> None:
    """Fail unless the module docstring is the student's own and of some length."""
    header = " ".join(seen.part.header.split())
    words, unchanged = len(header.split()), PLACEHOLDER in header.lower()
    got = f"still the text of the template ({header[:80]} …)" if unchanged else f"{words} words"
    expect(words >= 20 and not unchanged, got if words else "no module docstring",
           "what the program does, its key variables, its output: 20 words or more",
           "Write it between the triple quotes at the top of the first code cell.",
           misconception="header-missing")  # fmt: skip


class keeping:
    """A failure inside keeps these points (None: those it says itself)."""

    def __init__(self, points: int | None):
        self.points = points

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind, failure, trace) -> None:
        if self.points is not None and hasattr(failure, "keep"):
            failure.keep = self.points
