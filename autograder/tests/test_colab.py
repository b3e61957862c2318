"""A notebook alone in Colab works from its first cell on; everywhere else that cell does nothing."""

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from autograder import colab
from autograder.collect import from_notebook, read_file
from autograder.release import made_files
from autograder.student_copy import student_repo
from autograder.tests.desk import ROOT

NOTEBOOK = "part3_earthquakes.ipynb"
LOADER = '''
def load_arrivals(path):
    rows = np.loadtxt(path, ndmin=2)
    return rows[:, :6, None].astype("float32"), rows[:, 6].astype(int)
'''
ASKED = '''
import autograder
from autograder.notebook import check

print(autograder.__file__)
DATA = HERE.parent / "data"
print(load_arrivals(next(DATA.glob("*rain*")))[0].shape[1:])
earned = check("3.load", globals())
'''


@pytest.fixture(scope="module")
def template(course, tmp_path_factory) -> Path:
    """Return the students' template, committed."""
    copy = student_repo(course, tmp_path_factory.mktemp("template") / "earthquakes")
    own = ["-c", "user.name=staff", "-c", "user.email=staff@example.org"]
    for command in (["init", "-q"], ["add", "-A"], [*own, "commit", "-qm", "Template"]):
        subprocess.run(["git", *command], cwd=copy, check=True)
    return copy


@pytest.fixture
def machine(tmp_path, monkeypatch) -> Path:
    """Return Colab's folder: an empty home, and a package that only Colab has."""
    (tmp_path / "packages" / "google" / "colab").mkdir(parents=True)
    (tmp_path / "packages" / "google" / "colab" / "__init__.py").write_text("output = None\n")
    (tmp_path / "content").mkdir()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "packages"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    return tmp_path / "content"


def opened(repository: str, more: list[str]) -> nbformat.NotebookNode:
    """Return the template's notebook as it is opened in Colab: its setup, its header, more cells."""
    notebook = nbformat.reads(made_files(ROOT)[NOTEBOOK].decode("utf-8"), as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    code[0].source = colab.setup_code(repository)
    notebook.cells = [*code[:2], *map(nbformat.v4.new_code_cell, more)]
    return notebook


def run(notebook: nbformat.NotebookNode, folder: Path) -> str:
    """Run a notebook in a kernel that starts in a folder; return what it prints and why it stopped."""
    NotebookClient(notebook, timeout=300, allow_errors=True,
                   resources={"metadata": {"path": str(folder)}}).execute()  # fmt: skip
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return "\n".join(o.get("text", "") or f"{o.get('ename')}: {o.get('evalue')}" for o in outputs)


def test_a_notebook_alone_in_colab_finds_grader_and_data(template, machine):
    """It fetches the template, works in its folder, and its checks judge; twice is as good as once."""
    notebook = opened(template.as_uri(), [LOADER, ASKED])
    notebook.cells.insert(1, nbformat.v4.new_code_cell(notebook.cells[0].source))
    printed = run(notebook, machine)
    assert str(machine.parent / "course" / "autograder" / "__init__.py") in printed, printed
    assert "(6, 1)" in printed and "✓ 4/4  3.load" in printed, printed


@pytest.mark.parametrize(
    ("repository", "told"),
    [("", "Write the address into REPOSITORY"), ("/nowhere", "Mend REPOSITORY: it has to be public")],
)
def test_an_address_that_leads_nowhere_is_told(machine, repository, told):
    """The cell stops with the next thing to do."""
    assert f"AssertionError: {told}" in run(opened(repository, []), machine).replace(
        "fatal: repository '/nowhere' does not exist\n", ""
    )


@pytest.mark.quick
def test_elsewhere_the_first_cell_does_nothing(monkeypatch):
    """It prints nothing, defines nothing, imports nothing: there is no google.colab."""
    names: dict = {}
    before = {*sys.modules}
    exec(colab.setup_code("https://example.org/x"), names)
    assert {*names} == {"__builtins__"} and {*sys.modules} - before <= {"google"}


@pytest.mark.quick
def test_the_first_cell_is_not_the_students_work(tmp_path):
    """Filled in, deleted, in a script: part, header and hash are the same; more code in it counts."""
    name = "part1_one_to_one"
    given = json.loads(made_files(ROOT)[f"{name}.ipynb"])
    assert given["cells"][1]["id"] == "setup"
    cell = {**given["cells"][1], "source": colab.setup_code("https://example.org/mine.git")}
    more = {**cell, "source": f"{cell['source']}\nx = 1"}
    hashes = []
    for cells in (given["cells"], given["cells"][2:], [cell, *given["cells"][2:]],
                  [more, *given["cells"][2:]]):  # fmt: skip
        path = tmp_path / f"{name}.ipynb"
        path.write_text(json.dumps({**given, "cells": cells}), encoding="utf-8")
        part = read_file(path, 1)
        hashes.append(part.code_hash)
        assert not part.notes and part.header.startswith("Task 1.1")
    assert len({*hashes[:3]}) == 1 and hashes[3] != hashes[0]
    kept, _ = from_notebook(json.dumps({**given, "cells": [more]}).encode(), name)
    assert kept[0].code.strip().endswith("\nx = 1") and "google" not in kept[0].code
    script = made_files(ROOT)[f"{name}.py"].decode("utf-8")
    (tmp_path / f"{name}.py").write_text(f"# %%\n{cell['source']}\n\n{script}", encoding="utf-8")
    part = read_file(tmp_path / f"{name}.py", 1)
    assert part.code_hash == hashes[0] and part.header.startswith("Task 1.1")
    lines = part.cells[0].code.split("\n")
    assert lines[-len(script.split("\n")) :] == script.split("\n"), "line numbers stay"


@pytest.mark.quick
def test_only_what_cannot_be_imported_is_installed(tmp_path, monkeypatch):
    """A package that is there stays; pip gets the pinned line of one that is not, marker and all."""
    absent = 'nowhere-to-be-found==1.0; sys_platform != "x"'
    there = ["numpy==0.1", "scikit-learn==0.1", "tensorflow-cpu==1; python_version > '3'"]
    text = "\n".join(["# Generated", *there, absent])
    assert colab.missing(text) == [absent]
    (tmp_path / "assignment").mkdir()
    (tmp_path / "requirements.txt").write_text(text, encoding="utf-8")
    called: list[list[str]] = []
    monkeypatch.setattr(colab.subprocess, "run", lambda command, check: called.append(command))
    monkeypatch.chdir(tmp_path)
    colab.prepare(tmp_path)
    assert [command[-1] for command in called] == [absent] and Path.cwd() == tmp_path / "assignment"
