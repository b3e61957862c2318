"""Honest alternatives: other ways to do what the task asks cost nothing.

Each way names the naive check that would have refused it. Whole submissions are in `zoo/honest`.
"""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from autograder import grade
from autograder.tests.desk import QUICK, Desk, notebook_text, patched, rubric, verdicts
from autograder.tests.mistakes import named

ALL = "the whole script"  # stands for it among the cells of a notebook


@dataclass(frozen=True)
class Way:
    """A changed reference that is as right as the reference, and a check that would refuse it.

    `code` is written below the reference, where it takes the place of what has the same name; in
    the `cells` of a notebook, `ALL` stands for the script that this makes.
    """

    name: str
    part: int
    naive: str
    code: str = ""
    changes: dict[str, str] = field(default_factory=dict)
    cells: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The student's script, or the notebook of these cells."""
        script = f"{patched(self.part, self.changes)}\n\nimport keras\n{self.code}\n"
        return notebook_text([c.replace(ALL, script) for c in self.cells]) if self.cells else script


def way(name: str, part: int, *, naive: str, code: str = "", cells=(), **changes: str) -> Way:
    """A reference in which a function is written in another way.

    Args:
        name: The style, in words.
        part: Number of the part.
        naive: The check that would have refused it.
        code: What takes the place of the reference's functions.
        cells: The cells of a notebook, in which `ALL` stands for the script.
        **changes: Lines of the reference, and what takes their place.
    """
    return Way(name, part, naive, code, changes, tuple(cells))


