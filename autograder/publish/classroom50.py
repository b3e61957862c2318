"""Classroom 50's contract: the `result.json` that its runner reads after an autograder ended."""

from collections.abc import Mapping
from datetime import UTC, datetime

from autograder.errors import CallError
from autograder.model import Outcome, Result
from autograder.publish.classroom import LONG, message

SCHEMA = "classroom50/result/v1"
NEEDED = ("CLASSROOM", "ASSIGNMENT", "SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL")
STAMP = "%Y-%m-%dT%H:%M:%SZ"


def record(result: Result, environment: Mapping[str, str], submitted: datetime, now: datetime) -> dict:
    """Return the record of one submission.

    Args:
        result: What was graded; a mark was issued.
        environment: What the runner gives: `CLASSROOM`, `ASSIGNMENT`, `SUBMISSION_TAG`, …
        submitted: When the graded commit was made.
        now: When it was graded.

    Raises:
        CallError: This is not a run of Classroom 50, or no mark is issued.
    """
    lacking = [name for name in NEEDED if not environment.get(name)]
    if lacking:
        raise CallError(f"{', '.join(lacking)} not set. Let Classroom 50's runner call autograder.py.")
    if result.broken:
        raise CallError("The grader broke, so there is no record for Classroom 50. Grade again.")
    return {
        "schema": SCHEMA,
        "classroom": environment["CLASSROOM"],
        "assignment": environment["ASSIGNMENT"],
        "assignment_type": environment.get("ASSIGNMENT_TYPE") or "individual",
        "owner": environment.get("USERNAME") or environment.get("OWNER") or "unknown",
        "submission": environment["SUBMISSION_TAG"],
        "commit": environment["COMMIT_URL"],
        "release": environment["RELEASE_URL"],
        "review": environment.get("REVIEW_URL") or environment["COMMIT_URL"],
        "datetime": submitted.astimezone(UTC).strftime(STAMP),
        "graded_at": now.astimezone(UTC).strftime(STAMP),
        "score": result.score,
        "max-score": result.max_score,
        "tests": [test(outcome) for outcome in result.checks],
    }


def test(outcome: Outcome) -> dict:
    """Return one check as a test."""
    return {
        "test-name": f"{outcome.id} {outcome.title}",
        "passed": outcome.status == "passed",
        "score": outcome.score,
        "max-score": outcome.max_score,
        "message": message(outcome)[:LONG],
    }
