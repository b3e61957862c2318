"""A figure is judged by what it plots: without one series, label or legend its check fails."""

import numpy as np
import pytest

from autograder.checks.histograms import is_histogram
from autograder.tests.desk import Desk
from autograder.tests.mistakes import BLOCKED, Mistake, asked, expect_verdicts, mistake, named_in_shares

COST = 'ax.semilogy(history["loss"], color=BLUE, label="training")'
VAL_COST = 'ax.semilogy(history["val_loss"], color=ORANGE, label="validation")'
COST_LABELS = 'ax.set(title="Cost function", xlabel="epoch", ylabel="mean squared error")\n'
HISTOGRAM = 'ax.hist(residuals, bins=8, color=BLUE, edgecolor="white", label='
HIDDEN_BARS = 'ax.bar([0], [1], label='
TARGET1 = 'ax.plot(features, targets, "o", color=GREEN, label="test data")'
TARGET2 = 'ax.plot(last, targets, "o", color=GREEN, label="test data")'
CURVE3 = 'ax.plot(epochs, history[quantity], color=BLUE, label="training")'
VAL_CURVE3 = 'ax.plot(epochs, history[f"val_{quantity}"], color=ORANGE, label="validation")'
IMAGE3 = 'ax.imshow(confusion_matrix, cmap="Blues", vmin=0)'
PANELS = 'fig, (left, middle, right) = plt.subplots(1, 3, figsize=(13, 4), layout="constrained")'
LABELS3 = 'xlabel="Predicted class", ylabel="True class"'


def unplotted(part: int, old: str, new: str, check: str, why: str, kept=0) -> Mistake:
    """A reference figure with one thing taken out."""
    return mistake(f"{check} without {old[:70]}", part, old, new, {f"{part}.{check}": kept}, why)


def figures_of(
    part: int, target: str, cost: str, residuals: str, over: str, kept: int
) -> list[Mistake]:
    """The regression figures of Parts 1 and 2, each series and each label taken out once."""
    some = kept or 1  # a picture that is right, but for a name
    y_label = {1: "number of instances", 2: "number of rows"}[part]
    return [
        unplotted(part, COST, "", cost, "training-curve-missing", kept),
        unplotted(part, VAL_COST, "", cost, "validation-curve-missing", kept),
        unplotted(part, COST_LABELS, COST_LABELS.replace('xlabel="epoch", ', ""), cost,
                  "axis-label-missing", some),
        unplotted(part, COST_LABELS, COST_LABELS.replace(', ylabel="mean squared error"', ""), cost,
                  "axis-label-missing", some),
        unplotted(part, f"{COST_LABELS}    ax.legend()", COST_LABELS, cost, "legend-missing", some),
        unplotted(part, HISTOGRAM, HIDDEN_BARS, residuals, "histogram-missing", kept),
        unplotted(part, ', xlabel="y_test - y_predict"', "", residuals, "axis-label-missing", kept),
        unplotted(part, f', ylabel="{y_label}"', "", residuals, "axis-label-missing", kept),
        unplotted(part, target, "pass", over, "points-missing", kept),
        unplotted(part, ', ylabel="target y_test"', "", over, "axis-label-missing", kept),
    ]  # fmt: skip