QUICK_WAYS = [
    way("X and y in a list, float64, targets (n, 1)", 1,
        naive="isinstance(result, tuple), X.dtype == float32, y.shape == (n,)", code="""
def createSynData(start: int = 1, stop: int = 21, const: float = 15) -> list:
    x = np.arange(start, stop) * 1.0
    y = const * x
    return [x[1:, None, None], y[:-1].reshape(-1, 1)]
"""),
    way("plain Python lists", 1,
        naive="X.shape on what came back", code="""
def createSynData(start=1, stop=21, const=15):
    X = [[[float(i)]] for i in range(start + 1, stop)]
    return X, [const * (i - 1.0) for i in range(start + 1, stop)]

def createTestData(X_train, n=20, const=15):
    last = int(X_train[-1][0][0])
    return createSynData(last, last + n + 1, const)

def linear_baseline(X_train, y_train, X_test):
    slope, intercept = np.polyfit(np.ravel(X_train), np.ravel(y_train), 1)
    return [slope * x + intercept for x in np.ravel(X_test)]
"""),
    way("test data ten beyond the training range", 1,
        naive="X_test[0] == X_train[-1] + 3, as in the docstring's example", code="""
def createTestData(X_train, n=20, const=15):
    X = X_train.max() + 10 + np.arange(n)
    return X.reshape(n, 1, 1), const * (X - 1)
"""),
    way("a baseline of shape (n, 1)", 1,
        naive="y_line.shape == (n,)", code="""
def linear_baseline(X_train, y_train, X_test):
    A = np.column_stack([np.ravel(X_train), np.ones(len(X_train))])
    w, *_ = np.linalg.lstsq(A, np.reshape(y_train, (-1, 1)), rcond=None)
    return np.column_stack([np.ravel(X_test), np.ones(len(X_test))]) @ w
"""),
    way("scores by their formulas, as NumPy numbers, with extra keys", 1,
        naive="isinstance(r2, float), result.keys() == {'r2', 'mse', 'normality_p'}", code="""
def evaluate(y_true, y_pred):
    def _squares(a):
        return np.sum(a ** 2)
    residuals = np.asarray(y_true).flatten() - np.asarray(y_pred).flatten()
    r2 = 1 - _squares(residuals) / _squares(y_true - np.mean(y_true))
    return {"r2": r2, "mse": np.mean(residuals**2), "normality_p": stats.normaltest(residuals)[1],
            "rmse": np.sqrt(np.mean(residuals**2)), "residuals": residuals, "note": "fine"}
"""),
    way("a Kolmogorov-Smirnov test of standardised residuals", 1,
        naive="normality_p == shapiro(residuals).pvalue", code="""
def evaluate(y_true, y_pred):
    y_true, y_pred = np.ravel(y_true), np.ravel(y_pred)
    r = y_true - y_pred
    p = stats.kstest((r - r.mean()) / r.std(), "norm").pvalue
    return dict(r2=np.array([r2_score(y_true, y_pred)]), mse=np.float32(np.mean(r**2)), normality_p=p)
"""),
    way("three figures in a list, scatter for plot, a density", 1,
        naive="len(figure.axes) == 3, three lines in ax.lines, bars that sum up to n", code="""
def plot_results(history, X_test, y_test, y_pred):
    figures = []
    for draw in (_curves, _bars, _points):
        figure, ax = plt.subplots()
        draw(ax, history, X_test, np.ravel(y_test), np.ravel(y_pred))
        figures.append(figure)
    return figures

def _curves(ax, history, *_):
    epochs = np.arange(1, len(history["loss"]) + 1)
    for key, values in history.items():
        ax.plot(epochs, values, ".-", label=key)
    ax.set_xlabel("Epoche"); ax.set_ylabel("Kosten"); ax.legend(); ax.set_yscale("log"); ax.grid()

def _bars(ax, history, X_test, y_test, y_pred):
    ax.hist(y_test - y_pred, bins="auto", density=True)
    ax.axvline(0, color="k")
    ax.set(xlabel="Abweichung", ylabel="Dichte")

def _points(ax, history, X_test, y_test, y_pred):
    ax.scatter(X_test[:, 0, 0], y_test, label="wahr")
    ax.scatter(X_test[:, 0, 0], y_pred, label="vorhergesagt")
    ax.set(xlabel="Merkmal", ylabel="Ziel")
"""),
    way("nothing returned, pyplot left open, a step histogram", 1,
        naive="isinstance(result, Figure), bars in ax.containers", code="""
def plot_results(history, X_test, y_test, y_pred):
    plt.figure()
    plt.plot(history["loss"]); plt.plot(history["val_loss"])
    plt.xlabel("epoch"); plt.ylabel("loss"); plt.legend(["train", "validation"])
    plt.figure()
    plt.hist(np.ravel(y_pred) - np.ravel(y_test), 12, histtype="step")
    plt.xlabel("residual"); plt.ylabel("count")
    plt.figure()
    plt.plot(X_test.flatten()[::-1], y_test.flatten()[::-1], "r+")
    plt.xlabel("X"); plt.ylabel("y")
    plt.show()
"""),
    way("saved and closed, filled steps, a curve in axes of its own", 1,
        naive="plt.get_fignums() after the call; both losses in the same axes", code="""
def plot_results(history, X_test, y_test, y_pred):
    fig = plt.figure(figsize=(6, 10))
    for n, key in enumerate(["loss", "val_loss"], 1):
        ax = fig.add_subplot(4, 1, n)
        ax.loglog(range(1, len(history[key]) + 1), history[key])
        ax.set(xlabel="epoch", ylabel=key)
    ax = fig.add_subplot(413, xlabel="residual", ylabel="n")
    ax.hist(np.ravel(y_test) - np.ravel(y_pred), bins=5, histtype="stepfilled", cumulative=False)
    ax = fig.add_subplot(414, xlabel="X", ylabel="y")
    ax.plot(np.ravel(X_test), np.ravel(y_test), "--")
    fig.savefig("figure.png")
    plt.close(fig)
"""),
    way("bars of numpy.histogram, a legend of the figure, shared labels", 1,
        naive="ax.get_legend(), ax.get_xlabel(), a mock of plt.hist", code="""
def plot_results(history, X_test, y_test, y_pred):
    fig, ax = plt.subplots()
    ax.plot(history["loss"], label="training")
    ax.plot(history["val_loss"], label="validation")
    fig.legend()
    fig.supxlabel("epoch")
    fig.supylabel("loss")
    fig2, (left, right) = plt.subplots(1, 2)
    counts, edges = np.histogram(np.ravel(y_test) - np.ravel(y_pred))
    left.bar(edges[:-1], counts, width=np.diff(edges), align="edge")
    left.set(xlabel="residual", ylabel="count")
    right.set(xlabel="X", ylabel="y")
    right.plot(np.ravel(X_test), np.ravel(y_test), "o")
    return fig, fig2
"""),
    way("rows made in a loop", 2,
        naive="equality with the rows of the reference for the same seed", code="""
def createSynData(nSequences=25, iLength=10, offset=0, target="next", seed=1234):
    rng = np.random.RandomState(seed)
    X, y = np.zeros((nSequences, iLength, 1)), []
    for i in range(nSequences):
        start, step = rng.randint(1, 11) + offset, rng.uniform(0.1, 0.5)
        X[i, :, 0] = [start + k * step for k in range(iLength)]
        y.append([start + iLength * step if target == "next" else X[i, -2, 0]])
    return X, np.array(y)
"""),
    way("seeded by numpy.random.seed, lists", 2,
        naive="equality with the rows of default_rng(seed)", code="""
def createSynData(nSequences=25, iLength=10, offset=0, target="next", seed=1234):
    np.random.seed(seed)
    start = np.random.randint(1, 11, nSequences) + offset
    rows = start[:, None] + np.random.uniform(.1, .5, (nSequences, 1)) * np.arange(iLength + 1)
    return rows[:, :-1, None].tolist(), rows[:, -1 if target == "next" else -3].tolist()
"""),
    way("the target over the mean of the row", 2,
        naive="the horizontal axis is X_test[:, -1, 0]",
        **{"np.asarray(X_test)[:, -1, 0]": "np.asarray(X_test).mean(axis=(1, 2))"}),
    way("the target over the first number", 2,
        naive="the horizontal axis is X_test[:, -1, 0]",
        **{"np.asarray(X_test)[:, -1, 0]": "X_test[:, 0, 0]"}),
    way("a loader in plain Python, labels (n, 1)", 3,
        naive="a mock of numpy.loadtxt, y.shape == (n,)", code="""
def load_arrivals(path):
    with open(path) as lines:
        rows = []
        for number, line in enumerate(lines, 1):
            if line.startswith("#"):
                continue
            try:
                row = [float(word) for word in line.split()]
                assert len(row) == 7
            except (ValueError, AssertionError):
                raise ValueError("%s: line %d is broken" % (path, number))
            rows.append(row)
    rows = np.array(rows)
    return rows[:, :6, None], rows[:, 6:].astype("int32")
"""),
    way("labels as floats in a list", 3,
        naive="labels.dtype.kind == 'i'", code="""
def to_labels(probabilities, threshold=0.5):
    return [1.0 if p > threshold else 0.0 for p in np.ravel(probabilities)]
"""),
    way("labels as booleans", 3,
        naive="labels.dtype.kind == 'i'", **{"> threshold).astype(int)": "> threshold)"}),
    way("counts by hand in nested lists", 3,
        naive="matrix.shape, matrix.dtype, the set of keys", code="""
def evaluate(y_true, probabilities):
    y, p = list(np.ravel(y_true)), [int(v > 0.5) for v in np.ravel(probabilities)]
    m = [[sum(a == i and b == j for a, b in zip(y, p)) for j in (0, 1)] for i in (0, 1)]
    return {"accuracy": np.float64(m[0][0] + m[1][1]) / len(y), "confusion_matrix": m, "tp": m[1][1]}
"""),
    way("ConfusionMatrixDisplay, bars beside it", 3,
        naive="the number of axes, which the colour bar adds to", code="""
def plot_results(history, confusion_matrix):
    from sklearn.metrics import ConfusionMatrixDisplay
    f1, axes = plt.subplots(2, 1)
    for ax, key in zip(axes, ("loss", "accuracy")):
        ax.plot(history[key], "b"); ax.plot(history["val_" + key], "r--")
        ax.set(xlabel="Epoch", ylabel=key); ax.legend(["Training", "Validierung"])
    display = ConfusionMatrixDisplay(confusion_matrix, display_labels=["noise", "quake"]).plot()
    return [f1, display.figure_]
"""),
    way("a normalised matrix, German labels", 3,
        naive="the image equals the counts; 'predicted' in xlabel", code="""
def plot_results(history, confusion_matrix):
    figs = []
    for key in ("loss", "accuracy"):
        figs.append(plt.figure())
        for k in (key, "val_" + key):
            plt.plot(np.arange(1, len(history[k]) + 1), history[k], label=k)
        plt.xlabel("Epoche"); plt.ylabel(key); plt.legend()
    figs.append(plt.figure())
    shares = confusion_matrix / confusion_matrix.sum(axis=1, keepdims=True)
    plt.matshow(shares, fignum=0); plt.colorbar()
    plt.ylabel("wahre Klasse"); plt.xlabel("vorhergesagte Klasse")
    return figs
"""),
    way("the matrix drawn with pcolormesh, the prediction on the rows", 3,
        naive="ax.images[0]; 'predicted' in xlabel",
        **{'ax.imshow(confusion_matrix, cmap="Blues", vmin=0)': "ax.pcolormesh(confusion_matrix.T)",
           "ax.text(column, row, int(count)": "ax.text(row + 0.5, column + 0.5, int(count)",
           'xlabel="Predicted class", ylabel="True class"': 'xlabel="actual", ylabel="predicted"'}),
    way("the matrix upside down, and so its ticks and counts", 3,
        naive="image == matrix", code="""
def _plot_confusion(ax, confusion_matrix):
    turned = confusion_matrix[::-1]
    ax.imshow(turned)
    for (row, column), count in np.ndenumerate(turned):
        ax.text(column, row, str(count))
    ax.set_xticks([0, 1], ["noise", "earthquake"])
    ax.set_yticks([0, 1], ["earthquake", "noise"])
    ax.set(xlabel="Predicted", ylabel="True")
"""),
    way("the counts as annotations", 3, naive="ax.texts[0].get_position() == (0, 0)",
        **{"ax.text(column, row, int(count), ha": "ax.annotate(int(count), (column, row), ha"}),
    way("the counts beside the picture", 3, naive="texts in the order of the matrix",
        **{"ax.text(column, row, int(count), ha":
           "ax.annotate(int(count), (row, column), xycoords='axes fraction', ha"}),
    way("curves as stairs", 3, naive="ax.lines[0].get_ydata() == loss", code="""
def _plot_curves(ax, history, quantity):
    ax.stairs(history[quantity], baseline=None, label="training")
    ax.stairs(history[f"val_{quantity}"], baseline=None, label="validation")
    ax.set(xlabel="epoch"); ax.legend()
"""),
    way("points in two groups", 1, naive="one collection with all points", code="""
def _plot_target(ax, features, targets):
    far = targets > np.median(targets)
    ax.scatter(features[far], targets[far], label="large")
    ax.scatter(features[~far], targets[~far], label="small")
    ax.set(xlabel="X_test", ylabel="y_test"); ax.legend()
"""),
    way("points one by one", 2, naive="one line with all points", code="""
def _plot_target(ax, last, targets):
    for number, target in zip(last, targets):
        ax.plot(number, target, "k.")
    ax.set(xlabel="last number", ylabel="target")
"""),
    way("a histogram as bars over the names of its bins", 1,
        naive="the bars' edges are those of the bins", code="""
def _plot_residuals(ax, residuals):
    counts, edges = np.histogram(residuals, 8)
    ax.bar([f"{a:.1f} to {b:.1f}" for a, b in zip(edges, edges[1:])], counts)
    ax.set(xlabel="residual", ylabel="count")
"""),
    way("a histogram as a line of steps", 2, naive="len(ax.patches) > 2", code="""
def _plot_residuals(ax, residuals):
    counts, edges = np.histogram(residuals, 7)
    ax.step(edges, np.append(counts, 0), where="post")
    ax.set(xlabel="residual", ylabel="count")
"""),
    way("a p-value from a table that ends at 0.01", 1, naive="p < 0.01",
        **{"float(stats.shapiro(y_true - y_pred).pvalue)":
           "float(np.clip(stats.shapiro(y_true - y_pred).pvalue, 0.01, 0.15))"}),
    way("loss over accuracy, one label for both", 3,
        naive="an xlabel of its own in all axes", code="""
def plot_results(history, confusion_matrix):
    fig, (upper, lower) = plt.subplots(2, 1, sharex=True)
    for ax, key in ((upper, "loss"), (lower, "accuracy")):
        ax.plot(history[key], label=key); ax.plot(history["val_" + key], label="val " + key)
        ax.legend(); ax.set_ylabel(key)
    lower.set_xlabel("epoch")
    _plot_confusion(plt.figure().gca(), confusion_matrix)
"""),
    way("loss and accuracy in one pair of axes", 3,
        naive="loss and accuracy in axes of different places", code="""
def plot_results(history, confusion_matrix):
    fig, (ax, right) = plt.subplots(2)
    twin = ax.twinx()
    for key in ("loss", "val_loss"):
        ax.plot(history[key], label=key)
    for key in ("accuracy", "val_accuracy"):
        twin.plot(history[key], ":", label=key)
    ax.set(xlabel="epoch", ylabel="loss"); twin.set_ylabel("accuracy"); ax.legend(); twin.legend()
    _plot_confusion(right, confusion_matrix)
    return fig
"""),
    way("a named tuple, type hints, a lambda, a partial function", 1,
        naive="type(result) is tuple, inspect.isfunction(createSynData)", code="""
from functools import partial
from typing import NamedTuple
import numpy.typing as npt

class Pairs(NamedTuple):
    X: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]

def pairs(dtype: type, start: int = 1, stop: int = 21, const: float = 15) -> Pairs:
    x: npt.NDArray[np.float64] = np.arange(start + 1, stop, dtype=dtype)
    return Pairs(x[:, None, None], const * (x - 1))

createSynData = partial(pairs, np.float64)
linear_baseline = lambda X_train, y_train, X_test: np.poly1d(
    np.polyfit(X_train.ravel(), y_train.ravel(), 1))(X_test.ravel())
"""),
    way("German names, umlauts and comments, helper functions below their use", 1,
        naive="reads the file as ASCII, or runs one function without the rest of the module", code="""
def createSynData(start=1, stop=21, const=15):
    # Größen und Zielgrößen; das erste Glied hat keinen Vorgänger
    größen = _zahlen(start, stop)
    return _als_folge(größen[1:]), _ziele(größen, const)[:-1]

def _zahlen(anfang, ende):
    return np.arange(anfang, ende, dtype="float32")

def _als_folge(größen):
    return größen.reshape(-1, 1, 1)

_ziele = np.multiply
"""),
    way("methods of a class, static and of an instance", 1,
        naive="a search for 'def createSynData(' at the start of a line", code="""
class Rule:
    @staticmethod
    def pairs(start=1, stop=21, const=15):
        x = np.arange(start + 1, stop, dtype="float32")
        return x.reshape(-1, 1, 1), const * (x - 1)

    def __call__(self, X_train, n=20, const=15):
        last = int(X_train.max())
        return self.pairs(last, last + n + 1, const)

createSynData, createTestData = Rule.pairs, Rule()
"""),
    way("prints everywhere", 1, naive="an empty stdout, or a result read from its last line", code="""
def createSynData(start=1, stop=21, const=15):
    print("start", start, "stop", stop)
    x = np.arange(start, stop, dtype="float32")
    print(f"::notice title=Autograding complete::Points {len(x)}/80")
    print("Score 80/80", end="")
    return x[1:].reshape(-1, 1, 1), const * x[:-1]
"""),
    way("no main guard: data, numbers and open figures at the top level", 1,
        naive="imports the module and wants no output, no figures and no names of its own", code="""
X_train, y_train = createSynData()
X_test, y_test = createTestData(X_train)
print(X_train.shape, y_test[:3], evaluate(y_test, linear_baseline(X_train, y_train, X_test)))
assert y_train[0] == 15
history = {"loss": [3, 2, 1], "val_loss": [4, 3, 2]}
plot_results(history, X_test, y_test, y_test + np.sin(y_test))
plt.plot([1, 2, 3])
plt.ion()
plt.show()
"""),
    way("lines of matplotlib's objects, no pyplot at all", 1,
        naive="plt.get_fignums(), or a mock of pyplot.plot and pyplot.hist", code="""
from matplotlib.figure import Figure

def plot_results(history, X_test, y_test, y_pred):
    figure = Figure(figsize=(12, 4), layout="constrained")
    cost, residuals, target = figure.subplots(1, 3)
    for key in ("loss", "val_loss"):
        cost.plot(history[key], label=key)
    cost.set_xlabel("epoch"), cost.set_ylabel("mse"), cost.legend()
    residuals.hist(np.ravel(y_test) - np.ravel(y_pred), bins=7)
    residuals.set_xlabel("residual"), residuals.set_ylabel("count")
    target.plot(np.ravel(X_test), np.ravel(y_test), "s")
    target.set_xlabel("X"), target.set_ylabel("y")
    return figure
"""),
    way("a panel more, over words; dates in another; a bar for each target", 1,
        naive="line.get_xdata() is numbers; one figure of three axes", code="""
import datetime

def plot_results(history, X_test, y_test, y_pred):
    fig, (a, b, c, d, e) = plt.subplots(5)
    a.plot(history["loss"], label="train"), a.plot(history["val_loss"], label="val")
    a.set(xlabel="epoch", ylabel="loss"), a.legend()
    b.hist(np.ravel(y_test) - np.ravel(y_pred)), b.set(xlabel="residual", ylabel="count")
    c.bar(np.ravel(X_test), np.ravel(y_test)), c.set(xlabel="X", ylabel="y")
    d.plot(["smallest", "largest"], [np.min(y_pred), np.max(y_pred)], "o-")
    e.plot([datetime.date(2026, 1, day) for day in (1, 2)], [1, 2])
    return fig
"""),
    way("steps, stairs and a stem plot", 1,
        naive="ax.containers[0] holds bars, ax.collections[0] holds points", code="""
def plot_results(history, X_test, y_test, y_pred):
    fig, (a, b, c) = plt.subplots(3)
    for key in ("loss", "val_loss"):
        a.step(range(len(history[key])), history[key], where="mid", label=key)
    a.set(xlabel="epoch", ylabel="loss"); a.legend()
    counts, edges = np.histogram(np.ravel(y_test) - np.ravel(y_pred), bins=9)
    b.stairs(counts, edges, fill=True); b.set(xlabel="residual", ylabel="count")
    c.stem(np.ravel(X_test), np.ravel(y_test)); c.set(xlabel="X", ylabel="y")
    return fig
"""),
    way("a tuple, targets (n, 1), steps in a cumulated sum", 2,
        naive="y.shape == (n,), equality with the rows of the reference for the same seed", code="""
def createSynData(nSequences=25, iLength=10, offset=0, target="next", seed=1234):
    \"\"\"Rows of constant step.\"\"\"
    rng = np.random.default_rng(seed)
    steps = np.repeat(rng.uniform(0.1, 0.5, (nSequences, 1)), iLength, axis=1)
    steps[:, 0] = rng.choice(np.arange(1, 11), nSequences) + offset
    X = np.cumsum(steps, axis=1, dtype=float)
    y = {"next": X[:, -1:] + steps[:, 1:2], "penultimate": X[:, -2:-1]}[target]
    return X[:, :, None], y
"""),
    way("read by columns with numpy.genfromtxt", 3,
        naive="a mock of open, or the words 'line 5' in the message", code="""
def load_arrivals(path):
    with open(path) as file:
        numbered = [(n, s.rstrip("\\n")) for n, s in enumerate(file, 1) if s.strip() and s[0] != "#"]
    table = []
    for n, s in numbered:
        row = np.genfromtxt([s], delimiter=[6] * 6 + [4])
        if row.shape != (7,) or np.isnan(row).any():
            raise ValueError("mend " + str(path) + ":" + str(n))
        table.append(row)
    table = np.array(table)
    return table[:, :6].reshape(-1, 6, 1), table[:, 6].astype(bool)
"""),
    way("nested tuples of counts, accuracy as a NumPy number", 3,
        naive="matrix.shape == (2, 2), isinstance(accuracy, float)", code="""
def evaluate(y_true, probabilities):
    from collections import Counter
    pairs = Counter(zip(np.ravel(y_true).tolist(), to_labels(probabilities).tolist()))
    matrix = tuple(tuple(pairs[i, j] for j in (0, 1)) for i in (0, 1))
    return {"accuracy": np.float32(np.trace(matrix) / sum(pairs.values())), "confusion_matrix": matrix}
"""),
    way("accuracy in percent", 3, naive="a line that equals history['accuracy']", code="""
def plot_results(history, confusion_matrix):
    fig, (a, b, c) = plt.subplots(1, 3)
    a.plot(history["loss"], label="training"); a.plot(history["val_loss"], label="validation")
    a.set(xlabel="epoch", ylabel="loss"); a.legend()
    b.plot(100 * np.array(history["accuracy"]), label="training")
    b.plot(100 * np.array(history["val_accuracy"]), label="validation")
    b.set(xlabel="epoch", ylabel="accuracy (%)"); b.legend()
    _plot_confusion(c, confusion_matrix)
    return fig
"""),
    way("a notebook with magics, shell lines, a capture and a question mark", 1,
        naive="compile(cell), or a regular expression that drops whole cells with magics",
        cells=("%load_ext autoreload\n%autoreload 2\n!pip list", ALL, "%%time\nprint(createSynData())",
               "files = !ls ../data\nfor f in range(2):\n    %time print(f)\ncreateSynData?",
               "%%capture out\nN = 3\n")),
    way("a notebook of one cell, a magic in its first line", 2,
        naive="drops the docstring, or every line that begins with %",
        cells=(f"%matplotlib inline\n{ALL}",)),
    way("a notebook whose first cell is a shell script", 1,
        naive="the header is the docstring of the first cell of kind code",
        cells=("%%bash\npip install -q -r requirements.txt", ALL)),
    way("a shell line that goes on in the next one", 1,
        naive="drops the lines that begin with !, and no others",
        cells=(f"!pip install -q \\\n    keras scipy\n{ALL}",)),
    way("a magic beside a formatted text that begins a line with %", 1,
        naive="takes every line that begins with % for a magic",
        cells=("%matplotlib inline\n" + ALL + """
def evaluate(y_true, y_pred):
    r = np.ravel(y_true) - np.ravel(y_pred)
    print(
        "%d residuals, the largest is %g"
        % (len(r), r.max())
    )
    return {"r2": r2_score(np.ravel(y_true), np.ravel(y_pred)), "mse": np.mean(r**2),
            "normality_p": stats.shapiro(r).pvalue}
""",)),
    way("IPython's display", 1, naive="runs the cells without the names that a notebook has",
        cells=(ALL, """
def linear_baseline(X_train, y_train, X_test):
    slope, intercept = np.polyfit(X_train.ravel(), y_train.ravel(), 1)
    display(slope, intercept)
    return slope * X_test.ravel() + intercept
""")),
]  # fmt: skip

