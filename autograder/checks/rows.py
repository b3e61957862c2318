"""Checks on rows of arrival times: what load_arrivals reads, and what preprocess makes of them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from autograder.checks.expectations import (
    Finding,
    keeping,
    kind_of,
    pair,
    recognise,
    same,
    shape_finding,
    shown,
    tally,
    with_axes,
)
from autograder.checks.networks import likeness
from autograder.errors import Failed, expect
from autograder.exceptions import error_mistake
from autograder.model import Raised
from autograder.seen import Seen, is_stub
from autograder.values import numeric

AXES = ("rows", "stations", "channels")
ODD = {  # file -> what a failure there alone shows
    "arrivals_one_row.txt": "fails-on-single-row",
    "arrivals_impulse.txt": "odd-times-lost",
    "arrivals_ramp.txt": "repeated-row-lost",
    "arrivals_windows.txt": "comment-not-skipped",
}
REFUSALS = ("own-check-refuses", "raises-an-error")
TINY = 1e-6
SAID = r"(?:line|row|zeile|reihe)\W{0,3}(\d{1,4})(?!\d|\.\d|\s*(?:-|to|bis|,|and|und)\s*\d)"
LINES, MOST_NAMED = set(range(2, 10)), 5  # where a broken row may stand; so many of them name none
CENTRES = (np.mean, np.median, np.min, np.max)


def expect_loaded(seen: Seen) -> None:
    """Fail unless times and labels of every well-formed file are read; one point for the odd ones."""
    for name, rows in seen.answers["files"].items():
        if isinstance(rows, tuple):
            called, odd = seen.called(f"load.{name}"), ODD.get(name)
            with keeping(3 if odd else None, odd, but=("rows-of-earlier-files",)):
                with refusal_told(seen, name):
                    X, y = pair(seen.value(f"load.{name}"), called)
                tally(load_findings(X, y, *rows), called)


@contextmanager
def refusal_told(seen: Seen, name: str) -> Iterator[None]:
    """Let a ValueError that names the file be told as the student's own: no row of it is malformed."""
    try:
        yield
    except Failed as failure:
        reply = seen.reply(f"load.{name}")
        raised = isinstance(reply, Raised) and "ValueError" in {reply.type, *reply.bases}
        if raised and name in reply.message and error_mistake(reply) in REFUSALS:
            failure.misconception = "good-file-refused"
            failure.hint = "Follow its first lines; continue skips the line with #, break ends the loop."
        raise


