"""The reference earns full marks whatever the seed, as scripts and as notebooks."""

import hashlib

import pytest

from autograder import grade
from autograder.release import reference_notebooks
from autograder.tests.desk import ROOT

EXAM_SEEDS = [hashlib.sha256(f"exam {n}".encode()).hexdigest() for n in range(20)]
COLUMNS = {
    "part1.r2": "R² 1", "part2.r2": "R² 2", "part2.skill_over_last_value": "skill 2",
    "part2.r2_penultimate": "R² pen.", "part3.accuracy": "acc. 3", "part3.specificity": "spec. 3",
}  # fmt: skip
ROWS: list[str] = []


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory):
    """The reference as notebooks."""
    folder = tmp_path_factory.mktemp("notebooks")
    reference_notebooks(ROOT, folder)
    return folder


@pytest.fixture(scope="module", autouse=True)
def table(request):
    """Print the measured numbers of every seed, past pytest's capture, once all have run."""
    yield
    heads = "  ".join(f"{head:>8}" for head in COLUMNS.values())
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print("", f"seed  form   score  trainings  {heads}", *ROWS, sep="\n")


def row(number: int, form: str, result) -> str:
    """Return a line of the table."""
    numbers = "  ".join(f"{result.metrics[key]:8.4f}" for key in COLUMNS)
    trainings = max(outcome.attempts for outcome in result.checks)
    return f"{number:4d}  {form:5}  {result.score:5d}  {trainings:9d}  {numbers}"


@pytest.mark.exhaustive
@pytest.mark.parametrize("number", range(len(EXAM_SEEDS)))
def test_scripts_earn_full_marks(number):
    """Twenty exam seeds, each with training seeds of its own: every check passes."""
    result = grade(ROOT / "solution", exam_seed=EXAM_SEEDS[number])
    ROWS.append(row(number, "py", result))
    assert (result.score, result.broken) == (result.max_score, ())


@pytest.mark.exhaustive
@pytest.mark.parametrize("number", range(5))
def test_notebooks_earn_the_same(number, notebooks):
    """Notebooks made from the scripts give the same numbers as the scripts, seed by seed."""
    result = grade(notebooks, exam_seed=EXAM_SEEDS[number])
    ROWS.append(row(number, "ipynb", result))
    assert (result.score, set(result.form.values())) == (result.max_score, {"ipynb"})


@pytest.mark.exhaustive
@pytest.mark.parametrize("seed", range(1, 6))
def test_practice_seeds_earn_full_marks(seed):
    """Five practice seeds, and so five training seeds, on the public questions' own streams."""
    result = grade(ROOT / "solution", seed=seed)
    ROWS.append(row(seed, "seed", result))
    assert (result.score, result.broken) == (result.max_score, ())
