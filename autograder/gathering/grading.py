"""Grade a class with our engine: a report for each student, and tables that are whole at any time.

One submission never stops the others. What was graded stays graded: with `resume`, only what has
changed, broke or was interrupted is graded again.
"""

import contextlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from autograder.errors import CallError
from autograder.exam import exam_seeds
from autograder.gathering import grades
from autograder.gathering.grades import Row, row_of, row_without, write_grades
from autograder.gathering.locking import LOCK, alone
from autograder.gathering.placing import place, told_if_unwritable
from autograder.gathering.seals import Seals
from autograder.gathering.submissions import Handed, chosen, handed_in, is_name
from autograder.grading import choose_backends, grade, grade_many
from autograder.isolation import choose_isolation
from autograder.model import Result, Rubric
from autograder.refused import Refused, grade_or_refuse
from autograder.report import to_json
from autograder.rubric import read_rubric
from autograder.writing import write_report

AGAIN = "go on with --resume"
EARLIER = "The grade is of an earlier submission. Grade again without --student."
OTHERWISE = "The grade is of other options, or of another grader. Grade again without --student."
SCRATCH = ".moveout-"  # begins the names of what is not finished yet


@dataclass(frozen=True)
class Step:
    """A submission that is done: its row, how many of the total are, and how this one was.

    `left_out` students are in no table: they are not asked for, and have no grade to keep.
    """

    row: Row
    number: int
    total: int
    left_out: int
    seconds: float | None = None
    kept: bool = False


@dataclass(frozen=True)
class Book:
    """The folder that a class's grades are written to, and the rows that stand there."""

    folder: Path
    rubric: Rubric
    seals: Seals
    rows: dict[str, Row] = field(default_factory=dict)

    def enter(self, rows: dict[str, Row]) -> None:
        """Add the rows of students, and write the tables."""
        self.rows.update(rows)
        with told_if_unwritable(self.folder, AGAIN):
            write_grades(self.folder, [*self.rows.values()], self.rubric)

    def put(self, handed: Handed, result: Result | Refused, of_input: str) -> Row:
        """Put what was graded into the student's folder; return the row."""
        if isinstance(result, Refused):
            return self.without(handed, grades.BROKE if result.broke else grades.REFUSED, result.why)
        with told_if_unwritable(self.folder, AGAIN), tempfile.TemporaryDirectory(
                dir=self.folder, prefix=SCRATCH) as scratch:  # fmt: skip
            try:
                write_report(result, Path(scratch) / "report")
            except OSError:
                raise
            except Exception as error:
                why = f"Its report cannot be written: {type(error).__name__}: {error}"
                return self.without(handed, grades.BROKE, why)
            self.seals.write(Path(scratch) / "report", of_input)
            place(Path(scratch) / "report", self.folder / handed.student)
        return row_of(handed, to_json(result))

    def without(self, handed: Handed, status: str, why: str) -> Row:
        """Return the row of a submission without a mark; a report of an earlier one does not stay."""
        if is_name(handed.student):
            shutil.rmtree(self.folder / handed.student, ignore_errors=True)
        return row_without(handed, status, why, self.rubric)

    def kept(self, handed: Handed) -> Row | None:
        """Return the row of a submission that was graded before, if nothing has changed."""
        with contextlib.suppress(OSError):
            of_input = self.seals.of_input(handed.folder)
            record = self.seals.read(self.folder / handed.student, of_input)
            return row_of(handed, record) if record else None
        return None

    def earlier(self, handed: Handed) -> Row | None:
        """Return the row of a grade that is no longer that of the submission, which is told."""
        record, same_files = self.seals.earlier(self.folder / handed.student, handed.folder)
        if not record or record["submission"] != handed.folder.resolve().name:
            return None
        row = row_of(handed, record)
        if same_files:
            return replace(row, problems=(*row.problems, OTHERWISE))
        return replace(row, commit=None, late_hours=None, problems=(*row.problems, EARLIER))


