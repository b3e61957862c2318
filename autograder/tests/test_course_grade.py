"""Collected submissions become marks in nbgrader: the engine's, whatever a submission claims."""

import csv
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from unittest import mock

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter
from nbformat import v4
from nbgrader.apps import NbGraderAPI
from nbgrader.server_extensions.formgrader import handlers
from rich.console import Console
from traitlets.config import PyFileConfigLoader

from autograder.collect import collect
from autograder.course import batch, folder, handed
from autograder.course.command import run
from autograder.course.export import export
from autograder.course.harmless import INVISIBLE, MAX_TEXT, code_cell, harmless_markdown, markdown_cell
from autograder.course.marks import mark_of
from autograder.course.notebooks import grade_id
from autograder.errors import CallError, GraderError
from autograder.grading import grade
from autograder.model import Result
from autograder.tests.classroom import (
    ASSIGNMENT,
    FAILED,
    ROSTER,
    STEMS,
    answered,
    hostile,
    release,
    result_of,
)
from autograder.tests.desk import ROOT, rubric, solution

ONE = STEMS[1]
SECRET = "0123456789abcdef" * 4
OBSERVE = "discussion-1-observe"
PNG = ("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
       "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")  # fmt: skip
LATE = """
from nbgrader.plugins import BasePlugin


class OnePointAnHour(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return total_seconds_late / 3600


c = get_config()
c.AssignLatePenalties.plugin_class = OnePointAnHour
"""


@pytest.fixture(scope="module")
def released(tmp_path_factory) -> Path:
    """A course folder whose assignment nbgrader has generated; not to be changed."""
    course = tmp_path_factory.mktemp("released") / "course"
    course.with_suffix(".csv").write_text(ROSTER, encoding="utf-8")
    folder.init(ROOT, course, course.with_suffix(".csv"))
    release(course)
    return course


@pytest.fixture
def course(released, tmp_path) -> Path:
    """A course folder in which nothing is handed in yet."""
    return shutil.copytree(released, tmp_path / "course")


def submission(course: Path, student: str) -> Path:
    """Return the folder of a submission, made if it is not there."""
    path = course / "submitted" / student / ASSIGNMENT
    path.mkdir(parents=True, exist_ok=True)
    return path


