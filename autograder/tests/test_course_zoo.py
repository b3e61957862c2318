"""The whole zoo as a class: nbgrader's gradebook has the engine's points for each, check by check."""

import shutil
from pathlib import Path

import pytest

from autograder.course import batch, folder
from autograder.course.notebooks import grade_id
from autograder.model import Result
from autograder.tests import classroom, test_zoo_honest, test_zoo_hostile
from autograder.tests.desk import ROOT

HONEST = {path.name: path for path in test_zoo_honest.FOLDERS}
HOSTILE = test_zoo_hostile.CASES


def graded(course: Path, monkeypatch) -> tuple[list[batch.Row], dict[str, Result]]:
    """Grade a course; return its rows, and what the engine said of each student."""
    said, grader = {}, batch.graded_or_refused

    def heard(path: Path, **options):
        said[path.parent.name] = grader(path, **options)
        return said[path.parent.name]

    monkeypatch.setattr(batch, "graded_or_refused", heard)
    return list(batch.grade_course(course)), said


def expect_the_same(course: Path, rows: list[batch.Row], said: dict[str, Result]) -> None:
    """Fail unless every student has the engine's points in the gradebook, check by check."""
    assert {row.student for row in rows} == said.keys()
    with folder.api_of(course) as gradebook:
        for student, result in said.items():
            submission = gradebook.find_submission(folder.ASSIGNMENT, student)
            entered = {g.name: g.score for book in submission.notebooks for g in book.grades}
            assert {o.id: entered[grade_id(o.id)] for o in result.checks} == {
                o.id: o.score for o in result.checks
            }, student


@pytest.fixture
def course(tmp_path) -> Path:
    """A course whose assignment is released, with no submission so far."""
    path = tmp_path / "course"
    folder.init(ROOT, path)
    classroom.release(path)
    return path


def place(course: Path, student: str) -> Path:
    """Return the folder of a student's submission."""
    path = course / "submitted" / student / folder.ASSIGNMENT
    path.mkdir(parents=True)
    return path


@pytest.mark.exhaustive
def test_honest_submissions_have_the_same_score_in_nbgrader(course, monkeypatch):
    """In every style, right work has full marks in the gradebook as it has with `grade`."""
    for name, source in HONEST.items():
        shutil.copytree(source, place(course, name), dirs_exist_ok=True)
    rows, said = graded(course, monkeypatch)
    assert len(rows) == len(HONEST) and all(row.score == row.max_score for row in rows)
    expect_the_same(course, rows, said)


@pytest.mark.exhaustive
@pytest.mark.usefixtures("low_limits")
def test_hostile_submissions_have_the_same_score_in_nbgrader(course, monkeypatch):
    """A class of attackers: the batch ends, nobody's points are other than the engine's."""
    for name, source in HOSTILE.items():
        part, _ = test_zoo_hostile.told(name)
        test_zoo_hostile.hand_in(place(course, name), part, source.read_text(encoding="utf-8"))
    rows, said = graded(course, monkeypatch)
    assert len(rows) == len(HOSTILE) and not any(row.broke for row in rows)
    expect_the_same(course, rows, said)


low_limits = test_zoo_hostile.low_limits
