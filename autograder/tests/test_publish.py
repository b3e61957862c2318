"""Between a result and GitHub: each text keeps its contract, and what a student wrote is only text."""

import base64
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import jsonschema
import pytest

from autograder import report
from autograder.errors import CallError, CourseError
from autograder.manifest import NAME, Edit
from autograder.model import Location, Outcome, Result
from autograder.publish import annotations, charts, classroom, classroom50, command
from autograder.publish.junit import junit
from autograder.publish.reading import read_result
from autograder.publish.summary import CUT, LIMIT, summary
from autograder.tests.classroom import result_of
from autograder.tests.contracts import CLASSROOM, CLASSROOM50, junit_problems
from autograder.tests.desk import rubric
from autograder.tests.runner import obeyed

pytestmark = pytest.mark.quick
HOSTILE = (
    "::error file=x::owned\n::set-output name=result::x %0A::add-path::/tmp\r\n##[error]owned "
    "<script>x</script> ![x](http://x) [a](javascript:x) `` ` ``` |a|b| @everyone #1 \x1b[31m \ud800"
)
SCRIPTS = {"1": "py", "2": "py", "3": "py"}
ENVIRONMENT = {
    "CLASSROOM": "seismology", "ASSIGNMENT": "earthquakes", "OWNER": "ada",
    "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d", "COMMIT_URL": "https://example.org/c",
    "RELEASE_URL": "https://example.org/r", "REVIEW_URL": "https://example.org/v",
}  # fmt: skip
WHEN = datetime(2027, 1, 15, 18, tzinfo=UTC)
FALLING = [1.0 / n for n in range(1, 101)]
LONG_CURVES = {"part3": {"loss": FALLING, "val_loss": [2 * loss for loss in FALLING],
                         "accuracy": [0.5] * 100}}  # fmt: skip


def lost(id_: str, score: int = 0, text: str = "y = 1", where: Location | None = None) -> Outcome:
    """Return a failed check."""
    return Outcome(id_, int(id_[0]), "", "failed", score, 0, text, text, text, text, location=where)


def graded(*outcomes: Outcome, **changes) -> Result:
    """Return a result of scripts in which these checks did not pass."""
    return replace(result_of({o.id: o for o in outcomes}), form=SCRIPTS, **changes)


def hostile_result() -> Result:
    """Return a result in which every text of a student tries to be obeyed."""
    where = Location(HOSTILE, 3)
    return graded(*(lost(check.id, 0, HOSTILE, where) for check in rubric().checks), notes=(HOSTILE,),
                  submission=HOSTILE, curves={"part1": {HOSTILE: [1.0], "loss": [1.0]}})  # fmt: skip


RESULTS = {
    "passed": graded(),
    "failed": graded(lost("1.data", 3, where=Location("part1_one_to_one.py", 76)), lost("3.model")),
    "blocked": graded(replace(lost("1.model"), status="not_judged", blocked_by="1.data")),
    "hostile": hostile_result(),
    "broken": graded(score=None, broken=("1.fit: KeyError",)),
    "trained": graded(curves=LONG_CURVES, metrics={
        "part3.confusion_matrix": [[493, 7], [1, 499]], "part3.accuracy": 0.99,
        "part3.errors_by_kind": {"near_miss": [3, 150]}}),
}  # fmt: skip
each = pytest.mark.parametrize("result", RESULTS.values(), ids=RESULTS)


def write(result: Result, folder: Path) -> None:
    """Write what `publish` reads of a report, as `grade` writes it."""
    texts = {report.RESULT: report.json_text(result), report.VIEWS: report.views_text(result)}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", errors="replace")