def load_findings(X, y, times: np.ndarray, labels: np.ndarray) -> list[Finding]:
    """Return what is looked at in X and y of load_arrivals: 4 points in all.

    If rows were lost or moved, the labels are those that belong to the rows that came.
    """
    times = times.astype("float32")
    n, order = len(times), order_of(X, times)
    mine = labels if order is None else labels[order]
    first = np.trunc(times[:, 0]) if same(y, np.trunc(y)) else times[:, 0]
    last = np.trunc(times[:, 5]) if same(y, np.trunc(y)) else times[:, 5]
    wanted = (X.size // 6, 6, 1) if X.size % 6 == 0 and X.size not in (0, 7 * n) else (n, 6, 1)
    return [
        Finding(2, same(X, times), f"{X.size} values, {shown(X, 7)}",
                f"{times.size} values, {shown(times, 7)}",
                "Fill X with the six times of each row, in the order of the file.",
                times_mistake(X, times, labels, order, y_right=same(y, labels))),
        Finding(1, same(y, mine), f"y = {shown(y, 6)}", f"y = {shown(labels, 6)}",
                "Take the label from the last column.",
                "lengths-differ" if y.size != X.size // 6 and order is not None else
                recognise(y, {"label-from-first-column": first, "labels-inverted": 1 - labels,
                              "label-is-last-time": last}) or "wrong-labels"),
        shape_finding(1, "X", X, wanted, AXES),
    ]  # fmt: skip


def order_of(X: np.ndarray, times: np.ndarray) -> np.ndarray | None:
    """Return which rows of the file the rows of X are; None if they are none of them."""
    if X.size % 6 or not 0 < X.size <= 4 * times.size:
        return None
    apart = np.abs(X.reshape(-1, 1, 6) - times).max(axis=2)  # (rows that came, rows of the file)
    return apart.argmin(axis=1) if (apart.min(axis=1) < 0.004).all() else None


def times_mistake(
    X: np.ndarray, times: np.ndarray, labels: np.ndarray, order: np.ndarray | None, y_right: bool
) -> str:
    """Return the name of the mistake behind wrong arrival times."""
    n = len(times)
    if X.size == 0:
        return "no-row-read"
    if X.size == 7 * n:
        return "label-in-features"
    if X.size == 5 * n:
        return "station-missing"
    if order is not None and len(order) == n:
        return "rows-reordered"
    if X.size > times.size and same(X[-n:], times):
        return "rows-of-earlier-files"
    shifted = "label-in-features" if y_right else "label-read-first"
    named = recognise(X, {
        shifted: np.column_stack([times[:, 1:], labels]), "first-row-dropped": times[1:],
        "last-row-dropped": times[:-1], "stations-sorted": np.sort(times, axis=1),
        "stations-reversed": times[:, ::-1], "axes-mixed": times.T, "times-truncated": np.trunc(times),
    }) or recognise(X, {"times-truncated": np.trunc(10 * times + 0.01) / 10})
    own = (times.min(axis=1), times.mean(axis=1), times[:, 0])
    if any(same(X, times - first[:, None]) for first in own):
        return "row-by-itself"  # fmt: skip
    if named or X.size != times.size:
        return named or "rows-lost"
    straight = np.ptp(X) > 0 and np.corrcoef(X.ravel(), times.ravel())[0, 1] > 0.9
    return "times-changed" if straight else "wrong-values"


def expect_line_named(seen: Seen, name: str, line: int) -> None:
    """Fail unless a malformed row gives a ValueError that names the file and the line."""
    reply, called = seen.reply(f"load.{name}"), seen.called(f"load.{name}")
    expected = f"ValueError naming {name} and line {line}"
    hint = "Read line by line with enumerate(file, 1); catch, and raise ValueError with path and line."
    if not isinstance(reply, Raised) or is_stub(reply):
        got = kind_of(seen.value(f"load.{name}"))
        expect(False, f"no error, but {got}", expected, hint, called=called,
               misconception="malformed-row-accepted")  # fmt: skip
    mistake, got = error_mistake(reply), f"{reply.type}: {reply.message[:120]}"
    text = reply.message.replace(name, "")
    named = "ValueError" in reply.bases and name in reply.message and holds(text, line)
    root = next((m for m in (mistake, "good-file-refused") if seen.told.get(m) == "3.load"), None)
    expect(named or not root, got, expected, hint, called=called, misconception=mistake,
           root=root)  # well-formed files raise it as well: told there
    if "ValueError" not in reply.bases:
        mistake = "other-exception"
    elif name not in reply.message:
        mistake = "error-without-file"
    else:
        mistake = "line-miscounted" if holds(text, line - 1) else "error-without-line"
    expect(named, got, expected, hint, called=called, misconception=mistake)


def holds(text: str, number: int) -> bool:
    """Tell whether a text says that a line has this number: in so many words, or by few numbers."""
    said = {int(n) for n in re.findall(SAID, text, re.IGNORECASE)}
    found = {int(n) for n in re.findall(r"(?<![\d.])\d{1,4}(?!\d|\.\d)", text)}
    return said == {number} or (number in found and len(found & LINES) < MOST_NAMED)


def expect_scaled(seen: Seen) -> None:
    """Fail unless preprocess treats each row by itself, with statistics of X_train alone."""
    for whole, row in (("scale", "scale.row"), ("scale.moved", "scale.moved_row")):
        called = seen.called(whole)
        Z = numeric(seen.value(whole), "the result", called)
        with keeping(1, "fails-on-single-row"):
            alone = seen.value(row)
        expect(is_finite(alone), "NaN or infinite values for one row alone, none among 40",
               "the same result for a row, whatever rows come with it",
               "Take mean and standard deviation from X_train, never from X.", keep=1,
               called=called, misconception="scaler-fitted-on-test")  # fmt: skip
        z = numeric(alone, "the result", called)
        X_train, X = (seen.sheet_array(given["array"]) for given in seen.questions[whole].args)
        shape = shape_finding(1, "the result", Z, X.shape, AXES)
        rows_kept = Z.shape[:1] == X.shape[:1]
        hint = "Keep the axes: (n, 6, 1) as X." if rows_kept else "Return as many rows as X has."
        mistake = "training-rows-returned" if Z.shape[:1] == X_train.shape[:1] else shape.misconception
        expect(shape.ok, shape.got, shape.expected, hint, called=called, misconception=mistake)
        expect(z.shape == (1, 6, 1), f"the result of shape {with_axes(z.shape, AXES)} for one row",
               "the result of shape (1 row, 6 stations, 1 channel)",
               "Name the axis to be dropped: X[:, :, 0] keeps the axis of the rows, squeeze does not.",
               keep=1, called=seen.called(row), misconception="fails-on-single-row")  # fmt: skip
        unit = min(1.0, float(np.abs(Z).max())) or 1.0  # numbers may be as small as one likes
        Z, z = Z / unit, z / unit
        expect(same(Z[7], z), f"row 7 is {shown(Z[7], 3)} among 40 rows, {shown(z, 3)} alone",
               "the same result for a row, whatever rows come with it",
               "Take mean and standard deviation from X_train, never from X.", keep=1,
               called=called, misconception="scaler-fitted-on-test")  # fmt: skip
        if whole == "scale":  # rows far outside X_train may saturate
            expect_stations_apart(X, Z, called)
        expect_own_statistics(seen, whole, X, Z)
        expect(not seen.reply(whole).changed, "other times in X or X_train after the call",
               "X and X_train as they were", "Write X = X - …, which makes a new array, not X -= ….",
               keep=1, called=called, misconception="argument-changed")  # fmt: skip


def expect_stations_apart(X: np.ndarray, Z: np.ndarray, called: str) -> None:
    """Fail if the stations of a row cannot be told from each other once it is scaled."""
    apart = np.ptp(Z[:, :, 0], axis=1).max() > TINY * np.abs(Z).max()
    expect(apart, f"rows of one value, such as {shown(Z[7], 6)}",
           "six values that tell the stations apart", "Print X[0] and the result for it.", keep=1,
           called=called, misconception="stations-alike")  # fmt: skip
    expect(not is_sorted(X, Z), f"rising rows, such as {shown(Z[7], 6)}",
           f"the times in the order of the stations, as in {shown(X[7], 6)}",
           "Scale the times, but leave them at their stations.", keep=1, called=called,
           misconception="stations-sorted")  # fmt: skip
    expect(np.ptp(Z, axis=0).max() > TINY * np.abs(Z).max(), f"{shown(Z[7], 6)} for every row",
           "rows that follow from the times in them", "Print the results for X[:1] and X[1:2].", keep=1,
           called=called, misconception="rows-alike")  # fmt: skip


def is_sorted(X: np.ndarray, Z: np.ndarray) -> bool:
    """Tell whether scaled rows all rise, and follow the sorted times more closely than the times."""
    X, Z = X[:, :, 0].astype(float), Z[:, :, 0]

    def follows(times: np.ndarray) -> float:
        return sum(likeness(a, b) for a, b in zip(times.T, Z.T, strict=True))

    return bool((np.diff(Z) >= 0).all()) and follows(np.sort(X)) > follows(X)


def is_finite(value) -> bool:
    """Tell whether a value is no array of floats, or one of finite floats."""
    floats = isinstance(value, np.ndarray) and value.dtype.kind == "f"
    return not floats or bool(np.isfinite(value).all())


def expect_own_statistics(seen: Seen, question: str, X: np.ndarray, Z: np.ndarray) -> None:
    """Fail if rows were scaled about the centre of rows that this call was not given as X_train.

    A straight line leads from the times of a station to their scaled values; where it crosses zero
    tells which centre was taken off.
    """
    slopes = [np.polyfit(x, z, 1) for x, z in zip(X[:, :, 0].T, Z[:, :, 0].T, strict=True)]
    straight = all(np.allclose(np.polyval(s, x), z, atol=1e-3) and abs(s[0]) > 1e-6
                   for s, x, z in zip(slopes, X[:, :, 0].T, Z[:, :, 0].T, strict=True))  # fmt: skip
    if not straight:
        return
    zeros = np.array([-offset / slope for slope, offset in slopes])
    if np.allclose(zeros, zeros.round(1), atol=1e-3):
        return  # numbers that were written down, which no rows have for centre but by chance
    given = seen.sheet_array(seen.questions[question].args[0]["array"])
    if is_centre(zeros, given):
        return
    others = {"scaler-fitted-on-test": "X@rows"}
    others |= {"scaler-kept": "X_train"} if question == "scale.moved" else {}
    for mistake, name in others.items():
        expect(not is_centre(zeros, seen.sheet_array(name)),
               f"times scaled about {shown(zeros, 3)} s, which is a centre of other rows",
               "times scaled with statistics of the X_train of this call",
               "Compute the statistics of X_train anew in each call.", keep=1,
               called=seen.called(question), misconception=mistake)  # fmt: skip


def is_centre(values: np.ndarray, rows: np.ndarray) -> bool:
    """Tell whether six values are a mean, a median or an end of rows, by station or of all."""
    return any(np.allclose(centre(rows, axis=axis).ravel(), values, atol=1e-2)
               for centre in CENTRES for axis in (0, None))  # fmt: skip
