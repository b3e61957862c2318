"""The grades of a course as tables: complete, the gradebook's own numbers, and without formulas."""

import csv
import shutil
from pathlib import Path

import pytest
from rich.console import Console

from autograder.course import folder
from autograder.course.command import run
from autograder.course.export import export
from autograder.errors import CallError
from autograder.tables import cell_text, csv_text
from autograder.tests.classroom import ASSIGNMENT, STEMS, VERDICTS, grade_all, make_course
from autograder.tests.desk import rubric

OBSERVE = "discussion-1-observe"
HALF = """
from nbgrader.plugins import BasePlugin


class HalfAPoint(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return 0.5


c = get_config()
c.AssignLatePenalties.plugin_class = HalfAPoint
"""


@pytest.fixture(scope="module")
def marked(tmp_path_factory) -> Path:
    """A course with three graded students and one who has not handed in; not to be changed."""
    course = tmp_path_factory.mktemp("marked") / "course"
    make_course(course)
    grade_all(course)
    (course / "own_config.py").write_text(HALF, encoding="utf-8")
    with folder.api_of(course) as gradebook:
        gradebook.update_or_create_student("amara", lms_user_id="1042", first_name='=HYPERLINK("x")')
        mark = gradebook.find_grade(OBSERVE, STEMS[1], ASSIGNMENT, "amara")
        mark.manual_score, mark.needs_manual_grade = 2.25, False
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate="2026-05-01 12:00:00 UTC")
        gradebook.update_or_create_submission(ASSIGNMENT, "amara", timestamp="2026-05-01 13:00:00 UTC")
        gradebook.db.commit()
    return course


@pytest.fixture
def tables(marked, tmp_path) -> dict[str, list[dict[str, str]]]:
    """Return the rows of the exported tables by the name of the file."""
    paths, _ = export(marked, tmp_path)
    return {path.name: list(csv.DictReader(path.open(encoding="utf-8", newline=""))) for path in paths}


def by_student(rows: list[dict[str, str]], column: str) -> dict[str, dict[str, str]]:
    """Return rows by the student's id."""
    return {row[column]: row for row in rows}


def test_the_table_for_people_has_every_student_part_check_and_discussion(tables):
    """Columns add up to the total, in nbgrader's own columns first; the numbers are the gradebook's."""
    rows = by_student(tables["grades.csv"], "student_id")
    assert {*rows} == {"amara", "bo", "cleo", "dora"}
    result, row = VERDICTS["amara"], rows["amara"]
    assert [row[f"check {o.id}"] for o in result.checks] == [str(o.score) for o in result.checks]
    assert row["discussion 1.observe"] == "2.25"
    names = [f"check {check.id}" for check in rubric().checks]
    names += [f"discussion {task.id}" for task in rubric().by_hand]
    total = result.score + 2.25
    assert sum(float(row[name]) for name in names) == total == float(row["raw_score"])
    assert sum(float(row[f"part {n}"]) for n in STEMS) == total
    assert (row["late_submission_penalty"], row["score"]) == ("1.5", repr(total - 1.5))
    assert (row["max_score"], row["waiting_for_a_person"]) == ("100", str(len(rubric().by_hand) - 1))
    assert {rows["dora"][name] for name in [*names, "score", "raw_score", "part 1"]} == {""}


def test_nbgraders_own_columns_are_those_of_its_exporter(marked, tables, tmp_path):
    """Names, order and values agree with what `nbgrader export` writes for those who handed in."""
    from nbgrader.plugins import CsvExportPlugin

    with folder.api_of(marked) as gradebook:
        CsvExportPlugin(to=str(tmp_path / "theirs.csv")).export(gradebook)
    theirs = list(csv.DictReader((tmp_path / "theirs.csv").open(encoding="utf-8", newline="")))
    ours = by_student(tables["grades.csv"], "student_id")
    assert list(theirs[0]) == list(tables["grades.csv"][0])[: len(theirs[0])]
    for row in theirs:
        mine = ours[row["student_id"]]
        if row["student_id"] != "dora":
            assert float(mine["score"]) == pytest.approx(float(row["score"]))
            assert (mine["timestamp"], mine["email"]) == (row["timestamp"], row["email"])


def test_canvas_can_import_its_table(marked, tables, tmp_path):
    """The header is what its importer asks for, then the points possible, then every student."""
    path = export(marked, tmp_path)[0][1]
    lines = list(csv.reader(path.open(encoding="utf-8", newline="")))
    header, possible = lines[:2]
    assert "Student" in header[0] and "ID" in header[1] and "SIS Login ID" in header[2]
    assert header[3:] == ["Section", ASSIGNMENT]
    assert "Points Possible" in possible[0] and possible[4] == "100"
    rows = {line[2]: line for line in lines[2:]}
    total = VERDICTS["amara"].score + 2.25 - 1.5
    assert rows["amara"] == ['Diallo, =HYPERLINK("x")', "1042", "amara", "", repr(total)]
    assert rows["dora"] == ["Gil, Dora", "", "dora", "", ""]


def test_moodle_can_import_its_table(tables):
    """A student is found by the email address or the id number; the total is a grade item."""
    rows = by_student(tables["moodle.csv"], "Email address")
    assert rows["amara@example.org"]["ID number"] == "1042"
    assert rows["amara@example.org"]["First name"] == '\'=HYPERLINK("x")'
    assert rows["cleo@example.org"][ASSIGNMENT] == str(VERDICTS["cleo"].score)
    assert rows["dora@example.org"] == {"First name": "Dora", "Last name": "Gil", "ID number": "dora",
                                        "Email address": "dora@example.org", ASSIGNMENT: ""}  # fmt: skip


def test_who_is_missing_and_what_waits_is_told(marked, tmp_path, capsys):
    """The command names those without a submission and those whose answers nobody has read."""
    console = Console(highlight=False, width=200)
    assert run(["export", str(marked), "--to", str(tmp_path / "tables")], console) == 0
    said = capsys.readouterr().out
    assert "dora has no graded submission" in said
    assert f"bo: {len(rubric().by_hand)} marks wait for a person" in said
    assert "tables/canvas.csv" in said and (tmp_path / "tables" / "moodle.csv").is_file()


def test_two_exports_are_the_same_bytes_and_leave_other_files_alone(marked, tmp_path):
    """A table can be compared with the one before; what else lies in the folder stays."""
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    first = [path.read_bytes() for path in export(marked, tmp_path)[0]]
    assert first == [path.read_bytes() for path in export(marked, tmp_path)[0]]
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "keep"


def test_a_course_without_the_assignment_says_what_to_type(marked, tmp_path):
    """A new gradebook has nothing to export: the error names nbgrader's command."""
    course = shutil.copytree(marked, tmp_path / "course")
    (course / folder.GRADEBOOK).unlink()
    with pytest.raises(CallError, match="nbgrader generate_assignment"):
        export(course)


@pytest.mark.quick
@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "＝1"])
def test_no_cell_is_a_formula(text):
    """What a spreadsheet would compute begins with an apostrophe, also behind blanks."""
    assert cell_text(text) == f"'{text}"
    assert next(csv.reader([csv_text([[text, 'a"b,c']])], strict=True))[0].startswith("'")


@pytest.mark.quick
def test_numbers_keep_all_their_digits():
    """Whole numbers stand without a point, others as they are; nothing is rounded."""
    assert [cell_text(x) for x in (3.0, 0.0, 81.05, 1 / 3, None)] == ["3", "0", "81.05", repr(1 / 3), ""]