@each
def test_a_result_is_read_back_as_it_was_written(result, tmp_path):
    """The report folder holds all that is published; nothing is asked of the grading process."""
    write(result, tmp_path)
    again, readable = read_result(tmp_path), report.json_text(result).encode("utf-8", "replace")
    assert report.json_text(again) == readable.decode()
    assert len(summary(again)) == len(summary(result)) and again.curves == result.curves


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"schema": "another"}', "[" * 100_000])
def test_a_report_that_is_none_ends_in_the_next_thing_to_do(text, tmp_path):
    """Missing, damaged or of another grader: one sentence with a command."""
    with pytest.raises(CallError, match="python -m autograder grade --report"):
        read_result(tmp_path)
    write(RESULTS["passed"], tmp_path)
    (tmp_path / report.RESULT).write_text(text)
    with pytest.raises(CallError, match="python -m autograder grade --report"):
        read_result(tmp_path)


def test_the_summary_says_why_what_next_and_what_it_is_worth():
    """Each missing point with Called, Got, Expected, Hint; score and time per part; practice; edits."""
    page = summary(RESULTS["failed"], [Edit("autograder/judge.py", "edited")])
    outcome = next(o for o in RESULTS["failed"].checks if o.id == "1.data")
    for name, text in report.explanation(outcome):
        assert f"{name}: `{text}`" in page
    assert "**This is a practice score.**" in page and "edited: `autograder/judge.py`" in page
    assert re.search(r"^\| 1 .* \| 26/27 \| \d+ of \d+ s \|$", page, re.MULTILINE)
    assert "Most to gain: **3.model**" in page and "Edited files" not in summary(RESULTS["failed"])


def test_a_file_that_was_added_is_to_be_moved_or_deleted():
    """It may be the student's own script, which is no edit of the grader and needs no deleting."""
    page = " ".join(summary(RESULTS["failed"], [Edit("experiments.py", "added")]).split())
    assert "- added: `experiments.py`" in page
    assert "move it into `assignment/` if it is yours, or delete it." in page


def test_the_summary_shows_a_training_without_a_picture():
    """A chart that GitHub draws from text, and tables: curves, confusion matrix, errors by kind."""
    page = summary(RESULTS["trained"])
    lines = re.findall(r"^  line \[(.*)\]$", page, re.MULTILINE)
    drawn = [[float(value) for value in line.split(", ")] for line in lines]
    assert [len(line) for line in drawn] == [charts.POINTS] * 2
    assert drawn[0][0] == 0 and drawn[0][-1] == -2 and drawn[1][0] == 0.301
    assert "| **noise** | 493 | 7 |" in page and "| near miss | 3 | 150 |" in page
    assert "| loss | 1 | 0.01 | 0.01 | 100 |" in page and "![" not in page


@pytest.mark.parametrize("values", [[], [1.0], [1.0, float("nan")], [0.0, 1.0], [float("inf"), 1.0]])
def test_a_loss_without_logarithm_gives_no_chart(values):
    """A training that diverged, or had one epoch, still gives its table."""
    assert "mermaid" not in charts.curves_block("part1", {"loss": values, "val_loss": values})
    assert bool(values) == ("| loss |" in charts.curves_block("part1", {"loss": values}))


def test_a_summary_fits_and_says_what_it_left_out():
    """At most a mebibyte, cut between blocks, so that no table, code or fence is left open."""
    huge = graded(*(lost(check.id, 0, "ä" * 20_000) for check in rubric().checks), curves=LONG_CURVES)
    for limit in (LIMIT, 100_000, 3000, 400):
        page = summary(huge, [], limit)
        assert len(page.encode()) <= limit and page.count("```") % 2 == 0
        assert page.endswith(CUT)
    assert CUT not in summary(RESULTS["trained"])