FUNCTIONAL1 = """
def build_model():
    inputs = keras.Input((1, 1), name="number")
    x = keras.layers.LSTM(50, "relu", return_sequences=True, name="first")(inputs)
    x = keras.layers.LSTM(50, "relu")(x)
    model = keras.Model(inputs, keras.layers.Dense(1)(x), name="mine")
    model.compile(keras.optimizers.Adam(0.002), keras.losses.MeanSquaredError(), metrics=["mae"])
    return model
"""
MODEL_WAYS = [
    way("functional, an optimizer and a loss as objects, a metric", 1,
        naive="isinstance(model, Sequential), model.loss == 'mse'", code=FUNCTIONAL1),
    way("the loss in a list, as for several outputs", 1, naive="model.loss == 'mse'",
        **{'loss="mse"': 'loss=["mse"]'}),
    way("the loss in a dictionary, by the name of the output", 3, naive="model.loss is a text", code="""
def build_model(n_stations=6):
    x = inputs = keras.Input((n_stations, 1))
    for more in (True, True, False):
        x = Bidirectional(LSTM(40, return_sequences=more))(x)
        x = Dropout(0.2)(x)
    model = keras.Model(inputs, Dense(1, activation="sigmoid", name="p")(x))
    model.compile("adam", loss={"p": "binary_crossentropy"}, metrics={"p": ["accuracy"]})
    return model
"""),
    way("the last number cropped out and added again", 2,
        naive="no layer but LSTM, Dropout, Dense", code="""
def build_model(iLength=10, n_hidden=50, f_dropout=0.2):
    x = inputs = keras.Input((iLength, 1))
    for more in (True, True, False):
        x = Dropout(f_dropout)(LSTM(n_hidden, return_sequences=more)(x))
    last = keras.layers.Flatten()(keras.layers.Cropping1D((iLength - 1, 0))(inputs))
    model = keras.Model(inputs, keras.layers.Add()([Dense(1)(x), last]))
    model.compile("adam", "mse")
    return model
"""),
    way("input_shape in the first layer, a list of layers", 1,
        naive="the first layer is an Input; no UserWarning", code="""
def build_model(units=50):
    model = Sequential([LSTM(units, activation="relu", return_sequences=True, input_shape=(1, 1)),
                        LSTM(units, activation="relu"), Dense(1, activation="linear")])
    model.compile(loss="mean_squared_error", optimizer="Adam")
    return model
"""),
    way("activations as layers and as functions, any number of steps", 1,
        naive="config['activation'] == 'relu', input_shape == (None, 1, 1)", code="""
import tensorflow as tf
def build_model():
    model = Sequential([Input((None, 1)), LSTM(50, activation=tf.nn.relu, return_sequences=True),
                        LSTM(50, activation="linear"), keras.layers.Activation("relu"),
                        Dense(1, activation=None)])
    model.compile("adam", "mse")
    return model
"""),
    way("relu as a layer, and as JAX's function", 1,
        naive="config['activation'] == 'relu', a class_name from a list of layers", code="""
import jax
def build_model():
    first = LSTM(50, activation=keras.layers.ReLU(), return_sequences=True)
    model = Sequential([Input((1, 1)), first, LSTM(50, activation=jax.nn.relu), Dense(1)])
    model.compile("adam", "mse")
    return model
"""),
    way("cells in a recurrent layer", 1,
        naive="isinstance(model.layers[0], LSTM)", code="""
def build_model():
    cells = [keras.layers.LSTMCell(50, activation="relu") for _ in range(2)]
    model = Sequential([Input((1, 1)), keras.layers.RNN(cells[0], return_sequences=True),
                        keras.layers.RNN(cells[1]), Dense(1)])
    model.compile("adam", "mse")
    return model
"""),
    way("noise on the input, a mask, hundreds of units, cells in both directions", 3,
        naive="a list of seven layers; parameters below a million", code="""
def build_model(n_stations=6):
    cell = keras.layers.LSTMCell(100)
    model = Sequential([Input((n_stations, 1)), keras.layers.Masking(-99.0),
                        keras.layers.GaussianNoise(0.05),
                        Bidirectional(LSTM(384, return_sequences=True)), Dropout(0.2),
                        Bidirectional(keras.layers.RNN(cell, return_sequences=True)), Dropout(0.2),
                        Bidirectional(LSTM(300)), Dropout(0.2), Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model
"""),
    way("no input shape: the first data decide", 1,
        naive="model.input_shape before any data were seen",
        **{"    model.add(Input(shape=(1, 1)))": "    #"}),
    way("a Normalization layer, adapted", 1,
        naive="[type(l) for l in model.layers] == [LSTM, LSTM, Dense]", code="""
def build_model():
    scale = keras.layers.Normalization(axis=None, input_shape=(1, 1))
    scale.adapt(createSynData()[0])
    model = Sequential([scale, LSTM(50, activation="relu", return_sequences=True),
                        LSTM(50, activation="relu"), Dense(1), keras.layers.Rescaling(100.0)])
    model.compile(optimizer="adam", loss=keras.losses.mean_squared_error)
    return model
"""),
    way("a seed in build_model, other initial weights", 1,
        naive="two builds must differ",
        **{"    model = Sequential()": "    set_random_seed(7)\n    model = Sequential()",
           'model.add(LSTM(50, activation="relu"))':
           'model.add(LSTM(50, activation="relu", kernel_initializer="he_normal"))'}),
    way("a network that works on differences", 2,
        naive="the layers stand one after the other in model.layers", code="""
def build_model(iLength=10, n_hidden=50, f_dropout=0.2):
    inputs = keras.Input((iLength, 1))
    last = inputs[:, -1:, 0]
    x = keras.layers.Subtract()([inputs, inputs[:, -1:, :]])
    for whole in (True, True, False):
        x = Dropout(f_dropout)(LSTM(n_hidden, return_sequences=whole)(x))
    model = keras.Model(inputs, keras.layers.Add()([Dense(1)(x), last]))
    model.compile(optimizer="adam", loss="mse")
    return model
"""),
    way("batch normalisation, relu, other names of parameters' values", 2,
        naive="isinstance(model.optimizer, Adam), len(model.layers) == 7", code="""
def build_model(iLength=10, n_hidden=50, f_dropout=0.2):
    model = Sequential()
    model.add(LSTM(n_hidden, activation="relu", return_sequences=True, input_shape=(iLength, 1)))
    model.add(Dropout(f_dropout)); model.add(keras.layers.BatchNormalization())
    model.add(LSTM(n_hidden, return_sequences=True)); model.add(Dropout(f_dropout))
    model.add(LSTM(n_hidden)); model.add(Dropout(f_dropout)); model.add(Dense(1))
    model.compile(optimizer=keras.optimizers.Nadam(1e-3), loss="mse")
    return model
"""),
    way("other units, a rate with a decimal more, sgd, a model in a model", 3,
        naive="model.layers[0] is a Bidirectional, 90,961 parameters", code="""
def build_model(n_stations=6):
    inner = Sequential([Input((n_stations, 1)), Bidirectional(LSTM(16, return_sequences=True)),
                        Dropout(0.20), Bidirectional(LSTM(8, return_sequences=True)), Dropout(0.2)])
    model = Sequential([inner, Bidirectional(LSTM(4), merge_mode="sum"), Dropout(0.2), Dense(1),
                        keras.layers.Activation("sigmoid")])
    model.compile("rmsprop", keras.losses.BinaryCrossentropy(), metrics=["accuracy"])
    return model
"""),
    way("all dropout after the last recurrent layer but one", 3,
        naive="layers alternate: Bidirectional, Dropout, Bidirectional, …", code="""
def build_model(n_stations=6):
    layers = [Bidirectional(LSTM(10, return_sequences=True)), Dropout(0.2), Dropout(0.2),
              Bidirectional(LSTM(10, return_sequences=True)), Bidirectional(LSTM(10)), Dropout(0.2)]
    model = Sequential([Input((n_stations, 1)), *layers, Dense(1, activation=keras.activations.sigmoid)])
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model
"""),
    way("a functional model of lists", 1,
        naive="model.input_shape == (None, 1, 1), where lists give a list", code="""
def build_model():
    x = keras.layers.Input(shape=(1, 1))
    h = keras.layers.LSTM(50, activation="relu", return_sequences=True)(x)
    y = Dense(1)(keras.layers.LSTM(50, activation="relu")(h))
    model = keras.Model(inputs=[x], outputs=[y])
    model.compile("adam", "mse")
    return model
"""),
    way("tf.nn.tanh, AdamW, a Normalization layer of given mean, a loss in tf operations", 2,
        naive="config['activation'] == 'tanh', type(model.optimizer) is Adam, model.loss == 'mse'",
        code="""
import tensorflow as tf

def squares(y_true, y_pred):
    return keras.ops.mean(keras.ops.square(y_true - y_pred), axis=-1)

def build_model(iLength=10, n_hidden=50, f_dropout=0.2):
    model = tf.keras.Sequential([tf.keras.Input((iLength, 1)),
                                 tf.keras.layers.Normalization(axis=None, mean=7.0, variance=10.0)])
    for i in range(3):
        model.add(LSTM(n_hidden, activation=tf.nn.tanh, return_sequences=i != 2))
        model.add(Dropout(rate=f_dropout))
    model.add(Dense(1))
    model.compile(optimizer=tf.keras.optimizers.AdamW(0.002, clipnorm=1.0), loss=squares)
    return model
"""),
    way("other widths in each layer, Nadam, a wrapped layer on either side", 3,
        naive="90,961 parameters, 40 units in each layer", code="""
def build_model(n_stations=6):
    x = z = keras.Input((n_stations, 1), batch_size=None, dtype="float32")
    for units, whole in ((64, True), (32, True), (8, False)):
        back = LSTM(units, return_sequences=whole, go_backwards=True)
        z = Bidirectional(LSTM(units, return_sequences=whole), backward_layer=back)(z)
        z = Dropout(0.2, seed=3)(z)
    model = keras.Model(x, Dense(1, "sigmoid")(z))
    model.compile(keras.optimizers.Nadam(0.003), "bce",
                  metrics=[keras.metrics.BinaryAccuracy("accuracy")])
    return model
"""),
]  # fmt: skip

