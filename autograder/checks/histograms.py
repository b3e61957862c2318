"""Find in the description of a figure the histogram of the residuals, however it was drawn."""

import numpy as np

from autograder.checks.expectations import same
from autograder.checks.figures import DRAWN, axes_of, expect_labels, expect_own_axes, labelled
from autograder.errors import expect
from autograder.seen import Seen

MOST_BINS, MOST_SETS = 500, 12  # of a line, which may have fifty thousand points; of some axes
MOST_AXES = 12  # that hold something: every set of each is compared with ten sets of numbers


def plotted_residuals(seen: Seen) -> np.ndarray:
    """Return y_test - y_pred of the figure question."""
    return seen.sheet_array("y_test@plot").ravel() - seen.sheet_array("y_pred@plot").ravel()


def expect_histogram(seen: Seen, question: str, residuals: np.ndarray) -> None:
    """Fail unless some axes hold a histogram of these residuals, in counts or as a density."""
    called = seen.called(question)
    axes = [ax for ax in axes_of(seen, question) if any(ax[kind] for kind in DRAWN)][:MOST_AXES]
    found = [ax for ax in axes if is_histogram(ax, residuals) or in_equal_bins(ax, residuals)]
    hint = "Draw plt.hist of np.ravel(y_test) - np.ravel(y_pred), with all its bins."
    expect(found, "no histogram of y_test - y_pred", "a histogram of y_test - y_pred", hint,
           called=called, misconception=histogram_mistake(seen, axes, residuals))  # fmt: skip
    expect_own_axes(found, seen.answers["history"].values(), called)
    expect_labels(labelled(found), called)


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
    lines = [series for series in ax.get("series", []) if len(series) <= MOST_BINS]
    lines = [turned for line in lines for turned in (line, line[:, ::-1]) if one_way(turned[:, 0])]
    polygons = ax["outlines"][:MOST_SETS]
    for outline in [*polygons, *(polygon[:, ::-1] for polygon in polygons), *lines[:MOST_SETS]]:
        if len(outline) > 3:
            edges = np.unique(outline[:, 0])
            middles = (edges[1:] + edges[:-1]) / 2
            found.append((edges, np.array([_height(outline, x) for x in middles])))
    for series in ax.get("series", [])[:MOST_SETS]:
        found += stepped(series) if len(series) <= MOST_BINS else []
    return [(edges, h) for edges, h in found if (np.diff(edges) > 0).all()]


def one_way(x: np.ndarray) -> bool:
    """Tell whether a line never turns back, as the outline of a histogram, and points rarely do."""
    return bool((np.diff(x) >= 0).all() or (np.diff(x) <= 0).all())


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
    for x, heights in (series.T, series[:-1].T, series[1:].T):
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