def hand_in(course: Path, student: str, notebooks: dict | None = None) -> Path:
    """Hand in answered notebooks, or these, by their part."""
    place = submission(course, student)
    for part, stem in STEMS.items():
        notebook = (notebooks or {}).get(part) or answered(course, stem)
        (place / f"{stem}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return place


def graded(course: Path, students: str = "*", verdict: Result | None = None) -> dict[str, batch.Row]:
    """Grade submissions with the real reading of files, and a verdict that is written down."""

    def written_down(path: Path, **_) -> Result:
        parts = collect(path, rubric()).parts
        form = {str(number): part.form for number, part in parts.items()}
        return replace(verdict or result_of(FAILED), form=form)

    with mock.patch.object(batch, "grade", written_down):
        return {row.student: row for row in batch.grade_course(course, students)}


def points_of(course: Path, student: str) -> dict[str, float | None]:
    """Return the points that the gradebook's checks have from the grader."""
    with folder.api_of(course) as gradebook:
        books = gradebook.find_submission(ASSIGNMENT, student).notebooks
        return {g.name: g.auto_score for b in books for g in b.grades if g.cell_type == "code"}


def by_engine(result: Result) -> dict[str, float]:
    """Return the points of a result as the gradebook has to have them."""
    return {grade_id(outcome.id): float(outcome.score) for outcome in result.checks}


def shown(course: Path, student: str, part: int = 1) -> dict[str, nbformat.NotebookNode]:
    """Return the graded cells that nbgrader shows, by their grade id."""
    path = course / "autograded" / student / ASSIGNMENT / f"{STEMS[part]}.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    return {c.metadata.nbgrader.grade_id: c for c in cells if c.metadata.get("nbgrader")}


def gave_by_hand(course: Path, student: str, name: str, points: float, comment: str) -> None:
    """Give points and a comment as formgrader does."""
    with folder.api_of(course) as gradebook:
        mark = gradebook.find_grade(name, ONE, ASSIGNMENT, student)
        mark.manual_score, mark.needs_manual_grade = points, False
        gradebook.find_comment(name, ONE, ASSIGNMENT, student).manual_comment = comment
        gradebook.db.commit()


def by_hand(course: Path, student: str, name: str) -> tuple:
    """Return points, comment, and whether a person has to look, of an answer in Part 1."""
    with folder.api_of(course) as gradebook:
        mark = gradebook.find_grade(name, ONE, ASSIGNMENT, student)
        comment = gradebook.find_comment(name, ONE, ASSIGNMENT, student).comment
        return mark.score, comment, mark.needs_manual_grade


def nbgrader(course: Path) -> NbGraderAPI:
    """Return nbgrader's own commands, as formgrader calls them, with the course's settings."""
    return NbGraderAPI(config=PyFileConfigLoader(folder.CONFIG, path=str(course)).load_config())


def pages(course: Path, student: str) -> list[str]:
    """Return the pages of Part 1: the grader's, made as formgrader does, and the feedback."""
    autograded = course / "autograded" / student / ASSIGNMENT / f"{ONE}.ipynb"
    exporter = HTMLExporter(template_name="formgrade", extra_template_basedirs=[handlers.template_path])
    about = dict.fromkeys("assignment_id notebook_id submission_id base_url student last_name "
                          "first_name notebook_path".split(), "x")  # fmt: skip
    page, _ = exporter.from_filename(str(autograded), resources={**about, "index": 0, "total": 1})
    assert nbgrader(course).generate_feedback(ASSIGNMENT, student)["success"]
    feedback = course / "feedback" / student / ASSIGNMENT / f"{ONE}.html"
    return [page, feedback.read_text(encoding="utf-8")]


def obeyed(page: str) -> list[str]:
    """Return what of a page's notebook would be obeyed by a browser and is not of nbconvert."""
    notebook = BeautifulSoup(page, "html.parser").find(id="notebook")
    found = notebook.find_all(["script", "style", "svg", "iframe", "object", "embed", "form", "link"])
    found += [tag for tag in notebook.find_all(True) if any(name.startswith("on") for name in tag.attrs)]
    for tag in notebook.find_all(["a", "img"]):
        target = re.sub(r"[\s\x00-\x1f]", "", tag.get("href", tag.get("src", ""))).lower()
        safe = target.startswith(("http:", "https:", "data:image/png;base64,"))
        found += [tag] if re.match(r"[a-z][a-z0-9+.-]*:", target) and not safe else []
    return [str(tag)[:200] for tag in found]


def test_the_gradebook_has_the_points_of_the_engine_and_no_kernel_starts(course, monkeypatch):
    """Every check has exactly the engine's points, answers wait for a person, nothing is run."""

    def started(*_, **__):
        raise AssertionError("a kernel was started")

    for place in ("jupyter_client.manager.KernelManager.start_kernel",
                  "nbclient.client.NotebookClient.execute",
                  "nbgrader.preprocessors.execute.Execute.preprocess"):  # fmt: skip
        monkeypatch.setattr(place, started)
    hand_in(course, "amara")
    row = graded(course)["amara"]
    result = result_of(FAILED)
    assert points_of(course, "amara") == by_engine(result)
    assert (row.score, row.entered.score) == (result.score, result.score)
    assert by_hand(course, "amara", OBSERVE) == (0.0, None, True)
    cells = shown(course, "amara")
    text = " ".join(cells[grade_id("1.data")].outputs[0].text.split())
    assert all(word in text for word in (FAILED["1.data"].called, FAILED["1.data"].got, "shift back"))
    pictures = [o for o in cells[grade_id("1.fit")].outputs if "image/png" in o.get("data", {})]
    assert len(pictures) == 1, "the figure of the training is missing"


def forged(notebook):
    """Return a notebook that claims all points, in outputs, in metadata, and in cells of its own."""
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        cell.metadata["tags"] = ["skip-execution"]
        if about.get("grade") and cell.cell_type == "code":
            about["points"] = 1000
            cell.source = "1000.0"
            cell.outputs = [v4.new_output("execute_result", {"text/plain": "1000.0"})]
    extra = {"grade": True, "solution": False, "locked": False, "points": 500, "task": False}
    for name in ("check-9-extra", grade_id("1.data"), "bonus"):
        cell = v4.new_code_cell("500.0", metadata={"nbgrader": {**extra, "grade_id": name}})
        cell.outputs = [v4.new_output("execute_result", {"text/plain": "500.0"})]
        notebook.cells.append(cell)
    return notebook


def test_what_a_submission_claims_of_its_points_counts_nothing(course):
    """Forged outputs, points, tags and test cells leave the engine's points as they are."""
    hand_in(course, "bo", {n: forged(answered(course, stem)) for n, stem in STEMS.items()})
    row = graded(course)["bo"]
    assert points_of(course, "bo") == by_engine(result_of(FAILED))
    assert row.entered.score == result_of(FAILED).score
    with folder.api_of(course) as gradebook:
        assert gradebook.find_assignment(ASSIGNMENT).max_score == 100
    assert nbgrader(course).autograde(ASSIGNMENT, "bo")["success"]
    assert points_of(course, "bo") == by_engine(result_of(FAILED)), "nbgrader's own command believed it"


def without(notebook, kind: str):
    """Return a notebook with its cells of this kind deleted."""
    notebook.cells = [c for c in notebook.cells if not c.id.startswith(kind)]
    return notebook


def twice(notebook):
    """Return a notebook in which every cell stands twice, with the same ids."""
    notebook.cells = [cell for cell in notebook.cells for _ in range(2)]
    return notebook


def renamed(notebook):
    """Return a notebook whose grade ids are others, some of them no text, some of another cell."""
    for number, cell in enumerate(notebook.cells):
        if about := cell.metadata.get("nbgrader"):
            about["grade_id"] = [f"other-{number}", 7, None, OBSERVE, grade_id("1.fit")][number % 5]
    return notebook


def mistyped(notebook):
    """Return a notebook whose cells have the type of the other ones, and metadata that is no mapping."""
    for cell in notebook.cells:
        cell["cell_type"] = "markdown" if cell.cell_type == "code" else "code"
        cell["metadata"] = [1, 2]
    return notebook


def without_a_kernel(notebook):
    """Return a notebook of a kernel that is not installed, with odd metadata."""
    notebook.metadata = {"kernelspec": {"name": "dead", "language": "x"}, "widgets": {"a": 1}}
    return notebook


CHANGES = {
    "doubled": twice,
    "untested": lambda notebook: without(notebook, "check-"),
    "unanswered": lambda notebook: without(notebook, "discussion-"),
    "renamed": renamed,
    "mistyped": mistyped,
    "no_kernel": without_a_kernel,
    "no_cells": lambda notebook: {"nbformat": 4, "cells": []},
    "not_even_cells": lambda notebook: {"cells": {"a": 1}},
    "odd_cells": lambda notebook: {"cells": [1, None, [], {"cell_type": "code"}, {"source": 5}]},
}
RAW = {
    "no_json": b"{not json",
    "binary": bytes(range(256)) * 40,
    "empty": b"",
    "deep": b'{"cells":' + b"[" * 100_000,
    "surrogates": b'{"cells": [{"cell_type": "markdown", "source": "\\ud800 text", "metadata": {}}]}',
}


def test_every_broken_submission_is_graded_for_itself(course):
    """Whatever notebooks hold, each gets the engine's points in its own rows, and the batch goes on."""
    hand_in(course, "amara")
    for name, change in CHANGES.items():
        hand_in(course, name, {n: change(answered(course, stem)) for n, stem in STEMS.items()})
    for name, data in RAW.items():
        hand_in(course, name)
        (submission(course, name) / f"{ONE}.ipynb").write_bytes(data)
    rows = graded(course)
    assert {*rows} == {"amara", *CHANGES, *RAW}
    for name in rows:
        assert rows[name].entered is not None, rows[name].told
        assert points_of(course, name) == by_engine(result_of(FAILED)), name
    for name in ("no_json", "binary", "empty", "deep"):
        assert f"{ONE}.ipynb is not a notebook that can be read" in rows[name].told[0]
    assert not rows["amara"].told
    assert "My answer to" in shown(course, "doubled")[OBSERVE].source
    assert "My answer to" in shown(course, "renamed")[OBSERVE].source, "found by its question"
    assert by_hand(course, "unanswered", OBSERVE) == (0.0, "No response.", False)


def left_out(course: Path, id_: str, *own: str, gone: bool = False) -> dict[int, nbformat.NotebookNode]:
    """Return answered notebooks: one discussion is as it was handed out or gone, new cells below."""
    notebook = answered(course, ONE)
    released = nbformat.read(course / "release" / ASSIGNMENT / f"{ONE}.ipynb", as_version=4)
    ids = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
    given = [] if gone else [c for c in released.cells if c.id == notebook.cells[ids.index(id_)].id]
    new = map(v4.new_markdown_cell, own)
    notebook.cells[ids.index(id_) : ids.index(id_) + 1] = [*given, *new]
    return {1: notebook}


def test_an_answer_beside_its_cell_waits_for_a_person(course):
    """Nobody is given 0 unread for an answer in a new cell, or where the points are for the header."""
    header = "discussion-1-header_quality"
    hand_in(course, "below", left_out(course, OBSERVE, "My answer is down here."))
    hand_in(course, "replaced", left_out(course, OBSERVE, "My own cell.", gone=True))
    hand_in(course, "untouched", left_out(course, OBSERVE))
    hand_in(course, "header", left_out(course, header))
    graded(course)
    for student, name in (("below", OBSERVE), ("replaced", OBSERVE), ("header", header)):
        score, comment, waits = by_hand(course, student, name)
        assert (score, comment, waits) == (0.0, None, True), student
    assert by_hand(course, "untouched", OBSERVE) == (0.0, "No response.", False)
    hand_in(course, "other", left_out(course, OBSERVE, "Of the other form."))
    released = nbformat.read(course / "release" / ASSIGNMENT / f"{ONE}.ipynb", as_version=4)
    place = submission(course, "other")
    (place / f"{ONE}.py").write_text(f"{as_script(released)}\n# %%\nA = 1\n", "utf-8")
    answered_only = json.loads((place / f"{ONE}.ipynb").read_text("utf-8"))
    code = {cell.id: cell.source for cell in released.cells}
    for cell in answered_only["cells"]:  # its code is as it was handed out, so the script counts
        cell["source"] = code[cell["id"]] if cell["cell_type"] == "code" else cell["source"]
    (place / f"{ONE}.ipynb").write_text(json.dumps(answered_only), "utf-8")
    graded(course, "other")
    assert by_hand(course, "other", OBSERVE)[2]
    cells = shown(course, "other")
    read_with_more = {id_ for id_, cell in cells.items() if "beside" in cell.metadata}
    assert OBSERVE in read_with_more and "discussion-1-residuals" not in read_with_more
    gave_by_hand(course, "below", OBSERVE, 3, "good")
    graded(course)
    assert by_hand(course, "below", OBSERVE) == (3, "good", False)
    hand_in(course, "below", left_out(course, OBSERVE, "Another answer."))
    graded(course)
    assert by_hand(course, "below", OBSERVE) == (3, "good", True), "looked at again: the answer is new"


def test_files_that_are_missing_linked_or_huge_cost_what_they_hold(course):
    """Missing parts, links, folders and 100 MB of outputs are told; a folder of nothing is refused."""
    for student in ("missing", "linked", "huge", "renamed", "nothing", "folder", "amara", "both"):
        hand_in(course, student)
    (submission(course, "missing") / f"{ONE}.ipynb").unlink()
    (submission(course, "both") / f"{ONE}.py").write_text("x = 1\n", encoding="utf-8")
    (submission(course, "syntax") / f"{ONE}.py").write_text("def (\n", encoding="utf-8")
    link = submission(course, "linked") / f"{ONE}.ipynb"
    link.unlink()
    link.symlink_to(course / "source" / ASSIGNMENT / f"{ONE}.ipynb")
    notebook = answered(course, ONE)
    notebook.cells[2].outputs = [v4.new_output("stream", text="x" * 10**8)]
    (submission(course, "huge") / f"{ONE}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    for path in submission(course, "renamed").iterdir():
        path.rename(path.with_name(f"final_{path.name}"))
    shutil.rmtree(submission(course, "nothing"))
    submission(course, "nothing")
    (submission(course, "folder") / f"{ONE}.ipynb").unlink()
    (submission(course, "folder") / f"{ONE}.ipynb").mkdir()
    rows = graded(course)
    assert rows["missing"].told == (f"{ONE}.py is missing. Put it back.",)
    assert "is a link out of the folder" in rows["linked"].told[0]
    assert "is not a regular file" in rows["folder"].told[0]
    assert "were both edited and disagree" in rows["both"].told[0]
    assert f"{ONE}.py, line 1: " in rows["syntax"].told[0]
    assert "holds none of" in rows["nothing"].told[0] and rows["nothing"].entered is None
    assert "holds none of" in rows["renamed"].told[0] and rows["renamed"].entered is None
    for student in ("missing", "linked", "huge", "folder", "amara", "both", "syntax"):
        assert points_of(course, student) == by_engine(result_of(FAILED)), student
    size = (course / "autograded/huge" / ASSIGNMENT / f"{ONE}.ipynb").stat().st_size
    assert size < 10**6
    with folder.api_of(course) as gradebook:
        assert {s.student_id for s in gradebook.assignment_submissions(ASSIGNMENT)} == {*rows} - {
            "nothing", "renamed"}  # fmt: skip


def test_a_grader_that_breaks_costs_nobody_else_a_mark(course, monkeypatch):
    """A student for whom the engine or nbgrader fails has no mark and is told; earlier marks stay."""
    for student in ("amara", "bo", "cleo"):
        hand_in(course, student)
    graded(course)
    whole, real = result_of({}), batch.enter

    def breaking(path: Path, **_) -> Result:
        if path.parent.name == "amara":
            raise RuntimeError("no memory")
        return replace(whole, form={str(n): "ipynb" for n in STEMS})

    def refusing(course_dir, student, *rest):
        if student == "bo":
            raise OSError("disk full")
        return real(course_dir, student, *rest)

    monkeypatch.setattr(batch, "grade", breaking)
    monkeypatch.setattr(batch, "enter", refusing)
    rows = {row.student: row for row in batch.grade_course(course)}
    assert rows["amara"].broke and "no memory" in rows["amara"].told[0]
    assert rows["bo"].broke and "disk full" in rows["bo"].told[0]
    score = result_of(FAILED).score
    assert rows["amara"].told[1] == (
        f"The {score} points of an earlier submission stay in the gradebook, and are exported.")
    assert not rows["cleo"].broke and points_of(course, "cleo") == by_engine(whole)
    assert points_of(course, "amara") == points_of(course, "bo") == by_engine(result_of(FAILED))


@pytest.mark.quick
def test_a_script_is_read_in_the_encoding_that_it_declares():
    """A person reads the umlauts that the engine reads; what is no text at all is shown so far."""
    text = "# -*- coding: cp1252 -*-\n# %% [markdown]\n# größer\n"
    for data in (text.encode("cp1252"), text.replace("cp1252", "utf-8").encode()):
        assert [*handed.script_cells(data)][-1].text == "größer"
    assert "gr" in [*handed.script_cells(text.encode("cp1252").replace(b"1252", b"9999"))][-1].text


@pytest.mark.quick
def test_more_code_than_is_graded_is_not_shown(tmp_path):
    """Neither one giant cell nor many of them reach a grader's page; answers do, wherever they are."""
    code = {"cell_type": "code", "source": "x = 1\n" * 20_000, "metadata": {}, "outputs": []}
    answer = {"cell_type": "markdown", "source": "My answer", "metadata": {}}
    notebook = {"cells": [code] * 9 + [answer], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}
    (tmp_path / f"{ONE}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    cells = handed.handed_in(tmp_path, ONE, "ipynb")
    sources = [one.cell.source for one in cells]
    assert sources[0] == code["source"] and sources[2:] == [handed.TOO_MUCH] * 7 + ["My answer"]


def test_scripts_are_shown_and_marked_as_notebooks_are(course):
    """An edited script gives the same answers, points and order of graded cells as the notebook."""
    hand_in(course, "amara")
    for stem in STEMS.values():
        script = submission(course, "cleo") / f"{stem}.py"
        script.write_text(as_script(answered(course, stem)), encoding="utf-8")
    graded(course)
    assert points_of(course, "cleo") == points_of(course, "amara")
    for part in STEMS:
        notebook, script = shown(course, "amara", part), shown(course, "cleo", part)
        assert list(notebook) == list(script)
        sources = [[cell.source.strip() for cell in cells.values()] for cells in (notebook, script)]
        assert sources[0] == sources[1]


def as_script(notebook) -> str:
    """Return the percent script of a student who writes the same into the script."""
    lines = []
    for cell in notebook.cells:
        if cell.id.startswith("check-"):
            continue
        if cell.cell_type == "code":
            lines += ["# %%", cell.source, ""]
        else:
            told = f' discussion="{cell.metadata.discussion}"' if "discussion" in cell.metadata else ""
            lines += [f"# %% [markdown]{told}"]
            lines += [*(f"# {line}".rstrip() for line in cell.source.split("\n")), ""]
    return "\n".join(lines)


@pytest.mark.quick
@pytest.mark.parametrize("part", STEMS)
def test_a_script_is_split_into_cells_as_jupytext_does(part):
    """The cells of our scripts have the types and texts that jupytext gives them."""
    import jupytext

    theirs = jupytext.reads(solution(part), fmt="py:percent").cells
    ours = [*handed.script_cells(solution(part).encode())]
    assert [(c.cell_type, c.source) for c in theirs] == [(h.cell.cell_type, h.text) for h in ours]


def test_an_answer_in_the_other_form_counts(course):
    """Code in the notebook and answers in the script beside it: both are shown."""
    hand_in(course, "dora")
    for stem in STEMS.values():
        notebook = answered(course, stem)
        (submission(course, "dora") / f"{stem}.py").write_text(as_script(notebook), encoding="utf-8")
        for cell in notebook.cells:
            if cell.id.startswith("discussion-"):
                cell.source = cell.source.split("\n\nMy answer")[0]
        path = submission(course, "dora") / f"{stem}.ipynb"
        path.write_text(json.dumps(notebook), encoding="utf-8")
    graded(course)
    assert "My answer to" in shown(course, "dora")[OBSERVE].source
    assert by_hand(course, "dora", OBSERVE) == (0.0, None, True)


def test_marks_and_comments_by_hand_survive_another_run(course):
    """They stay; a person has to look again only where the answer has changed."""
    notebook = answered(course, ONE)
    hand_in(course, "amara")
    graded(course)
    gave_by_hand(course, "amara", OBSERVE, 3, "good")
    gave_by_hand(course, "amara", "discussion-1-returns", 1, "short")
    next(c for c in notebook.cells if c.id == OBSERVE).source += " And more."
    hand_in(course, "amara", {1: notebook})
    row = graded(course, verdict=result_of({}))["amara"]
    assert by_hand(course, "amara", OBSERVE) == (3.0, "good", True)
    assert by_hand(course, "amara", "discussion-1-returns") == (1.0, "short", False)
    assert row.entered.score == result_of({}).score + 4


def test_late_work_is_known_with_its_extra_time(course):
    """The course's own plugin has the seconds after the due date and the student's extra time."""
    (course / "own_config.py").write_text(LATE, encoding="utf-8")
    (course / "extra_time.csv").write_text("student,hours,reason\nbo,3,ill\ncleo,1,ill\n", "utf-8")
    with folder.api_of(course) as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate="2026-05-01 12:00:00 UTC")
    times = {"amara": "14:00:00.5 UTC", "bo": "14:00:00.5 UTC", "cleo": "16:00:00 +0200",
             "dora": "11:00:00 UTC"}  # fmt: skip
    for student, time in times.items():
        (hand_in(course, student) / "timestamp.txt").write_text(f"2026-05-01 {time}\n", "utf-8")
    (hand_in(course, "odd") / "timestamp.txt").write_text("the 5th, at noon\x00", "utf-8")
    hand_in(course, "none")
    rows = graded(course)
    late = {name: (row.entered.late_s, row.entered.penalty) for name, row in rows.items()}
    assert late["amara"] == (7200.5, pytest.approx(3 * 7200.5 / 3600))  # nbgrader asks for each notebook
    assert late["cleo"] == (3600, 3)
    assert late["bo"] == late["dora"] == late["odd"] == late["none"] == (0, 0)
    assert rows["odd"].told == ("timestamp.txt is no time: look whether it is late.",)
    (course / "extra_time.csv").unlink()
    assert graded(course, "bo")["bo"].entered.late_s == 7200.5, "extra time is what the file says"


def test_points_by_hand_are_late_as_well(course, tmp_path):
    """What a person gives after the grading counts in the penalty: with the rule "zero" it is 0."""
    rule = 'c = get_config()\nc.LateSubmissionPlugin.penalty_method = "zero"\n'
    (course / "own_config.py").write_text(rule, encoding="utf-8")
    with folder.api_of(course) as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate="2026-05-01 12:00:00 UTC")
    for student, hour in (("amara", 14), ("bo", 11)):
        (hand_in(course, student) / "timestamp.txt").write_text(f"2026-05-01 {hour}:00:00 UTC", "utf-8")
    graded(course)
    for student in ("amara", "bo"):
        gave_by_hand(course, student, OBSERVE, 3, "good")
    export(course, tmp_path)
    rows = list(csv.DictReader((tmp_path / "grades.csv").open(encoding="utf-8", newline="")))
    score = {row["student_id"]: (float(row["raw_score"]), float(row["score"]))
             for row in rows if row["score"]}  # fmt: skip
    full = result_of(FAILED).score + 3.0
    assert (score["amara"], score["bo"]) == ((full, 0.0), (full, full))
    with folder.api_of(course) as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate="2026-05-01 18:00:00 UTC")
    export(course, tmp_path)
    rows = csv.DictReader((tmp_path / "grades.csv").open(encoding="utf-8", newline=""))
    assert {float(row["score"]) for row in rows if row["score"]} == {full}, "nobody is late any more"


