"""Keep what was collected beside the artefacts, and read it back for `score --from`."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder.asking import Plan
from autograder.errors import CallError
from autograder.model import Cell, Location, Part, Submission

KEPT = "submission.json"


@dataclass(frozen=True)
class Kept:
    """What is known of a grading that was kept."""

    submission: Submission
    seed: int | None
    seed_kind: str
    isolation: str


def keep_submission(plan: Plan, seed: int | None) -> None:
    """Keep what was collected; an exam's seed is never kept."""
    record = {
        "name": plan.submission.name,
        "parts": [asdict(part) for part in plan.submission.parts.values()],
        "seed": None if plan.seeds.kind == "exam" else seed,
        "seed_kind": plan.seeds.kind,
        "isolation": plan.isolation,
    }
    (plan.keep / KEPT).write_text(json.dumps(record), encoding="utf-8")


def read_kept(folder: Path) -> Kept:
    """Return what was kept in a folder; raise `CallError` if nothing was."""
    try:
        record = json.loads((folder / KEPT).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CallError(f"{folder} holds no artefacts. Give REPORT/artefacts of a grade.") from error
    parts = [_part(part) for part in record["parts"]]
    submission = Submission(record["name"], {part.number: part for part in parts})
    return Kept(submission, record["seed"], record["seed_kind"], record["isolation"])


def _part(record: dict) -> Part:
    cells = tuple(Cell(**cell) for cell in record.pop("cells"))
    location, notes = record.pop("location"), tuple(record.pop("notes"))
    where = Location(**location) if location else None
    return Part(**record, cells=cells, notes=notes, location=where)
