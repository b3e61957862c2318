"""Figures of the student's own training, drawn by the judge from what it measured itself."""

from pathlib import Path

import numpy as np

from autograder.model import Result

BLUE, ORANGE = "#0072B2", "#D55E00"
PANEL, HEIGHT = 4.2, 3.4  # inches; fixed margins need one pass, a layout that is sought takes two
LEFT, RIGHT, TOP, BOTTOM, GAP = 0.75, 0.15, 0.3, 0.55, 0.75


def draw_figures(result: Result, folder: Path) -> dict[str, str]:
    """Write a PNG per trained part and return file name -> alternative text."""
    written = {}
    for name, curves in result.curves.items():
        matrix = result.metrics.get(f"{name}.confusion_matrix")
        figure = training_figure(curves, matrix)
        figure.savefig(folder / f"{name}.png", dpi=100, metadata={"Software": None})
        drawn = "loss" + (", accuracy" if "accuracy" in curves else "")
        written[f"{name}.png"] = f"{name}: {drawn} over the epochs, training and validation" + (
            f"; confusion matrix on hidden rows {matrix}" if matrix else ""
        )
    return written


def training_figure(curves: dict[str, list[float]], matrix: list | None):
    """Return a figure of the learning curves and, where there is one, the confusion matrix."""
    from matplotlib.figure import Figure

    quantities = [name for name in ("loss", "accuracy") if name in curves]
    count = len(quantities) + (matrix is not None)
    width = PANEL * count
    figure = Figure(figsize=(width, HEIGHT))
    figure.subplots_adjust(LEFT / width, BOTTOM / HEIGHT, 1 - RIGHT / width, 1 - TOP / HEIGHT,
                           wspace=GAP / (PANEL - GAP))  # fmt: skip
    axes = np.ravel(figure.subplots(1, count))
    for ax, quantity in zip(axes, quantities, strict=False):
        draw_curves(ax, curves, quantity)
    if matrix is not None:
        draw_matrix(axes[-1], np.array(matrix))
    return figure


def draw_curves(ax, curves: dict[str, list[float]], quantity: str) -> None:
    """Draw one quantity over the epochs, for training and validation."""
    for key, color, label in ((quantity, BLUE, "training"), (f"val_{quantity}", ORANGE, "validation")):
        values = curves.get(key, [])
        ax.plot(range(1, len(values) + 1), values, color=color, label=label)
    losses = curves["loss"]
    if quantity == "loss" and min(losses, default=0) > 0:
        ax.set_yscale("log")
        if max(losses) > 100 * min(losses):
            ax.minorticks_off()  # the decades are enough then; the others take half as long again
    ax.set(xlabel="epoch", ylabel=quantity)
    ax.legend()


def draw_matrix(ax, matrix: np.ndarray) -> None:
    """Draw a confusion matrix with its counts."""
    ax.imshow(matrix, cmap="Blues")
    for (row, column), count in np.ndenumerate(matrix):
        color = "white" if count > matrix.max() / 2 else "black"
        ax.text(column, row, str(count), ha="center", va="center", color=color)
    ax.set(xlabel="predicted", ylabel="true", title="hidden rows",
           xticks=[0, 1], yticks=[0, 1])  # fmt: skip
    ax.set_xticklabels(["noise", "earthquake"])
    ax.set_yticklabels(["noise", "earthquake"], rotation=90, va="center")
