"""Read the practice results that a student's pushes left: claims, made by a grader they could edit.

Each is hostile input: bounded in size, depth and number, checked against its schema, shown harmless.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from autograder import report
from autograder.gathering.classroom50 import COMMIT
from autograder.isolation import HERE
from autograder.model import Rubric
from autograder.publish import classroom50
from autograder.report import harmless

LIMIT = 2**20  # ten times the largest result
DEEPEST, FOLDERS_DEEP = 12, 8
MOST, LOOKED_AT = 20, 5000
TOO_MANY = 999  # points; more are not told apart
SCHEMAS = {
    report.SCHEMA: HERE / "result.schema.json",
    classroom50.SCHEMA: Path(__file__).with_name("classroom50.schema.json"),
}


@dataclass(frozen=True)
class Claim:
    """What a practice result says; without checks where it cannot be used, and `problems` say why.

    `listed` counts the checks as they stand there, `in_parts` adds up what it says of parts.
    """

    file: str
    score: int | None = None
    checks: dict[str, int] = field(default_factory=dict)
    listed: int = 0
    in_parts: int | None = None
    hashes: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    backend: str | None = None
    commit: str | None = None
    problems: tuple[str, ...] = ()


def claims_in(folder: Path, rubric: Rubric) -> tuple[list[Claim], list[str]]:
    """Return the claims anywhere in a student's folder, and a sentence for what was not looked at."""
    found, told, looked = [], [], 0
    for top, inner, names in os.walk(folder):  # follows no link
        looked += len(inner) + len(names)
        if len(Path(top).relative_to(folder).parts) >= FOLDERS_DEEP or looked > LOOKED_AT:
            told = told or ["It has more files or folders than are looked at. Look at it by hand."]
            inner.clear()
        inner.sort()
        found += [Path(top, report.RESULT)] if report.RESULT in names else []
    if len(found) > MOST:
        told.append(f"It has {len(found)} results, and {MOST} are looked at. Leave those that count.")
    return [read_claim(path, path.relative_to(folder).as_posix(), rubric) for path in found[:MOST]], told


def read_claim(path: Path, name: str, rubric: Rubric) -> Claim:
    """Return what one practice result says."""
    name = harmless(name)[-120:]
    try:
        record = read_bounded(path)
        problem = broken_rule(record)
    except (OSError, ValueError, RecursionError):
        problem = "It is no JSON that can be read."
    if problem:
        return Claim(name, problems=(problem,))
    claim = READERS[record["schema"]](record, name)
    return replace(claim, problems=(*claim.problems, *contradictions(claim, rubric)))


def read_bounded(path: Path) -> Any:
    """Return the JSON of a small file that is not deep; raise `OSError` or `ValueError` otherwise."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size > LIMIT:
        raise ValueError("no small file")
    record = json.loads(path.read_bytes().decode("utf-8"), parse_constant=no_number)
    if too_deep(record):
        raise ValueError("too deep")
    return record


def no_number(name: str) -> None:
    """Refuse NaN and Infinity, which JSON does not have."""
    raise ValueError(name)


def too_deep(value: Any, left: int = DEEPEST) -> bool:
    """Tell whether lists and objects lie in each other more often than in any result."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return left == 0 or any(too_deep(item, left - 1) for item in inner)


@cache
def validators() -> dict[str, Any]:
    """Return what checks a record, by the name of its schema."""
    from jsonschema import Draft202012Validator

    return {name: Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))
            for name, path in SCHEMAS.items()}  # fmt: skip


def broken_rule(record: Any) -> str | None:
    """Return how a record breaks its schema, if it does."""
    schema = record.get("schema") if isinstance(record, dict) else None
    if not isinstance(schema, str) or schema not in SCHEMAS:
        return f"It is none of {' and '.join(SCHEMAS)}."
    wrong = next(validators()[schema].iter_errors(record), None)
    if wrong is None:
        return None
    where = harmless(".".join(str(step) for step in wrong.absolute_path))[:80] or "the top"
    return f"It breaks its schema at {where}: {wrong.validator}."


def of_grader(record: dict, name: str) -> Claim:
    """Return what a result of our own schema says."""
    told = () if record["seed_kind"] == "practice" else ("It says that it is of an exam.",)
    checks = {check["id"]: points_of(check["score"]) for check in record["checks"]}
    score = None if record["score"] is None else points_of(record["score"])
    in_parts = sum(points_of(part["score"] or 0) for part in record["parts"])
    return Claim(name, score, checks, len(record["checks"]), in_parts, record["hashes"],
                 record["versions"], record["backend"], problems=told)  # fmt: skip


def of_classroom(record: dict, name: str) -> Claim:
    """Return what a record of Classroom 50 says."""
    checks = {test["test-name"].split(" ")[0]: points_of(test["score"]) for test in record["tests"]}
    match = COMMIT.fullmatch(record["commit"])
    return Claim(name, points_of(record["score"]), checks, len(record["tests"]),
                 commit=match[2] if match else None)  # fmt: skip


def points_of(number: float) -> int:
    """Return points as a number that can be shown."""
    return int(min(number, TOO_MANY))


READERS = {report.SCHEMA: of_grader, classroom50.SCHEMA: of_classroom}


def contradictions(claim: Claim, rubric: Rubric) -> Iterator[str]:
    """Yield where a claim contradicts itself, or the rubric; nobody has to replay anything for that."""
    points = {check.id: check.points for check in rubric.checks}
    parts = {id_.split(".")[0] for id_ in claim.checks}
    expected = {id_ for id_ in points if id_.split(".")[0] in parts}
    if not claim.checks or len(claim.checks) != claim.listed or {*claim.checks} != expected:
        yield "Its checks are not those of the rubric."
    for id_, score in claim.checks.items():
        if score > points.get(id_, score):
            yield f"{id_} has {score} points of {points[id_]}."
    if claim.score is None:
        yield "It has no score."
    elif claim.score != sum(claim.checks.values()):
        yield f"Its checks add up to {sum(claim.checks.values())}, its score is {claim.score}."
    elif claim.in_parts not in (None, claim.score):
        yield "Its parts do not add up to its score."
