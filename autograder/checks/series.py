"""Checks on the rows of Part 2's createSynData: starts, steps, targets, seeds, offsets."""

from dataclasses import replace

import numpy as np

from autograder.checks.expectations import (
    Finding,
    pair,
    recognise,
    same,
    shape_finding,
    shown,
)
from autograder.errors import expect
from autograder.seen import Seen

AXES = ("sequences", "steps", "channels")
SEVERAL = 3  # different starts and steps, at least, among as many rows
MANY = 120  # rows of which one starts at each end, but for one time in 300,000
BUILD = "Build the rows as start + step * np.arange(iLength)."
HINTS = {"rows-begin-at-0": BUILD, "steps-stretched": BUILD, "step-multiplied": BUILD,
         "axes-mixed": "Add the axis with rows[:, :, np.newaxis]: reshape does not transpose.",
         "rows-not-filled": "Write into the array what you compute, or compute all rows at once.",
         "decimals-cut": "Leave the numbers as floats: .astype('float32')."}  # fmt: skip


def row_findings(X, y, n: int, length: int) -> list[Finding]:
    """Return what is looked at in the rows of createSynData: 4 points in all."""
    rows = rows_of(X, n)
    following = rows[:, 0] + mean_steps(rows) * length
    shape = shape_finding(1, "X", X, (n, length, 1), AXES)
    if rows.shape[1] == length + 1 and same(rows[:, -1], following):
        shape = replace(shape, misconception="target-in-features")
    elif len(rows) == length != n:
        shape = replace(shape, misconception="axes-swapped")
    starts, steps = starts_finding(rows), steps_finding(rows, y)
    first = (starts, steps) if even_steps(rows) else (steps, starts)
    return [shape, *first, target_finding(rows, y, following)]


def starts_finding(rows: np.ndarray) -> Finding:
    """Return whether the starts of rows are integers from 1 to 10, of many rows both ends."""
    starts = rows[:, 0]
    whole = np.allclose(starts, starts.round(), atol=1e-4)
    varied = np.unique(starts).size >= min(len(rows), SEVERAL)
    inside = starts.min() >= 1 - 1e-4 and starts.max() <= 10 + 1e-4
    ends = len(rows) < MANY or {1, 10} <= {*starts.round()}
    right = whole and inside and varied
    wrong = start_mistake(whole, varied, starts, mean_steps(rows))
    return Finding(1, right and ends,
                   f"starts from {starts.min():g} to {starts.max():g}", "integers from 1 to 10",
                   HINTS.get(wrong, "Draw rng.integers(1, 10, nSequences, endpoint=True)."),
                   "start-end-left-out" if right else wrong)  # fmt: skip


def steps_finding(rows: np.ndarray, y: np.ndarray) -> Finding:
    """Return whether each row has one step, other rows another one, all from 0.1 to 0.5."""
    step, even = mean_steps(rows), even_steps(rows)
    spread = np.unique(step.round(4)).size >= min(len(rows), SEVERAL)  # rounded steps are fine
    inside = bool((step > 0.0999).all() and (step < 0.5001).all())
    wrong = step_mistake(rows, y, even, spread)
    return Finding(1, even and spread and inside,
                   f"steps of row 1: {shown(np.diff(rows[0]))}; mean steps {shown(step)}",
                   "one step a row, uniform in [0.1, 0.5]",
                   HINTS.get(wrong, "Draw rng.uniform(0.1, 0.5, (nSequences, 1))."), wrong)  # fmt: skip


def target_finding(rows: np.ndarray, y: np.ndarray, following: np.ndarray) -> Finding:
    """Return whether the targets are the numbers that follow the rows."""
    step = mean_steps(rows)
    right = same(y, following) or (not even_steps(rows) and one_step_on(y, rows))
    return Finding(1, right, f"y = {shown(y)}, {y.size} values",
                   f"y = {shown(following)}, {len(rows)} values",
                   "Take the number that comes after the last one of the row.",
                   "lengths-differ" if y.size != len(rows) else
                   recognise(y, {"target-is-last": following - step, "target-is-first": rows[:, 0],
                                 "target-is-penultimate": following - 2 * step,
                                 "target-one-too-far": following + step}) or "other-target")  # fmt: skip


def mean_steps(rows: np.ndarray) -> np.ndarray:
    """Return the mean step of each row, (n,)."""
    return np.diff(rows, axis=1).mean(axis=1)


def even_steps(rows: np.ndarray) -> bool:
    """Tell whether the numbers of each row go on by one step."""
    steps = np.diff(rows, axis=1)
    return bool(np.allclose(steps, steps.mean(axis=1, keepdims=True), atol=1e-3))


def one_step_on(y: np.ndarray, rows: np.ndarray) -> bool:
    """Tell whether targets go on from the last number by some step, whichever: steps that differ."""
    steps = np.ravel(y) - rows[:, -1] if y.size == len(rows) else np.zeros(1)
    return bool((steps > 0.0999).all() and (steps < 0.5001).all())