def test_feedback_can_be_released_for_who_has_neither_time_nor_secret(course):
    """A secret is made up and kept, so that nobody guesses where the feedback lies; nothing stops."""
    hand_in(course, "amara")
    (hand_in(course, "bo") / "submission_secret.txt").write_text("bo's own", encoding="utf-8")
    graded(course)
    made_up = (course / "autograded/amara" / ASSIGNMENT / "submission_secret.txt").read_text("utf-8")
    graded(course)
    for student, secret in {"amara": made_up, "bo": "bo's own"}.items():
        pages(course, student)
        for step in ("autograded", "feedback"):
            place = course / step / student / ASSIGNMENT
            assert (place / "submission_secret.txt").read_text("utf-8") == secret
    assert len(made_up) == 64
    assert nbgrader(course).release_feedback(ASSIGNMENT)["success"]
    assert len([*(course / "exchange").rglob("*.html")]) == 2 * len(STEMS)


def test_an_override_gives_its_points_with_its_reason(course):
    """It stands in the gradebook, in the grader's page and in the feedback, until its line is gone."""
    decisions = course / "overrides.csv"
    decisions.write_text('student,check,points,reason\namara,1.data,3.5,"<b>power</b> cut"\n', "utf-8")
    hand_in(course, "amara")
    row = graded(course)["amara"]
    assert points_of(course, "amara") == {**by_engine(result_of(FAILED)), grade_id("1.data"): 3.5}
    assert row.told == ("1.data has 3.5 points by a person: <b>power</b> cut",)
    for page in pages(course, "amara"):
        assert "3.5/4 by a person: &lt;b&gt;power&lt;/b&gt; cut" in page
    hand_in(course, "zed")
    decisions.write_text("student,check,points,reason\nzed,1.data,1,ill\n", "utf-8")
    assert graded(course, "amara")["amara"].entered, "a decision on who handed in, but is not graded now"
    decisions.unlink()
    graded(course)
    assert points_of(course, "amara") == by_engine(result_of(FAILED))


