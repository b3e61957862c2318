"""`grades.json` and `grades.csv`: what every student of a class was given, and why not.

No time stands in them: the same input gives the same bytes. Described by `grades.schema.json`.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from autograder.gathering.placing import place_text
from autograder.gathering.submissions import Handed
from autograder.model import Rubric
from autograder.report import harmless
from autograder.tables import csv_text

SCHEMA = "moveout/grades/v1"
JSON, CSV = "grades.json", "grades.csv"
UNREADABLE = "part-unreadable"  # the misconception of which the judge says why, check by check
GRADED, REFUSED, BROKE, MISSING = "graded", "refused", "broke", "missing"


@dataclass(frozen=True)
class Row:
    """What one student was given; `score` is None, and no points are told, without a mark."""

    student: str
    status: str
    reason: str | None
    score: int | None
    max_score: int
    parts: dict[str, int] = field(default_factory=dict)
    checks: dict[str, int] = field(default_factory=dict)
    pending: int = 0
    late_hours: float | None = None
    commit: str | None = None
    problems: tuple[str, ...] = ()


def row_of(handed: Handed, record: dict[str, Any]) -> Row:
    """Return the row of a graded submission from the JSON of its result."""
    unread = [harmless(c["got"]) for c in record["checks"] if c["misconception"] == UNREADABLE]
    about = gathered(handed)
    return Row(
        student=handed.student,
        status=GRADED,
        reason=None,
        score=record["score"],
        max_score=record["max_score"],
        parts={str(part["part"]): part["score"] for part in record["parts"]},
        checks={check["id"]: check["score"] for check in record["checks"]},
        pending=sum(task["max_score"] for task in record["pending"]),
        **about | {"problems": (*about["problems"], *dict.fromkeys(unread))},
    )


def row_without(handed: Handed, status: str, reason: str, rubric: Rubric) -> Row:
    """Return the row of a submission that has no mark."""
    most = sum(check.points for check in rubric.checks)
    return Row(harmless(handed.student), status, harmless(reason), None, most, **gathered(handed))


def gathered(handed: Handed) -> dict[str, Any]:
    """Return what was gathered about a submission."""
    row, problems = handed.gathered, tuple(map(harmless, handed.problems))
    if row is None:
        return {"problems": problems}
    return {"late_hours": row.late_hours, "commit": row.commit, "problems": problems}


def write_grades(folder: Path, rows: list[Row], rubric: Rubric) -> None:
    """Write both tables whole, sorted by student."""
    ordered = sorted(rows, key=lambda row: row.student)
    record = {"schema": SCHEMA, "submissions": [asdict(row) for row in ordered]}
    place_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", folder / JSON)
    place_text(csv_text(table(ordered, rubric)), folder / CSV)


def table(rows: list[Row], rubric: Rubric) -> list[list]:
    """Return the rows of grades.csv below their header."""
    parts, checks = [str(number) for number in rubric.parts], [check.id for check in rubric.checks]
    head = ["student", "status", "score", "max_score", "pending", "late_hours", "commit", "reason",
            "problems", *(f"part {n}" for n in parts), *(f"check {id_}" for id_ in checks)]  # fmt: skip
    lines = [
        [row.student, row.status, row.score, row.max_score, row.pending, row.late_hours, row.commit,
         row.reason, " ".join(row.problems), *map(row.parts.get, parts), *map(row.checks.get, checks)]
        for row in rows
    ]  # fmt: skip
    return [head, *lines]
