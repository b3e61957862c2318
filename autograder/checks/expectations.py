"""What the checks of all parts share: shapes with the names of their axes, and fair tallies."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.errors import Failed, expect
from autograder.seen import Seen
from autograder.values import kind_mistake, kind_of, numeric

RTOL = 1e-4
LUCK = 0.1  # by which a p-value that is drawn at random may differ from call to call
PROMPT = re.compile(r"(Task \d\.\d: )?say here what this program does, its key variables, and what it "
                    r"puts out\.?", re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One thing a check looks at: what it is worth, whether it holds, and what to say if not.

    `called` says which call it looked at, if that is not the one of the whole check.
    """

    points: int
    ok: bool
    got: str
    expected: str
    hint: str
    misconception: str | None = None
    called: str | None = None


def tally(findings: list[Finding], called: str) -> None:
    """Raise `Failed` for the first finding that does not hold; keep the points of those that do."""
    wrong = [finding for finding in findings if not finding.ok]
    if wrong:
        keep = sum(finding.points for finding in findings if finding.ok)
        first = wrong[0]
        raise Failed(first.got, first.expected, first.hint, keep=keep, called=first.called or called,
                     misconception=first.misconception,
                     others=tuple(f.misconception for f in wrong[1:] if f.misconception))  # fmt: skip


def finding_of(points: int, judge: Callable[..., None], *args: Any) -> Finding:
    """Return as a finding whether a function, which raises `Failed` if not, finds all in order."""
    try:
        judge(*args)
    except Failed as failure:
        return Finding(points, False, failure.got, failure.expected, failure.hint,
                       failure.misconception, failure.called)  # fmt: skip
    return Finding(points, True, "", "", "")


def pair(value: Any, called: str) -> tuple[np.ndarray, np.ndarray]:
    """Return X and y of a function that returns both; fail with the kind of what came instead."""
    two = isinstance(value, tuple) and len(value) == 2
    two = two or (isinstance(value, np.ndarray) and value.ndim > 1 and len(value) == 2)
    hint = "End the function with `return X, y`."
    alone = isinstance(value, np.ndarray) and value.ndim > 0
    expect(two, kind_of(value), "a pair (X, y)", hint, called=called,
           misconception="only-one-returned" if alone else kind_mistake(value))  # fmt: skip
    X, y = numeric(value[0], "X", called), numeric(value[1], "y", called)
    expect((X.ndim, y.ndim) != (1, 3), f"arrays of {X.ndim} and {y.ndim} axes", "first X, then y",
           hint, called=called, misconception="y-before-X")  # fmt: skip
    return X, y


def with_axes(shape: tuple[int, ...], axes: tuple[str, ...]) -> str:
    """Return a shape with the names of its axes: (19 instances, 1 step, 1 channel)."""
    if len(shape) != len(axes):
        return f"{shape}, {len(shape)} axes"
    names = [axis.removesuffix("s") if n == 1 else axis for n, axis in zip(shape, axes, strict=True)]
    return "(" + ", ".join(f"{n} {name}" for n, name in zip(shape, names, strict=True)) + ")"


def shape_finding(
    points: int, name: str, array: np.ndarray, shape: tuple[int, ...], axes: tuple[str, ...]
) -> Finding:
    """Return whether an array has a shape; targets may have a last axis of one."""
    fits = array.shape == shape or (len(shape) == 1 and array.shape == (*shape, 1))
    got, expected = (f"{name} of shape {with_axes(s, axes)}" for s in (array.shape, shape))
    mistake = shape_mistake(array.shape, shape)
    hint = f"Bring {name} into shape with numpy.reshape."
    if mistake == "wrong-length":
        lengths = zip(array.shape, shape, axes, strict=True)
        hint = next(f"Make {w} {axis}, not {n}." for n, w, axis in lengths if n != w)
    return Finding(points, fits, got, expected, hint, mistake)


def shape_mistake(got: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    """Return the name of the mistake behind a wrong shape."""
    if len(got) == len(wanted) and sorted(got) == sorted(wanted):
        return "axes-swapped"
    if got == wanted[:-1]:
        return "channel-axis-missing"
    if len(got) == 1 < len(wanted):
        return "flat-features"
    return "wrong-length" if len(got) == len(wanted) else "wrong-shape"


def raw_pair(seen: Seen, question: str) -> tuple[np.ndarray, np.ndarray]:
    """Return X and y as they came, integers still integers."""
    value, called = seen.value(question), seen.called(question)
    pair(value, called)
    return np.asarray(value[0]), np.asarray(value[1])


def expect_parameters_used(default: Any, other: Any, called: str, keep: int) -> None:
    """Fail if a call with other arguments gives exactly what the defaults give."""
    expect(not same(default, other), "the same values as with the default arguments",
           "values that follow the arguments", "Write their names where you wrote fixed numbers.",
           called=called, keep=keep, misconception="parameters-ignored")  # fmt: skip


def same(a: Any, b: Any) -> bool:
    """Tell whether two arrays hold the same numbers in the same order, whatever their shapes."""
    a, b = np.ravel(np.asarray(a, float)), np.ravel(np.asarray(b, float))
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=RTOL, atol=1e-4))


