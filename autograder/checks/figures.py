"""Find in the description of a figure what it should show."""

from typing import Any

import numpy as np

from autograder.checks.expectations import same
from autograder.errors import expect
from autograder.seen import Seen

TABLES = {"series": (2, 50_000), "outlines": (2, 500), "bars": (4, 2_000),
          "places": (2, 1)}  # columns, most rows  # fmt: skip
MOST_BINS, MOST_SETS = 500, 12  # of a line, which may have fifty thousand points; of some axes
TRAINING, VALIDATION = ("train",), ("val",)
DRAWN = ("series", "bars", "outlines", "images")


def axes_of(seen: Seen, question: str) -> list[dict]:
    """Return the described axes of all figures; fail if nothing was drawn."""
    value, called = seen.value(question), seen.called(question)
    axes = value.get("axes") if isinstance(value, dict) else None
    axes = axes if isinstance(axes, list) else []
    described = [well_formed(ax) for ax in axes if isinstance(ax, dict)]
    drawn = any(ax[kind] for ax in described for kind in DRAWN)
    expect(drawn, "empty axes" if described else "no figure", "a figure",
           "Return the Figure, or leave it open.", called=called, root=("no figure", question),
           misconception="no-figure")  # fmt: skip
    return described


def well_formed(ax: dict) -> dict[str, Any]:
    """Return a description in which every entry is of its kind; what is not is left out."""

    def some(key: str, kind: type) -> list:
        listed = ax.get(key) if isinstance(ax.get(key), list) else []
        return [item for item in listed if isinstance(item, kind)]

    tables = {key: [a.astype(float) for a in some(key, np.ndarray)
                    if a.ndim == 2 and a.shape[1] == width and 0 < len(a) <= most]
              for key, (width, most) in TABLES.items()}  # fmt: skip
    labels = {key: ax[key] if isinstance(ax.get(key), str) else "" for key in ("xlabel", "ylabel")}
    texts = {key: some(key, str) for key in ("legend", "names", "xticks", "yticks", "texts")}
    return {**tables, **labels, **texts, "images": [a.astype(float) for a in some("images", np.ndarray)]}


def shows(ax: dict, values: list[float]) -> bool:
    """Tell whether a series of these axes has these values as its heights, as shares or in percent."""
    percent = np.multiply(100, values)
    heights = [s[:, 1] for s in ax["series"]] + [bars[:, 3] for bars in ax["bars"]]
    return any(same(h, values) or same(h, percent) for h in heights)


def expect_curves(seen: Seen, question: str, history: dict, keys: tuple[str, str]) -> None:
    """Fail unless both curves of the history are drawn, labelled, and told apart by a legend."""
    axes, called = axes_of(seen, question), seen.called(question)
    homes = []
    for key in keys:
        found = [ax for ax in axes if shows(ax, history[key])]
        hint = f"Plot history[{key!r}] over the epochs."
        expect(found, f"no line that equals history[{key!r}]", f"a line of history[{key!r}]", hint,
               called=called, misconception=curve_mistake(axes, history, key))  # fmt: skip
        homes.append(found[0])
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


def name_of(ax: dict, values: list[float]) -> str:
    """Return the name that a curve with these heights carries, empty if it has none."""
    found = [n for n, s in enumerate(ax["series"]) if same(s[:, 1], values)]
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


def expect_histogram(seen: Seen, question: str, residuals: np.ndarray) -> None:
    """Fail unless some axes hold a histogram of these residuals, in counts or as a density."""
    axes, called = axes_of(seen, question), seen.called(question)
    found = [ax for ax in axes if is_histogram(ax, residuals) or in_equal_bins(ax, residuals)]
    hint = "Draw plt.hist of np.ravel(y_test) - np.ravel(y_pred), with all its bins."
    expect(found, "no histogram of y_test - y_pred", "a histogram of y_test - y_pred", hint,
           called=called, misconception=histogram_mistake(seen, axes, residuals))  # fmt: skip
    expect_own_axes(seen, found, called)
    expect_labels(found[0], called)


def expect_own_axes(seen: Seen, found: list[dict], called: str) -> None:
    """Fail if what was found is drawn over the cost curves, and nowhere else."""
    history = seen.answers["history"]
    over = all(any(shows(ax, values) for values in history.values()) for ax in found)
    expect(not over, "one pair of axes with the cost curves in it as well", "axes of its own",
           "Open new ones: plt.figure() or plt.subplots(1, 3).", called=called,
           misconception="figures-in-one-axes")  # fmt: skip


