"""Turn what a student's code gives, values, figures and exceptions alike, into plain data.

Used by the worker alone. Like it, this file imports nothing of the package.
"""

import importlib
import json
import os
import re
import sys
import traceback
from pathlib import Path

import numpy as np

MAX_ITEMS = 64
MAX_BYTES = 32 * 2**20
MAX_TEXT = 400


class Pack:
    """Turns what a student returned into JSON and plain arrays."""

    def __init__(self):
        self.arrays: dict[str, np.ndarray] = {}

    def value(self, value, depth: int = 0) -> dict:
        """Describe a value; arrays go aside under a name."""
        if value is None or isinstance(value, bool):
            return {"plain": value}
        if isinstance(value, str):
            return {"plain": value[:MAX_TEXT]}
        if isinstance(value, int | float) and abs(value) < 1e300:
            return {"plain": float(value) if isinstance(value, float) else int(value)}
        if isinstance(value, dict) and depth < 4:
            items = list(value.items())[:MAX_ITEMS]
            return {"dict": [[str(k)[:MAX_TEXT], self.value(v, depth + 1)] for k, v in items]}
        array = numbers(value)
        if array is not None:
            return self.store(array)
        if isinstance(value, list | tuple) and depth < 4:
            return {"items": [self.value(item, depth + 1) for item in value[:MAX_ITEMS]],
                    "length": len(value)}  # fmt: skip
        return {"other": type(value).__name__[:MAX_TEXT]}

    def store(self, array) -> dict:
        """Put an array aside; one that is no number or too large is only described."""
        array = np.asarray(array)
        entry = {"dtype": str(array.dtype)[:MAX_TEXT], "shape": list(array.shape)}
        if array.dtype.kind in "biuf" and array.nbytes <= MAX_BYTES:
            entry["array"] = f"a{len(self.arrays)}"
            self.arrays[entry["array"]] = np.array(array)
        return entry

    def weights(self, model) -> list[dict]:
        """Put a model's weights aside, in the order of `get_weights`."""
        return [self.store(np.asarray(weight)) for weight in model.get_weights()[:512]]


def numbers(value) -> np.ndarray | None:
    """Return an array-like (list, tensor, data frame, scalar) as an array, or None."""
    if not (isinstance(value, list | tuple | complex | int | float) or hasattr(value, "__array__")):
        return None
    if isinstance(value, list | tuple) and any(map(_too_large, value)):
        return None  # each item is described by itself, none is copied
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return None if array.dtype == object and isinstance(value, list | tuple) else array


def _too_large(value) -> bool:
    return isinstance(value, np.ndarray) and value.nbytes > MAX_BYTES


def described(error: BaseException, files: set[str], root: Path | None = None) -> dict:
    """Describe an exception; if its own code fails while it is asked, by that alone."""
    try:
        found = describe(error, files, root)
        json.dumps(found)
        return found
    except BaseException:
        return {"type": "an exception", "bases": [], "message": "it cannot be described",
                "file": None, "line": None, "code": ""}  # fmt: skip


