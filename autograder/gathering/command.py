"""The command `python -m autograder gather`: a line for each student, the counts, what to do next."""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console

from autograder.errors import CallError
from autograder.gathering.doubts import hours
from autograder.gathering.gather import Rules, gather, parse_deadline
from autograder.gathering.gathered import STAMP, Gathered
from autograder.gathering.sources import sources_of
from autograder.report import harmless

GATHERED = 0
MOST_HOURS = 24 * 366
NOTHING = "Nothing can be graded yet: look at the reasons above, then run this again."
PREFIX = "of repositories, left out of names of students; of an export, only those are taken"
SEED = "--exam-seed-file exam_seed.txt"


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command."""
    top = argparse.ArgumentParser(prog="python -m autograder gather",
                                  description="Take a class's files from its repositories.")  # fmt: skip
    top.add_argument("source", type=Path, help="folder of clones, list, or JSON of Classroom 50")
    top.add_argument("--out", type=Path, required=True, metavar="DIR")
    top.add_argument("--deadline", metavar="TIME", help='with its zone: "2027-01-15 18:00 UTC"')
    top.add_argument("--late-hours", type=float, default=0.0, metavar="H", help="take these as well")
    top.add_argument("--branch", metavar="NAME", help="instead of the default branch")
    top.add_argument("--prefix", default="", help=PREFIX)
    top.add_argument("--into-course", type=Path, metavar="COURSE_DIR", help="and to nbgrader")
    return top


def run(given: list[str], console: Console) -> int:
    """Gather, show a line for each student as soon as it is there, and return the exit code."""
    arguments = parser().parse_args(given)
    rules = rules_of(arguments)
    hand_in = into(arguments.into_course, arguments.out) if arguments.into_course else None
    rows = []
    for row in gather(sources_of(arguments.source, arguments.prefix), arguments.out, rules):
        row = handed(row, hand_in) if hand_in and row.files else row
        rows.append(row)
        for line in lines_of(row):
            console.print(line, markup=False, soft_wrap=True)
    console.print(counts(rows), markup=False, soft_wrap=True)
    next_step = f"Next: `{following(arguments)}`." if any(row.files for row in rows) else NOTHING
    console.print(next_step, markup=False, soft_wrap=True)
    return GATHERED


def into(course_dir: Path, out: Path) -> Callable[[Gathered], None]:
    """Return what hands a student's files in to nbgrader, which is only imported if it is wanted."""
    from autograder.course.folder import demand_course
    from autograder.gathering.handing import hand_in

    demand_course(course_dir)
    return lambda row: hand_in(row, out, course_dir)


def handed(row: Gathered, hand_in: Callable[[Gathered], None]) -> Gathered:
    """Hand a student's files in; return the row, with a sentence if the course does not take them."""
    try:
        hand_in(row)
    except OSError as error:
        why = harmless(error.strerror or str(error))[:200]
        told = f"Not handed in to nbgrader ({why}). Look at the folder in the course, then gather again."
        return replace(row, problems=(*row.problems, told))
    return row


def rules_of(arguments: argparse.Namespace) -> Rules:
    """Return what counts; raise `CallError` if the options contradict each other."""
    late = arguments.late_hours
    if late and not arguments.deadline:
        raise CallError("--late-hours needs a --deadline. Add it.")
    if not 0 <= late <= MOST_HOURS:
        raise CallError(f"--late-hours {late:g} is no number of hours up to a year. Mend it.")
    deadline = parse_deadline(arguments.deadline) if arguments.deadline else None
    return Rules(deadline, late, arguments.branch)


def lines_of(row: Gathered) -> Iterator[str]:
    """Yield the line of a student, and one more for all that should be known."""
    if row.commit is None:
        yield f"{row.student:<16} nothing taken"
    else:
        time = f"{datetime.strptime(row.time, STAMP):%Y-%m-%d %H:%M} UTC"
        late = f"  {hours(timedelta(hours=row.late_hours))} late" if row.late_hours else ""
        yield f"{row.student:<16} {row.commit[:7]}  {time}{late}{'' if row.files else '  no files'}"
    yield from (f"    {problem}" for problem in row.problems)


def counts(rows: list[Gathered]) -> str:
    """Return how many were gathered, late and without files."""
    gathered = [row for row in rows if row.files]
    late = sum(row.late_hours > 0 for row in gathered)
    without = len(rows) - len(gathered)
    what = "repository" if len(rows) == 1 else "repositories"
    return f"{len(gathered)} gathered, {late} late, {without} without files, of {len(rows)} {what}."


def following(arguments: argparse.Namespace) -> str:
    """Return the next command to type."""
    if arguments.into_course:
        return f"python -m autograder nbgrader grade {arguments.into_course} {SEED}"
    return f"python -m autograder grade-all {arguments.out} {SEED} --out graded"