def histogram_mistake(seen: Seen, axes: list[dict], residuals: np.ndarray) -> str:
    """Return the name of the mistake behind a histogram of other numbers."""
    true, pred = (seen.sheet_array(f"{name}@plot").ravel() for name in ("y_test", "y_pred"))
    names = {
        "residuals-broadcast": [np.subtract.outer(true, pred).ravel()],
        "residuals-scaled": [residuals / (residuals.std(ddof=n) or 1) - shift for n in (0, 1)
                             for shift in (0, residuals.mean() / (residuals.std(ddof=n) or 1))],
        "histogram-of-other-numbers": [true, pred, np.abs(residuals), residuals**2],
    }
    for name, wrong in names.items():
        if any(is_histogram(ax, values) for ax in axes for values in wrong):
            return name
    if any(counts_pairs(ax, residuals.size) for ax in axes):
        return "residuals-broadcast"
    if any(is_histogram(ax, residuals, bins=1) for ax in axes):  # whatever the bars beside it
        return "histogram-of-one-bin"
    if any(counts_some(ax, residuals) for ax in axes):
        return "histogram-cut"
    return "histogram-of-other-numbers" if any(counts(ax) for ax in axes) else "histogram-missing"


def counts_pairs(ax: dict, n: int) -> bool:
    """Tell whether there are n sets of bars that count n numbers each: plt.hist of an (n, n) array."""
    sums = [bars[:, 3].sum() for bars in ax["bars"]]
    return n > 1 and len(sums) == n and same(np.array(sums), np.full(n, n))


def counts(ax: dict) -> bool:
    """Tell whether bars that touch, or an outline, has counts or a density as heights."""
    turned = [bars[:, axes] for bars in ax["bars"] for axes in ([0, 1, 2, 3], [1, 0, 3, 2])]
    bars = [b for b in turned if np.allclose(b[1:, 0], (b[:, 0] + b[:, 2])[:-1])]
    found = bar_sets({"bars": bars, "outlines": ax["outlines"]})
    return any(len(heights) > 1 and heights.any() and
               (same(heights, heights.round()) or same(heights @ np.diff(edges), 1))
               for edges, heights in found)  # fmt: skip


def counts_some(ax: dict, residuals: np.ndarray) -> bool:
    """Tell whether the bars count those residuals that lie between them, but not all lie there."""
    for edges, heights in bar_sets(ax):
        counts = [np.histogram(values, whole)[0] for values in (residuals, -residuals)
                  for whole in roundings(edges)[:1]]  # fmt: skip
        if any(np.count_nonzero(c) > 1 and same(heights, c) for c in counts):
            return True
    return False


def is_histogram(ax: dict, residuals: np.ndarray, bins: int = 2) -> bool:
    """Tell whether the bars (or the outline), so many or more, count these residuals of either sign."""
    for edges, heights in bar_sets(ax):
        if len(heights) < bins:
            continue
        for values in (residuals, -residuals):
            counts = [np.histogram(values, rounded)[0] for rounded in roundings(edges)]
            inside = counts[0].sum() == values.size
            drawn = (heights, heights * np.diff(edges))  # a density counts by the width of its bins
            spread = np.count_nonzero(counts[0]) >= bins
            if inside and spread and any(are_counts(h, c) for c in counts for h in drawn):
                return True
    return False


def are_counts(heights: np.ndarray, counts: np.ndarray) -> bool:
    """Tell whether heights are these counts, in some unit."""
    total = heights.sum()
    return bool(np.isfinite(total) and total > 0) and same(heights / total * counts.sum(), counts)


def in_equal_bins(ax: dict, residuals: np.ndarray) -> bool:
    """Tell whether a line of steps, or bars over the names of their bins, count these residuals."""
    bars = [table[:, [0, 3]] + table[:, [2, 2]] * [0.5, 0] for table in ax["bars"]]
    drawn = [table[np.argsort(table[:, 0], kind="stable")] for table in (*bars, *ax["series"])]
    repeated = [t[:-1] for t in drawn if len(t) > 3 and t[-1, 1] in (0, t[-2, 1])]  # a last step
    return any(len(table) > 2 and counted(*table.T, values)
               for table in drawn + repeated for values in (residuals, -residuals))  # fmt: skip


def counted(x: np.ndarray, heights: np.ndarray, values: np.ndarray) -> bool:
    """Tell whether heights count values in equal bins, and stand at their bins or their numbers."""
    counts, edges = np.histogram(values, len(heights))
    places = (edges[:-1], edges[1:], (edges[:-1] + edges[1:]) / 2, np.arange(len(heights)))
    return same(heights, counts) and any(np.allclose(x, place) for place in places)


