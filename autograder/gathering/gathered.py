"""`gathered.json`: what was gathered of each student. Described by `gathered.schema.json`."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from autograder.errors import CallError
from autograder.gathering.placing import place_text

NAME = "gathered.json"
SCHEMA = "moveout/gathered/v1"
STAMP = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Gathered:
    """What was taken from a repository; there are no `files` if nothing was, and then no folder."""

    student: str
    repository: str
    branch: str | None = None
    commit: str | None = None
    committed: str | None = None
    pushed: str | None = None
    late_hours: float = 0.0
    files: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def time(self) -> str | None:
        """The time that was held against the deadline."""
        return max(filter(None, (self.committed, self.pushed)), default=None)


def read_gathered(folder: Path) -> dict[str, Gathered]:
    """Return what was gathered into a folder, by student, empty if nothing was.

    Raises:
        CallError: The file is damaged.
    """
    path = folder / NAME
    if not path.is_file():
        return {}
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if record["schema"] != SCHEMA:
            raise ValueError("another schema")
        rows = [Gathered(**row) for row in record["submissions"]]
        return {row.student: replace(row, files=tuple(row.files), problems=tuple(row.problems))
                for row in rows}  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CallError(f"{path} is damaged. Gather into a new folder.") from error


def write_gathered(folder: Path, deadline: datetime | None, rows: Iterable[Gathered]) -> None:
    """Write what was gathered, the same bytes for the same rows."""
    submissions = [asdict(row) for row in sorted(rows, key=lambda row: row.student)]
    told = deadline.strftime(STAMP) if deadline else None
    record = {"schema": SCHEMA, "deadline": told, "submissions": submissions}
    place_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", folder / NAME)