def describe(error: BaseException, files: set[str], root: Path | None = None) -> dict:
    """Describe an exception by the student's own line, without a frame of ours."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in files]
    line, file = (frames[-1].lineno, frames[-1].filename) if frames else (None, None)
    code = (frames[-1].line or "") if frames else ""
    if isinstance(error, SyntaxError) and error.filename == "<unknown>":
        line, code = error.lineno, (error.text or "").strip()
    return {
        "type": type(error).__name__[:80],
        "bases": [base.__name__[:80] for base in type(error).__mro__[:10]],
        "message": clean(said(error), root)[: 2 * MAX_TEXT],
        "file": file,
        "line": line,
        "code": code[:MAX_TEXT],
    }


def said(error: BaseException) -> str:
    """Return what an exception says, notes included; of one of syntax, its message alone."""
    message = error.msg if isinstance(error, SyntaxError) and error.msg else error
    return "\n".join([str(message), *map(str, getattr(error, "__notes__", ()))])


def clean(message: str, root: Path | None) -> str:
    """Return a message without what differs from run to run: our folders, addresses, frames."""
    if root is not None:
        message = message.replace(str(root / "questions") + os.sep, "").replace(str(root), ".")
    message = message.replace(sys.prefix, "…").replace(sys.base_prefix, "…")
    message = re.sub(r"0x[0-9a-fA-F]{6,}", "0x…", message)
    if re.search(r'File ".*", line \d+, in ', message):  # a traceback, as TensorFlow writes it
        message = " ".join(message.split("\n")[0].split() + message.rstrip().split("\n")[-1].split())
    return message


def unique_figures(returned, open_: list) -> list:
    """Return the figures that came back together with those left open, each once."""
    given = returned if isinstance(returned, list | tuple) else [returned]
    found = []
    for item in [*given, *open_]:
        figure = item if hasattr(item, "savefig") and has_axes(item) else getattr(item, "figure", None)
        if has_axes(figure) and all(figure is not other for other in found):
            found.append(figure)
    return found


def has_axes(figure) -> bool:
    """Tell whether something has a list of axes, as figures have, and pyplot has not."""
    return isinstance(getattr(figure, "axes", None), list)


def all_axes(figures: list) -> list:
    """Return the axes of figures, insets included; a secondary axis shows no data of its own."""
    axes = [ax for figure in figures for outer in figure.axes for ax in (outer, *outer.child_axes)]
    return [ax for ax in axes if hasattr(ax, "get_title")]


def axes(ax, pack: Pack) -> dict:
    """Describe what one pair of axes shows: every plotted series as numbers, every label."""
    return {
        "title": ax.get_title()[:MAX_TEXT],
        "xlabel": _label(ax, "x")[:MAX_TEXT],
        "ylabel": _label(ax, "y")[:MAX_TEXT],
        "legend": [text.get_text()[:MAX_TEXT] for text in _legend(ax)[:MAX_ITEMS]],
        "texts": [text.get_text()[:MAX_TEXT] for text in ax.texts[:MAX_ITEMS]],
        "places": [pack.store(_place(ax, text)) for text in ax.texts[:MAX_ITEMS]],
        "xticks": _ticks(ax.get_xticklabels(), 0),
        "yticks": _ticks(ax.get_yticklabels(), 1),
        "series": [pack.store(xy) for xy in _series(ax)[:MAX_ITEMS]],
        "names": [name[:MAX_TEXT] for name in _names(ax)[:MAX_ITEMS]],
        "bars": [pack.store(bars) for bars in _bars(ax)[:MAX_ITEMS]],
        "outlines": [pack.store(outline) for outline in _outlines(ax)[:MAX_ITEMS]],
        "images": [pack.store(image) for image in _images(ax)[:MAX_ITEMS]],
    }


def _label(ax, name: str) -> str:
    """Return the label of an axis: its own, that of axes which share it, or the figure's."""
    sharing = getattr(ax, f"get_shared_{name}_axes")().get_siblings(ax)
    labels = [getattr(other, f"get_{name}label")() for other in (ax, *sharing)]
    return next(filter(None, labels), None) or getattr(ax.get_figure(), f"get_sup{name}label")()


def _legend(ax) -> list:
    """Return the texts of the legend of these axes, of twins and empty axes, and of their figure."""
    place = ax.get_position().bounds
    twins = [other for other in ax.get_figure().axes
             if other.get_position().bounds == place or not other.has_data()]  # fmt: skip
    legends = [child for twin in twins for child in twin.get_children() if hasattr(child, "get_texts")]
    figures = {ax.get_figure(), ax.get_figure(root=True)}
    legends += [legend for figure in figures for legend in figure.legends]
    return [text for legend in legends for text in legend.get_texts()]


def _series(ax) -> list[np.ndarray]:
    """Return the visible points of lines and scatter plots, (n, 2) each."""
    lines = [np.column_stack(_xy(line)) for line in ax.lines if line.get_visible()]
    clouds = [np.ma.filled(c.get_offsets(), np.nan) for c in ax.collections if c.get_visible()]
    return lines + [cloud for cloud in clouds if np.ndim(cloud) == 2]