def bar_sets(ax: dict) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return edges and heights of the histograms in some axes, bars and outlines alike."""
    found = []
    for bars in [*ax["bars"][:MOST_SETS], *joined(ax["bars"])]:
        found += upright(bars) + upright(bars[:, [1, 0, 3, 2]])  # horizontal ones turned up
    outlines = ax["outlines"][:MOST_SETS]
    for outline in [*outlines, *(outline[:, ::-1] for outline in outlines)]:
        if len(outline) > 3:
            edges = np.unique(outline[:, 0])
            middles = (edges[1:] + edges[:-1]) / 2
            found.append((edges, np.array([_height(outline, x) for x in middles])))
    for series in ax.get("series", [])[:MOST_SETS]:
        found += stepped(series) if len(series) <= MOST_BINS else []
    return [(edges, h) for edges, h in found if (np.diff(edges) > 0).all()]


def joined(sets: list[np.ndarray]) -> list[np.ndarray]:
    """Return the bars of several calls as one set: a bar each, or the same bins in two colours."""
    single, several = [b for b in sets if len(b) == 1], [b for b in sets if len(b) > 1]
    found = [np.concatenate(single)] if len(single) > 1 else []
    bins = [b[:, [0, 2]] for b in several]
    if len(several) > 1 and all(b.shape == bins[0].shape and np.allclose(b, bins[0]) for b in bins):
        heights = np.sum([b[:, 3] for b in several], axis=0)
        found.append(np.column_stack([several[0][:, :3], heights]))
    return found


def stepped(series: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the bins that the points of a line may stand for, the last one perhaps twice."""
    found = []
    for x, heights in (series.T, series[:-1].T):
        step = np.diff(x)
        if len(x) > 2 and step[0] > 0 and np.allclose(step, step[0]):
            lefts = (x, x - step[0] / 2, x - step[0])
            found += [(np.append(left, left[-1] + step[0]), heights) for left in lefts]
    return found


def upright(bars: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the bins that bars (x, y, width, height) may stand for.

    Bars may touch, or be narrower than their bins and stand at the left edge or in the middle; or
    a student may have put them in the middle of the left edge.
    """
    bars = bars[np.argsort(bars[:, 0])]
    x, width, heights = bars[:, 0], bars[:, 2], bars[:, 3]
    middle = x + width / 2
    step = float(np.median(np.diff(middle))) if len(bars) > 1 else float(width[0])
    touching = np.append(x, x[-1] + width[-1])
    lefts = (x, middle - step / 2, middle)
    return [(touching, heights), *((np.append(left, left[-1] + step), heights) for left in lefts)]


def roundings(edges: np.ndarray) -> list[np.ndarray]:
    """Return edges whose outermost ones lie a rounding error further out, then further in."""
    slack = 1e-6 * (edges[-1] - edges[0])
    shifts = [(-slack, slack), (-slack, -slack), (slack, slack), (slack, -slack)]
    moved = [np.concatenate([[edges[0] + a], edges[1:-1], [edges[-1] + b]]) for a, b in shifts]
    return [rounded for rounded in moved if (np.diff(rounded) > 0).all()]


def _height(outline: np.ndarray, x: float) -> float:
    starts, ends = outline[:-1], outline[1:]
    over = (np.minimum(starts[:, 0], ends[:, 0]) < x) & (np.maximum(starts[:, 0], ends[:, 0]) > x)
    return float(np.abs(starts[over, 1]).max(initial=0))


def expect_points(seen: Seen, question: str, X: np.ndarray, y: np.ndarray) -> None:
    """Fail unless the targets are drawn over a feature: a column of X, whichever."""
    axes, called = axes_of(seen, question), seen.called(question)
    columns = np.asarray(X, float).reshape(len(X), -1).T
    candidates = [*columns, columns.mean(axis=0)]
    found = [ax for ax in axes if any(_pairs(s, x, y) for s in points_of(ax) for x in candidates)]
    found = found or [ax for ax in axes if any(in_groups(ax, x, y) for x in candidates)]
    feature = "X_test.ravel()" if len(columns) == 1 else "X_test[:, -1, 0]"
    expect(found, "no points of y_test over X_test", "y_test (vertical) over X_test (horizontal)",
           f"Plot ax.plot({feature}, y_test, 'o') or ax.scatter.", called=called,
           misconception=points_mistake(seen, axes, candidates, y))  # fmt: skip
    expect_labels(found[0], called)


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


def says(label: Any, words: tuple[str, ...]) -> bool:
    """Tell whether a label holds one of these words."""
    return any(word in str(label).lower() for word in words)


def plotted_residuals(seen: Seen) -> np.ndarray:
    """Return y_test - y_pred of the figure question."""
    return seen.sheet_array("y_test@plot").ravel() - seen.sheet_array("y_pred@plot").ravel()