SCALED_WAYS = [
    way("preprocess as it was handed out", 3,
        naive="mean 0 and variance 1 of the result", code="def preprocess(X_train, X):\n    return X\n"),
    way("the row's first arrival taken off", 3,
        naive="mean 0 and variance 1 of the result; dtype float32",
        code="def preprocess(X_train, X):\n    return np.float64(X - X.min(axis=1, keepdims=True))\n"),
    way("half precision", 3, naive="numpy.linalg on what came back", code="""
def preprocess(X_train, X):
    return ((X - X_train.mean(axis=0)) / X_train.std(axis=0)).astype(np.float16)
"""),
    way("long doubles", 3, naive="dtype in (float32, float64)", code="""
def preprocess(X_train, X):
    return (X - X_train.mean(axis=0)).astype(np.longdouble)
"""),
    way("scikit-learn's StandardScaler, as a list", 3,
        naive="result.shape of a list", code="""
def preprocess(X_train, X):
    from sklearn.preprocessing import StandardScaler
    scaler = StandardScaler().fit(X_train[:, :, 0])
    return scaler.transform(X[:, :, 0])[:, :, None].tolist()
"""),
]  # fmt: skip

FIT = "model.fit(X_train, y_train, epochs=2, batch_size=5, validation_split=0.2, verbose=0"
TRAIN_WAYS = [
    way("validation data split by hand, a callback, another length", 1,
        naive="a mock of fit that wants validation_split=0.2; len(loss) == EPOCHS", code="""
def train_model(model, X_train, y_train):
    stop = keras.callbacks.EarlyStopping(patience=1, restore_best_weights=True)
    record = model.fit(X_train[:-4], y_train[:-4], validation_data=(X_train[-4:], y_train[-4:]),
                       epochs=3, callbacks=[stop], verbose=2)
    return {k: np.array(v) for k, v in record.history.items()}
"""),
    way("an extra curve, and the curves as tuples", 1,
        naive="history.keys() == {'loss', 'val_loss'}, isinstance(loss, list)", code=f"""
def train_model(model, X_train, y_train):
    history = {FIT}).history
    return {{**{{k: tuple(v) for k, v in history.items()}}, "learning_rate": [0.1, 0.2], "best": 3}}
"""),
    way("a learning rate of one's own set before training", 1,
        naive="the optimizer after training is the one of build_model", code=f"""
def train_model(model, X_train, y_train):
    model.compile(keras.optimizers.Adam(0.01), "mse")
    return {FIT}).history
"""),
    way("a Normalization layer, adapted, in a training", 1,
        naive="the weights that fit changed are those of get_weights",
        code=f"{MODEL_WAYS[4].code}\nEPOCHS = 2\n"),
    way("the plateau's rate, a checkpoint in a temporary folder", 1,
        naive="an unwritable folder, or the weights after the last epoch", code="""
import tempfile
from pathlib import Path

def train_model(model, X_train, y_train):
    with tempfile.TemporaryDirectory() as folder:
        best = str(Path(folder) / "best.weights.h5")
        callbacks = [keras.callbacks.ReduceLROnPlateau(patience=1),
                     keras.callbacks.ModelCheckpoint(best, save_best_only=True, save_weights_only=True)]
        record = model.fit(X_train, y_train, epochs=3, validation_split=0.2, callbacks=callbacks)
        model.load_weights(best)
    return record.history
"""),
    way("batch by batch, the history by hand", 1, naive="a mock of fit", code="""
def train_model(model, X_train, y_train):
    history = {"loss": [], "val_loss": []}
    for epoch in range(3):
        for rows in np.array_split(np.random.permutation(15), 3):
            model.train_on_batch(X_train[rows], y_train[rows])
        history["loss"].append(model.evaluate(X_train[:15], y_train[:15], verbose=0))
        history["val_loss"].append(model.evaluate(X_train[15:], y_train[15:], verbose=0))
    return history
"""),
    way("two stages, the second with a smaller rate", 1, naive="len(loss) == epochs of the last fit",
        code="""
def train_model(model, X_train, y_train):
    first = model.fit(X_train, y_train, epochs=2, validation_split=0.2, verbose=0).history
    model.optimizer.learning_rate = 1e-4
    second = model.fit(X_train, y_train, epochs=1, validation_split=0.2, verbose=0).history
    return {key: first[key] + second[key] for key in first}
"""),
    way("rows from tf.data", 1, naive="a mock of fit that wants arrays", code="""
import tensorflow as tf
def train_model(model, X_train, y_train):
    data = tf.data.Dataset.from_tensor_slices((X_train, y_train))
    return model.fit(data.take(15).shuffle(15).batch(5), validation_data=data.skip(15).batch(4),
                     epochs=2, verbose=0).history
"""),
    way("the three seeds of the tutorials in build_model", 1, naive="two builds must differ", code=f"""
import random
EPOCHS = 2
def build_model():
    random.seed(1)
    np.random.seed(1)
    set_random_seed(1)
    return plain_model()
{FUNCTIONAL1.replace("build_model", "plain_model")}
"""),
    way("the seed of Python alone in build_model", 1, naive="two builds must differ", code=f"""
import random
EPOCHS = 2
def build_model():
    random.seed(1)
    np.random.seed(1)
    return plain_model()
{FUNCTIONAL1.replace("build_model", "plain_model")}
"""),
]  # fmt: skip

