"""Open a course folder for grading: its submissions, its notebooks, and what staff decided."""

from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.course.decisions import EXTRA_TIME, OVERRIDES, read_extra_time, read_overrides
from autograder.course.folder import ASSIGNMENT, COMMAND, api_of, demand_course
from autograder.course.marks import Override
from autograder.course.notebooks import grade_id
from autograder.course.placing import is_graded
from autograder.errors import CallError
from autograder.model import Rubric
from autograder.rubric import read_rubric

SUBMITTED = "submitted"
RELEASE = f"nbgrader generate_assignment {ASSIGNMENT}"


@dataclass(frozen=True)
class Course:
    """What all submissions share: the rubric, the notebooks of the course, what staff decided."""

    folder: Path
    rubric: Rubric
    released: dict[int, NotebookNode]
    source: dict[int, NotebookNode]
    overrides: dict[str, dict[str, Override]]
    extra_hours: dict[str, float]


def submissions(course_dir: Path, students: str) -> dict[str, Path]:
    """Return the folder of every submission by its student; raise `CallError` if there is none."""
    demand_course(course_dir)
    found = sorted((course_dir / SUBMITTED).resolve().glob(f"*/{ASSIGNMENT}"))
    known = {path.parent.name: path for path in found if path.is_dir()}
    wanted = {student: path for student, path in known.items() if fnmatch(student, students)}
    if not wanted:
        what = f"no student fits {students!r}" if known else f"{SUBMITTED}/ holds no submission"
        raise CallError(f"{what} in {course_dir}. Run `nbgrader collect {ASSIGNMENT}` there first.")
    return wanted


def opened(course_dir: Path, handed_in_by: set[str]) -> Course:
    """Return what is needed to mark; raise `CallError` if the assignment is not released so."""
    rubric = read_rubric()
    released = {n: notebook_in(course_dir, "release", plan.stem) for n, plan in rubric.parts.items()}
    source = {n: notebook_in(course_dir, "source", plan.stem) for n, plan in rubric.parts.items()}
    demand_same_cells(course_dir, rubric, released)
    with api_of(course_dir) as gradebook:
        students = handed_in_by | {student.id for student in gradebook.students}
    return Course(course_dir, rubric, released, source,
                  read_overrides(course_dir / OVERRIDES, rubric, students),
                  read_extra_time(course_dir / EXTRA_TIME, students))  # fmt: skip


def notebook_in(course_dir: Path, step: str, stem: str) -> NotebookNode:
    """Return a notebook of the course; raise `CallError` if nbgrader has not generated it."""
    path = course_dir / step / ASSIGNMENT / f"{stem}.ipynb"
    if not path.is_file():
        raise CallError(f"{path} is not there. Run `{RELEASE}` in {course_dir} first.")
    return nbformat.read(path, as_version=4)


def demand_same_cells(course_dir: Path, rubric: Rubric, released: dict[int, NotebookNode]) -> None:
    """Raise `CallError` unless the rubric, the release and the gradebook have the same graded cells."""
    with api_of(course_dir) as gradebook:
        books = [book for a in gradebook.assignments if a.name == ASSIGNMENT for book in a.notebooks]
        sums = {(book.name, cell.name): cell.checksum for book in books for cell in book.source_cells}
        known = {(book.name, cell.name, cell.max_score, sums.get((book.name, cell.name)))
                 for book in books for cell in book.grade_cells}  # fmt: skip
    shown, tests = set(), set()
    for number, notebook in released.items():
        for cell in filter(is_graded, notebook.cells):
            about = cell.metadata.nbgrader
            stem = rubric.parts[number].stem
            shown.add((stem, about.grade_id, float(about.points), about.checksum))
            tests |= {(about.grade_id, about.points)} if cell.cell_type == "code" else set()
    if shown != known or tests != {(grade_id(check.id), check.points) for check in rubric.checks}:
        raise CallError("The released notebooks are not those of today's rubric. Run "
                        f"`{COMMAND} {course_dir}`, then `{RELEASE} --force` in it.")  # fmt: skip