def grade_all(
    class_dir: Path,
    out: Path,
    secret: str,
    *,
    resume: bool = False,
    students: str = "*",
    engine: Callable[..., Result] = grade,
    **options,
) -> Iterator[Step]:
    """Grade the submissions of a class, and yield each as soon as it is done.

    Args:
        class_dir: A folder with a folder for each student.
        out: Where reports and tables are written.
        secret: The exam seed.
        resume: Go on in a folder in which something was graded before.
        students: A glob; others are not graded, and stay in the tables if they were before.
        engine: What grades.
        **options: As for `grade`: `isolation` and `backend`.

    Raises:
        CallError: Nothing can be graded, or nothing can be written.
    """
    exam_seeds(secret)
    choose_backends(options.setdefault("backend", "auto"))
    options["isolation"] = choose_isolation(options.get("isolation", "auto"))
    handed = handed_in(class_dir)
    wanted, rubric = chosen(handed, students), read_rubric()
    demand_apart(class_dir, out)
    with told_if_unwritable(out, AGAIN):
        out.mkdir(parents=True, exist_ok=True)
    with alone(out):
        demand_own(out, resume)
        book = Book(out, rubric, Seals(secret, rubric, options))
        known = {each.student: row for each in handed if (row := known_row(book, each, wanted))}
        book.enter(known)
        todo = [each for each in handed if each.student in wanted - {*known}]
        total = len(known) + len(todo)
        step = partial(Step, total=total, left_out=len(handed) - total)
        for number, row in enumerate(known.values(), 1):
            yield step(row, number, kept=row.status == grades.GRADED)
        graded = grade_many(todo, grader=partial(timed, book, engine), exam_seed=secret, **options)
        for number, (each, (of_input, result, took_s)) in enumerate(
                zip(todo, graded, strict=True), len(known) + 1):  # fmt: skip
            row = book.put(each, result, of_input)
            book.enter({each.student: row})
            yield step(row, number, seconds=took_s)


def known_row(book: Book, handed: Handed, wanted: set[str]) -> Row | None:
    """Return the row of a submission for which nothing need be run, if it is such a one."""
    if handed.why is None:
        return book.kept(handed) or (None if handed.student in wanted else book.earlier(handed))
    status = grades.MISSING if handed.folder is None else grades.REFUSED
    return book.without(handed, status, handed.why)


def timed(
    book: Book, engine: Callable[..., Result], handed: Handed, **options
) -> tuple[str, Result | Refused, float]:
    """Return the seal of what is graded, its grade or why it has none, and the seconds it took."""
    started = time.monotonic()
    try:
        of_input = book.seals.of_input(handed.folder)  # before: what changes meanwhile is graded again
    except OSError as error:
        return "", Refused(f"It cannot be read ({error.strerror}). Look at the folder."), 0.0
    result = grade_or_refuse(handed.folder, engine=engine, **options)
    return of_input, result, time.monotonic() - started


def demand_apart(class_dir: Path, out: Path) -> None:
    """Raise `CallError` if reports would be written over submissions, or among them."""
    inner, outer = class_dir.resolve(), out.resolve()
    if inner.is_relative_to(outer) or outer.is_relative_to(inner):
        raise CallError(f"{out} and {class_dir} lie in each other. Give another folder with --out.")


def demand_own(out: Path, resume: bool) -> None:
    """Raise `CallError` if a folder holds anything, unless it is ours and to be gone on with."""
    held = [path for path in out.iterdir() if not path.name.startswith((LOCK, SCRATCH))]
    if held and not (out / grades.JSON).is_file():
        raise CallError(f"{out} holds something else than grades. Give a new folder with --out.")
    if held and not resume:
        raise CallError(f"{out} holds grades already. Add --resume to go on there, or give a new folder "
                        "with --out.")  # fmt: skip
    for unfinished in out.glob(f"{SCRATCH}*"):
        shutil.rmtree(unfinished) if unfinished.is_dir() else unfinished.unlink()