@pytest.mark.parametrize(
    ("name", "line", "told"),
    [
        ("overrides.csv", "nobody,1.data,1,r", "no student 'nobody'"),
        ("overrides.csv", "amara,9.data,1,r", "no check '9.data'"),
        ("overrides.csv", "amara,1.data,nan,r", "no number of points from 0 to 4"),
        ("overrides.csv", "amara,1.data,5,r", "no number of points from 0 to 4"),
        ("overrides.csv", "amara,1.data,1,", "the reason is missing"),
        ("overrides.csv", "amara,1.data,1", "3 columns, the first line has 4"),
        ("extra_time.csv", "amara,inf,r", "no number of hours"),
        ("extra_time.csv", "amara,-1,r", "no number of hours"),
    ],
)
def test_a_wrong_decision_is_told_with_its_line_before_anything_is_graded(course, name, line, told):
    """File, line and reason are named, for every wrong line; nothing is graded."""
    header = "student,check,points,reason" if name == "overrides.csv" else "student,hours,reason"
    hand_in(course, "amara")
    (course / name).write_text(f"{header}\n\n{line}\n{line}\n", encoding="utf-8")
    with pytest.raises(CallError) as error:
        graded(course)
    assert f"{name}, line 3: " in str(error.value) and told in str(error.value)
    assert f"{name}, line 4: " in str(error.value) and "Nothing was graded" in str(error.value)
    assert not (course / "autograded").exists()