def without_code(markdown: str) -> str:
    """Return what stands outside of code spans and of fenced blocks."""
    outside = re.sub(r"^```.*?^```$", "", markdown, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]*`", "", outside)


def test_a_students_text_is_code_in_the_summary_and_no_command_anywhere():
    """No tag, link, image, mention or workflow command gets out of what a student wrote."""
    page = summary(RESULTS["hostile"], [Edit(HOSTILE, "added")])
    rest = without_code(page)
    assert not re.search(r"[<@]|\]\(|script|owned|::|##\[", rest), rest
    assert "owned" in page and not obeyed(page) and "\x1b" not in page
    said = "\n".join(command.commands(RESULTS["hostile"], rubric(), 60, []))
    assert {c.name for c in obeyed(said)} == {"error", "notice"}
    assert len(obeyed(said)) == len(said.splitlines()) and "##[" not in said
    stems = {plan.stem for plan in rubric().parts.values()}
    files = {re.search("file=([^,]*)", c.properties)[1] for c in obeyed(said) if "file=" in c.properties}
    assert files == {f"assignment/{stem}.py" for stem in stems}


def test_annotations_are_ten_at_most_one_a_place_the_most_points_first():
    """With the notices and the floor's error; a line only where it is one of the student's file."""
    names = {n: f"{plan.stem}.py" for n, plan in rubric().parts.items()}
    lines = enumerate(rubric().checks, 1)
    many = graded(*(lost(check.id, where=Location(names[check.part], n)) for n, check in lines))
    said = command.commands(many, rubric(), 60, [])
    assert len(said) == annotations.MOST and said[-3].startswith("::error title=Below the floor::")
    assert not [line for line in said if "Where: " in line], "the line is the annotation's own"
    gained = [int(re.search(r"(\d+) of", line)[1]) for line in said[:-3]]
    assert gained == sorted(gained, reverse=True) and gained[0] == max(c.points for c in rubric().checks)
    same = [lost(c.id, where=Location(names[1], 5)) for c in rubric().checks if c.part == 1]
    assert len(annotations.annotations(graded(*same), rubric(), "assignment")) == 1
    in_cell = graded(lost("1.data", where=Location("part1_one_to_one.ipynb[cell 3]", 2)))
    in_cell = replace(in_cell, form={**SCRIPTS, "1": "ipynb"})
    (line,) = annotations.annotations(in_cell, rubric(), "assignment")
    assert line.startswith("::error file=assignment/part1_one_to_one.ipynb,title=")
    assert "Where: part1_one_to_one.ipynb[cell 3], line 2" in line


def test_commands_are_escaped_as_the_runner_reads_them():
    """Percent signs and line ends in messages; colons and commas in properties as well."""
    assert annotations.command("error", "50% a\nb\r", title="x: 1, 2%") == (
        "::error title=x%3A 1%2C 2%25::50%25 a%0Ab%0D"
    )
    for score, kind in ((0, "error"), (3, "warning")):
        (said,) = annotations.annotations(graded(lost("1.data", score)), rubric(), "assignment")
        assert said.startswith(f"::{kind} file=assignment/part1_one_to_one.py,title=1.data%3A ")


def run(result: Result, folder: Path, floor: str | None = None, environment: dict | None = None) -> int:
    """Publish a result as the command does, from the instructor's repository."""
    write(result, folder)
    given = SimpleNamespace(report=folder, repository=None, fail_under=floor, classroom50=None)
    return command.run(Path(__file__).resolve().parents[2], given, environment or {})


@pytest.mark.parametrize("text", [None, "<<<<<<< HEAD\n{}", '{"files": [[1, 2]]}'])
def test_a_damaged_manifest_is_one_more_edit(tmp_path, text):
    """Of a student's copy: the points are shown. That of a grader from outside is staff's to mend."""
    copy, other = tmp_path / "copy", tmp_path / "other"
    (copy / "autograder").mkdir(parents=True)
    other.mkdir()
    if text is not None:
        (copy / NAME).write_text(text)
    assert command.edits_of(copy, None) == [Edit(NAME, "damaged")]
    with pytest.raises(CourseError, match="cannot be read"):
        command.edits_of(copy, other)


def test_only_a_floor_or_a_broken_grader_makes_a_run_red(tmp_path, capsys):
    """Exit code 0 for whatever score, 1 below the floor that was asked for, 3 without a mark."""
    worst = graded(*(lost(check.id) for check in rubric().checks))
    assert run(worst, tmp_path) == 0 and run(worst, tmp_path, floor="0") == 0
    assert run(worst, tmp_path, floor="1") == 1
    assert run(RESULTS["broken"], tmp_path) == 3 and "No mark is issued" in capsys.readouterr().out


@pytest.mark.parametrize("floor", ["forty", "40.5", "-1", "40 %"])
def test_a_floor_that_is_no_number_takes_nothing_away(tmp_path, capsys, floor):
    """The instructor's slip is told in a warning; the points are shown, and the run is not red."""
    assert run(RESULTS["failed"], tmp_path, floor=floor) == 0
    said = obeyed(capsys.readouterr().out)
    assert [c.name for c in said if "whole number" in c.message] == ["warning"]
    assert len(said) <= annotations.MOST and "Points" in said[-2].message
    assert (tmp_path / "summary.md").is_file()


def test_the_classroom_gets_two_notices_and_its_results(tmp_path, capsys):
    """Points T/M, the same as JSON, and the job's output `result`: base64 of the results."""
    output = tmp_path / "output"
    run(RESULTS["failed"], tmp_path, environment={"GITHUB_OUTPUT": str(output)})
    complete, totals = capsys.readouterr().out.splitlines()[-2:]
    score, most = RESULTS["failed"].score, RESULTS["failed"].max_score
    assert complete == f"::notice title=Autograding complete::Points {score}/{most}"
    assert totals.startswith("::notice title=Autograding report::")
    assert json.loads(totals.split("::")[2]) == {"totalPoints": score, "maxPoints": most}
    key, text = output.read_text().strip().split("=", 1)
    record = json.loads(base64.b64decode(text, validate=True))
    assert key == "result" and record == json.loads((tmp_path / "classroom.json").read_text())
    assert sum(test["score"] for test in record["tests"]) == score


@each
def test_the_classrooms_results_keep_their_contract(result):
    """Statuses, integer points that add up, always a list of tests; far below a megabyte."""
    record = classroom.results(result, rubric(), "assignment")
    jsonschema.validate(record, CLASSROOM)
    if not result.broken:
        assert sum(test["max_score"] for test in record["tests"]) == record["max_score"]
        assert (record["status"] == "pass") == (result.score == result.max_score)
    assert len(classroom.encoded(record)) < 500_000


@each
def test_classroom_50_gets_a_record_or_a_sentence(result):
    """Its schema, identity from its environment, points that add up; without a mark, an error."""
    if result.broken:
        with pytest.raises(CallError, match="Grade again"):
            classroom50.record(result, ENVIRONMENT, WHEN, WHEN)
        return
    record = classroom50.record(result, ENVIRONMENT, WHEN, WHEN)
    jsonschema.validate(record, CLASSROOM50)
    assert record["datetime"] == "2027-01-15T18:00:00Z" and record["owner"] == "ada"
    for key in ("score", "max-score"):
        assert sum(test[key] for test in record["tests"]) == record[key]
    with pytest.raises(CallError, match="COMMIT_URL not set"):
        classroom50.record(result, {**ENVIRONMENT, "COMMIT_URL": ""}, WHEN, WHEN)


@each
def test_junit_is_well_formed_and_counts_right(result):
    """The structure of the common schemas; a failure has its reasons, a hostile one is only text."""
    top = ElementTree.fromstring(junit(result, rubric(), "assignment").encode())
    assert junit_problems(top) == []
    failures = {case.get("name").split()[0]: case.find("failure") for case in top.iter("testcase")}
    for outcome in result.checks:
        assert (failures[outcome.id] is not None) == (outcome.status == "failed")
        if outcome.status == "failed":
            assert f"Hint: {report.harmless(outcome.hint)}" in failures[outcome.id].text


@pytest.mark.parametrize("damage", ["<testsuites/>", "<testsuite name='a'/>", "<x/>"])
def test_the_structure_of_junit_is_really_asked_for(damage):
    """A document that lacks something is found."""
    assert junit_problems(ElementTree.fromstring(damage))
