"""A course with a few students for nbgrader, graded without training: verdicts are written down here."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from unittest import mock

import nbformat
from nbformat import NotebookNode, v4
from traitlets.config import PyFileConfigLoader

from autograder.course import batch, folder
from autograder.model import Location, Outcome, Result
from autograder.tests.desk import ROOT, rubric

ASSIGNMENT = folder.ASSIGNMENT
STEMS = {number: plan.stem for number, plan in rubric().parts.items()}
ROSTER = """id,first_name,last_name,email
amara,Amara,Diallo,amara@example.org
bo,Bo,Ek,bo@example.org
cleo,Cleo,Fox,cleo@example.org
dora,Dora,Gil,dora@example.org
"""
OWNED = "document.title='owned'"
MARKER = re.compile(r"^ *### .*\n?", re.MULTILINE)
TAGS = f"<script>{OWNED}</script><img src=x onerror=\"{OWNED}\"><svg onload=\"{OWNED}\"></svg>"
MARKDOWN = f"""{TAGS}

[a link](javascript:{OWNED.replace("'", "%27")}) <a href="javascript:alert(1)">another</a>
<iframe srcdoc="<script>parent.{OWNED}</script>"></iframe> <style>body {{display: none}}</style>

```html
</code></pre>{TAGS}
```
"""
OUTPUTS = {
    "text/html": TAGS,
    "image/svg+xml": f'<svg xmlns="http://www.w3.org/2000/svg"><script>{OWNED}</script></svg>',
    "application/javascript": OWNED,
    "text/markdown": MARKDOWN,
    "text/latex": f"$x$ {TAGS}",
    "image/png": f'"><script>{OWNED}</script>',
    "text/plain": f"what it printed {TAGS}",
}
LONG = "layers = [" + ", ".join(f"LSTM({n}, activation='relu')" for n in range(40, 52)) + "]"
FAILED = {
    "1.data": Outcome(
        "1.data", 1, "", "failed", 3, 0, "createSynData()", "y = [30, 45, 60, 75, …], 19 values",
        "y = [15, 30, 45, 60, …], 19 values", "The targets are not shifted: shift back by one.",
        location=Location("part1_one_to_one.py", 76)),
    "1.model": Outcome(
        "1.model", 1, "", "failed", 0, 0, "build_model()", LONG, f"two layers, not {LONG}",
        "The handout asks for two LSTM layers of 45 and 30 units, then one Dense unit."),
}  # fmt: skip


def result_of(failed: dict[str, Outcome], notes: tuple[str, ...] = ()) -> Result:
    """Return the result of a submission of notebooks in which all but these checks passed."""
    checks = []
    for check in rubric().checks:
        known = failed.get(check.id) or Outcome(check.id, 0, "", "passed", check.points, 0)
        checks.append(replace(known, part=check.part, title=check.title, max_score=check.points))
    rows = [{"part": n, "title": plan.title, "score": sum(c.score for c in checks if c.part == n),
             "max_score": sum(c.max_score for c in checks if c.part == n)}
            for n, plan in rubric().parts.items()]  # fmt: skip
    curves = {"part1": {"loss": [9, 3, 1, 0.5], "val_loss": [9, 4, 2, 1]}}
    return Result("", sum(r["score"] for r in rows), sum(r["max_score"] for r in rows), tuple(rows),
                  tuple(checks), rubric().by_hand, {}, {"total": 1.0, "parts": {}}, "process", "jax",
                  {str(n): "ipynb" for n in STEMS}, None, "practice", {}, {}, notes, curves)  # fmt: skip


def obeyed(outcome: Outcome) -> Outcome:
    """Return a verdict in which a student's own names and values are tags."""
    return replace(outcome, called=f"createSynData({TAGS})", got=TAGS, location=Location(TAGS, 1))


VERDICTS = {
    "amara": result_of(FAILED),
    "bo": result_of({"1.data": obeyed(FAILED["1.data"])}, (f"Left out: {TAGS}",)),
    "cleo": replace(result_of({}), form={str(n): "py" for n in STEMS}),
}


def make_course(course: Path) -> None:
    """Make a course folder with a roster, release the assignment, and hand in for three students."""
    roster = course.with_suffix(".csv")
    roster.write_text(ROSTER, encoding="utf-8")
    folder.init(ROOT, course, roster)
    release(course)
    scripts = course / "submitted" / "cleo" / ASSIGNMENT
    scripts.mkdir(parents=True)
    for stem in STEMS.values():
        hand_in(course, "amara", stem, answered(course, stem))
        hand_in(course, "bo", stem, hostile(answered(course, stem)))
        shutil.copy(ROOT / "solution" / f"{stem}.py", scripts)


def hand_in(course: Path, student: str, stem: str, notebook: dict) -> None:
    """Put a notebook where `nbgrader collect` puts it."""
    path = course / "submitted" / student / ASSIGNMENT / f"{stem}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")


def answered(course: Path, stem: str) -> NotebookNode:
    """Return the notebook of a student with the code of the reference and answers of their own."""
    read = [nbformat.read(course / step / ASSIGNMENT / f"{stem}.ipynb", as_version=4)
            for step in ("source", "release")]  # fmt: skip
    code = {cell.id: cell.source for cell in read[0].cells if cell.cell_type == "code"}
    for cell in read[1].cells:
        cell.source = MARKER.sub("", code.get(cell.id, cell.source))
        if cell.metadata.get("nbgrader", {}).get("solution") and cell.cell_type == "markdown":
            cell.source += f"\n\nMy answer to *{cell.id}*."
    return read[1]


def hostile(notebook: NotebookNode) -> NotebookNode:
    """Return a notebook that tries to run scripts in every place that a student writes."""
    for cell in notebook.cells:
        cell.metadata["tags"] = [TAGS]
        if cell.cell_type == "markdown":
            cell.source += f"\n\n{MARKDOWN}"
        else:
            bundles = [OUTPUTS, *({kind: text} for kind, text in OUTPUTS.items())]
            cell.outputs = [v4.new_output("display_data", bundle) for bundle in bundles]
            cell.outputs += [v4.new_output("stream", name="stdout", text=TAGS),
                             v4.new_output("error", ename=TAGS, evalue=TAGS, traceback=[TAGS]),
                             ]  # fmt: skip
            cell.source += f"\n# {TAGS}"
    notebook.cells.append(v4.new_raw_cell(TAGS, metadata={"format": "text/html"}))
    notebook.metadata["title"] = f"</title>{TAGS}"
    return notebook


def grade_all(course: Path, students: str = "*") -> list[batch.Row]:
    """Grade submissions as the command does, with the verdicts of this page."""
    with mock.patch.object(batch, "graded_or_refused", lambda path, **_: VERDICTS[path.parent.name]):
        return list(batch.grade_course(course, students))


def release(course: Path) -> None:
    """Let nbgrader generate the assignment, with the course's settings."""
    from nbgrader.apps import NbGraderAPI

    config = PyFileConfigLoader(folder.CONFIG, path=str(course)).load_config()
    said = NbGraderAPI(config=config).generate_assignment(ASSIGNMENT)
    assert said["success"], said


def as_it_is(browser, notebook: NotebookNode, scratch: Path) -> str:
    """Return the title of the page that a notebook makes if it is shown as it is."""
    from nbconvert import HTMLExporter

    page, _ = HTMLExporter(template_name="classic").from_notebook_node(notebook)
    (scratch / "page.html").write_text(page, encoding="utf-8")
    browser.get((scratch / "page.html").as_uri())
    return browser.title