@pytest.mark.parametrize("form", ["ipynb", "py"])
def test_no_script_of_a_student_runs_in_a_page_of_the_grader_or_the_feedback(course, form):
    """Hostile cells, outputs, verdicts and notes are text in both; schemes are for the grader."""
    notebook = hostile(answered(course, ONE))
    assert obeyed(f"<div id=notebook>{notebook.cells[-2].source}</div>"), "the test sees nothing"
    hand_in(course, "bo", {1: notebook})
    if form == "py":
        (submission(course, "bo") / f"{ONE}.ipynb").unlink()
        (submission(course, "bo") / f"{ONE}.py").write_text(as_script(notebook), encoding="utf-8")
    tag = "<script>alert(1)</script>"
    bad = replace(FAILED["1.data"], got=tag, called=tag, hint=tag)
    graded(course, verdict=result_of({"1.data": bad}, (f"note {tag}",)))
    grader, feedback = pages(course, "bo")
    assert obeyed(grader) == obeyed(feedback) == []
    schemes = [line for line in solution(1).splitlines() if "1 point: the three axes" in line]
    assert schemes and "1 point: the three axes" in grader
    assert "1 point:" not in feedback and "MARK SCHEME" not in feedback
    assert "alert(1)" in feedback, "the reason is shown, as text"
    assert "data:image/png;base64," in feedback, "the figure of the training is shown"


