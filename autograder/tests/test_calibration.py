"""Calibration: rows are what `grade` measures, rates and bounds are right, stale evidence is told."""

import time
from dataclasses import replace

import numpy as np
import pytest

from autograder import grade
from autograder.calibration import audit, command, page, rates, runs
from autograder.calibration.cases import CASES, Case
from autograder.calibration.rules import RULES
from autograder.calibration.runs import Row, Task
from autograder.errors import GraderError
from autograder.tests.desk import rubric

FLOORS = {"3.accuracy_top": 0.9}
RIGHT, WRONG = Case("right", 3, passes=("3.accuracy_top",)), Case("wrong", 3, fails=("3.accuracy_top",))


@pytest.fixture
def two_cases(monkeypatch):
    """Let there be one right case and one wrong one."""
    monkeypatch.setattr(rates, "CASES", (RIGHT, WRONG))
    monkeypatch.setattr(rates, "RULES", {})


def row(case: Case, seed: int, accuracy: float, backend: str = "jax", **more) -> Row:
    """A row of made-up numbers."""
    made_from = more.get("made_from", runs.made_from(case) if case in (*CASES, *RULES) else "x")
    return Row(case.name, case.part, backend, seed, made_from, "here", {"part3.accuracy": accuracy})


@pytest.mark.quick
def test_rates_count_wrong_verdicts(two_cases):
    """Right work below the floor and wrong work above it are counted; a grade has three trainings."""
    rows = [row(RIGHT, n, 0.85 if n < 2 else 0.95) for n in range(20)]
    rows += [row(WRONG, n, 0.93 if n < 5 else 0.7) for n in range(10)]
    right, wrong = rates.rates(rows, FLOORS, trainings=3)
    assert (right.wrong, right.n, right.good) == (2, 20, True)
    assert right.graded == pytest.approx(0.1**3) and wrong.graded == pytest.approx(1 - 0.5**3)
    assert (wrong.wrong, wrong.n, wrong.good) == (5, 10, False)


@pytest.mark.quick
def test_bound_is_that_of_clopper_and_pearson(two_cases):
    """No failure in 300 trainings: less than 1 - 0.05^(1/300), the closed form for none."""
    (rate,) = rates.rates([row(RIGHT, n, 0.95) for n in range(300)], FLOORS, 3)
    assert rate.bound == pytest.approx(1 - 0.05 ** (1 / 300))


@pytest.mark.quick
def test_a_number_that_is_missing_misses_the_floor(two_cases):
    """A training that diverged has no accuracy: right work fails, wrong work does not pass."""
    lost = [replace(row(case, 1, 0), numbers={}) for case in (RIGHT, WRONG)]
    right, wrong = rates.rates(lost, FLOORS, 3)
    assert (right.wrong, wrong.wrong) == (1, 0)


@pytest.mark.quick
def test_proposal_lies_between_wrong_and_right_work(two_cases):
    """Every floor in the proposed interval keeps both rates; without overlap it is not empty."""
    rng = np.random.default_rng(1)
    rows = [row(RIGHT, n, 0.95 + 0.01 * rng.random()) for n in range(300)]
    rows += [row(WRONG, n, 0.80 + 0.05 * rng.random()) for n in range(100)]
    low, high = rates.proposed(rows, "3.accuracy_top", "part3.accuracy", FLOORS, 3)
    assert 0.84 < low < 0.85 < 0.95 < high < 0.96
    for floor in (low + 1e-9, high):
        assert all(rate.good for rate in rates.rates(rows, {"3.accuracy_top": floor}, 3))


@pytest.mark.quick
def test_rows_survive_the_file(tmp_path):
    """What is written is read again, digit by digit, missing numbers included, sorted by case."""
    reference = next(case for case in CASES if case.part == 3)
    rows = [row(reference, 2, 0.123456), row(reference, 1, 0.987654)]
    rows.append(replace(row(reference, 3, 0), numbers={}))
    runs.write(rows, tmp_path)
    assert runs.read(tmp_path) == sorted(rows, key=lambda r: r.seed)
    assert runs.GENERATED in (tmp_path / "part3.csv").read_text(encoding="utf-8").splitlines()[0]


@pytest.mark.quick
def test_rows_of_another_reference_are_not_fresh():
    """A row counts while its code, data and questions are today's."""
    reference = next(case for case in CASES if case.part == 3)
    good, old = row(reference, 1, 0.9), row(reference, 2, 0.9, made_from="another")
    assert runs.fresh([good, old]) == [good]


@pytest.mark.quick
def test_name_of_a_case_follows_its_code_only():
    """A comment or a docstring changes nothing; another number of epochs, or another text in the code,
    is another case."""
    case = Case("x", 1, code="def few():\n    \"\"\"Few.\"\"\"\n    return 3")
    for old, new in (("3", "3  # few"), ("Few.", "Few\n    epochs.")):
        assert runs.made_from(case) == runs.made_from(replace(case, code=case.code.replace(old, new)))
    for old, new in (("3", "4"), ("return 3", "return \"\"\"Few.\"\"\""), ("few", "many")):
        assert runs.made_from(case) != runs.made_from(replace(case, code=case.code.replace(old, new)))


@pytest.mark.quick
def test_near_misses_take_a_third_of_the_seeds():
    """300 seeds are 300 references and 100 near misses; TensorFlow trains the reference only."""
    todo = runs.tasks(300, "jax", (2,))
    count = {case: sum(task.case == case for task in todo) for case in CASES if case.part == 2}
    assert sorted(set(count.values())) == [100, 300]
    assert {task.case.name for task in runs.tasks(2, "tensorflow")} == {"reference"}


