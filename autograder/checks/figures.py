"""Find in the description of a figure what it should show."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograder.checks.advice import advise
from autograder.checks.expectations import same
from autograder.errors import Failed, expect
from autograder.seen import Seen

MOST_AXES, MOST_POINTS, MOST_TEXT = 64, 200_000, 200  # of a kind in some axes; letters of a text
TABLES = {"series": (2, 50_000), "outlines": (2, 500), "bars": (4, 2_000),
          "places": (2, 1)}  # columns, most rows  # fmt: skip
TRAINING, VALIDATION = r"train", r"val(?!eu|ue|or)"  # a value is none, in other languages too
LOGARITHM = r"log|\bln\b"  # in the label of an axis, over heights that are logarithms themselves
DRAWN = ("series", "bars", "outlines", "images")


def axes_of(seen: Seen, question: str) -> list[dict]:
    """Return the described axes of all figures; fail if nothing was drawn."""
    with epochs_told(seen):
        value, called = seen.value(question), seen.called(question)
    axes = value.get("axes") if isinstance(value, dict) else None
    axes = axes[:MOST_AXES] if isinstance(axes, list) else []
    described = [well_formed(ax) for ax in axes if isinstance(ax, dict)]
    drawn = any(ax[kind] for ax in described for kind in DRAWN)
    expect(drawn, "empty axes" if described else "no figure", "a figure",
           "Return the Figure, or leave it open.", called=called, root=("no figure", question),
           misconception="no-figure")  # fmt: skip
    return described


@contextmanager
def epochs_told(seen: Seen) -> Iterator[None]:
    """Let curves that are drawn over other epochs than the history has be told as that."""
    try:
        yield
    except Failed as failure:
        epochs = len(next(iter(seen.answers["history"].values())))
        sizes = re.findall(r"\((\d+),\)", failure.got)
        if failure.misconception == "sizes-do-not-fit" and str(epochs) in sizes[1:]:
            failure.misconception = "epochs-fixed"
            failure.hint = f"This one has {epochs}: draw over range(len(history['loss']))."
        raise


def well_formed(ax: dict) -> dict[str, Any]:
    """Return a description in which every entry is of its kind; what is not is left out."""

    def some(key: str, kind: type) -> list:
        listed = ax.get(key) if isinstance(ax.get(key), list) else []
        return [item for item in listed if isinstance(item, kind)]

    tables = {key: [a.astype(float) for a in first(
                  a for a in some(key, np.ndarray)
                  if a.ndim == 2 and a.shape[1] == width and 0 < len(a) <= most)]
              for key, (width, most) in TABLES.items()}  # fmt: skip
    labels = {key: ax[key] if isinstance(ax.get(key), str) else "" for key in ("xlabel", "ylabel")}
    texts = {key: [text[:MOST_TEXT] for text in some(key, str)]
             for key in ("legend", "names", "xticks", "yticks", "texts")}  # fmt: skip
    images = [a.astype(float) for a in first(some("images", np.ndarray))]
    return {**tables, **labels, **texts, "images": images}


def first(arrays: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """Yield the first of some arrays, as many as hold no more numbers than one looks at."""
    held = 0
    for array in arrays:
        held += max(array.size, MOST_POINTS // MOST_AXES)  # each costs some time, however small
        if held > MOST_POINTS:
            return
        yield array


def shows(ax: dict, values: list[float]) -> bool:
    """Tell whether a series of these axes has these values as its heights."""
    heights = [s[:, 1] for s in ax["series"]] + [bars[:, 3] for bars in ax["bars"]]
    return any(same(h, drawn) for drawn in drawn_as(ax, values) for h in heights)


def drawn_as(ax: dict, values: list[float]) -> list[np.ndarray]:
    """Return the heights that values may have: as they are, in percent, as logarithms where said."""
    positive = np.maximum(values, np.finfo(float).tiny)
    logarithms = [np.log10, np.log, np.log2] if says(ax["ylabel"], LOGARITHM) else []
    return [np.asarray(values), np.multiply(100, values), *(log(positive) for log in logarithms)]


def expect_curves(
    seen: Seen, question: str, history: dict, keys: tuple[str, str], others: tuple[str, ...] = ()
) -> None:
    """Fail unless both curves of the history are drawn, labelled, and told apart by a legend.

    Curves of `others` belong into other axes.
    """
    axes, called = axes_of(seen, question), seen.called(question)
    homes = []
    for key in keys:
        found = [ax for ax in axes if shows(ax, history[key])]
        hint = f"Plot history[{key!r}] over the epochs."
        expect(found, f"no line that equals history[{key!r}]", f"a line of history[{key!r}]", hint,
               called=called, misconception=curve_mistake(axes, history, key))  # fmt: skip
        expect_own_axes(found, [history[other] for other in others], called)
        homes.append(labelled(found))
    for ax in homes:
        expect_labels(ax, called)
    apart = homes[0] is not homes[1]
    named = [text for text in homes[0]["legend"] if text.strip()]
    expect(apart or len(named) >= 2, "no legend for the two curves",
           "a legend: training, validation", "Give each plot a label=… and call ax.legend().",
           called=called, keep=1, misconception="legend-missing")  # fmt: skip
    names = [name_of(ax, history[key]) for ax, key in zip(homes, keys, strict=True)]
    taken = [says(name, VALIDATION) and not says(name, TRAINING) for name in names]
    swapped = taken == [True, False] and bool(names[1].strip("_")) and not says(names[1], VALIDATION)
    expect(not swapped, f"history[{keys[0]!r}] under the name {names[0]!r}, history[{keys[1]!r}] under "
           f"{names[1]!r}", "each curve under its own name", "Exchange the two labels.", called=called,
           keep=1, misconception="legend-swapped")  # fmt: skip


def expect_own_axes(found: list[dict], curves: Iterable[list[float]], called: str) -> None:
    """Fail if what was found in some axes is drawn over these cost curves, and nowhere else."""
    over = all(any(shows(ax, values) for values in curves) for ax in found)
    expect(not over, "one pair of axes with the cost curves in it as well", "axes of its own",
           "Open new ones: plt.figure() or plt.subplots(1, 3).", called=called,
           misconception="figures-in-one-axes")  # fmt: skip


def name_of(ax: dict, values: list[float]) -> str:
    """Return the name that a curve with these heights carries, empty if it has none."""
    heights, drawn = [s[:, 1] for s in ax["series"]], drawn_as(ax, values)
    found = [n for n, h in enumerate(heights) if any(same(h, d) for d in drawn)]
    return ax["names"][found[0]] if found and found[0] < len(ax["names"]) else ""


def curve_mistake(axes: list[dict], history: dict, key: str) -> str:
    """Return the name of the mistake behind a curve that is not found."""
    heights = [s[:, 1] for ax in axes for s in ax["series"]]
    values = np.asarray(history[key])
    if any(same(h, np.log(values)) or same(h, np.log10(values)) for h in heights):
        return "logarithm-of-curve"
    if any(same(h, np.sqrt(np.abs(values))) for h in heights):
        return "root-of-curve"
    if any(same(h, values[first::step]) for h in heights for step in (2, 5, 10, 20, 50, 100)
           for first in (0, step - 1) if 1 < h.size < values.size):  # fmt: skip
        return "curve-thinned"
    if any(1 < h.size < values.size and same(h, values[-h.size :]) for h in heights):
        return "curve-cut"
    return "validation-curve-missing" if key.startswith("val_") else "training-curve-missing"


def expect_labels(ax: dict, called: str) -> None:
    """Fail unless both axes carry a label."""
    for name in ("xlabel", "ylabel"):
        expect(ax[name].strip(), f"no {name}", f"a {name}",
               f"Call ax.set_{name}(…) or plt.{name}(…).", called=called, keep=1,
               misconception="axis-label-missing")  # fmt: skip


def expect_points(seen: Seen, question: str, X: np.ndarray, y: np.ndarray) -> None:
    """Fail unless the targets are drawn over a feature: a column of X, whichever."""
    axes, called = axes_of(seen, question), seen.called(question)
    columns = np.asarray(X, float).reshape(len(X), -1).T
    candidates = [*columns, columns.mean(axis=0)]
    found = drawn_over(axes, candidates, y)
    feature = "X_test.ravel()" if len(columns) == 1 else "X_test[:, -1, 0]"
    expect(found, "no points of y_test over X_test", "y_test (vertical) over X_test (horizontal)",
           f"Plot ax.plot({feature}, y_test, 'o') or ax.scatter.", called=called,
           misconception=points_mistake(seen, axes, candidates, y))  # fmt: skip
    expect_labels(labelled(found), called)
    if not drawn_over(found, columns[-1:], y):
        advise(seen, "y_test is drawn over another number than the last of each row")


def drawn_over(axes: list[dict], features: Sequence[np.ndarray], y: np.ndarray) -> list[dict]:
    """Return those axes in which these targets are drawn over one of some features."""
    found = [ax for ax in axes if any(_pairs(s, x, y) for s in points_of(ax) for x in features)]
    return found or [ax for ax in axes if any(in_groups(ax, x, y) for x in features)]


def points_of(ax: dict) -> list[np.ndarray]:
    """Return what stands at a place and has a height: points, and the ends of bars."""
    ends = [np.column_stack([b[:, 0] + b[:, 2] / 2, b[:, 1] + b[:, 3]]) for b in ax["bars"]]
    return [*ax["series"], *ends]


def in_groups(ax: dict, x: np.ndarray, y: np.ndarray) -> bool:
    """Tell whether points are drawn in groups, or one by one: together they are these pairs."""
    wanted = {tuple(pair) for pair in np.column_stack([x, np.ravel(y)]).round(3)}
    drawn = [{tuple(pair) for pair in s.round(3)} for s in ax["series"]]
    groups = [points for points in drawn if points <= wanted]
    return wanted == set().union(*groups)


def points_mistake(seen: Seen, axes: list[dict], features: list[np.ndarray], y: np.ndarray) -> str:
    """Return the name of the mistake behind points that are not found."""
    series = [s for ax in axes for s in ax["series"]]
    predicted = seen.sheet_array("y_pred@plot")
    if any(_pairs(s, x, predicted) for s in series for x in features):
        return "prediction-for-target"
    if any(_pairs(s, y, x) for s in series for x in features):
        return "feature-target-exchanged"
    if any(_pairs(s, predicted, y) or _pairs(s, y, predicted) for s in series):
        return "prediction-for-feature"
    index = np.arange(y.size)
    numbered = any(_pairs(s, index + first, y) for s in series for first in (0, 1))
    return "points-over-index" if numbered else "points-missing"


def _pairs(points: np.ndarray, x: np.ndarray, y: np.ndarray) -> bool:
    """Tell whether points are these pairs, in any order."""
    wanted = np.column_stack([np.ravel(x), np.ravel(y)])
    if points.shape != wanted.shape or not np.isfinite(points).all():
        return False
    return same(points[np.lexsort(points.T)], wanted[np.lexsort(wanted.T)])


def says(label: Any, word: str) -> bool:
    """Tell whether a label holds a word, given as a regular expression."""
    return re.search(word, str(label).lower()) is not None


def labelled(found: list[dict]) -> dict:
    """Return the first of some axes that carries both labels, else the first."""
    whole = [ax for ax in found if ax["xlabel"].strip() and ax["ylabel"].strip()]
    return (whole or found)[0]
