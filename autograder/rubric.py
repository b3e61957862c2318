"""Read `rubric.toml`: the one place of points, titles, hints, misconceptions, floors and limits."""

import tomllib
from pathlib import Path

from autograder.errors import CourseError
from autograder.model import Check, HandTask, Limits, PartPlan, Rubric

RUBRIC = Path(__file__).with_name("rubric.toml")


def read_rubric(path: Path = RUBRIC) -> Rubric:
    """Return the rubric; raise `CourseError` when it does not add up."""
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    rubric = Rubric(
        title=raw["title"],
        parts={int(n): PartPlan(int(n), **plan) for n, plan in raw["part"].items()},
        checks=tuple(_check(id_, entry) for id_, entry in raw["check"].items()),
        by_hand=tuple(HandTask(id_, _part(id_), **e) for id_, e in raw["by_hand"].items()),
        floors=raw["floors"],
        limits=Limits(**raw["limits"]),
        practice_seed=raw["practice_seed"],
        repository=raw["repository"],
        misconceptions=raw["misconceptions"],
    )
    problems = contradictions(rubric)
    if problems:
        raise CourseError(f"{path.name}: {'; '.join(problems)}. Mend it, then run self-check.")
    return rubric


def contradictions(rubric: Rubric) -> list[str]:
    """Return what is wrong with a rubric, one sentence each."""
    ids = [check.id for check in rubric.checks]
    every = [*ids, *(task.id for task in rubric.by_hand)]
    total = sum(c.points for c in rubric.checks) + sum(t.points for t in rubric.by_hand)
    claims = sum(c.points for c in rubric.checks if c.evidence == "claim")
    problems = [] if total == 100 else [f"all points add up to {total}, not 100"]
    problems += [f"{id_} stands twice" for id_ in sorted(set(every)) if every.count(id_) > 1]
    if claims > 25:
        problems.append(f"{claims} points rest on a claim alone, more than 25")
    for number, check in enumerate(rubric.checks):
        if not (check.title and check.hint and check.points > 0):
            problems.append(f"{check.id} lacks a title, a hint or points")
        problems += [
            f"{check.id} requires {other}, which is not judged before it"
            for other in check.requires
            if other not in ids[:number]
        ]
    problems += [
        f"the misconception {id_} lacks its sentence"
        for id_, sentence in rubric.misconceptions.items()
        if not sentence.endswith((".", "!"))
    ]
    return problems


def _part(id_: str) -> int:
    return int(id_.split(".")[0])


def _check(id_: str, entry: dict) -> Check:
    requires = tuple(entry.pop("requires", ()))
    return Check(id=id_, part=_part(id_), requires=requires, **entry)