@pytest.mark.quick
@pytest.mark.parametrize(
    "text",
    [
        "[a](javascript:alert(1))", "[a](JaVa\tScRiPt:alert(1))", "[a](java&#115;cript:alert(1))",
        "[a](javascript&colon;alert(1))", "[a](javascript\\:alert(1))", "[a](<java\nscript:alert(1)>)",
        "![a](data:image/svg+xml;base64,PHN2Zz4=)", "[a]: vbscript:x\n\n[a]", "<javascript:alert(1)>",
        "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<!--<img src=x onerror=alert(1)>-->",
        "$<script>alert(1)</script>$", "```html\n</pre><script>alert(1)</script>\n```",
        "```mermaid\nclick A \"javascript:alert(1)\"\n```", "$\\href{javascript:alert(1)}{x}$",
        "<a href='&#106;avascript:alert(1)'>x</a>", "![x](attachment:missing.png)", "</div></div><b>out",
    ],
)  # fmt: skip
def test_markdown_is_only_read(text):
    """What nbconvert makes of it has no tag, scheme or drawing of the student."""
    from nbconvert.filters.markdown_mistune import markdown2html_mistune

    page = markdown2html_mistune(harmless_markdown(text))
    assert not obeyed(f"<div id=notebook>{page}</div>")
    made = {tag.name for tag in BeautifulSoup(page, "html.parser").find_all(True)}
    assert made <= {"p", "a", "img", "pre", "code", "div", "span"} and "class=\"mermaid" not in page
    assert "\\href" not in page