def _names(ax) -> list[str]:
    """Return what the legend calls each line of `_series`: its label, or the text beside its look."""
    lines = [line for line in ax.lines if line.get_visible()]
    labels = [str(line.get_label()) for line in lines]
    legend = ax.get_legend()
    if legend is None or not all(label.startswith("_") for label in labels):
        return labels
    entries = list(zip(map(_look, legend.legend_handles), legend.get_texts(), strict=False))
    texts = [[text.get_text() for look, text in entries if look == _look(line)] for line in lines]
    return [found[0] if len(found) == 1 else "" for found in texts]


def _look(line) -> tuple | None:
    """Return by what the eye tells lines apart; None of what is no line."""
    if not hasattr(line, "get_marker"):
        return None
    colour = importlib.import_module("matplotlib.colors").to_hex(line.get_color())
    return colour, line.get_linestyle(), str(line.get_marker())


def _ticks(labels: list, axis: int) -> list[str]:
    """Return the texts beside the ticks of an axis, in the order of the numbers they stand at."""
    texts = [(float(t.get_position()[axis]), t.get_text()[:MAX_TEXT]) for t in labels if t.get_text()]
    return [text for _, text in sorted(texts)][:MAX_ITEMS]


def _xy(line) -> list[np.ndarray]:
    """Return the points of a line as they are drawn: categories and dates as numbers."""
    drawn = line.get_xdata(orig=False), line.get_ydata(orig=False)
    return [np.ma.filled(np.ma.asarray(values, float), np.nan) for values in drawn]


def _bars(ax) -> list[np.ndarray]:
    """Return the bars of each bar plot or histogram, (n, 4) each: x, y, width, height."""
    found = [[p for p in c if hasattr(p, "get_height")] for c in ax.containers if len(c)]
    sets = [[[p.get_x(), p.get_y(), p.get_width(), p.get_height()] for p in c] for c in found if c]
    for patch in ax.patches:
        if hasattr(patch, "get_data"):  # plt.stairs
            values, edges, _ = patch.get_data()
            sets.append(np.column_stack([edges[:-1], 0 * values, np.diff(edges), values]))
    return [np.asarray(bars, float) for bars in sets]


def _outlines(ax) -> list[np.ndarray]:
    """Return the corners of each polygon, (n, 2) each: histograms of one piece, plt.fill_between."""
    drawn = [p.get_xy() for p in ax.patches if hasattr(p, "get_xy") and not hasattr(p, "get_height")]
    filled = [c.get_paths() for c in ax.collections if "Poly" in type(c).__name__]
    return drawn + [paths[0].vertices for paths in filled if len(paths) == 1]


def _place(ax, text) -> np.ndarray:
    """Return where a text stands, in units of the data; NaN where an annotation does not say it so."""
    try:
        if hasattr(text, "xy"):
            x, y = text.xy if text.xycoords == "data" else (np.nan, np.nan)
            return np.array([[ax.convert_xunits(x), ax.convert_yunits(y)]], float)
        there = text.get_transform().transform(text.get_unitless_position())
        return ax.transData.inverted().transform(there).reshape(1, 2)
    except Exception:  # axes without extent, units of another kind
        return np.full((1, 2), np.nan)


def _images(ax) -> list[np.ndarray]:
    """Return the numbers of each image and mesh, rows and columns in the order of rising y and x."""
    meshes = [c for c in ax.collections if hasattr(c, "get_coordinates")]
    return [_ordered(i.get_array(), *_corners(i)) for i in ax.images] + [
        _ordered(c.get_array(), *c.get_coordinates()[[0, -1], [0, -1]]) for c in meshes]  # fmt: skip


def _corners(image) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return where the first and the last square of an image lie, (x, y) each."""
    left, right, bottom, top = image.get_extent()
    first, last = (top, bottom) if image.origin == "upper" else (bottom, top)
    return (left, first), (right, last)


def _ordered(numbers, first, last) -> np.ndarray:
    """Return an image turned so that it begins where x and y are smallest."""
    masked = np.ma.is_masked(numbers)
    numbers = np.ma.filled(numbers.astype(float), np.nan) if masked else np.ma.getdata(numbers)
    if numbers.ndim > 1:
        numbers = numbers[:: -1 if first[1] > last[1] else 1, :: -1 if first[0] > last[0] else 1]
    return numbers
