"""The step `python -m autograder publish`: writes the texts of this package where they are read."""

import argparse
import json
import os
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from autograder.errors import CallError, CourseError
from autograder.manifest import NAME, Edit, edits, is_instructors, read_manifest
from autograder.model import Result, Rubric
from autograder.publish import annotations, classroom, classroom50
from autograder.publish.junit import junit
from autograder.publish.reading import read_result
from autograder.publish.summary import summary
from autograder.rubric import read_rubric

GRADED, BELOW, BROKE = 0, 1, 3
FOLDER = "assignment"


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the options of `publish`."""
    command.add_argument("--from", dest="report", type=Path, default=Path("build/report"))
    command.add_argument("--repository", type=Path, metavar="DIR", help="the student's, if not this one")
    command.add_argument("--fail-under", metavar="POINTS")
    command.add_argument("--classroom50", type=Path, metavar="FILE", help="write its result.json here")


def run(root: Path, arguments: argparse.Namespace, environment: Mapping[str, str] = os.environ) -> int:
    """Publish the result in a report folder; return the exit code."""
    try:
        result = read_result(arguments.report)
    except CallError as error:
        print(annotations.command("error", str(error), title="Not graded"))
        append(environment.get("GITHUB_STEP_SUMMARY"), f"# Not graded\n\n{error}\n")
        raise
    rubric = read_rubric()
    found = edits_of(root, arguments.repository)
    write_files(result, rubric, found, arguments.report)
    if arguments.classroom50:
        write_classroom50(result, environment, arguments.classroom50)
    append(environment.get("GITHUB_STEP_SUMMARY"), summary(result, found))
    encoded = classroom.encoded(classroom.results(result, rubric, FOLDER))
    append(environment.get("GITHUB_OUTPUT"), f"result={encoded}\n")
    floor, unread = floor_of(arguments.fail_under)
    for line in commands(result, rubric, floor, unread):
        print(line)
    return exit_code(result, floor)


def floor_of(text: str | None) -> tuple[int | None, list[str]]:
    """Return the floor, and a warning if what the instructor has set is none: no student can mend it."""
    if not text or text.strip().isdecimal():
        return int(text) if text else None, []
    said = f"{text!r} is no whole number of points, so there is no floor. Tell your instructor."
    return None, [annotations.command("warning", said, title="FAIL_UNDER is not understood")]


def commands(result: Result, rubric: Rubric, floor: int | None, more: list[str]) -> list[str]:
    """Return the workflow commands of a result, ten annotations at most, `more` among them."""
    always = [*more, *annotations.verdict(result, floor), *classroom.notices(result)]
    most = annotations.MOST - len(always)
    return [*annotations.annotations(result, rubric, FOLDER, most), *always]


def exit_code(result: Result, floor: int | None) -> int:
    """Return 3 if the grader broke, 1 below the floor, else 0."""
    if result.broken:
        return BROKE
    return BELOW if floor is not None and result.score < floor else GRADED


def edits_of(root: Path, repository: Path | None) -> list[Edit]:
    """Return the edited protected files of a student's repository: this one, or another.

    A damaged manifest of a copy is told as an edit as well: the points are shown all the same.
    """
    if repository is None and is_instructors(root):
        return []
    if repository is not None and not repository.is_dir():
        raise CallError(f"There is no {repository}. Give the student's repository.")
    try:
        return edits(repository or root, handed_out(root))
    except CourseError:
        if is_instructors(root) or repository is not None:  # the grader's own, not the student's
            raise
        return [Edit(NAME, "damaged")]


def handed_out(root: Path) -> dict[str, str]:
    """Return the hashes of what students get; here the copy that would be made today counts."""
    if not is_instructors(root):
        return read_manifest(root / NAME)
    from autograder.student_copy import contents

    return json.loads(contents(root)[NAME])["files"]


def write_files(result: Result, rubric: Rubric, found: list[Edit], folder: Path) -> None:
    """Write what is uploaded beside the report."""
    results = classroom.results(result, rubric, FOLDER)
    texts = {
        "summary.md": summary(result, found),
        "junit.xml": junit(result, rubric, FOLDER),
        "classroom.json": json.dumps(results, indent=2) + "\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", errors="replace", newline="\n")


def write_classroom50(result: Result, environment: Mapping[str, str], path: Path) -> None:
    """Write the record of Classroom 50."""
    now = datetime.now(UTC)
    record = classroom50.record(result, environment, committed(path.parent) or now, now)
    path.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def committed(folder: Path) -> datetime | None:
    """Return when the commit was made that is checked out in a folder."""
    asked = ["git", "-C", str(folder), "show", "-s", "--format=%cI", "HEAD"]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, timeout=20, check=True)
        return datetime.fromisoformat(done.stdout.strip())
    except (OSError, subprocess.SubprocessError, ValueError):
        return None


def append(path: str | None, text: str) -> None:
    """Add a text to a file of the runner, where there is one."""
    if path:
        with Path(path).open("a", encoding="utf-8", errors="replace", newline="\n") as file:
            file.write(text)