def same_score(key: str, a: Any, b: Any) -> bool:
    """Tell whether two values of a score are the same: numbers, a matrix, or p-values but for luck."""
    try:
        return same(a, b) or (key == "normality_p" and bool(abs(a - b) < LUCK))
    except (TypeError, ValueError):  # no numbers, or several
        return False


def shown(array: Any, count: int = 4) -> str:
    """Return the first numbers of an array for a message."""
    flat = np.ravel(np.asarray(array, float))
    dots = ", …" if flat.size > count else ""
    return "[" + ", ".join(f"{v:.5g}" for v in flat[:count]) + dots + "]"


def recognise(value: Any, mistakes: dict[str, Any]) -> str | None:
    """Return the id of the typical mistake that gives exactly this value."""
    return next((name for name, wrong in mistakes.items() if same(value, wrong)), None)


def dictionary(value: Any, called: str) -> dict:
    """Return the dictionary that a function should have returned."""
    expect(isinstance(value, dict), kind_of(value), "a dictionary",
           "Return a dictionary with the keys of the docstring.", called=called,
           misconception="return-missing" if value is None else "not-a-dictionary")  # fmt: skip
    return value


def missing_key(points: int, scores: dict, key: str) -> Finding:
    """Return that a dictionary lacks a key."""
    return Finding(points, False, f"the keys {sorted(scores)}", f"the key {key!r}",
                   "Compare the spelling of the keys.", "key-missing")  # fmt: skip


def number_finding(
    points: int, scores: dict, key: str, wanted: float, hint: str, mistakes: dict[str, float]
) -> Finding:
    """Return whether an entry of a dictionary is a number; a typical mistake's number is named."""
    if key not in scores:
        return missing_key(points, scores, key)
    got = number(scores[key])
    if not np.isfinite(got):
        several = not isinstance(scores[key], str | int | float | None) and np.isnan(number(scores[key]))
        shown_as = kind_of(scores[key]) if several else scores[key]
        text = isinstance(scores[key], str)
        return Finding(points, False, f"{key} = {shown_as}", f"{key} = {wanted:.5g}",
                       "Return the number itself, and print it where you like." if text else hint,
                       "numbers-as-text" if text else "score-not-a-number")  # fmt: skip
    rounded = next((r for k in range(4) if (r := round(wanted, k)) and same(r, got)), np.nan)
    named = recognise(got, {**mistakes, "score-rounded": rounded}) or "another-formula"
    return Finding(points, same(got, wanted), f"{key} = {got:.5g}", f"{key} = {wanted:.5g}", hint, named)


def number(value: Any) -> float:
    """Return a scalar of any kind as a float, NaN if it is none."""
    if isinstance(value, np.ndarray) and value.size == 1 and value.dtype.kind != "b":
        return float(value.reshape(()))
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else float("nan")


def expect_header(seen: Seen) -> None:
    """Fail unless the module docstring is the student's own and of some length."""
    header = " ".join(seen.part.header.split())
    words = word_count(PROMPT.sub("", header))  # those below it count if it was left standing
    unchanged = words < 20 and PROMPT.search(header) is not None
    got = f"still the text of the template ({header[:80]} …)" if unchanged else f"{words} words"
    named = "header-unchanged" if unchanged else "header-too-short" if words else "header-missing"
    expect(words >= 20, got if header else "no module docstring",
           "what the program does, its key variables, its output: 20 words or more",
           "Write it between the triple quotes at the top of the first code cell.",
           misconception=named)  # fmt: skip


def word_count(text: str) -> int:
    """Return the number of words; of East Asian characters, which no spaces part, two make one."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text.split()) + wide // 2


@contextmanager
def told_once(seen: Seen) -> Iterator[None]:
    """Let a failure inside wait for the check that told the same mistake before.

    Exceptions are compared by their line; two functions may well raise the same one.
    """
    try:
        yield
    except Failed as failure:
        returned = failure.root is None or failure.misconception == "wrong-signature"
        if returned and failure.misconception in seen.told:
            failure.root = failure.misconception
        raise


class keeping:
    """A failure inside keeps these points and has this name (None: those it says itself).

    A name in `but` says more, and stays.
    """

    def __init__(self, points: int | None, named: str | None = None, but: tuple[str, ...] = ()):
        self.points, self.named, self.but = points, named, but

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind, failure, trace) -> None:
        if isinstance(failure, Failed):
            failure.keep = failure.keep if self.points is None else self.points
            if self.named and failure.misconception not in self.but:
                failure.misconception, failure.others = self.named, ()
