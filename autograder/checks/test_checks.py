"""A pytest view of the checks: passed is passed, failed is failed, not judged is skipped."""

from pathlib import Path

import pytest

from autograder import report
from autograder.model import Check, Location
from autograder.rubric import read_rubric


@pytest.mark.parametrize("check", read_rubric().checks, ids=lambda check: check.id)
def test_check(check: Check, grades, record_property, pytestconfig) -> None:
    """The submission earns all points of this check."""
    outcome = grades.outcome(check.id, check.part)
    if outcome is None:
        pytest.skip("not in this submission")
    record_property("points", report.points(outcome.score, outcome.max_score))
    if outcome.status == "not_judged":
        pytest.skip(f"not judged: {report.blocked_text(outcome)}")
    if outcome.status == "failed":
        lines = [f"{outcome.title} ({report.points(outcome.score, outcome.max_score)})"]
        lines += [f"{name:9}{text}" for name, text in report.explanation(outcome)]
        lines += place(outcome.location, pytestconfig.submission_path)
        pytest.fail("\n".join(lines), pytrace=False)


def place(where: Location | None, submission: Path) -> list[str]:
    """Return a student's line as editors make a link of it, if it is a line of a script."""
    if where is None or not where.file.endswith(".py"):
        return []
    path, here = submission if submission.is_file() else submission / where.file, Path.cwd()
    return [f"{path.relative_to(here) if path.is_relative_to(here) else path}:{where.line}"]
