"""Read what staff decided for single students: overrides.csv and extra_time.csv of a course folder.

student,check,points,reason          student,hours,reason
ada,2.fit,7,"machine was down"       bob,48,illness
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from autograder.course.marks import Override
from autograder.course.roster import csv_rows
from autograder.errors import CallError
from autograder.model import Rubric

OVERRIDES, EXTRA_TIME = "overrides.csv", "extra_time.csv"
Row = dict[str, str]


def read_overrides(path: Path, rubric: Rubric, students: set[str]) -> dict[str, dict[str, Override]]:
    """Return the points that a person decided, by student and check; none if there is no file.

    Raises:
        CallError: Some lines are wrong: all of them are told, by their number.
    """
    highest = {check.id: check.points for check in rubric.checks}

    def problem(row: Row) -> str | None:
        if row["check"] not in highest:
            return f"there is no check {row['check']!r}; discussions are marked in formgrader"
        top = highest[row["check"]]
        if not 0 <= number(row["points"]) <= top:
            return f"{row['points']!r} is no number of points from 0 to {top}"
        return None

    found: dict[str, dict[str, Override]] = defaultdict(dict)
    columns = ("student", "check", "points", "reason")
    for row in rows(path, columns, ("student", "check"), students, problem):
        found[row["student"]][row["check"]] = Override(number(row["points"]), row["reason"])
    return dict(found)


def read_extra_time(path: Path, students: set[str]) -> dict[str, float]:
    """Return the hours that single students have after the due date; none if there is no file.

    Raises:
        CallError: Some lines are wrong: all of them are told, by their number.
    """

    def problem(row: Row) -> str | None:
        wrong = not 0 <= number(row["hours"]) <= 24 * 366
        return f"{row['hours']!r} is no number of hours" if wrong else None

    found = rows(path, ("student", "hours", "reason"), ("student",), students, problem)
    return {row["student"]: number(row["hours"]) for row in found}


def number(text: str) -> float:
    """Return a finite number, or NaN, which lies in no range."""
    try:
        value = float(text)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def rows(
    path: Path,
    columns: tuple[str, ...],
    key: tuple[str, ...],
    students: set[str],
    problem: Callable[[Row], str | None],
) -> list[Row]:
    """Return the rows of a file of decisions, all of them right; raise `CallError` otherwise."""
    lines = csv_rows(path) if path.exists() else []
    if lines and tuple(name.strip().lower() for name in lines[0][1]) != columns:
        raise CallError(f"{path.name}, line 1: begin the file with `{','.join(columns)}`.")
    good, problems, seen = [], [], {}
    for line, fields in lines[1:]:
        row = dict(zip(columns, (field.strip() for field in fields), strict=False))
        wrong = next(wrongs(fields, row, columns, students, problem), None)
        same = tuple(row.get(name) for name in key)
        if wrong is None and same in seen:
            wrong = f"the same is decided in line {seen[same]} already"
        problems += [f"{path.name}, line {line}: {wrong}."] if wrong else []
        seen.setdefault(same, line)
        good.append(row)
    if problems:
        raise CallError("\n".join([*problems, "Nothing was graded. Mend these lines."]))
    return good


def wrongs(
    fields: list[str],
    row: Row,
    columns: tuple[str, ...],
    students: set[str],
    problem: Callable[[Row], str | None],
) -> Iterator[str]:
    """Yield what is wrong with a row, the most basic first."""
    if len(fields) != len(columns):
        yield f"{len(fields)} columns, the first line has {len(columns)}"
        return
    if row["student"] not in students:
        yield f"no student {row['student']!r} is in the gradebook, or has handed in"
    if wrong := problem(row):
        yield wrong
    if not row["reason"]:
        yield "the reason is missing"
