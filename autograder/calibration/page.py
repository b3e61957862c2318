"""The evidence for a person: a page of error rates and distributions, and a picture of them."""

from collections.abc import Iterable
from pathlib import Path

import jinja2
import numpy as np

from autograder.calibration.rates import CONDITIONS, grouped, proposed, rates
from autograder.calibration.runs import EVIDENCE, GENERATED, METRICS, Row
from autograder.model import Rubric
from autograder.rubric import read_rubric

PAGE, PICTURE = "README.md", "floors.png"
BLUE, ORANGE = "#0072B2", "#D55E00"
TEMPLATE = """\
<!-- {{ generated }} -->
# What the floors rest on

Each row of `part*.csv` is one training: a case of `autograder/calibration/cases.py`, the practice seed
that `grade --seed N` takes, and the numbers that the judge measured. A floor may fail right work in
less than 1 of 300 grades, and may pass a near miss in at most 5 of 100; a grade has up to
{{ trainings }} trainings. Bounds are one-sided, 95 %, for one training. A number `other_target` is 0 or
1000 where the validation losses prove on which targets a network was trained.

![Each judged number, right work above, near misses below, the floor as a line]({{ picture }})

| floor | number | in force | any between keeps both rates | middle |
| --- | --- | --- | --- | --- |
{% for f in floors -%}
| {{ f.name }} | {{ f.metric }} | {{ f.value }} | {{ f.between }} | {{ f.middle }} |
{% endfor %}
{% for right in (true, false) %}
## {{ "Right work: how often it misses the floor" if right else "Wrong work: how often it reaches the floor" }}

| floor | work | backend | trainings | wrong verdicts | at most (95 %) | of grades | |
| --- | --- | --- | --- | --- | --- | --- | --- |
{% for r in rates if r.right_work == right -%}
| {{ r.floor }} | {{ r.case.name }} | {{ r.backend }} | {{ r.n }} | {{ r.wrong }} | {{ "%.2g"|format(r.bound) }} | {{ "%.2g"|format(r.graded) }} | {{ "ok" if r.good else "too often" }} |
{% endfor %}{% endfor %}
## Distributions

| number | work | backend | n | least | 5 % | median | 95 % | most |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
{% for d in distributions -%}
| {{ d.metric }} | {{ d.case }} | {{ d.backend }} | {{ d.n }} |{% for v in d.quantiles %} {{ "%.5g"|format(v) }} |{% endfor %}
{% endfor %}"""  # noqa: E501


def write(rows: list[Row], folder: Path = EVIDENCE) -> None:
    """Write the page and the picture."""
    rubric = read_rubric()
    (folder / PAGE).write_text(page(rows, rubric), encoding="utf-8")
    draw(rows, rubric.floors, folder / PICTURE)


def page(rows: list[Row], rubric: Rubric) -> str:
    """Return the page."""
    floors, trainings = rubric.floors, rubric.limits.trainings
    bounds = {(floor, metric, key): proposed(rows, floor, metric, floors, trainings)
              for floor, conditions in CONDITIONS.items() for metric, key in conditions
              if "other_target" not in metric}  # fmt: skip  (ratios lie apart by orders of magnitude)
    listed = [
        {"name": floor, "metric": metric, "value": floors[key],
         "between": f"{low:.5g} and {high:.5g}",
         "middle": f"{(low + high) / 2:.4g}" if low < high else "none does"}
        for (floor, metric, key), (low, high) in bounds.items()
    ]  # fmt: skip
    environment = jinja2.Environment(keep_trailing_newline=True)
    return environment.from_string(TEMPLATE).render(
        generated=GENERATED, picture=PICTURE, trainings=trainings, floors=listed,
        rates=rates(rows, floors, trainings), distributions=distributions(rows),
    )  # fmt: skip


def distributions(rows: Iterable[Row]) -> list[dict]:
    """Return least, quantiles and most of each number of each case."""
    found = []
    for (case, backend), own in grouped(rows).items():
        for metric in METRICS[case.part]:
            values = [row.numbers[metric] for row in own if metric in row.numbers]
            if values:
                shown = np.quantile(values, [0, 0.05, 0.5, 0.95, 1])
                found.append({"metric": metric, "case": case.name, "backend": backend,
                              "n": len(values), "quantiles": shown})  # fmt: skip
    return sorted(found, key=lambda d: d["metric"])


def draw(rows: list[Row], floors: dict[str, float], path: Path) -> None:
    """Draw every judged number: a strip for each case, right work blue, near misses orange."""
    from matplotlib.figure import Figure

    metrics = list(dict.fromkeys(c for conditions in CONDITIONS.values() for c in conditions))
    figure = Figure(figsize=(11, 2.3 * len(metrics)), layout="constrained")
    for ax, (metric, key) in zip(figure.subplots(len(metrics), 1), metrics, strict=True):
        strips(ax, rows, metric)
        ax.axvline(on_axis(metric, floors[key]), color="black", linewidth=1)
        ax.set_title(f"{metric}, floor {floors[key]:g}", loc="left", fontsize=9)
    figure.savefig(path, dpi=80, metadata={"Software": None})


def strips(ax, rows: list[Row], metric: str) -> None:
    """Draw one number of every case that has it."""
    judged = {floor for floor, conditions in CONDITIONS.items() if metric in dict(conditions)}
    shown = {key: own for key, own in grouped(rows).items()
             if judged & {*key[0].passes, *key[0].fails}}  # fmt: skip
    for height, ((case, _), own) in enumerate(reversed(shown.items())):
        values = np.array([row.numbers[metric] for row in own if metric in row.numbers])
        jitter = np.random.default_rng(0).uniform(-0.3, 0.3, len(values))
        color = BLUE if judged & {*case.passes} else ORANGE
        ax.plot(on_axis(metric, values), height + jitter, ".", color=color, markersize=3, alpha=0.6)
    names = [f"{case.name} ({backend})" for case, backend in reversed(shown)]
    ax.set_yticks(range(len(names)), names, fontsize=7)
    if is_spread(metric):
        ax.set_xlabel("-log10(1 - number): 1 is 0.9, 2 is 0.99, 3 is 0.999", fontsize=8)
    elif "other_target" in metric:
        ax.set_xlabel("log10 of the ratio", fontsize=8)


def is_spread(metric: str) -> bool:
    """Tell whether 1 is the best of a number, and what lies near it has to be told apart."""
    return "r2" in metric or "correlation" in metric


def on_axis(metric: str, values: np.ndarray | float) -> np.ndarray:
    """Return where values stand on a number's axis: what lies near 1 is spread out."""
    if is_spread(metric):
        return -np.log10(np.maximum(1 - np.asarray(values), 1e-6))
    if "other_target" in metric:
        return np.log10(np.maximum(values, 1e-3))
    return np.asarray(values)