@pytest.mark.quick
def test_stopped_measuring_keeps_what_is_done(monkeypatch):
    """An interrupt leaves out what has not begun; the rows so far are there."""
    case, begun, kept = CASES[0], [], []

    def measure(task: Task) -> Row:
        begun.append(task.seed)
        time.sleep(0.01)
        if task.seed == 3:
            raise KeyboardInterrupt
        return row(case, task.seed, 0.5)

    monkeypatch.setattr(runs, "measure", measure)
    monkeypatch.setattr(runs, "at_once", lambda: 1)
    with pytest.raises(KeyboardInterrupt):
        runs.measure_all([Task(case, "jax", n) for n in range(1, 400)], kept.append)
    assert [r.seed for r in kept] == [1, 2] and len(begun) < 100


@pytest.mark.quick
def test_page_of_evidence_is_fresh():
    """The committed page is what today's rows, floors and trainings give, and no row is stale."""
    assert audit.stale(runs.read(), rubric()) == []


@pytest.mark.quick
def test_floors_keep_their_rates():
    """By the committed evidence no floor is wrong more often than promised."""
    found = rates.rates(runs.read(), rubric().floors, rubric().limits.trainings)
    assert list(audit.misjudged(found)) == []


@pytest.mark.quick
def test_changed_floor_makes_the_page_stale():
    """A floor that was moved without calibrating is told, with the command."""
    moved = replace(rubric(), floors={**rubric().floors, "1.fit": 0.5})
    (problem,) = audit.stale(runs.read(), moved)
    assert "python -m autograder calibrate" in problem


@pytest.mark.quick
def test_rows_that_stand_twice_are_told():
    """A row counted twice would make a rate look surer than it is."""
    rows = runs.read()
    (problem, *_) = audit.stale([*rows, rows[0]], rubric())
    assert problem == "1 rows of evidence stand there twice. Delete them from the CSV files."


@pytest.mark.quick
def test_a_rule_that_was_changed_is_found(monkeypatch):
    """Rules have no training, and are measured again like the trainings."""
    own = [r for r in runs.read() if r.backend == "none"][:audit.REPEATED]
    here = [replace(r, environment=runs.environment()) for r in own]
    wrong = [replace(here[0], numbers={k: v - 1 for k, v in here[0].numbers.items()}), *here[1:]]
    assert audit.repeat(here, rubric())[0] == []
    problems, _ = audit.repeat(wrong, rubric())
    assert len(problems) == 1 and "the evidence says" in problems[0]


@pytest.mark.quick
def test_changed_digit_is_found(monkeypatch):
    """Evidence that cannot be repeated to the last digit is told."""
    own = [r for r in runs.read() if r.backend == "jax"][:audit.REPEATED]
    here = [replace(r, environment=runs.environment()) for r in own]

    def measured(todo, on_row):
        for task in todo:
            again = next(r for r in here if (r.part, r.case, r.seed)
                         == (task.case.part, task.case.name, task.seed))  # fmt: skip
            wrong = {name: value + 1e-6 for name, value in again.numbers.items()}
            on_row(replace(again, numbers=wrong if again is here[0] else again.numbers))

    monkeypatch.setattr(audit, "measure_all", measured)
    problems, _ = audit.repeat(here, rubric())
    assert len(problems) == 1 and "the evidence says" in problems[0]


@pytest.mark.usefixtures("trained_once")
def test_a_row_is_what_grade_measures(tmp_path):
    """`grade --seed N` on the case's script gives the numbers of the row with seed N."""
    case = next(c for c in CASES if (c.part, c.name) == (3, "a tenth of the epochs"))
    made = runs.measure(Task(case, "jax", 11))
    path = tmp_path / f"{rubric().parts[3].stem}.py"
    path.write_text(runs.source(case), encoding="utf-8")
    result = grade(path, parts=(3,), seed=11, backend="jax", isolation="process")
    assert {name: runs.rounded(result.metrics[name]) for name in made.numbers} == made.numbers
    assert made.environment == runs.environment()


def test_command_measures_only_what_is_missing(tmp_path, monkeypatch):
    """A second run of the command finds all rows there; the page and the picture are written. A
    training that breaks ends a run, and costs nothing of what was measured before."""
    from rich.console import Console

    measured, breaks = [], [(3, 2)]

    def measure(task: Task) -> Row:
        if (task.case.part, task.seed) in breaks:
            raise GraderError("a worker could not be started")
        measured.append(task.key)
        numbers = dict.fromkeys(runs.METRICS[task.case.part], 0.5)
        return Row(*(task.case.name, task.case.part, task.backend, task.seed),
                   runs.made_from(task.case), runs.environment(), numbers)  # fmt: skip

    monkeypatch.setattr(runs, "measure", measure)
    for module in (runs, page, command):
        for name in ("read", "write"):
            if hasattr(module, name):
                real = getattr(module, name)
                monkeypatch.setattr(module, name, lambda *a, real=real: real(*a, tmp_path))
    monkeypatch.setattr(command, "SAVE_EVERY", 5)
    console = Console(quiet=True)
    assert command.run(3, "jax", (1, 3), console) == 1
    kept = {row.key for row in runs.read()}
    assert kept and kept <= set(measured)
    breaks.clear()
    assert command.run(3, "jax", (1, 3), console) == 0
    first = len(measured)
    assert command.run(3, "jax", (1, 3), console) == 0
    assert first == len(measured) > 0
    assert (tmp_path / page.PAGE).is_file() and (tmp_path / page.PICTURE).is_file()
