"""The pytest plugin: `pytest autograder/checks --submission PATH` shows the checks one by one.

Loaded by name (`-p autograder.plugin`), because pytest would import a conftest.py that lies in the
submission if the option were registered in a conftest.
"""

from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Register the options of the checks."""
    group = parser.getgroup("moveout")
    group.addoption("--submission", default="assignment", help="folder or part to be graded")
    group.addoption("--practice-seed", type=int, default=None, help="seed of the questions")
    group.addoption("--fresh", action="store_true", help="run all again, changed or not")


def pytest_configure(config: pytest.Config) -> None:
    """Resolve the submission before anything changes the working directory."""
    config.submission_path = Path(config.getoption("--submission")).resolve()


class Grades:
    """Grades a part when the first of its checks is asked for."""

    def __init__(self, path: Path, seed: int | None, fresh: bool):
        self.path, self.seed, self.fresh, self.outcomes = path, seed, fresh, {}

    def outcome(self, check_id: str, part: int):
        """Return the outcome of a check; None if this part is not in what is graded."""
        from autograder.grading import grade
        from autograder.model import PARTS

        if part not in self.outcomes:
            # a single part's file is all there is to grade, whichever part was asked for
            parts = PARTS if self.path.is_file() else (part,)
            result = grade(self.path, parts=parts, seed=self.seed, fresh=self.fresh)
            if result.broken:
                pytest.exit(f"The grader broke, no mark is issued: {result.broken[0]}", 3)
            found = {outcome.id: outcome for outcome in result.checks}
            self.outcomes |= dict.fromkeys(parts, found)
        return self.outcomes[part].get(check_id)


@pytest.fixture(scope="session")
def grades(pytestconfig: pytest.Config) -> Grades:
    """Return the grades of the submission, a part at a time."""
    seed, fresh = (pytestconfig.getoption(name) for name in ("--practice-seed", "--fresh"))
    return Grades(pytestconfig.submission_path, seed, fresh)