@pytest.mark.quick
@pytest.mark.parametrize("text", ["![x](http://a.example/b.png)", "![x][r]\n\n[r]: http://a.example/b",
                                  "![](//a.example/b)", "![![x](http://a.example/b)](c)",
                                  "![x](attachment: a b\n\n[x]: http://a.example/b"])
def test_a_page_of_a_grader_fetches_nothing_for_a_student(text):
    """A picture from elsewhere becomes a link: nobody learns from it who reads the page, and when."""
    from nbconvert.filters import markdown2html_mistune

    assert "<img" in markdown2html_mistune(text)
    page = markdown2html_mistune(harmless_markdown(text))
    assert "src=" not in page.replace('src="attachment', "")


@pytest.mark.quick
def test_markdown_is_cut_before_it_is_searched():
    """What would take the square of a cell's length is looked for in what a grader reads only."""
    text = harmless_markdown("![" * 2**19)
    assert len(text) < 2 * MAX_TEXT and f"!{INVISIBLE}[" in text and "cut here by the grader" in text


@pytest.mark.quick
def test_pictures_of_a_student_are_shown_and_nothing_else():
    """PNG outputs and attachments stay; SVG, HTML and what only claims to be a PNG do not."""
    data = {"image/png": PNG, "text/html": "<b>", "image/svg+xml": "<svg>", "text/plain": "a figure"}
    cell = code_cell("x", [{"data": data, "metadata": {"image/png": {"width": '"><script>'}}}])
    assert [o.data for o in cell.outputs] == [{"image/png": PNG}]
    assert "<script>" not in str(cell.outputs[0].metadata)
    for fake in ('"><script>', "AAAA", "iVBORw0KGgo=\n<script>", 7):
        cell = code_cell("x", [{"data": {"image/png": fake, "text/plain": "t"}}])
        assert [o.get("text") for o in cell.outputs] == ["t"]
    mine = {"my photo.png": {"image/png": PNG}, "b": {"image/svg+xml": "<svg>"}}
    cell = markdown_cell("![$x$ [1]](attachment:my photo.png) ![y](attachment:b)", mine)
    assert cell.attachments == {"picture-1.png": {"image/png": PNG}}
    assert cell.source == f"![x 1](attachment:picture-1.png) !{INVISIBLE}[y](attachment{INVISIBLE}:b)"


