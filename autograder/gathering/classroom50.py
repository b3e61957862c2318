"""What Classroom 50 says of submissions: whose they are, which commit, and when it was pushed.

`gh teacher download` leaves `result.json` and `results.json` in each clone; `scores.json` of the
organisation's repository holds the same records. Part of a record was written by a student's run, so
it is believed only where the repository's name agrees with its owner. The runner names a submission
`submit/<UTC>-<commit>` when a push has arrived; `datetime` is only what the commit says of itself.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder.errors import CallError
from autograder.gathering.naming import repository_name

LIMIT = 16 * 2**20
DEEPEST = 6
TAG = re.compile(r"submit/(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)(?:-([0-9a-f]{7,40}))?")
COMMIT = re.compile(r"(https://[^\s?#]+)/commit/([0-9a-f]{7,40})")
FILES = ("results.json", "result.json")
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)  # years of four digits


@dataclass(frozen=True)
class Submission:
    """One record: `commit` may be short; `pushed` is None where the record does not tell."""

    owner: str
    repository: str
    commit: str
    pushed: datetime | None


def pushed_at(tag: object) -> datetime | None:
    """Return when a push arrived, from the name of its submission; None for no time of git's."""
    match = TAG.fullmatch(tag) if isinstance(tag, str) else None
    try:
        time = datetime.strptime(match[1], "%Y-%m-%dT%H-%M-%SZ").replace(tzinfo=UTC) if match else None
    except ValueError:
        return None
    return time if time and FIRST <= time <= LAST else None


def read_export(path: Path) -> list[Submission]:
    """Return the submissions that a JSON file tells of; raise `CallError` if it is none."""
    try:
        if path.stat().st_size > LIMIT:
            raise ValueError("too large")
        value = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise CallError(f"{path} is no JSON that can be read. Download it again.") from error
    return list(submissions(value))


def submissions(value: object, owner: str = "", depth: int = 0) -> Iterator[Submission]:
    """Yield the submissions anywhere in what JSON gave; `owner` is that of what is around them."""
    if depth > DEEPEST:
        return
    if isinstance(value, dict):
        owner = owner_of(value) or owner
        match = COMMIT.fullmatch(value["commit"]) if isinstance(value.get("commit"), str) else None
        if match:
            yield Submission(owner, match[1], match[2], pushed_at(value.get("submission")))
            return
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inner:
        yield from submissions(item, owner, depth + 1)


def owner_of(record: dict) -> str:
    """Return whose a record says it is; older ones have a list of names."""
    names = record.get("usernames")
    first = names[0] if isinstance(names, list) and names else None
    return next((name for name in (record.get("owner"), first) if isinstance(name, str)), "")


def is_of_owner(submission: Submission, prefix: str) -> bool:
    """Tell whether the repository is its owner's, by the name that Classroom 50 gives it.

    Without a prefix, the end of the name has to do.
    """
    name, owner = repository_name(submission.repository).casefold(), submission.owner.casefold()
    if not prefix:
        return bool(owner) and name.endswith(f"-{owner}")
    rest = name.removeprefix(prefix.casefold())
    return bool(owner) and rest != name and rest.lstrip("-.") == owner


def in_folder(folder: Path) -> list[Submission]:
    """Return what the files of an export say that lie in a folder: of a clone, or of a submission."""
    found: list[Submission] = []
    for name in FILES:
        if (folder / name).is_file() and not (folder / name).is_symlink():
            try:
                found += read_export(folder / name)
            except CallError:
                continue  # what a student committed under this name
    return found
