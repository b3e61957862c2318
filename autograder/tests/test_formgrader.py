"""A person marks a course in nbgrader's formgrader, in a real browser: what is seen, typed, and kept.

The engine's verdicts are written down in `classroom`, so nothing is trained; all else is real: the
course folder, the marked notebooks, the gradebook, the server, the pages.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.course import batch
from autograder.course.export import export
from autograder.course.notebooks import grade_id
from autograder.course.roster import read_roster
from autograder.errors import CallError
from autograder.tests import browser, classroom
from autograder.tests.browser import chromium, demand_browser, photograph
from autograder.tests.classroom import ASSIGNMENT, STEMS, VERDICTS, grade_all
from autograder.tests.desk import ROOT, rubric
from autograder.tests.formgrader import Formgrader, served

ONE = STEMS[1]
PICTURES = ROOT / "build" / "formgrader"
DATA, OBSERVE = grade_id("1.data"), "discussion-1-observe"
REASONS = ("Called   createSynData()", "Got      y = [30", "Expected y = [15", "Hint     The targets")
COMMENT = "You saw the lag. Say where it begins."


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    """A course folder whose submissions are graded."""
    demand_browser()
    path = tmp_path_factory.mktemp("classroom") / "course"
    classroom.make_course(path)
    rows = grade_all(path)
    assert [row.student for row in rows if row.entered] == sorted(VERDICTS), rows
    return path


@pytest.fixture(scope="module")
def formgrader(course, tmp_path_factory) -> Iterator[Formgrader]:
    """Formgrader on that course, in a browser."""
    scratch = tmp_path_factory.mktemp("browser")
    with served(course, scratch) as (url, token), chromium(scratch) as window:
        yield Formgrader(window, url, token)


def feedback(formgrader: Formgrader, course: Path, student: str) -> str:
    """Let formgrader write a student's feedback; return what a browser shows of Part 1's."""
    formgrader.press(ASSIGNMENT, student, "generate-feedback")
    page = course / "feedback" / student / ASSIGNMENT / f"{ONE}.html"
    formgrader.browser.get(page.as_uri())
    return formgrader.text()


def test_the_lists_show_the_assignment_the_students_and_their_points(formgrader):
    """The assignment is listed with its submissions; each student stands with the engine's points."""
    listed = {row[0]: row for row in formgrader.rows("manage_assignments")}
    assert listed[ASSIGNMENT][-3] == str(len(VERDICTS))
    shown = {row[1]: row for row in formgrader.rows(f"manage_submissions/{ASSIGNMENT}")}
    assert shown.keys() == VERDICTS.keys()
    for student, result in VERDICTS.items():
        assert shown[student][3:5] == ["needs manual grading", f"{result.score} / 100"]
    assert shown["amara"][0] == "Diallo, Amara"


def test_a_submission_shows_code_reasons_and_mark_schemes(formgrader):
    """Beside the student's code stand Called, Got, Expected, Hint; beside an answer its mark scheme."""
    formgrader.open_submission(ASSIGNMENT, ONE, "amara")
    photograph(formgrader.browser, PICTURES / "submission.png")
    page, panel = formgrader.text(), formgrader.panel(DATA)
    assert "def createSynData(start=1, stop=21, const=15):" in page and "BEGIN MARK SCHEME" in page
    assert all(line in panel for line in REASONS), panel
    assert formgrader.field(DATA).get_attribute("placeholder") == "3"
    assert f"My answer to {OBSERVE}." in formgrader.panel(OBSERVE)


def test_every_point_has_a_field_that_shows_it(formgrader):
    """Every check and answer of each part has its field, with the engine's points in those of checks."""
    for part, stem in STEMS.items():
        formgrader.open_submission(ASSIGNMENT, stem, "cleo")
        for check in rubric().of_part(part):
            field = formgrader.field(grade_id(check.id))
            assert field.get_attribute("placeholder") == str(check.points), check.id
        fields = formgrader.browser.find_elements("css selector", "input.score")
        assert len(fields) == len([t for t in (*rubric().checks, *rubric().by_hand) if t.part == part])


