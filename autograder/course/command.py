"""The steps of `python -m autograder nbgrader`."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from autograder.asking import BACKENDS
from autograder.course import folder
from autograder.exam import read_exam_seed
from autograder.report import harmless, points

if TYPE_CHECKING:
    from autograder.course.batch import Row

ROOT = Path(__file__).resolve().parents[2]
GRADED, BROKE = 0, 3


def run(given: list[str], console: Console) -> int:
    """Run one step; return the exit code."""
    arguments = parser().parse_args(given)
    return arguments.run(arguments, console)


def parser() -> argparse.ArgumentParser:
    """Return the parser of all steps."""
    top = argparse.ArgumentParser(prog="python -m autograder nbgrader", description=__doc__)
    steps = top.add_subparsers(required=True, metavar="STEP")
    add_init(steps.add_parser("init", help="make or refresh the course folder"))
    add_grade(steps.add_parser("grade", help="grade what was collected, and enter the marks"))
    add_export(steps.add_parser("export", help="write the grades as CSV"))
    return top


def add_course_dir(step: argparse.ArgumentParser) -> None:
    """Add the folder that all steps work in."""
    step.add_argument("course_dir", nargs="?", default="course", type=Path, metavar="COURSE_DIR")


def add_init(step: argparse.ArgumentParser) -> None:
    """Add the options of `init`."""
    add_course_dir(step)
    step.add_argument("--roster", type=Path, metavar="CSV", help="students to be imported")
    step.set_defaults(run=run_init)


def run_init(arguments: argparse.Namespace, console: Console) -> int:
    """Make or refresh the course folder."""
    for path in folder.init(ROOT, arguments.course_dir, arguments.roster):
        console.print(str(path), markup=False, soft_wrap=True)
    with folder.api_of(arguments.course_dir) as gradebook:
        console.print(f"{len(gradebook.students)} students in the gradebook.", markup=False)
    release = f"nbgrader generate_assignment {folder.ASSIGNMENT}"
    console.print(f"Next: `cd {arguments.course_dir}`, then `{release}`.", markup=False, soft_wrap=True)
    return 0


def add_grade(step: argparse.ArgumentParser) -> None:
    """Add the options of `grade`."""
    add_course_dir(step)
    step.add_argument("--student", default="*", metavar="GLOB", help="only these students")
    step.add_argument("--exam-seed-file", type=Path, help="file with a secret of 128 bits")
    step.add_argument("--seed", type=int, help="practice seed")
    step.add_argument("--isolation", choices=("auto", "process", "bwrap"), default="auto")
    step.add_argument("--backend", choices=("auto", *BACKENDS), default="auto")
    step.set_defaults(run=run_grade)


def run_grade(arguments: argparse.Namespace, console: Console) -> int:
    """Grade the submissions, a line for each as soon as it is entered; the counts at the end."""
    from autograder.course.batch import grade_course

    secret = read_exam_seed(arguments.exam_seed_file) if arguments.exam_seed_file else None
    graded = grade_course(arguments.course_dir, arguments.student, exam_seed=secret, seed=arguments.seed,
                          isolation=arguments.isolation, backend=arguments.backend)  # fmt: skip
    rows = []
    for row in graded:
        rows.append(row)
        for line in lines_of(row):
            console.print(line, markup=False, soft_wrap=True)
    entered = sum(row.entered is not None for row in rows)
    broke = sum(row.broke for row in rows)
    counts = f"{entered} graded, {len(rows) - entered - broke} refused, {broke} broke"
    console.print(f"{counts}, of {len(rows)} submissions.", markup=False)
    if secret is None:
        console.print("Students know these questions, of a practice seed. For an exam add "
                      "--exam-seed-file.", markup=False, soft_wrap=True)  # fmt: skip
    return BROKE if broke else GRADED


def lines_of(row: "Row") -> Iterator[str]:
    """Yield the line of a submission, and one more for all that should be known of it."""
    if row.entered is None:
        yield f"{row.student:<16} no mark"
    else:
        late, penalty = row.entered.late_s / 3600, row.entered.penalty
        lateness = f"  {late:.1f} h late, penalty {penalty:g}" if late else ""
        yield f"{row.student:<16} {points(row.score, row.max_score)}{lateness}"
    yield from (f"    {harmless(sentence)}" for sentence in row.told)


def add_export(step: argparse.ArgumentParser) -> None:
    """Add the options of `export`."""
    add_course_dir(step)
    step.add_argument("--to", type=Path, metavar="FOLDER", help="instead of COURSE_DIR/export")
    step.set_defaults(run=run_export)


def run_export(arguments: argparse.Namespace, console: Console) -> int:
    """Write the tables."""
    from autograder.course.export import export

    paths, told = export(arguments.course_dir, arguments.to)
    for line in [*told, *map(str, paths)]:
        console.print(line, markup=False, soft_wrap=True)
    return GRADED
