"""Find in the description of a figure the picture of a confusion matrix."""

import re

import numpy as np

from autograder.checks.advice import advise
from autograder.checks.expectations import same
from autograder.checks.figures import axes_of, expect_labels
from autograder.errors import expect
from autograder.seen import Seen

EARTHQUAKE, NOISE = r"quake|event|beben|\b1\b", r"nois|false|rausch|stör|\bno|\b0\b"
PREDICTED = "predi|prédi|previs|vorher|estimat|network|model|output|classif|klassif|prognos|netz"
TRUTH = "true|truth|actual|wahr|tats|wirklich"
WRITTEN = re.compile(r"(?<![\d.,])(\d+)(?:\.0+)?(?![\d.,]*\d|\s*%)")  # whole numbers, no shares


def expect_confusion(seen: Seen, question: str, matrix: np.ndarray) -> None:
    """Fail unless the confusion matrix is drawn as an image, its axes named the right way round."""
    axes, called = axes_of(seen, question), seen.called(question)
    drawn = [pair for ax in axes for image in two_by_two(ax)
             for pair in ((ax, image), as_named(ax, image))]  # fmt: skip
    turned = [ax for ax, image in drawn if shows(ax, image, matrix.T)]
    upright = [ax for ax, image in drawn if shows(ax, image, matrix)]
    hint = "Draw the matrix that plot_results is given, with imshow or ConfusionMatrixDisplay."
    other = "another-matrix" if drawn else "matrix-missing"
    expect(upright or turned, "no image of the confusion matrix", "an image of the matrix", hint,
           called=called, misconception=other)  # fmt: skip
    ax = (upright or turned)[0]
    expect_labels(ax, called)
    expect(is_predicted(ax["xlabel"]) or is_predicted(ax["ylabel"]),
           f"xlabel {ax['xlabel']!r}, ylabel {ax['ylabel']!r}",
           "rows named true, columns named predicted",
           "Label the axes 'Predicted …' (columns) and 'True …' (rows).", called=called,
           misconception="confusion-axes-not-named")  # fmt: skip
    vertical, horizontal = ("ylabel", "xlabel") if upright else ("xlabel", "ylabel")
    expect(is_predicted(ax[horizontal]) and not is_predicted(ax[vertical]),
           f"xlabel {ax['xlabel']!r}, ylabel {ax['ylabel']!r}" + (", matrix transposed" * (not upright)),
           "rows named true, columns named predicted",
           "Label the axes 'Predicted …' (columns) and 'True …' (rows).",
           called=called, misconception="confusion-axes-swapped")  # fmt: skip
    for ticks in (ax["xticks"], ax["yticks"]):
        expect(not exchanged(ticks), f"ticks {', '.join(ticks)}", "noise at 0, earthquake at 1",
               "The label of noise is 0, so its row and its column come first.", called=called,
               keep=1, misconception="ticks-exchanged")  # fmt: skip
    expect_counts(seen, ax, matrix if upright else matrix.T, called)


def as_named(ax: dict, image: np.ndarray) -> tuple[dict, np.ndarray]:
    """Return axes and image with noise first where the ticks name the classes the other way round."""
    turned = {name: exchanged(ax[name]) for name in ("xticks", "yticks")}
    opposed = len(set(ax["xticks"])) == 2 and ax["xticks"] == ax["yticks"][::-1]
    turned["yticks"] |= opposed and not turned["xticks"]
    ticks = {name: ax[name][::-1] for name, other_way in turned.items() if other_way}
    signs = [-1 if other_way else 1 for other_way in turned.values()]
    places = [place * signs for place in ax["places"]]
    return {**ax, **ticks, "places": places}, image[:: signs[1], :: signs[0]]


def expect_counts(seen: Seen, ax: dict, matrix: np.ndarray, called: str) -> None:
    """Fail if the four counts are written into the image of a matrix, but not each in its own square."""
    if any(place_of(ax, int(count)) is None for count in matrix.flat):
        advise(seen, "the four counts do not stand in the image of the confusion matrix")
        return
    expect(is_written(ax, matrix), "counts that are written into other squares",
           "each count in the square that shows it", "ax.text takes x first: the column, then the row.",
           called=called, keep=1, misconception="counts-misplaced")  # fmt: skip


def shows(ax: dict, image: np.ndarray, matrix: np.ndarray) -> bool:
    """Tell whether a picture is that of a matrix: in its numbers, or in their order and its counts.

    The logarithm, say, colours the squares in the same order; shades may darken or brighten with it.
    """
    order = np.argsort(matrix, axis=None)
    alike = any(np.array_equal(np.argsort(shades, axis=None), order) for shades in (image, -image))
    return is_matrix(image, matrix) or (alike and is_written(ax, matrix))


def is_written(ax: dict, matrix: np.ndarray) -> bool:
    """Tell whether the four counts of a matrix are written where its squares are."""
    (a, b), (c, d) = [[place_of(ax, int(count)) for count in row] for row in matrix]
    if any(place is None for place in (a, b, c, d)):
        return False
    return a[0] < b[0] and c[0] < d[0] and a[1] < c[1] and b[1] < d[1]


def place_of(ax: dict, count: int) -> np.ndarray | None:
    """Return where a count is written, in units of the data; None if it is not."""
    for text, place in zip(ax["texts"], ax["places"], strict=False):
        if str(count) in WRITTEN.findall(text):
            return place[0] if np.isfinite(place).all() else None
    return None


def is_predicted(label: str) -> bool:
    """Tell whether a label is that of the predictions: of the words that tell, the first one counts."""
    first = re.search(f"{PREDICTED}|{TRUTH}", label.lower())
    return bool(first and re.fullmatch(PREDICTED, first[0]))


def exchanged(ticks: list[str]) -> bool:
    """Tell whether two ticks call 0 an earthquake and 1 noise, beyond doubt."""
    if len(ticks) != 2:
        return False
    quake, noise = ([bool(re.search(words, tick.lower())) for tick in ticks]
                    for words in (EARTHQUAKE, NOISE))  # fmt: skip
    return (quake, noise) == ([True, False], [False, True])


def two_by_two(ax: dict) -> list[np.ndarray]:
    """Return the images of two rows and two columns in some axes; of colours, how bright they are."""
    shades = [image[..., :3].mean(axis=-1) if image.ndim == 3 else image for image in ax["images"]]
    return [image.reshape(2, 2) for image in shades if image.shape in ((2, 2), (4,))]


def is_matrix(image: np.ndarray, matrix: np.ndarray) -> bool:
    """Tell whether an image shows a matrix in counts, shares of all, of rows, or in percent."""
    matrix = np.asarray(matrix, float)
    rows, columns = matrix.sum(1, keepdims=True), matrix.sum(0, keepdims=True)
    shares = [matrix / matrix.sum(), matrix / rows, matrix / columns]
    rounded = any(np.abs(image - s * f).max() <= 0.0051 * f for s in shares for f in (1, 100))
    return rounded or same(image, matrix)
