"""Is the evidence for the floors still true? Fresh, enough, within the promised rates, repeatable."""

import random
from collections.abc import Iterator

from autograder.calibration import page
from autograder.calibration.cases import CASES
from autograder.calibration.rates import CONDITIONS, Rate, rates, reaches
from autograder.calibration.rules import RULES
from autograder.calibration.runs import (
    EVIDENCE,
    Row,
    Task,
    environment,
    fresh,
    measure_all,
    read,
)
from autograder.model import Rubric
from autograder.rubric import read_rubric

AGAIN = "Run `python -m autograder calibrate`."
ENOUGH = {"jax": 300, "tensorflow": 30}
ENOUGH_NEAR, ENOUGH_TO_JUDGE = 100, 30
REPEATED = 5


def audit() -> tuple[list[str], str]:
    """Return what is wrong with the evidence, and what was looked at."""
    rows, rubric = read(), read_rubric()
    problems = [*stale(rows, rubric), *too_few(rows),
                *misjudged(rates(rows, rubric.floors, rubric.limits.trainings))]  # fmt: skip
    if problems:
        return problems, ""
    repeated, same = repeat(rows, rubric)
    return repeated, f"{len(rows)} trainings and rules; measured again, {same}"


def stale(rows: list[Row], rubric: Rubric) -> list[str]:
    """Return what changed since the evidence was made."""
    problems, good = [], fresh(rows)
    if len(good) < len(rows):
        problems.append(f"{len(rows) - len(good)} rows of evidence are of another reference, data or "
                        f"case. {AGAIN}")  # fmt: skip
    if twice := len(rows) - len({row.key for row in rows}):
        problems.append(f"{twice} rows of evidence stand there twice. Delete them from the CSV files.")
    path = EVIDENCE / page.PAGE
    if not path.is_file() or path.read_text(encoding="utf-8") != page.page(good, rubric):
        problems.append(f"The page of evidence is of other floors or rows. {AGAIN}")
    return problems


def too_few(rows: list[Row]) -> Iterator[str]:
    """Yield the cases on which there are too few trainings."""
    for case in (*CASES, *RULES):
        wanted = {"jax": ENOUGH_NEAR} if case in CASES else {"none": ENOUGH["jax"]}
        for backend, enough in (ENOUGH if case.name == "reference" else wanted).items():
            own = [r for r in rows if (r.part, r.case, r.backend) == (case.part, case.name, backend)]
            if len(own) < enough:
                more = f" --backend {backend}" * (backend == "tensorflow")
                yield (f"Part {case.part}, {case.name}: {len(own)} of {enough} on {backend}. "
                       f"{AGAIN[:-2]} --seeds {enough}{more}`.")  # fmt: skip


def misjudged(found: list[Rate]) -> Iterator[str]:
    """Yield the floors that are wrong too often."""
    for rate in found:
        if not rate.good and rate.n >= ENOUGH_TO_JUDGE:
            verdict = "misses" if rate.right_work else "reaches"
            yield (f"Floor {rate.floor}: {rate.case.name} {verdict} it in {rate.graded:.1%} of the "
                   f"grades ({rate.backend}). Move the floor as the page of evidence says.")  # fmt: skip


def repeat(rows: list[Row], rubric: Rubric) -> tuple[list[str], str]:
    """Measure some rows again, drawn at random; return what differs, and how they were compared.

    In the environment of the evidence every digit has to agree, elsewhere every verdict.
    """
    cases = {(case.part, case.name): case for case in (*CASES, *RULES)}
    picked: list[Row] = []
    for backend in ("jax", "none"):  # trainings, and rules, which have none
        known = [row for row in rows if row.backend == backend]
        picked += random.SystemRandom().sample(known, min(REPEATED, len(known)))
    found: dict[tuple, Row] = {}
    todo = [Task(cases[row.part, row.case], row.backend, row.seed) for row in picked]
    measure_all(todo, lambda row: found.update({row.key: row}))
    problems, digits = [], 0
    for row in picked:
        again, here = found[row.key], row.environment == environment()
        digits += here
        if not (row.numbers == again.numbers if here else same_verdicts(row, again, rubric.floors)):
            problems.append(f"Part {row.part}, {row.case}, seed {row.seed} gives {again.numbers}, "
                            f"the evidence says {row.numbers}. {AGAIN}")  # fmt: skip
    seeds = ", ".join(f"part {row.part} {row.case} seed {row.seed}" for row in picked)
    return problems, f"{digits} to every digit, {len(picked) - digits} to the verdict: {seeds}"


def same_verdicts(row: Row, again: Row, floors: dict[str, float]) -> bool:
    """Tell whether two measurements reach the same floors."""
    own = [floor for floor in CONDITIONS if floor.startswith(f"{row.part}.")]
    return all(reaches(row, floor, floors) == reaches(again, floor, floors) for floor in own)