@pytest.mark.quick
def test_markers_of_a_student_hide_nothing_and_stop_nothing():
    """Neither hidden tests nor mark schemes can be begun by a student."""
    for line in ("### BEGIN HIDDEN TESTS", "=== BEGIN MARK SCHEME ===", "### END HIDDEN TESTS"):
        assert line not in code_cell(line).source and line not in markdown_cell(line).source


@pytest.mark.quick
def test_a_mark_says_why():
    """Points, reasons and hint stand above the number that nbgrader reads."""
    outcome = next(o for o in result_of(FAILED).checks if o.id == "1.data")
    mark = mark_of(outcome)
    assert mark.score == 3.0 and type(mark.score) is float
    lines = mark.text.splitlines()
    assert lines[0].startswith("✗ 3/4") and [line.split()[0] for line in lines[1:]] == [
        "Called", "Got", "Expected", "Hint", "Where"]  # fmt: skip


def test_the_command_tells_each_student_and_the_counts(course, capsys):
    """A line for each: score, lateness, what was told; exit code 3 only if the grader itself broke."""
    for student in ("amara", "bo"):
        hand_in(course, student)
    submission(course, "cleo")
    (submission(course, "bo") / "timestamp.txt").write_text("soon", encoding="utf-8")
    breaks = []

    def written_down(path: Path, **options) -> Result:
        assert options["exam_seed"] == SECRET and options["isolation"] == "process"
        collect(path, rubric())
        if breaks:
            raise GraderError("no memory")
        return result_of(FAILED)

    (course / "seed.txt").write_text(SECRET, encoding="utf-8")
    words = ["grade", str(course), "--exam-seed-file", str(course / "seed.txt")]
    words += ["--isolation", "process"]
    with mock.patch.object(batch, "grade", written_down):
        console = Console(highlight=False, width=200)
        assert run(words, console) == 0
        said = capsys.readouterr().out
        with mock.patch.object(batch, "grade", lambda path, **_: result_of(FAILED)):
            assert run([*words[:2], "--student", "bo"], console) == 0
        assert "Students know these questions" in capsys.readouterr().out
        breaks.append(True)
        assert run([*words, "--student", "a*"], console) == 3
    score = f"{result_of(FAILED).score}/{result_of(FAILED).max_score}"
    lines = said.splitlines()
    assert lines[0].split() == ["amara", score] and lines[1].split() == ["bo", score]
    assert "look whether it is late" in lines[2] and lines[3].split() == ["cleo", "no", "mark"]
    assert lines[-1] == "2 graded, 1 refused, 0 broke, of 3 submissions."
    assert "no memory" in capsys.readouterr().out
    everything = "".join(p.read_text("utf-8", "replace") for p in course.rglob("*") if p.is_file()
                         and p.name != "seed.txt")  # fmt: skip
    assert SECRET not in everything, "the exam seed is kept"


def test_a_course_that_is_not_released_says_what_to_type(course, tmp_path):
    """No course, nothing handed in, no such student, another release: each names a command."""
    with pytest.raises(CallError, match="nbgrader init"):
        graded(tmp_path)
    with pytest.raises(CallError, match=r"holds no submission.*nbgrader collect"):
        graded(course)
    hand_in(course, "amara")
    with pytest.raises(CallError, match="no student fits 'x\\*'"):
        graded(course, "x*")
    with folder.api_of(course) as gradebook:
        gradebook.find_graded_cell(grade_id("1.data"), ONE, ASSIGNMENT).max_score = 9
        gradebook.db.commit()
    with pytest.raises(CallError, match="generate_assignment"):
        graded(course)


def test_a_real_submission_has_the_same_score_everywhere(course):
    """The engine itself, on a half-finished submission: gradebook and `grade` agree on every check."""
    place = submission(course, "amara")
    for stem in STEMS.values():
        shutil.copy(course / "release" / ASSIGNMENT / f"{stem}.ipynb", place)
    notebook = nbformat.read(place / f"{ONE}.ipynb", as_version=4)
    done = {cell.id: cell for cell in answered(course, ONE).cells}
    for cell in notebook.cells:
        if "def createSynData" in cell.source:
            cell.source = done[cell.id].source
    nbformat.write(notebook, place / f"{ONE}.ipynb")
    options = {"isolation": "process", "backend": "jax"}
    row = next(iter(batch.grade_course(course, **options)))
    result = grade(place, **options)
    assert row.score == result.score == row.entered.score > 0
    assert points_of(course, "amara") == by_engine(result)
    assert by_hand(course, "amara", OBSERVE) == (0.0, "No response.", False)