BETTER_OF_TWO = way("the better of two trainings", 1, naive="a mock of fit on the model handed over",
                    code="""
def train_model(model, X_train, y_train):
    runs = []
    for n in range(2):
        other = keras.models.clone_model(model)
        other.compile(keras.optimizers.Adam(0.003), "mse")
        history = other.fit(X_train, y_train, epochs=400, batch_size=5, validation_split=0.2, verbose=0)
        runs.append((min(history.history["loss"]), n, history.history, other.get_weights()))
    best = min(runs)
    model.set_weights(best[3])
    return best[2]
""")  # fmt: skip
HALF_PRECISION = way(
    "half precision, a line from a guide to faster training", 3,
    naive="the judge's predictions equal the worker's to four digits; type(model.optimizer) is Adam",
    code="keras.mixed_precision.set_global_policy('mixed_float16')")  # fmt: skip
TENSORFLOW_WAYS = [
    way("a GradientTape loop, predictions by model(x).numpy()", 1, naive="a mock of fit", code="""
import tensorflow as tf

def build_model():
    layers = [tf.keras.layers.LSTM(50, activation=tf.nn.relu, return_sequences=True),
              tf.keras.layers.LSTM(50, activation=tf.nn.relu), tf.keras.layers.Dense(1)]
    model = tf.keras.Sequential([tf.keras.Input((1, 1)), *layers])
    model.compile(tf.keras.optimizers.Adam(0.003), "mse")
    return model

def train_model(model, X_train, y_train):
    X, y, history = tf.constant(X_train), tf.constant(y_train), {"loss": [], "val_loss": []}

    @tf.function
    def step(x, t):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x, training=True)[:, 0] - t) ** 2)
        weights = model.trainable_variables
        model.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))

    for _ in range(600):
        for rows in np.array_split(np.random.permutation(15), 3):
            step(tf.gather(X, rows), tf.gather(y, rows))
        squares = (model(X).numpy()[:, 0] - y_train) ** 2
        history["loss"].append(squares[:15].mean())
        history["val_loss"].append(squares[15:].mean())
    return history
"""),
    way("a loss of tf operations, given as a function", 1, naive="model.loss == 'mse'", code="""
import tensorflow as tf

def squares(y_true, y_pred):
    return tf.reduce_mean(tf.math.squared_difference(tf.cast(y_true, tf.float32), y_pred))

def build_model():
    model = Sequential([Input((1, 1)), LSTM(50, activation=tf.nn.relu, return_sequences=True),
                        LSTM(50, activation=tf.nn.relu), Dense(1)])
    model.compile(keras.optimizers.Nadam(0.003), squares)
    return model

def train_model(model, X_train, y_train):
    history = {"loss": [], "val_loss": []}
    X, y = X_train, y_train.reshape(-1, 1)
    for _ in range(600):
        for rows in np.array_split(np.random.permutation(15), 3):
            model.train_on_batch(X[rows], y[rows])
        history["loss"].append(float(model.test_on_batch(X[:15], y[:15])))
        history["val_loss"].append(float(model.test_on_batch(X[15:], y[15:])))
    return history
"""),
]  # fmt: skip

