"""The repository judges itself: the template earns nothing, the solution everything, nothing leaks.

`self_check` yields one finding after the other, so that each is shown while the next one is made.
"""

import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from autograder import consistency
from autograder.consistency import Found
from autograder.errors import CallError, CourseError
from autograder.grading import grade
from autograder.model import Result
from autograder.release import reference_notebooks, require_solution


@dataclass(frozen=True)
class Finding:
    """What one step of the self-check found; `detail` says what is wrong, or what was counted."""

    name: str
    ok: bool
    detail: str


def run(root: Path, console: Console) -> int:
    """Show every finding as it comes; return 0 if all are fine, else 1."""
    wrong = 0
    for finding in self_check(root):
        wrong += not finding.ok
        sign = "ok    " if finding.ok else "WRONG "
        console.print(f"{sign} {finding.name}: {finding.detail}", markup=False, soft_wrap=True)
    return int(wrong > 0)


def self_check(root: Path) -> Iterator[Finding]:
    """Yield the findings on an instructor's repository; raise `CallError` in a student's."""
    require_solution(root)
    for name, step in STEPS.items():
        try:
            problems, counted = step(root)
        except (CallError, CourseError) as error:
            problems, counted = [str(error)], ""
        yield Finding(name, not problems, " ".join(problems) or counted)


def template_earns_nothing(root: Path) -> Found:
    """The template scores 0; every check is failed, naming its task, or not judged."""
    result = grade(root / "assignment")
    problems = [*result.broken]
    problems += [f"{o.id} is passed by the template." for o in result.checks if o.score]
    problems += [
        f"The message of {outcome.id} names no task: {outcome.got!r}."
        for outcome in result.checks
        if outcome.status == "failed" and not re.search(rf"Task {outcome.part}\.\d", outcome.got)
    ]
    return problems, points(result)


def points(result: Result) -> str:
    """Return a score and the time it took."""
    return f"{result.score} of {result.max_score} points in {result.seconds['total']:.0f} s"


def script_earns_all(root: Path) -> Found:
    """The solution's scripts score full marks."""
    return full_marks(grade(root / "solution", form="py"))


def notebook_earns_all(root: Path) -> Found:
    """The solution as notebooks scores full marks."""
    with tempfile.TemporaryDirectory() as scratch:
        reference_notebooks(root, Path(scratch))
        return full_marks(grade(scratch, form="ipynb"))


def full_marks(result: Result) -> Found:
    """Return what keeps a result from full marks."""
    lost = [o for o in result.checks if o.status != "passed"]
    problems = [*result.broken, *(f"{o.id} is {o.status}: {o.got or o.hint}" for o in lost)]
    return problems, points(result)


def floors_have_evidence(root: Path) -> Found:
    """The floors rest on trainings of today's reference, enough of them, that can be repeated."""
    from autograder.calibration import audit

    return audit.audit()


STEPS: dict[str, Callable[[Path], Found]] = {
    "the template earns nothing": template_earns_nothing,
    "the solution's scripts earn all": script_earns_all,
    "the solution's notebooks earn all": notebook_earns_all,
    "assignment/ is fresh": consistency.release_is_fresh,
    "assignment/ holds no secret": consistency.template_has_no_secret,
    "a misspelt marker is an error": consistency.misspelt_markers,
    "stubs and solution agree": consistency.stubs_agree,
    "the rubric adds up": consistency.rubric_adds_up,
    "every check has its test cell": consistency.checks_are_placed,
    "the task sheet is complete": consistency.task_sheet_is_complete,
    "the data are fresh": consistency.data_are_fresh,
    "the floors rest on fresh evidence": floors_have_evidence,
    "a student's copy leaks nothing": consistency.copy_leaks_nothing,
    "nothing is stray": consistency.nothing_stray,
}
