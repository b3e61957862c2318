"""The checks in the Testing tab of VS Code: collected, run one by one, told at the student's line."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.editors import READY, SETTINGS, editor_files
from autograder.rubric import read_rubric
from autograder.student_copy import GENERATED, contents
from autograder.tests.desk import ROOT

CHECKS = "autograder/checks/test_checks.py"
# What the extension's plugin takes from pytest; and which parts are graded for it.
PLUGIN = """
import json, os

SEEN = {"collected": [], "reports": {}, "graded": []}

def pytest_collection_modifyitems(items):
    SEEN["collected"] = [[item.nodeid, str(item.path), item.location[1]] for item in items]

def pytest_configure():
    from autograder import grading

    def noted(*args, kind=grading.grade, **options):
        SEEN["graded"].append([*options["parts"], options["fresh"]])
        return kind(*args, **options)

    grading.grade = noted

def pytest_runtest_logreport(report):
    if report.when == "call" or report.skipped:
        SEEN["reports"][report.nodeid] = [report.outcome, report.longreprtext]

def pytest_unconfigure():
    with open(os.environ["TEST_RUN_PIPE"], "w", encoding="utf-8") as pipe:
        json.dump(SEEN, pipe)
"""
# How the extension runs tests: its script lies elsewhere, so that only the working directory is added.
RUN = "import os, sys, pytest; sys.path.insert(0, os.getcwd()); sys.exit(pytest.main(sys.argv[1:]))"
UNSHIFTED = '''"""Part 1."""
import numpy as np


def createSynData(start=1, stop=21, const=15):
    X = np.arange(start + 1, stop, dtype="float32")
    return X.reshape(-1, 1, 1), const * X
'''


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """Return a student's copy in which one function is written, and wrong."""
    folder = tmp_path_factory.mktemp("editors") / "earth quakes"
    for name, data in contents(ROOT).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    (folder / "assignment" / "part1_one_to_one.py").write_text(UNSHIFTED, encoding="utf-8")
    return folder


def told(copy: Path, tmp_path: Path, *arguments: str) -> dict:
    """Run pytest in a copy as the extension does, and return what its plugin saw."""
    (tmp_path / "extension").mkdir()
    (tmp_path / "extension" / "vscode_pytest.py").write_text(PLUGIN, encoding="utf-8")
    (tmp_path / "extension" / "run_pytest_script.py").write_text(RUN, encoding="utf-8")
    pipe = tmp_path / "pipe.json"
    given = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(tmp_path / "extension"),
             "TEST_RUN_PIPE": str(pipe)}  # fmt: skip
    command = [str(tmp_path / "extension" / "run_pytest_script.py"), "-p", "vscode_pytest",
               f"--rootdir={copy}", *arguments]  # fmt: skip
    done = subprocess.run([sys.executable, *command], cwd=copy, env=given, text=True,
                          capture_output=True, timeout=300)  # fmt: skip
    assert pipe.is_file(), done.stdout + done.stderr
    return json.loads(pipe.read_text("utf-8"))


@pytest.mark.quick
def test_both_files_say_that_they_are_generated_and_are_json_below_that():
    """The container makes the environment that the Makefile makes; one place holds the settings."""
    files = editor_files(GENERATED)
    read = {}
    for name, text in files.items():
        first, rest = text.split("\n", 1)
        assert first == f"// {GENERATED}"
        read[name] = json.loads(rest)
    container = read[".devcontainer/devcontainer.json"]
    assert read[".vscode/settings.json"] == SETTINGS and "settings" not in str(container)
    assert container["image"].startswith("mcr.microsoft.com/") and ":" in container["image"]
    assert (ROOT / SETTINGS["python.testing.pytestArgs"][0]).is_dir()
    assert not [value for value in SETTINGS.values() if "bin/python" in str(value)]


@pytest.mark.quick
@pytest.mark.skipif(not shutil.which("make"), reason="there is no make here")
def test_the_container_is_made_by_a_target_of_the_students_makefile(copy):
    """`make` knows what the container asks it for, and would install the requirements."""
    done = subprocess.run([*READY.split(), "--dry-run"], cwd=copy, capture_output=True, text=True)
    assert done.returncode == 0 and "pip install" in done.stdout, done.stderr


def test_every_check_is_one_test_of_the_tab(copy, tmp_path):
    """Collected from the settings alone; each id ends in the check's own, as in the task sheet."""
    seen = told(copy, tmp_path, "--collect-only", *SETTINGS["python.testing.pytestArgs"])
    ids = [f"{CHECKS}::test_check[{check.id}]" for check in read_rubric().checks]
    assert [id_ for id_, _, _ in seen["collected"]] == ids and seen["graded"] == []
    assert {path for _, path, _ in seen["collected"]} == {str(copy / CHECKS)}


def test_a_click_runs_one_check_and_grades_its_part_only(copy, tmp_path):
    """By its id alone, and what has not changed is not run again; a link leads to the student's line."""
    seen = told(copy, tmp_path, f"{copy / CHECKS}::test_check[1.data]")
    assert seen["graded"] == [[1, False]]
    ((id_, (outcome, text)),) = seen["reports"].items()
    assert id_ == f"{CHECKS}::test_check[1.data]" and outcome == "failed"
    lines = text.splitlines()
    assert [line.split()[0] for line in lines[1:5]] == ["Called", "Got", "Expected", "Hint"]
    assert "shift" in text and "Traceback" not in text
    link = Path("assignment", "part1_one_to_one.py")
    file, line = lines[-1].split(":")
    assert Path(file) == link and "def createSynData" in UNSHIFTED.splitlines()[int(line) - 1]