EVERY_WAY = [*QUICK_WAYS, *MODEL_WAYS, *SCALED_WAYS, *TRAIN_WAYS, *TENSORFLOW_WAYS,
             BETTER_OF_TWO, HALF_PRECISION]  # fmt: skip


def expect_nothing_lost(desk: Desk, case: Way, kinds: tuple[str, ...], ids=None) -> None:
    """Judge, and expect every check that was asked to pass."""
    outcomes = desk.judge(case.part, case.source, kinds, ids)
    reasons = [f"{o.id}: {o.got} instead of {o.expected}" for o in outcomes.values() if o.got]
    assert verdicts(outcomes) == {}, reasons
    assert len(outcomes) >= 3


@pytest.mark.quick
@named(QUICK_WAYS)
def test_another_way_costs_nothing(desk: Desk, case: Way):
    """What a function gives counts, not how it is written."""
    expect_nothing_lost(desk, case, QUICK)


@named(MODEL_WAYS)
def test_another_way_to_build_the_network_costs_nothing(desk: Desk, case: Way):
    """The architecture counts, whichever of Keras' interfaces states it."""
    expect_nothing_lost(desk, case, ("model",))


@named(SCALED_WAYS)
def test_another_scaling_costs_nothing(desk: Desk, case: Way):
    """Any scaling passes that treats each row by itself and takes statistics from X_train alone."""
    ids = ("model", "model.other", "scale", "scale.row", "scale.moved", "scale.moved_row")
    expect_nothing_lost(desk, case, ("call", "model"), ids)


