"""The honest half of the zoo: whole submissions that follow the task sheet, each in its own style.

A folder in `zoo/honest` is a case; its `case.toml` says the style, and the naive check that would
have refused it. A new case is a new folder. Each was written from the task sheet, not from the
reference, and is never bent to please the grader.
"""

import ast
import hashlib
import tomllib
from functools import cache
from pathlib import Path

import pytest

from autograder import grade
from autograder.asking import BACKENDS
from autograder.collect import collect
from autograder.model import Result
from autograder.tests.desk import ROOT, rubric

ZOO = ROOT / "autograder" / "tests" / "zoo" / "honest"
FOLDERS = sorted(path.parent for path in ZOO.glob("*/case.toml"))
SEEDS, SEEDS_TENSORFLOW = range(1, 10), (1, 2)  # a training takes five times as long on TensorFlow
KEYS = {"style": str, "naive": str, "backend": str}


@cache
def case(folder: Path) -> dict[str, str]:
    """Return what a folder says of itself."""
    return tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))


def named(folder: Path) -> str:
    """Return the name of a case."""
    return folder.name


def exam_seed(number: int) -> str:
    """Return one of the secrets with which the reference is graded as well."""
    return hashlib.sha256(f"exam {number}".encode()).hexdigest()


def seeds_of(folder: Path) -> tuple[int, ...]:
    """Return the numbers of the exam seeds that a case is graded with."""
    return tuple(SEEDS_TENSORFLOW if case(folder).get("backend") == "tensorflow" else SEEDS)


USUAL = ("differences", "notizbuch-deutsch")  # a share; the others take minutes
EXAMS = [(folder, number) for folder in FOLDERS for number in seeds_of(folder)]


def expect_full_marks(folder: Path, result: Result) -> None:
    """Fail with everything that was lost."""
    lost = [(o.id, o.got, o.expected) for o in result.checks if o.status != "passed"]
    assert (result.score, result.broken) == (result.max_score, ()), (case(folder)["naive"], lost)
    on_tensorflow = case(folder).get("backend") == "tensorflow"
    assert ("tensorflow" in result.backend) == on_tensorflow, result.notes


@pytest.mark.parametrize("name", USUAL)
def test_an_honest_submission_earns_full_marks(name):
    """Right work in any style earns every point, on the backend that the case names."""
    expect_full_marks(ZOO / name, grade(ZOO / name))


@pytest.mark.exhaustive
@pytest.mark.parametrize("folder", [f for f in FOLDERS if f.name not in USUAL], ids=named)
def test_every_other_honest_submission_earns_full_marks(folder):
    """So it does in the styles that take longer: other backends, several trainings."""
    expect_full_marks(folder, grade(folder))


@pytest.mark.exhaustive
@pytest.mark.parametrize(("folder", "number"), EXAMS, ids=lambda v: getattr(v, "name", str(v)))
def test_an_honest_submission_earns_full_marks_in_an_exam(folder, number):
    """Other questions, hidden rows and training seeds take nothing from right work."""
    expect_full_marks(folder, grade(folder, exam_seed=exam_seed(number)))


@pytest.mark.quick
def test_the_zoo_is_a_zoo():
    """There are ten cases or more, notebooks and both backends among them."""
    assert len(FOLDERS) >= 10
    assert [path for path in ZOO.iterdir() if path not in FOLDERS] == []
    assert {case(folder).get("backend", "jax") for folder in FOLDERS} == {*BACKENDS}
    assert {part.form for folder in FOLDERS for part in parts(folder)} == {"py", "ipynb"}


@pytest.mark.quick
@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_a_case_says_its_style_and_what_would_refuse_it(folder):
    """A case that no naive check would refuse proves nothing, so each names one."""
    told = case(folder)
    assert {"style", "naive"} <= told.keys() <= KEYS.keys()
    assert all(isinstance(value, KEYS[key]) and value.strip() for key, value in told.items())
    assert told.get("backend", "jax") in BACKENDS


@pytest.mark.quick
@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_a_case_is_no_copy_of_the_reference(folder):
    """No function that is asked for has the body of the reference's, docstring left aside."""
    copied = [
        (part.stem, name)
        for part, reference in zip(parts(folder), parts(ROOT / "solution"), strict=True)
        for name, body in bodies(part).items()
        if body == bodies(reference).get(name)
    ]
    assert copied == []


@cache
def parts(folder: Path) -> tuple:
    """Return the parts of a submission, all of which can be read."""
    found = tuple(collect(folder, rubric()).parts.values())
    assert [part.problem for part in found] == [None] * len(found)
    return found


@cache
def bodies(part) -> dict[str, str]:
    """Return the code of the functions of a part, without docstrings and comments."""
    found = {}
    for cell in part.cells:
        for node in ast.walk(ast.parse(cell.code)):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                found[node.name] = ast.unparse(body)
    return found
