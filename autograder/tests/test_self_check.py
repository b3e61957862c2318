"""The self-check passes on this repository, and finds what is planted in a copy of it."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from autograder import consistency, self_check
from autograder.errors import CallError, CourseError

ROOT = Path(__file__).resolve().parents[2]
PART1 = "solution/part1_one_to_one.py"
QUICK = (
    consistency.rubric_adds_up, consistency.template_has_no_secret, consistency.misspelt_markers,
    consistency.stubs_agree, consistency.data_are_fresh, consistency.copy_leaks_nothing,
    consistency.nothing_stray, consistency.task_sheet_is_complete,
)  # fmt: skip


def replace(path: Path, old: str, new: str) -> None:
    """Replace a text that stands in a file."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("step", QUICK, ids=lambda step: step.__name__)
def test_this_repository_is_consistent(step):
    """Every step that grades nothing finds nothing wrong here."""
    problems, counted = step(ROOT)
    assert problems == [] and counted


def test_this_release_is_fresh():
    """What students get is what the source makes."""
    assert consistency.release_is_fresh(ROOT)[0] == []


def test_the_template_earns_nothing():
    """Every check of the template is failed, naming its task, or not judged."""
    assert self_check.template_earns_nothing(ROOT)[0] == []


@pytest.mark.exhaustive
def test_the_whole_self_check_passes():
    """Both forms of the solution score full marks, and all else is in order, to the evidence's digits.

    As a process of its own: these tests predict with JAX and say so in the environment, the command
    line with NumPy whatever the environment says.
    """
    assert os.environ["KERAS_BACKEND"] == "jax"
    done = subprocess.run([sys.executable, "-m", "autograder", "self-check"], cwd=ROOT,
                          capture_output=True, text=True)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the floors rest on fresh evidence" in done.stdout


def test_a_stub_that_differs_from_the_solution_is_found(repository):
    """A STUB must not give a student another signature than the solution has."""
    signature = "def build_model():\n"
    other = "### STUB def build_model(units):\n"
    region = f"### BEGIN SOLUTION\n{other}{signature}### END SOLUTION\n"
    replace(repository / PART1, signature, region)
    assert "build_model differs" in " ".join(consistency.stubs_agree(repository)[0])


def test_a_graded_function_without_a_stub_is_found(repository):
    """A function that a check asks for must stand in the template."""
    replace(repository / PART1, "def linear_baseline(", "def line_fit(")
    problems, _ = consistency.stubs_agree(repository)
    assert problems == ["part1_one_to_one.py: the template lacks linear_baseline."]


@pytest.mark.parametrize(("old", "new", "told"), [
    ("points = 4", "points = 5", "add up to 101"),
    ('[check."1.data"]', '[check."1.dada"]', "No function judges 1.dada"),
    ('[by_hand."1.layers"]', '[by_hand."1.layer"]', "Discussion 1.layer "),
    ('hint = "2 belongs', 'hint = ""\nrest = "2 belongs', "rest"),
])  # fmt: skip
def test_a_rubric_that_does_not_add_up_is_found(repository, old, new, told, monkeypatch):
    """Points, ids of checks, ids of discussions: each contradiction is a sentence."""
    replace(repository / "autograder" / "rubric.toml", old, new)
    monkeypatch.setattr(self_check, "STEPS", {"rubric": consistency.rubric_adds_up})
    try:
        finding, = self_check.self_check(repository)
        assert not finding.ok and told in finding.detail
    except TypeError as error:  # an entry with a key that no record has
        assert told in str(error)


def test_discussions_state_the_points_of_the_rubric(repository):
    """A number that stands in two places is held together."""
    replace(repository / PART1, "(4 points)", "(5 points)")
    problems, _ = consistency.rubric_adds_up(repository)
    assert problems == ["Discussion 1.observe states 5 points, the rubric 4."]


def test_a_task_sheet_that_forgets_a_check_is_found(repository):
    """What earns points must be told to the students."""
    replace(repository / "solution" / "TASKS.md", "{2.figures}", "3")
    problems, _ = consistency.task_sheet_is_complete(repository)
    assert problems == ["solution/TASKS.md does not tell check:2.figures."]


def test_edited_data_are_found(repository):
    """A row changed by hand makes the data stale."""
    with (repository / "data" / "arrival_times_test_ran_1234.txt").open("a") as file:
        file.write(" ")
    assert len(consistency.data_are_fresh(repository)[0]) == 1


def test_a_leak_into_assignment_and_copy_is_found(repository):
    """A solution line pasted into the template is told by both searches."""
    line = "    y = const * numbers[:-1]  # (n,): the target of 2 is const * 1\n"
    assert line in (repository / PART1).read_text("utf-8")
    with (repository / "assignment" / "part1_one_to_one.py").open("a", encoding="utf-8") as file:
        file.write(line)
    for step in (consistency.template_has_no_secret, consistency.copy_leaks_nothing):
        assert "assignment/part1_one_to_one.py leaks" in " ".join(step(repository)[0])


@pytest.mark.parametrize("name", ["notes.txt", "data/rows.npy", "solution/part1.py.orig", "x/y.py"])
def test_a_stray_file_is_found(repository, name):
    """Unknown top-level names and left-overs are named."""
    before, _ = consistency.nothing_stray(repository)
    (repository / name).parent.mkdir(exist_ok=True)
    (repository / name).write_text("x")
    assert len(consistency.nothing_stray(repository)[0]) == len(before) + 1


@pytest.mark.quick
def test_findings_are_shown_as_they_come_and_set_the_exit_code(monkeypatch):
    """A step that finds something, or meets an error of the course, is told and is not the end."""

    def stumbles(root):
        raise CourseError("solution/x.py is wrong. Mend it.")

    steps = {"a": lambda root: ([], "3 files"), "b": stumbles, "c": lambda root: (["Bad."], "")}
    monkeypatch.setattr(self_check, "STEPS", steps)
    shown = io.StringIO()
    assert self_check.run(ROOT, Console(file=shown, width=100)) == 1
    lines = [" ".join(line.split()) for line in shown.getvalue().splitlines()]
    assert lines == ["ok a: 3 files", "WRONG b: solution/x.py is wrong. Mend it.", "WRONG c: Bad."]


@pytest.mark.quick
def test_a_students_copy_is_told_what_it_lacks(tmp_path):
    """Without solution/ there is nothing to check."""
    with pytest.raises(CallError, match="needs solution/"):
        next(self_check.self_check(tmp_path))
