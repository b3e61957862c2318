"""GitHub Classroom's contract, which scripts still read: two notices, and results in base64."""

import base64
import json

from autograder.model import Outcome, Result, Rubric
from autograder.publish.annotations import command
from autograder.publish.loss import place, reasons
from autograder.report import blocked_text

VERSION = 1
LONG = 4000  # characters of a message: all of them stay far below the megabyte of a job's outputs


def notices(result: Result) -> list[str]:
    """Return the two notices that a classroom reads; none if no mark is issued."""
    if result.score is None:
        return []
    total = {"totalPoints": result.score, "maxPoints": result.max_score}
    return [
        command("notice", f"Points {result.score}/{result.max_score}", title="Autograding complete"),
        command("notice", json.dumps(total, separators=(",", ":")), title="Autograding report"),
    ]


def results(result: Result, rubric: Rubric, folder: str) -> dict:
    """Return the results as a grading step gives them to a classroom's reporter."""
    checks = [] if result.broken else result.checks
    return {
        "version": VERSION,
        "status": status(result),
        "max_score": 0 if result.broken else result.max_score,
        "tests": [test(outcome, result, rubric, folder) for outcome in checks],
    }


def status(result: Result) -> str:
    """Return pass, fail, or error if the grader broke."""
    if result.broken:
        return "error"
    return "pass" if result.score == result.max_score else "fail"


def test(outcome: Outcome, result: Result, rubric: Rubric, folder: str) -> dict:
    """Return one check as a test."""
    where = place(outcome, result, rubric, folder)
    return {
        "name": f"{outcome.id} {outcome.title}",
        "status": "pass" if outcome.status == "passed" else "fail",
        "score": outcome.score,
        "max_score": outcome.max_score,
        "message": message(outcome)[:LONG],
        "test_code": outcome.id,
        "filename": where.file,
        "line_no": where.line or 0,
        "duration": 0,
    }


def message(outcome: Outcome) -> str:
    """Return why a test does not pass; nothing if it does."""
    if outcome.status == "not_judged":
        return f"Not judged: {blocked_text(outcome)}."
    return reasons(outcome) if outcome.status == "failed" else ""


def encoded(record: dict) -> str:
    """Return a record as base64 of its JSON."""
    return base64.b64encode(json.dumps(record).encode("ascii")).decode("ascii")
