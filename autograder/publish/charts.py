"""A training in Markdown, for pages that show no picture of ours: charts as text, tables."""

import math
from collections.abc import Iterator

from autograder.drawing import BLUE, ORANGE
from autograder.model import Result
from autograder.report import measured

POINTS = 40  # of a curve; a chart in a summary is 700 pixels wide
CLASSES = ("noise", "earthquake")
AS_TABLES = ("confusion matrix", "errors by kind")  # rows of `measured` that have a table of their own
KNOWN = ("loss", "val_loss", "accuracy", "val_accuracy")
COLORS = f'{{"xyChart": {{"plotColorPalette": "{BLUE}, {ORANGE}"}}}}'
PALETTE = f'%%{{init: {{"themeVariables": {COLORS}}}}}%%'


def training(result: Result, part: int) -> str:
    """Return the figures of a part's training, or nothing where nothing was trained."""
    blocks = [curves_block(name, curves) for name, curves in result.curves.items()
              if name.startswith(f"part{part}")]  # fmt: skip
    blocks += [matrix_table(result.metrics.get(f"part{part}.confusion_matrix"))]
    blocks += [kinds_table(result.metrics.get(f"part{part}.errors_by_kind"))]
    blocks += [numbers_table(measured(result, part))]
    return "\n\n".join(block for block in blocks if block)


def curves_block(name: str, curves: dict[str, list[float]]) -> str:
    """Return one training: a chart of its losses, and a table of where all curves begin and end."""
    chart = loss_chart(name, curves.get("loss", []), curves.get("val_loss", []))
    return "\n\n".join(block for block in (chart, ends_table(curves)) if block)


def loss_chart(name: str, loss: list[float], val_loss: list[float]) -> str:
    """Return a Mermaid chart of the decadic logarithm of the losses; GitHub draws it."""
    if len(loss) < 2 or not all(drawable(value) for value in (*loss, *val_loss)):
        return ""
    epochs = picked(len(loss))
    lines = [logarithms(losses, epochs) for losses in (loss, val_loss) if len(losses) == len(loss)]
    both = "training (blue), validation (orange)" if len(lines) == 2 else "training"
    chart = ["```mermaid", PALETTE, "xychart-beta", f'  title "{name}: log10 of the loss, {both}"',
             f'  x-axis "epoch" 1 --> {len(loss)}', '  y-axis "log10(loss)"']  # fmt: skip
    return "\n".join([*chart, *(f"  line [{', '.join(line)}]" for line in lines), "```"])


def drawable(value: object) -> bool:
    """Tell whether a loss has a logarithm."""
    return isinstance(value, int | float) and math.isfinite(value) and value > 0


def picked(count: int) -> list[int]:
    """Return the epochs that are drawn, evenly spread, the first and the last among them."""
    drawn = min(count, POINTS)
    return [round(i * (count - 1) / (drawn - 1)) for i in range(drawn)]


def logarithms(losses: list[float], epochs: list[int]) -> list[str]:
    """Return what is drawn of a curve."""
    return [f"{math.log10(losses[epoch]):.3f}" for epoch in epochs]


def ends_table(curves: dict[str, list[float]]) -> str:
    """Return where each curve begins, is best, and ends."""
    rows = [
        f"| {name} | {values[0]:.4g} | {best(name, values):.4g} | {values[-1]:.4g} | {len(values)} |"
        for name, values in curves.items()
        if name in KNOWN and values
    ]
    if not rows:
        return ""
    head = ["| curve | first epoch | best | last epoch | epochs |", "| --- | --- | --- | --- | --- |"]
    return "\n".join([*head, *rows])


def best(name: str, values: list[float]) -> float:
    """Return the best value of a curve."""
    return (min if "loss" in name else max)(values)


def matrix_table(matrix: list | None) -> str:
    """Return a confusion matrix on hidden rows."""
    if not matrix:
        return ""
    head = ["| hidden rows | predicted noise | predicted earthquake |", "| --- | --- | --- |"]
    rows = [f"| **{name}** | {row[0]} | {row[1]} |" for name, row in zip(CLASSES, matrix, strict=True)]
    return "\n".join([*head, *rows])


def kinds_table(kinds: dict | None) -> str:
    """Return how many hidden rows of each kind the network takes for the other class."""
    if not kinds:
        return ""
    rows = [f"| {kind.replace('_', ' ')} | {wrong} | {of} |" for kind, (wrong, of) in kinds.items()]
    return "\n".join(["| kind of row | wrong | of |", "| --- | --- | --- |", *rows])


def numbers_table(rows: list[tuple[str, str]]) -> str:
    """Return what the judge measured."""
    kept = list(without_tables(rows))
    if not kept:
        return ""
    return "\n".join(["| number | value |", "| --- | --- |", *(f"| {n} | {v} |" for n, v in kept)])


def without_tables(rows: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the numbers that have no table of their own."""
    for name, numbers in rows:
        shown = [n for n in numbers.split(" · ") if not n.startswith(AS_TABLES)]
        if name not in AS_TABLES and shown:
            yield name, " · ".join(shown)
