"""From judged parts to the result: sums, versions, hashes. No judgement is made here."""

import hashlib
import math

from autograder.asking import Plan
from autograder.model import Graded, Result, Rubric
from autograder.rubric import RUBRIC
from autograder.versions import versions


def result_of(
    plan: Plan, graded: dict[int, Graded], total_s: float, more_notes: tuple[str, ...] = ()
) -> Result:
    """Return the result of the graded parts."""
    rubric = plan.rubric
    checks = [outcome for part in graded.values() for outcome in part.judgement.outcomes]
    broken = tuple(line for part in graded.values() for line in part.judgement.broken)
    return Result(
        submission=plan.submission.name,
        score=None if broken else sum(outcome.score for outcome in checks),
        max_score=sum(outcome.max_score for outcome in checks),
        parts=tuple(part_row(rubric, part) for part in graded.values()),
        checks=tuple(checks),
        pending=tuple(task for task in rubric.by_hand if task.part in graded),
        metrics={k: rounded(v) for p in graded.values() for k, v in p.judgement.metrics.items()},
        seconds={
            "total": round(total_s, 2),
            "parts": {str(n): round(part.seconds, 2) for n, part in graded.items()},
        },
        isolation=plan.isolation,
        backend="+".join(sorted({part.artefacts.backend for part in graded.values()})),
        form={str(n): part.part.form for n, part in graded.items()},
        kept_from=", ".join(f"part {n}: {what}" for n, what in sorted(plan.taken.items())) or None,
        seed_kind=plan.seeds.kind,
        hashes=hashes(graded),
        versions=versions(),
        notes=tuple(n for part in graded.values() for n in part.judgement.notes) + more_notes,
        curves={k: v for part in graded.values() for k, v in part.judgement.curves.items()},
        broken=broken,
        readable=any(part.part.cells for part in graded.values()),
        limit_s=rubric.limits.part_s,
    )


def part_row(rubric: Rubric, graded: Graded) -> dict:
    """Return the sums of one part."""
    outcomes = graded.judgement.outcomes
    return {
        "part": graded.part.number,
        "title": rubric.parts[graded.part.number].title,
        "score": None if graded.judgement.broken else sum(o.score for o in outcomes),
        "max_score": sum(o.max_score for o in outcomes),
    }


def rounded(value):
    """Return floats with six significant digits, None for what is not finite (JSON has no NaN)."""
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    return value


def hashes(graded: dict[int, Graded]) -> dict[str, str]:
    """Return what the grade rests on: the rubric and the code of each part."""
    parts = {f"part{n}": part.part.code_hash for n, part in graded.items()}
    return {"rubric": hashlib.sha256(RUBRIC.read_bytes()).hexdigest(), **parts}