ONE_PAIR = "fig, left = plt.subplots(layout='constrained'); middle = right = left"
PLOTTED = [
    mistake("all figures in one pair of axes", 1, PANELS, ONE_PAIR,
            {"1.figure_residuals": 0}, "figures-in-one-axes"),
    mistake("all figures in one pair of axes", 2, PANELS, ONE_PAIR, {"2.figures": 2},
            "figures-in-one-axes"),
    mistake("loss and accuracy in one pair of axes", 3, PANELS + "\n", f"{PANELS}; middle = left\n",
            {"3.figure_accuracy": 0}, "figures-in-one-axes"),
    *figures_of(1, TARGET1, "figure_cost", "figure_residuals", "figure_target", 0),
    *figures_of(2, TARGET2, "figures", "figures", "figures", 2),
    unplotted(1, ', xlabel="feature X_test"', "", "figure_target", "axis-label-missing"),
    unplotted(2, ', xlabel="last number of the row"', "", "figures", "axis-label-missing", 2),
    unplotted(3, CURVE3, f'if quantity != "loss": {CURVE3}', "figure_loss", "training-curve-missing"),
    unplotted(3, VAL_CURVE3, f'if quantity != "loss": {VAL_CURVE3}', "figure_loss",
              "validation-curve-missing"),
    unplotted(3, CURVE3, f'if quantity == "loss": {CURVE3}', "figure_accuracy",
              "training-curve-missing"),
    unplotted(3, VAL_CURVE3, f'if quantity == "loss": {VAL_CURVE3}', "figure_accuracy",
              "validation-curve-missing"),
    unplotted(3, 'left.set_ylabel("binary cross-entropy")', "", "figure_loss", "axis-label-missing"),
    unplotted(3, 'middle.set_ylabel("share of right labels")', "", "figure_accuracy",
              "axis-label-missing"),
    unplotted(3, IMAGE3, "", "figure_confusion", "matrix-missing"),
    unplotted(3, IMAGE3, IMAGE3.replace("(confusion_matrix", "([[140, 10], [0, 150]]"),
              "figure_confusion", "another-matrix"),
    unplotted(3, IMAGE3, IMAGE3.replace("(confusion_matrix", "(np.array(confusion_matrix) > 60"),
              "figure_confusion", "another-matrix"),
    unplotted(3, LABELS3, 'xlabel="Predicted class"', "figure_confusion", "axis-label-missing", 1),
    unplotted(3, LABELS3, 'ylabel="True class"', "figure_confusion", "axis-label-missing", 1),
    unplotted(3, "ax.text(column, row,", "ax.text(row, column,", "figure_confusion",
              "counts-misplaced", 1),
    unplotted(3, LABELS3, 'ylabel="y", xlabel="x"', "figure_confusion", "confusion-axes-not-named"),
    unplotted(3, LABELS3, 'ylabel="Predicted class", xlabel="True class"', "figure_confusion",
              "confusion-axes-swapped"),
    unplotted(3, IMAGE3, IMAGE3.replace("(confusion_matrix", "(confusion_matrix.T"),
              "figure_confusion", "confusion-axes-swapped"),
    mistake("no legend in both curves", 3, 'xlabel="epoch")\n    ax.legend()', 'xlabel="epoch")',
            {"3.figure_loss": 0, "3.figure_accuracy": 0}, "legend-missing"),
    mistake("both curves under each other's names", 3, f"{CURVE3}\n    {VAL_CURVE3}",
            f"{CURVE3.replace('training', 'validation')}\n    "
            f"{VAL_CURVE3.replace('validation', 'training')}",
            {"3.figure_loss": 0, "3.figure_accuracy": 0}, "legend-swapped"),
    mistake("names given to the legend in the wrong order", 2, f"{COST_LABELS}    ax.legend()",
            f"{COST_LABELS}    for line in ax.lines:\n        line.set_label('_')\n"
            "    ax.legend(['Validation loss', 'Training loss'])", {"2.figures": 2}, "legend-swapped"),
    mistake("noise and earthquake exchanged at the ticks", 3, 'names = ["noise", "earthquake"]',
            'names = ["Earthquake (1)", "Noise (0)"]', {"3.figure_confusion": 1}, "ticks-exchanged"),
    mistake("no labels of the epochs", 3, ', xlabel="epoch")', ")",
            {"3.figure_loss": 0, "3.figure_accuracy": 0}, "axis-label-missing"),
    mistake("the prediction over the feature", 1, "np.ravel(X_test), np.ravel(y_test))",
            "np.ravel(X_test), np.ravel(y_pred))", {"1.figure_target": 0}, "prediction-for-target"),
    mistake("feature and target exchanged", 1, "np.ravel(X_test), np.ravel(y_test))",
            "np.ravel(y_test), np.ravel(X_test))", {"1.figure_target": 0},
            "feature-target-exchanged"),
    mistake("the targets over their number", 1, "np.ravel(X_test), np.ravel(y_test))",
            "np.arange(len(y_test)), np.ravel(y_test))", {"1.figure_target": 0}, "points-over-index"),
    mistake("truth against prediction", 1, "np.ravel(X_test), np.ravel(y_test))",
            "np.ravel(y_test), np.ravel(y_pred))", {"1.figure_target": 0}, "prediction-for-feature"),
    mistake("the History object expected", 1, 'ax.semilogy(history["loss"]',
            'ax.semilogy(history.history["loss"]', {"1.figure_cost": 0, "1.figure_residuals": BLOCKED,
            "1.figure_target": BLOCKED}, "history-is-the-dictionary"),
    mistake("the whole rows over the targets", 2, TARGET2, 'ax.plot(np.arange(310), targets, "o")',
            {"2.figures": 0}, "sizes-do-not-fit"),
    mistake("losses over a fixed number of epochs", 1, 'ax.semilogy(history["loss"]',
            'ax.semilogy(range(1, EPOCHS + 1), history["loss"]', {"1.figure_cost": 0,
            "1.figure_residuals": BLOCKED, "1.figure_target": BLOCKED}, "epochs-fixed"),
    mistake("the logarithm of the losses", 1, 'ax.semilogy(history["loss"]',
            'ax.plot(np.log10(history["loss"])', {"1.figure_cost": 0}, "logarithm-of-curve"),
    mistake("the root of the loss", 1, 'ax.semilogy(history["loss"]',
            'ax.plot(np.sqrt(history["loss"])', {"1.figure_cost": 0}, "root-of-curve"),
    mistake("every second epoch", 1, 'ax.semilogy(history["loss"]',
            'ax.semilogy(history["loss"][::2]', {"1.figure_cost": 0}, "curve-thinned"),
    mistake("a histogram of standardised residuals", 1, "np.ravel(y_test) - np.ravel(y_pred)",
            "(d := np.ravel(y_test) - np.ravel(y_pred)) / d.std()", {"1.figure_residuals": 0},
            "residuals-scaled"),
    mistake("the first epochs left out", 1, 'ax.semilogy(history["loss"]',
            'ax.plot(history["loss"][5:]', {"1.figure_cost": 0}, "curve-cut"),
    mistake("a histogram of the predictions", 1, "np.ravel(y_test) - np.ravel(y_pred)",
            "np.ravel(y_pred)", {"1.figure_residuals": 0}, "histogram-of-other-numbers"),
    mistake("a histogram of absolute residuals", 1, "np.ravel(y_test) - np.ravel(y_pred)",
            "np.abs(np.ravel(y_test) - np.ravel(y_pred))", {"1.figure_residuals": 0},
            "histogram-of-other-numbers"),
    mistake("a histogram of relative residuals", 1, "np.ravel(y_test) - np.ravel(y_pred)",
            "1 - np.ravel(y_pred) / np.ravel(y_test)", {"1.figure_residuals": 0},
            "histogram-of-other-numbers"),
    mistake("a histogram of the losses", 1, "np.ravel(y_test) - np.ravel(y_pred)", "history['loss']",
            {"1.figure_residuals": 0}, "histogram-of-other-numbers"),
    mistake("the density of the mean residual", 1, HISTOGRAM,
            "ax.hist([np.mean(residuals)], density=True, histtype='step', label=",
            {"1.figure_residuals": 0}, "histogram-of-other-numbers"),
    mistake("a bar for each residual", 1, HISTOGRAM, "ax.bar(range(22), residuals, width=1, label=",
            {"1.figure_residuals": 0}, "histogram-missing"),
    mistake("a histogram of (n, n) differences", 1, "np.ravel(y_test) - np.ravel(y_pred)",
            "np.ravel(np.ravel(y_test) - np.reshape(y_pred, (-1, 1)))", {"1.figure_residuals": 0},
            "residuals-broadcast"),
    mistake("predictions as predict gives them, minus flat targets", 2,
            "np.ravel(y_test) - np.ravel(y_pred)", "(y_test - y_pred).ravel()", {"2.figures": 2},
            "residuals-broadcast"),
    mistake("the histogram shows one tail only", 1, "bins=8", "bins=8, range=(0, 9)",
            {"1.figure_residuals": 0}, "histogram-cut"),
    Mistake("a histogram for each target", 1, {"1.figure_residuals": 0}, "residuals-broadcast", changes={
        "np.ravel(y_test) - np.ravel(y_pred)": "y_test - y_pred",
        'bins=8, color=BLUE, edgecolor="white", label=f"{len(residuals)} residuals"': "label=None"}),
    Mistake("keys of the history exchanged", 1, {"1.figure_cost": 1}, "legend-swapped", """
def _plot_cost(ax, history):
    ax.plot(history["loss"], label="val_loss")
    ax.plot(history["val_loss"], label="loss")
    ax.set(xlabel="epoch", ylabel="loss")
    ax.legend()
"""),
    Mistake("a legend of nothing", 1, {"1.figure_cost": 1}, "legend-missing", """
def _plot_cost(ax, history):
    ax.plot(history["loss"])
    ax.plot(history["val_loss"])
    ax.set(xlabel="epoch", ylabel="loss")
    ax.legend(["", ""])
"""),
    Mistake("bars that count nothing", 1, {"1.figure_residuals": 0}, "histogram-of-one-bin", """
def _plot_residuals(ax, residuals):
    ax.bar([-1e6, 1e6], [1, 0], width=2e6)
    ax.set(xlabel="residual", ylabel="count")
"""),
    mistake("one bar for all residuals", 1, "bins=8", "bins=1", {"1.figure_residuals": 0},
            "histogram-of-one-bin"),
    mistake("an error while drawing is told once", 1, "    _plot_cost(left, history)",
            "    _plot_cost(top, history)",
            {"1.figure_cost": 0, "1.figure_residuals": BLOCKED, "1.figure_target": BLOCKED},
            "name-not-defined"),
    mistake("nothing drawn", 1, "    _plot_cost(left, history)", "    return plt.close(fig)",
            {"1.figure_cost": 0, "1.figure_residuals": BLOCKED, "1.figure_target": BLOCKED},
            "no-figure"),
    mistake("no figure at all is told once", 1, "    fig, (left", "    return\n    fig, (left",
            {"1.figure_cost": 0, "1.figure_residuals": BLOCKED, "1.figure_target": BLOCKED},
            "no-figure"),
]  # fmt: skip


CASES = asked(PLOTTED, ("plot",))


@named_in_shares(CASES, 6, often=pytest.mark.quick)
def test_a_figure_without_one_series_or_label_fails(desk: Desk, case: Mistake):
    """Removing any one plotted series, label or legend of the reference fails its figure check."""
    expect_verdicts(desk, case)


@pytest.mark.quick
@pytest.mark.parametrize("swapped", [False, True])
def test_points_are_no_histogram_of_their_own_numbers(swapped):
    """A line from end to end and back through all points once counted one of them in each bin."""
    x = np.arange(8.0)[[0, 7, *range(1, 7)]]
    points = np.column_stack([x, x + 1])[:, ::-1 if swapped else 1]
    assert not is_histogram({"bars": [], "outlines": [], "series": [points]}, points[:-1, 0])
    assert not is_histogram({"bars": [], "outlines": [], "series": [points]}, points[:, 0])
