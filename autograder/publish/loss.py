"""What a result says of lost points: which were lost, where, and the four lines that say why."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from autograder.model import Outcome, Result, Rubric
from autograder.report import explanation


@dataclass(frozen=True)
class Place:
    """A file of the student's repository, and the line if it is known."""

    file: str
    line: int | None


def missing(outcome: Outcome) -> int:
    """Return the points that a check did not give."""
    return outcome.max_score - outcome.score


def failed(result: Result) -> list[Outcome]:
    """Return the checks that the student can mend now, the most points first."""
    found = [outcome for outcome in result.checks if outcome.status == "failed"]
    return sorted(found, key=missing, reverse=True)


def place(outcome: Outcome, result: Result, rubric: Rubric, folder: str) -> Place:
    """Return where to look; only ever a file of the assignment.

    A line of a notebook's cell is none of the notebook's file: there, only the file is named.
    """
    stem, form = rubric.parts[outcome.part].stem, result.form.get(str(outcome.part), "py")
    file, where = f"{stem}.{form}", outcome.location
    line = where.line if where and where.file == file and form == "py" else None
    return Place(str(PurePosixPath(folder, file)), line)


def reasons(outcome: Outcome, told_where: bool = False) -> str:
    """Return why points are missing: Called, Got, Expected, Hint, unless told Where; a line each."""
    lines = [line for line in explanation(outcome) if not (told_where and line[0] == "Where")]
    return "\n".join(f"{name}: {text}" for name, text in lines)
