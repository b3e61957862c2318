"""Checks on the pairs of Part 1's createSynData and createTestData: features, targets, the shift."""

from dataclasses import replace

import numpy as np

from autograder.checks.expectations import Finding, recognise, same, shape_finding, shown, with_axes
from autograder.questions.part1 import rule

TINY = 1e-3
FURTHEST = 10  # of the first test feature beyond the last training feature, as the docstring says
AXES = ("instances", "steps", "channels")
FOLLOWS = {
    "features-scaled": ("ranges-overlap", "steps-not-one", "starts-too-far", "starts-between-integers",
                        "another-rule"),
    "features-reordered": ("not-rising", "another-rule"),
    "first-instance-lost": ("lengths-differ", "wrong-length"),
    "other-features": ("steps-not-one",),
    "stop-reached-by-linspace": ("steps-not-one", "starts-between-integers", "another-rule"),
    "targets-count-from-one": ("another-rule",),
    "last-dropped-not-first": ("no-shift", "shift-forward"),  # so look targets that begin one too early
    "first-instance-kept": ("no-shift", "shift-forward"),
}  # mistake in createSynData -> how it looks in test data that are made with it


def data_findings(X, y, start: int, stop: int, const: int, raw: np.ndarray) -> list[Finding]:
    """Return what is looked at in the pairs of createSynData: 4 points in all."""
    x_wanted = np.arange(start + 1, stop)
    y_wanted, n = rule(x_wanted, const), stop - start - 1
    every = np.arange(start, stop)
    wrapped = recognise(y, {"wrapped-around": np.roll(const * every, 1)})
    return [
        Finding(1, same(X, x_wanted), f"X = {shown(X)}, {X.size} values",
                f"X = {shown(x_wanted)}, {n} values", f"Begin X at {start + 1}, end it at {stop - 1}.",
                wrapped or recognise(X, {
                    "first-instance-kept": every, "last-instance-lost": x_wanted[:-1],
                    "first-instance-lost": x_wanted[1:],
                    "last-dropped-not-first": every[:-1],
                    "stop-included": np.arange(start + 1, stop + 1),
                    "stop-reached-by-linspace": np.linspace(start, stop, n + 1)[1:],
                    "target-in-features": np.column_stack([x_wanted, y_wanted]),
                }) or features_mistake(X, x_wanted)),
        Finding(1, same(y, y_wanted), f"y = {shown(y)}, {y.size} values",
                f"y = {shown(y_wanted)}, {n} values",
                f"Shift back by one: {start + 1} belongs to {const} · {start}.",
                wrapped or rule_mistake(y, x_wanted, const, {
                    "targets-count-from-one": const * np.arange(1, n + 1)})),
        shape_finding(1, "X", X, (X.size, 1, 1), AXES),  # how many there are is judged above
        Finding(1, y.shape in ((y.size,), (y.size, 1)) and raw.dtype.kind == "f",
                f"X of {raw.dtype}, y of shape {with_axes(y.shape, AXES[:1])}",
                f"X of float32, y of shape {with_axes((n,), AXES[:1])}",
                "Add .astype('float32')." if raw.dtype.kind != "f" else "Flatten y: y.ravel().",
                "integer-dtype" if raw.dtype.kind != "f" else "targets-not-flat"),
    ]  # fmt: skip


def features_mistake(X: np.ndarray, x_wanted: np.ndarray) -> str:
    """Return the name of the mistake behind features that no single slip explains."""
    flat = np.ravel(X)
    if flat.size > x_wanted.size and same(flat[-x_wanted.size :], x_wanted):
        return "rows-of-earlier-files"
    if same(np.sort(flat), x_wanted):
        return "features-reordered"
    if flat.size != x_wanted.size or flat.size < 3:
        return "other-features"
    slope, offset = np.polyfit(x_wanted, flat, 1)
    scaled = 0 < slope < 1 - TINY and np.allclose(flat, slope * x_wanted + offset, atol=TINY)
    return "features-scaled" if scaled else "other-features"


def rule_mistake(
    y: np.ndarray, x: np.ndarray, const: float, others: dict[str, np.ndarray]
) -> str:
    """Return the name of the mistake behind the wrong targets of these features."""
    if y.size != x.size:
        return "list-repeated" if x.size and y.size == const * x.size else "lengths-differ"
    if y.size > 2 and same(y[:-1], const * (x[:-1] + 1)):  # whatever np.roll brought to the end
        return "shift-forward"
    wrong = {"no-shift": const * x, "shift-forward": const * (x + 1), "target-is-feature": x,
             "const-ignored": rule(x), "shift-after-product": const * x - 1,
             "shift-by-15": const * x - 15}  # fmt: skip
    return recognise(y, {**wrong, **others}) or "another-rule"


def test_findings(X, y, X_train: np.ndarray, n: int, const: int, told: dict) -> list[Finding]:
    """Return what is looked at in the pairs of createTestData: 3 points in all.

    A mistake that was told for createSynData already is not told, and does not cost, again.
    """
    last, first = float(X_train.max()), float(X.min(initial=np.inf))
    flat, gap = np.ravel(X), float(np.ravel(X)[0] - X_train.max()) if X.size else 0.0
    rising = flat.size > 0 and bool((np.diff(flat) > 0).all())
    by_one = rising and np.allclose(np.diff(flat), 1, atol=1e-3)
    whole = abs(gap - round(gap)) < 1e-3
    hint = f"Start at the last training feature plus a small integer (1 to {FURTHEST})."
    findings = [
        Finding(1, first > last and by_one and whole and 1 <= round(gap) <= FURTHEST, f"X = {shown(X)}",
                f"X rising by 1 from a little above {last:g}", hint,
                "wrong-length" if not flat.size else
                "ranges-overlap" if first <= last else "not-rising" if not rising else
                "steps-not-one" if not by_one else
                "starts-too-far" if whole else "starts-between-integers"),
        Finding(1, same(y, rule(X, const)), f"y = {shown(y)} for X = {shown(X)}",
                f"y = {shown(rule(X, const))}", "Use the rule of createSynData, shift included.",
                rule_mistake(y, flat, const, {"gap-not-in-targets": const * (flat - gap)})),
        shape_finding(1, "X", X, (n, 1, 1), AXES),
    ]  # fmt: skip
    if n > 1 and not (X.size and y.size):
        return findings  # whatever was told before: nothing came
    loose = set() if n < 3 or straight(X, y) else {"features-scaled"}  # such lie on a line
    excused = FOLLOWS.keys() & told.keys() - loose
    known = {*told, *(look for mistake in excused for look in FOLLOWS[mistake])}
    return [replace(finding, ok=finding.ok or finding.misconception in known) for finding in findings]


def straight(X: np.ndarray, y: np.ndarray) -> bool:
    """Tell whether features rise in equal steps, with targets on a line over them."""
    x, y, step = np.ravel(X), np.ravel(y), np.diff(np.ravel(X))
    if x.size != y.size or x.size < 2:
        return False
    if not (step > 0).all() or not np.allclose(step, step[0], rtol=1e-3):
        return False
    return np.allclose(np.polyval(np.polyfit(x, y, 1), x), y, atol=1e-3 * max(1.0, np.ptp(y)))
