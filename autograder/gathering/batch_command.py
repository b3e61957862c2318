"""The command `python -m autograder grade-all`."""

import argparse
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from autograder.asking import BACKENDS
from autograder.exam import read_exam_seed
from autograder.gathering.grades import BROKE, CSV, GRADED, JSON, MISSING, REFUSED
from autograder.gathering.grading import grade_all
from autograder.report import harmless, points

if TYPE_CHECKING:
    from autograder.gathering.grading import Step

DONE, GRADER_BROKE = 0, 3


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command."""
    top = argparse.ArgumentParser(prog="python -m autograder grade-all", description="Grade a class.")
    top.add_argument("folder", type=Path, metavar="DIR", help="holds a folder for each student")
    top.add_argument("--exam-seed-file", type=Path, required=True, help="file with a secret of 128 bits")
    top.add_argument("--out", type=Path, required=True, metavar="DIR", help="for reports and tables")
    top.add_argument("--resume", action="store_true", help="keep what has not changed since")
    top.add_argument("--student", default="*", metavar="GLOB", help="only these students")
    top.add_argument("--isolation", choices=("auto", "process", "bwrap"), default="auto")
    top.add_argument("--backend", choices=("auto", *BACKENDS), default="auto")
    return top


def run(given: list[str], console: Console, grader: Callable[..., Iterator["Step"]] = grade_all) -> int:
    """Grade a class, a line for each student as soon as it is done; return the exit code."""
    asked = parser().parse_args(given)
    secret = read_exam_seed(asked.exam_seed_file)
    counts, left_out = Counter(), 0
    try:
        for step in grader(asked.folder, asked.out, secret, resume=asked.resume, students=asked.student,
                           isolation=asked.isolation, backend=asked.backend):  # fmt: skip
            counts[step.row.status] += 1
            left_out = step.left_out
            for line in lines_of(step):
                console.print(line, markup=False, soft_wrap=True)
    except KeyboardInterrupt:
        console.print(f"Stopped: {counts.total()} are done and kept. Go on with --resume.", markup=False)
        raise
    told = ", ".join(f"{counts[status]} {status}" for status in (GRADED, REFUSED, BROKE, MISSING))
    console.print(f"{told}, of {counts.total()} students.", markup=False)
    if left_out:
        console.print(f"{left_out} more are in no table: run it without --student.", markup=False)
    for name in (CSV, JSON):
        console.print(str(asked.out / name), markup=False, soft_wrap=True)
    return GRADER_BROKE if counts[BROKE] else DONE


def lines_of(step: "Step") -> Iterator[str]:
    """Yield the line of a submission, and one more for all that should be known of it."""
    row = step.row
    took = "kept" if step.kept else "" if step.seconds is None else f"{step.seconds:.0f} s"
    mark = points(row.score, row.max_score) if row.score is not None else f"{row.status}, no mark"
    late = f"{row.late_hours:.1f} h late" if row.late_hours else ""
    said = "  ".join(filter(None, (f"{harmless(row.student):<16}", mark, took, late)))
    yield f"{step.number} of {step.total}  {said}"
    yield from (f"    {harmless(sentence)}" for sentence in (row.reason, *row.problems) if sentence)
