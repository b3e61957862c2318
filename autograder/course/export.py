"""Write the grades of a course folder as tables: for people, for Canvas, for Moodle.

grades.csv has nbgrader's own columns (its CsvExportPlugin), then the points of parts, checks and
discussions. canvas.csv is what Canvas imports: Student, ID, SIS Login ID, Section, assignments, and a
row "Points Possible" (lib/gradebook_importer.rb of instructure/canvas-lms). moodle.csv is what Moodle
imports: a student is found by "Email address" or "ID number", every other column may be mapped to a
grade item (docs.moodle.org, "Grade import").
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.course.entering import penalise, quiet, write_folder
from autograder.course.folder import ASSIGNMENT, api_of
from autograder.course.notebooks import grade_id
from autograder.errors import CallError
from autograder.model import Rubric
from autograder.rubric import read_rubric
from autograder.tables import csv_text

FOLDER = "export"
OF_NBGRADER = ("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
               "raw_score", "late_submission_penalty", "score", "max_score")  # fmt: skip
WAITING = "waiting_for_a_person"


@dataclass(frozen=True)
class Standing:
    """How a student stands: who it is, and, with a submission, the points of everything graded."""

    id: str
    last_name: str
    first_name: str
    email: str
    lms_id: str
    duedate: str = ""
    timestamp: str = ""
    raw: float | None = None
    penalty: float | None = None
    points: dict[str, float] = field(default_factory=dict)  # by grade id, and by notebook
    waiting: int | None = None

    @property
    def total(self) -> float | None:
        """The points after the penalty, None without a submission."""
        return None if self.raw is None else max(0.0, self.raw - self.penalty)


def export(course_dir: Path, to: Path | None = None) -> tuple[list[Path], list[str]]:
    """Write grades.csv, canvas.csv and moodle.csv.

    Returns:
        The files, and sentences for staff: who has not handed in, whose answers wait for a person.

    Raises:
        CallError: The gradebook has no student, or not the assignment.
    """
    rubric, folder = read_rubric(), to or course_dir / FOLDER
    with quiet():
        penalise(course_dir)
    standings, highest = standings_of(course_dir)
    tables = {
        "grades.csv": grades(rubric, standings, highest),
        "canvas.csv": canvas(standings, highest),
        "moodle.csv": moodle(standings),
    }
    write_folder(folder, {name: csv_text(rows) for name, rows in tables.items()}, keep_others=True)
    return [folder / name for name in tables], list(told(standings))


def standings_of(course_dir: Path) -> tuple[list[Standing], float]:
    """Return how every student of the gradebook stands, and the most points there are."""
    from nbgrader.api import MissingEntry

    with api_of(course_dir) as gradebook:
        try:
            assignment = gradebook.find_assignment(ASSIGNMENT)
        except MissingEntry as error:
            command = f"nbgrader generate_assignment {ASSIGNMENT}"
            raise CallError(f"The gradebook has no {ASSIGNMENT}. Run `{command}` first.") from error
        handed_in = {submission.student_id: submission for submission in assignment.submissions}
        found = [standing(s, handed_in.get(s.id), assignment) for s in gradebook.students]
        if not found:
            raise CallError("The gradebook has no student. Run `python -m autograder nbgrader init` "
                            "with `--roster`.")  # fmt: skip
        return found, assignment.max_score


def standing(student: Any, submission: Any, assignment: Any) -> Standing:
    """Return how one student stands, from the records of the gradebook."""
    names = (student.last_name, student.first_name, student.email, student.lms_user_id)
    who = (student.id, *(name or "" for name in names))
    if submission is None:
        return Standing(*who, duedate=str(assignment.duedate or ""))
    points = {grade.name: grade.score for book in submission.notebooks for grade in book.grades}
    points |= {book.name: book.score for book in submission.notebooks}
    waiting = sum(g.needs_manual_grade for book in submission.notebooks for g in book.grades)
    return Standing(*who, str(submission.duedate or ""), str(submission.timestamp or ""),
                    submission.score, submission.late_submission_penalty, points, waiting)  # fmt: skip


def grades(rubric: Rubric, standings: Iterable[Standing], highest: float) -> list[list]:
    """Return the table for people: nbgrader's columns, then parts, checks and discussions."""
    columns = {f"part {n}": plan.stem for n, plan in rubric.parts.items()}
    columns |= {f"check {check.id}": grade_id(check.id) for check in rubric.checks}
    columns |= {f"discussion {t.id}": f"discussion-{t.id.replace('.', '-')}" for t in rubric.by_hand}
    rows = [[*OF_NBGRADER, WAITING, *columns]]
    for s in standings:
        points = [s.points.get(key) for key in columns.values()]
        rows.append([ASSIGNMENT, s.duedate, s.timestamp, s.id, s.last_name, s.first_name, s.email,
                     s.raw, s.penalty, s.total, highest, s.waiting, *points])  # fmt: skip
    return rows


def canvas(standings: Iterable[Standing], highest: float) -> list[list]:
    """Return the table for Canvas."""
    rows = [["Student", "ID", "SIS Login ID", "Section", ASSIGNMENT],
            ["Points Possible", "", "", "", highest]]  # fmt: skip
    for s in standings:
        name = ", ".join(filter(None, (s.last_name, s.first_name))) or s.id
        rows.append([name, s.lms_id, s.id, "", s.total])
    return rows


def moodle(standings: Iterable[Standing]) -> list[list]:
    """Return the table for Moodle."""
    rows = [["First name", "Last name", "ID number", "Email address", ASSIGNMENT]]
    return rows + [[s.first_name, s.last_name, s.lms_id or s.id, s.email, s.total] for s in standings]


def told(standings: Iterable[Standing]) -> Iterator[str]:
    """Yield what staff should know before they publish a table."""
    for s in standings:
        if s.raw is None:
            yield f"{s.id} has no graded submission: the cells are empty."
        elif s.waiting:
            yield f"{s.id}: {s.waiting} marks wait for a person; they may still change."