def test_what_a_person_gives_is_saved_and_survives_another_grading(formgrader, course):
    """Typed points and comments outlive a reload and a new grading; the points are exported."""
    formgrader.open_submission(ASSIGNMENT, ONE, "amara")
    formgrader.type_into(OBSERVE, "1.5")
    formgrader.type_into(f"{OBSERVE}-comment", COMMENT)
    formgrader.type_into(DATA, "4")
    for again in (lambda: None, lambda: grade_all(course)):
        again()
        formgrader.open_submission(ASSIGNMENT, ONE, "amara")
        shown = [formgrader.field(name).get_attribute("value")
                 for name in (OBSERVE, f"{OBSERVE}-comment", DATA)]  # fmt: skip
        assert shown == ["1.5", COMMENT, "4"]
    tables, _ = export(course)
    with next(path for path in tables if path.stem == "grades").open(encoding="utf-8-sig") as table:
        row = next(row for row in csv.DictReader(table) if row["student_id"] == "amara")
    assert (row["discussion 1.observe"], row["check 1.data"]) == ("1.5", "4")


def test_feedback_shows_reasons_and_comments_and_no_mark_scheme(formgrader, course):
    """Feedback made by formgrader's own button holds the reasons and the comment, no secret."""
    formgrader.open_submission(ASSIGNMENT, ONE, "amara")
    formgrader.type_into(f"{OBSERVE}-comment", COMMENT)
    shown = feedback(formgrader, course, "amara")
    photograph(formgrader.browser, PICTURES / "feedback.png")
    assert COMMENT in shown and all(line in shown for line in REASONS)
    assert "My answer to" in shown and "MARK SCHEME" not in formgrader.browser.page_source
    assert "1 point:" not in shown  # with which the lines of mark schemes begin


def test_the_button_for_grading_runs_nothing_of_a_student(formgrader, course):
    """Formgrader's button for grading takes the marked notebook, or says which command marks it."""
    classroom.hand_in(course, "dora", ONE, classroom.answered(course, ONE))
    assert "Successfully autograded" in formgrader.press(ASSIGNMENT, "amara", "autograde")
    assert "python -m autograder nbgrader grade" in formgrader.press(ASSIGNMENT, "dora", "autograde")


def test_no_script_of_a_student_runs(formgrader, course, tmp_path):
    """Tags in answers, outputs, values and notes change no page of formgrader, nor lie in wait there."""
    notebook = classroom.hostile(classroom.answered(course, ONE))
    assert classroom.as_it_is(formgrader.browser, notebook, tmp_path) == "owned"
    for stem in STEMS.values():
        formgrader.open_submission(ASSIGNMENT, stem, "bo")
        assert formgrader.browser.title == stem
        assert formgrader.traps() == []
    assert "what it printed <" in formgrader.text()
    feedback(formgrader, course, "bo")
    assert (formgrader.browser.title, formgrader.traps()) == (ONE, [])


@pytest.mark.quick
def test_a_missing_browser_is_told_and_a_failure_where_one_is_required(monkeypatch):
    """Without a browser the tests say how to install one; in CI, which demands one, they fail."""
    monkeypatch.setattr(browser, "found", lambda names: None)
    monkeypatch.delenv(browser.REQUIRED, raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install chromium chromium-driver"):
        browser.demand_browser()
    monkeypatch.setenv(browser.REQUIRED, "1")
    with pytest.raises(pytest.fail.Exception, match="no chromium"):
        browser.demand_browser()
    assert f"export {browser.REQUIRED}=1" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.quick
def test_names_that_a_page_would_obey_are_refused(tmp_path):
    """Formgrader writes names and ids into its pages as they are: none with a tag comes that far."""
    roster = tmp_path / "roster.csv"
    roster.write_text(f"id,first_name,last_name\nada,Ada,{classroom.TAGS}\n", encoding="utf-8")
    with pytest.raises(CallError, match=r"roster\.csv, line 2: .* is no name"):
        read_roster(roster)
    folder = tmp_path / "submitted" / "<img src=x onerror=alert(1)>" / ASSIGNMENT
    assert "no id of a student" in batch.graded_or_refused(folder).why
