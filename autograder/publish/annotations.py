"""Workflow commands for GitHub's runner: annotations on lines, notices. Escaped as the runner reads."""

from autograder.model import Outcome, Result, Rubric
from autograder.publish.loss import Place, failed, missing, place, reasons
from autograder.report import counted, harmless, points

MOST = 10  # of a kind and step; the runner drops the rest
LONG = 2000  # characters of one message


def command(kind: str, message: str, **properties: object) -> str:
    """Return a workflow command on one line."""
    given = ",".join(f"{k}={property_text(str(v))}" for k, v in properties.items() if v is not None)
    return f"::{kind} {given}::{data_text(message)}"


def data_text(text: str) -> str:
    """Return a message as the runner reads it: its lines become one."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def property_text(text: str) -> str:
    """Return the value of a property, in which more characters have a meaning."""
    return data_text(text).replace(":", "%3A").replace(",", "%2C")


def annotations(result: Result, rubric: Rubric, folder: str, most: int = MOST) -> list[str]:
    """Return annotations on the lines of the student's files, the most useful first.

    Args:
        result: What was graded.
        rubric: The stems of the parts' files.
        folder: Where the submission stands in the student's repository.
        most: How many at most; one for each place.
    """
    first: dict[Place, Outcome] = {}
    for outcome in failed(result):
        first.setdefault(place(outcome, result, rubric, folder), outcome)
    return [annotation(outcome, where) for where, outcome in list(first.items())[:most]]


def annotation(outcome: Outcome, where: Place) -> str:
    """Return one annotation: an error where nothing was earned, else a warning."""
    kind = "warning" if outcome.score else "error"
    said = reasons(outcome, told_where=where.line is not None)
    title = f"{outcome.id}: {missing(outcome)} of {counted(outcome.max_score)} missing"
    return command(kind, said[:LONG], file=where.file, line=where.line, title=title)


def verdict(result: Result, floor: int | None) -> list[str]:
    """Return what makes the run fail, if anything does, as an error without a line."""
    if result.broken:
        said = " ".join(harmless(line) for line in result.broken)[:LONG]
        return [command("error", f"No mark is issued: {said}", title="The grader broke")]
    if floor is not None and result.score < floor:
        said = f"{points(result.score, result.max_score)} points, asked for are {floor}."
        return [command("error", said, title="Below the floor")]
    return []