def rows_of(X: np.ndarray, n: int) -> np.ndarray:
    """Return the rows that an array of any shape holds, one row of NaN if it holds no rows.

    If there are others than the n that were asked for, or if they lie along the second axis, those.
    """
    if X.ndim == 3 and X.shape[1] == n != X.shape[0]:
        X = X.swapaxes(0, 1)
    elif X.ndim > 1 and X.size >= 2 * len(X) and X.shape[0] > 1:
        n = len(X)
    fits = X.size % n == 0 and X.size >= 2 * n
    return X.reshape(n, -1) if fits else np.full((1, 2), np.nan)


def start_mistake(whole: bool, varied: bool, starts: np.ndarray, step: np.ndarray) -> str:
    """Return the name of the mistake behind wrong starts of rows with these steps."""
    if not (starts.any() or step.any()):
        return "rows-not-filled"
    if len(starts) > 1 and not starts.any() and np.ptp(step) > 0:
        return "rows-begin-at-0"
    if not whole:
        before = starts - step
        late = np.allclose(before, before.round(), atol=1e-3)
        return "row-begins-one-step-late" if late else "start-not-integer"
    return "start-out-of-range" if varied else "one-start-for-all"


def step_mistake(rows: np.ndarray, y: np.ndarray, even: bool, spread: bool) -> str:
    """Return the name of the mistake behind wrong steps of rows with these targets."""
    if not even and even_steps(rows.ravel().reshape(rows.shape[::-1]).T):
        return "axes-mixed"
    if not even and same(rows, rows.round()):
        return "decimals-cut"
    ratios = rows[:, 1:] / rows[:, :-1] if (rows > 0).all() else np.zeros(1)
    if not even and np.ptp(ratios, axis=-1).max() < 1e-3:
        return "step-multiplied"
    if not even:
        return "step-per-element"
    if not spread:
        return "one-step-for-all"
    return "steps-stretched" if stretched(rows, y) else "step-out-of-range"


def stretched(rows: np.ndarray, y: np.ndarray) -> bool:
    """Tell whether rows have one step too few up to their targets, as linspace with both ends."""
    span = rows[:, -1] - rows[:, 0]
    steps = span / rows.shape[1]  # of which a number more than these would have had
    return same(y, rows[:, -1]) and bool((steps > 0.0999).all() and (steps < 0.5001).all())


def expect_seeds(seen: Seen) -> None:
    """Fail unless offset shifts rows and targets, either way, and another seed gives other rows."""
    called = seen.called("data.other")
    (X, y), (again, _) = (pair(seen.value(name), called) for name in ("data.other", "data.again"))
    expect(X.shape == again.shape and np.allclose(X, again, atol=1e-3),
           f"first rows {shown(X)} and {shown(again)} from two calls", "the same rows from both",
           "Draw everything from rng = np.random.default_rng(seed), made in each call.", called=called,
           misconception="not-repeatable")  # fmt: skip
    for key, question in (("offset", "data.offset"), ("below", "data.below")):
        called, offset = seen.called(question), seen.answers[key]
        shifted, targets = pair(seen.value(question), called)
        again = X.shape == shifted.shape and np.allclose(shifted, X + offset, atol=1e-3)
        expect(again, f"first row {shown(shifted)} with offset {offset}, {shown(X)} without",
               "the same steps, every start shifted by the offset", called=called,
               hint="Make rng = np.random.default_rng(seed) in each call; add offset to the starts.",
               misconception=offset_mistake(X, shifted, offset))  # fmt: skip
        expect(same(targets, y + offset) or targets.size != y.size,  # another number: told by its shape
               f"y = {shown(targets)} with offset {offset}, {shown(y)} without",
               f"y = {shown(y + offset)} with offset {offset}", called=called,
               hint="Add offset to the starts, before rows and targets are made of them.",
               misconception="offset-not-in-targets")  # fmt: skip
    called = seen.called("data.seed")
    other, _ = pair(seen.value("data.seed"), called)
    expect(X.shape != other.shape or not np.allclose(X, other), "the same rows for two seeds",
           "other rows for another seed", "Pass seed to the generator.", called=called,
           misconception="seed-ignored")  # fmt: skip


def offset_mistake(X: np.ndarray, shifted: np.ndarray, offset: int) -> str:
    """Return the name of the mistake behind a wrong offset."""
    alike = X.ndim > 1 and X.shape == shifted.shape
    if alike and np.allclose(np.diff(X, axis=1), np.diff(shifted, axis=1), atol=1e-3):
        below = "negative-offset-lost" if offset < 0 else "other-offset"
        return "offset-ignored" if np.allclose(X, shifted) and offset > 0 else below
    return "new-steps-for-test"
