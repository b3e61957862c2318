"""Other ways to draw the figures."""

from autograder.tests.ways.way import Way, way


def residuals(name: str, options: str, data: str = "residuals", *, naive: str) -> Way:
    """A histogram of the residuals with other options."""
    code = f"""
def _plot_residuals(ax, residuals):
    ax.hist({data}, {options})
    ax.set(xlabel="residual", ylabel="count")
"""
    return way(f"residuals {name}", 1, naive=naive, code=code)


def confusion(name: str, lines: str, *, naive: str) -> Way:
    """A picture of the confusion matrix, drawn otherwise."""
    code = f"""
def _plot_confusion(ax, m):
    ax.set(xlabel="Predicted class", ylabel="True class")
    {lines}
"""
    return way(f"a matrix, {name}", 3, naive=naive, code=code)


FIGURE_WAYS = [
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
    way("squares coloured by the logarithm of their counts", 3, naive="the image equals the counts",
        **{'ax.imshow(confusion_matrix, cmap="Blues"': "ax.imshow(np.log1p(confusion_matrix)"}),
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
    way("logarithms of the losses, as the label of the axis says", 1,
        naive="a line that equals history['loss']", code="""
def _plot_cost(ax, history):
    for key in ("loss", "val_loss"):
        ax.plot(np.log10(history[key]), label=key)
    ax.set(xlabel="epoch", ylabel="log10 of the mean squared error")
    ax.legend()
"""),
    way("a histogram filled between its edges, which rounding leaves without its last number", 1,
        naive="counts.sum() == n", code="""
def plot_results(history, X_test, y_test, y_pred):
    fig, (a, b, c) = plt.subplots(3)
    a.plot(history["loss"], label="training"); a.plot(history["val_loss"], label="validation")
    a.set(xlabel="epoch", ylabel="loss"); a.legend()
    residuals = np.ravel(y_test) - np.ravel(y_pred)
    low, high = residuals.min(), residuals.max()
    edges = np.linspace(low, high - 1e-8 * (high - low), 9)
    counts, _ = np.histogram(residuals, edges)
    b.fill_between(edges, [*counts, counts[-1]], step="post"); b.set(xlabel="residual", ylabel="count")
    c.scatter(np.ravel(X_test), np.ravel(y_test)); c.set(xlabel="X", ylabel="y")
    return fig
"""),
    way("a matrix of colours, dark where it is large", 3, naive="image.ndim == 2", code="""
def _plot_confusion(ax, matrix):
    ax.imshow(plt.get_cmap("Blues")(np.asarray(matrix) / np.max(matrix)))
    for (row, column), count in np.ndenumerate(matrix):
        ax.text(column, row, str(count))
    ax.set(xlabel="predicted", ylabel="true")
"""),
    residuals("in bins that hold as many each, as a density",
              "bins=np.unique(np.quantile(residuals, np.linspace(0, 1, 6))), density=True",
              naive="heights / heights.sum() == counts / n"),
    residuals("coloured by their sign", "bins=np.histogram_bin_edges(residuals, 9), stacked=True",
              "[residuals[residuals < 0], residuals[residuals >= 0]]", naive="one container holds all"),
    residuals("filled, turned on its side", "bins=8, histtype='stepfilled', orientation='horizontal'",
              naive="the bins are on the x axis"),
    residuals("in single precision", "bins=8", "residuals.astype('float32')",
              naive="counts between edges in double precision"),
    way("a bar at a time, each in its colour", 1, naive="one container holds all", code="""
def _plot_residuals(ax, residuals):
    counts, edges = np.histogram(residuals, 8)
    for n, low, high in zip(counts, edges, edges[1:]):
        ax.bar((low + high) / 2, n, width=high - low, color="r" if high < 0 else "b")
    ax.set(xlabel="residual", ylabel="count")
"""),
    way("a line of steps over own bins", 1, naive="np.histogram(residuals, n) == heights", code="""
def _plot_residuals(ax, residuals):
    far = np.ceil(np.abs(residuals).max())
    counts, edges = np.histogram(residuals, np.linspace(-far, far, 13))
    ax.step(edges[:-1], counts, where="post")
    ax.set(xlabel="residual", ylabel="count")
"""),
    way("pyplot returned, the figure left open", 1, naive="result.axes is a list of axes", **{
        "    return fig\n": "    return plt\n"}),
    way("a fourth picture with names on its axis, and texts at them", 1,
        naive="places of texts are numbers", code="""
def _plot_target(ax, features, targets):
    ax.plot(features, targets, "o"); ax.set(xlabel="X_test", ylabel="y_test")
    _, other = plt.subplots()
    other.bar(["low", "high"], [targets.min(), targets.max()])
    other.text("low", 5, "5"); other.annotate("most", xy=("high", 7))
"""),
    way("a legend in another order", 1, naive="texts of the legend in the order of the lines", code="""
def _plot_cost(ax, history):
    (first,), (second,) = ax.plot(history["loss"]), ax.plot(history["val_loss"])
    ax.legend([second, first], ["validation", "training"])
    ax.set(xlabel="epoch", ylabel="loss")
"""),
    way("two legends, and long names", 1, naive="'val' not in the name of the training", code="""
def _plot_cost(ax, history):
    first, = ax.plot(history["loss"], label="loss values (80 % for training)")
    second, = ax.plot(history["val_loss"], label="loss values (20 % held back from training)")
    ax.add_artist(ax.legend(handles=[first]))
    ax.legend(handles=[second], loc="lower left")
    ax.set(xlabel="epoch", ylabel="loss")
"""),
    way("one legend above all subfigures", 1, naive="len(ax.get_figure().legends) == 1", code="""
def plot_results(history, X_test, y_test, y_pred):
    fig = plt.figure(layout="constrained")
    left, right = fig.subfigures(1, 2)
    cost, (middle, bottom) = left.subplots(), right.subplots(2)
    cost.plot(history["loss"], label="training"); cost.plot(history["val_loss"], label="validation")
    cost.set(xlabel="epoch", ylabel="loss")
    _plot_residuals(middle, np.ravel(y_test) - np.ravel(y_pred))
    _plot_target(bottom, np.ravel(X_test), np.ravel(y_test))
    fig.legend(loc="outside upper center")
    return fig
"""),
    confusion("output and output",
              "ax.imshow(m); ax.set(xlabel='Predicted output', ylabel='True output')",
              naive="'output' only in the label of the predictions"),
    confusion("rows upwards, in an extent of its own", "ax.imshow(m, extent=(0, 2, 0, 2)); "
              "ax.set_xticks([.5, 1.5], ['noise', 'quake']); "
              "ax.set_yticks([1.5, .5], ['noise', 'quake'])",
              naive="row 0 of the image is at y = 0"),
    confusion("turned with its ticks, in French", "ax.pcolormesh(m[::-1]); ax.set_xticks([.5, 1.5], "
              "['bruit', 'séisme']); ax.set_yticks([.5, 1.5], ['séisme', 'bruit'])",
              naive="the array that was drawn == matrix"),
    confusion("a second picture, partly masked", "ax.imshow(m); plt.figure(); "
              "plt.imshow(np.ma.masked_less(np.asarray(m), np.max(m)))",
              naive="np.ma.filled(image, nan) of whole numbers"),
    confusion("numbers beside the names",
              "ax.imshow(m); ax.set_xticks([0, 1], ['bruit (71)', 'séisme'])",
              naive="'1' in a tick is the class of earthquakes"),
]  # fmt: skip
