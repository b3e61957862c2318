"""How often right work misses a floor and wrong work reaches it, and where the floor should stand.

A missed floor is trained again, up to three times in all; each training has a seed of its own, so the
rate of a grade follows from that of a training: right work fails with p³, wrong work passes with
1 - (1 - p)³. Bounds are those of Clopper and Pearson (1934), one-sided, at 95 %.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

from autograder.calibration.cases import CASES, Case
from autograder.calibration.rules import RULES
from autograder.calibration.runs import Row


def others(metric: str, *misconceptions: str) -> tuple[tuple[str, str], ...]:
    """Return the conditions that predictions lie nearer to the target than to those of mistakes."""
    key = metric.partition(".")[2]
    return tuple((f"{metric}.{name}", key) for name in misconceptions)


CONDITIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "1.fit": (("part1.r2", "1.fit"), *others("part1.other_target", "no-shift", "shift-forward")),
    "2.fit": (("part2.r2", "2.fit"), ("part2.step_correlation", "2.steps"),
              *others("part2.other_target", "learns-the-last-number", "learns-the-penultimate",
                      "learns-one-too-far")),
    "2.fit_penultimate": (("part2.r2_penultimate", "2.fit_penultimate"),
                          ("part2.step_correlation_penultimate", "2.steps"),
                          *others("part2.other_target_penultimate", "learns-the-last-number",
                                  "learns-the-next-number")),
    "3.accuracy": (("part3.accuracy", "3.accuracy"),),
    "3.accuracy_top": (("part3.accuracy", "3.accuracy_top"),),
    "3.specificity": (("part3.specificity", "3.specificity"),),
    "3.recall": (("part3.recall", "3.recall"),),
}  # fmt: skip  (which measured number each judged floor compares with which entry of [floors])
RIGHT_FAILS, WRONG_PASSES = 1 / 300, 0.05
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Rate:
    """How often one case, right or wrong, gets the wrong verdict on one floor."""

    floor: str
    case: Case
    backend: str
    n: int
    wrong: int
    trainings: int

    @property
    def right_work(self) -> bool:
        """Tell whether the case should reach the floor."""
        return self.floor in self.case.passes

    @property
    def bound(self) -> float:
        """The rate of one training, at most: an upper bound with 95 % confidence."""
        test = binomtest(self.wrong, self.n, alternative="less")
        return float(test.proportion_ci(CONFIDENCE, method="exact").high)

    @property
    def graded(self) -> float:
        """The rate of a grade: a missed floor is trained again; a rule is the same each time."""
        p = self.wrong / self.n
        tries = 1 if self.backend == "none" else self.trainings
        return p**tries if self.right_work else 1 - (1 - p) ** tries

    @property
    def good(self) -> bool:
        """Tell whether the rate is as low as it must be."""
        return self.graded < RIGHT_FAILS if self.right_work else self.graded <= WRONG_PASSES


def reaches(row: Row, floor: str, floors: dict[str, float]) -> bool:
    """Tell whether a training reaches a floor; a number that could not be measured does not."""
    return all(row.numbers.get(name, -np.inf) >= floors[key]
               for name, key in CONDITIONS[floor]
               if name in row.numbers or row.backend != "none")  # fmt: skip


def rates(rows: Iterable[Row], floors: dict[str, float], trainings: int) -> list[Rate]:
    """Return the rates of every floor, case and backend."""
    found, by_case = [], grouped(rows)
    for floor in CONDITIONS:
        for (case, backend), own in by_case.items():
            if floor in (*case.passes, *case.fails):
                reached = sum(reaches(row, floor, floors) for row in own)
                wrong = len(own) - reached if floor in case.passes else reached
                found.append(Rate(floor, case, backend, len(own), wrong, trainings))
    return found


def grouped(rows: Iterable[Row]) -> dict[tuple[Case, str], list[Row]]:
    """Return the rows of each case and backend, in the order of the cases."""
    cases = {(case.part, case.name): case for case in (*CASES, *RULES)}
    found: dict[tuple[Case, str], list[Row]] = {}
    for row in rows:
        found.setdefault((cases[row.part, row.case], row.backend), []).append(row)
    order = list(cases.values())
    return dict(sorted(found.items(), key=lambda item: (order.index(item[0][0]), item[0][1])))


def proposed(
    rows: Iterable[Row], floor: str, name: str, floors: dict[str, float], trainings: int
) -> tuple[float, float]:
    """Return between which values the floor of a number keeps both error rates.

    The lower end lets wrong work pass in 5 % of the grades, of the work that this number alone has to
    stop; the upper end lets right work fail in 1 of 300. If the lower lies above the upper, no floor
    does both.

    Args:
        rows: The evidence.
        floor: The judged floor, a key of CONDITIONS.
        name: One of the numbers that it rests on.
        floors: Entry of [floors] -> value in force, for the other numbers.
        trainings: How often a grade trains at most.
    """
    rest = [condition for condition in CONDITIONS[floor] if condition[0] != name]
    low, high = -np.inf, np.inf
    for (case, backend), own in grouped(rows).items():
        values = np.array([row.numbers.get(name, -np.inf) for row in own])
        tries = 1 if backend == "none" else trainings
        if floor in case.passes:
            high = min(high, np.quantile(values, RIGHT_FAILS ** (1 / tries), method="lower"))
        elif floor in case.fails:
            only = [all(row.numbers.get(n, np.inf) >= floors[key] for n, key in rest)
                    for row in own]  # fmt: skip
            stopped = np.where(only, values, -np.inf)
            share = (1 - WRONG_PASSES) ** (1 / tries)
            low = max(low, np.quantile(stopped, share, method="higher"))
    return float(low), float(high)
