"""Read a report folder back into the result that it was written from."""

import json
from pathlib import Path

from autograder.errors import CallError
from autograder.model import HandTask, Location, Outcome, Result
from autograder.report import HIDDEN, RESULT, SCHEMA, VIEWS, broken_notes

LIMIT = 16 * 2**20  # of what is read: a hundred times the largest report


def read_result(folder: Path) -> Result:
    """Return the result that `grade` wrote into a folder.

    Raises:
        CallError: There is none, or it is not of this grader.
    """
    record, views = read_json(folder / RESULT), read_json(folder / VIEWS)
    try:
        if record.pop("schema") != SCHEMA or set(views) != {*HIDDEN}:
            raise ValueError("another schema")
        return result_from(record, views)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CallError(f"{folder / RESULT} is not of this grader. {again(folder)}") from error


def read_json(path: Path) -> dict:
    """Return the JSON of a file; raise `CallError` if there is none."""
    try:
        if path.stat().st_size > LIMIT:
            raise ValueError("too large")
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise CallError(f"Nothing was graded: there is no {path}. {again(path.parent)}") from error


def again(folder: Path) -> str:
    """Return what to do where a report cannot be read."""
    return f"See what grading says: `python -m autograder grade --report {folder}`."


def result_from(record: dict, views: dict) -> Result:
    """Return a result from its JSON and from what only views show."""
    tasks = [HandTask(t["id"], t["part"], t["title"], t["max_score"]) for t in record.pop("pending")]
    checks = [outcome_from(check) for check in record.pop("checks")]
    parts, notes = tuple(record.pop("parts")), record.pop("notes")
    views["broken"] = tuple(views["broken"])
    read = Result(**record, **views, parts=parts, checks=tuple(checks), pending=tuple(tasks), notes=())
    told = broken_notes(read)
    return Result(**{**vars(read), "notes": tuple(note for note in notes if note not in told)})


def outcome_from(check: dict) -> Outcome:
    """Return the verdict on one check."""
    where = check.pop("location")
    return Outcome(**check, location=Location(**where) if where else None)