@named(TRAIN_WAYS)
def test_another_training_costs_nothing_but_the_floor(desk: Desk, case: Way):
    """A training of a few epochs in another style loses the floor's points and no others."""
    outcomes = desk.judge(case.part, case.source, ("model", "train"))
    assert verdicts(outcomes) == {"1.fit": ("failed", 0)}, outcomes
    assert outcomes["1.fit"].misconception == "below-floor"


def expect_full_marks(folder: Path, case: Way, backend: str) -> None:
    """Grade one part in workers, and expect all points on a backend."""
    (folder / f"{rubric().parts[case.part].stem}.py").write_text(case.source, encoding="utf-8")
    result = grade(folder, parts=(case.part,))
    lost = [(o.id, o.got, o.expected) for o in result.checks if o.status != "passed"]
    assert (lost, result.broken, result.backend) == ([], (), backend)


@named(TENSORFLOW_WAYS)
def test_what_needs_tensorflow_costs_nothing(tmp_path, case: Way):
    """What fails on the JAX backend is asked once more on TensorFlow, and earns all points there."""
    expect_full_marks(tmp_path, case, "tensorflow")


@named([BETTER_OF_TWO, HALF_PRECISION])
def test_what_only_a_worker_shows_costs_nothing(tmp_path, case: Way):
    """Weights that train_model trained in another network than the given one are the student's own;
    half precision, in which backends differ in the third digit, is no lie about predictions."""
    expect_full_marks(tmp_path, case, "jax")


@pytest.mark.quick
@pytest.mark.parametrize("case", EVERY_WAY, ids=lambda case: f"{case.part}: {case.name}")
def test_a_way_names_the_naive_check_that_would_refuse_it(case: Way):
    """A way that no naive check would refuse proves nothing."""
    assert isinstance(case, Way) and len(case.naive.split()) >= 2
