"""Which repositories there are: in a folder of clones, in a list, in an export of Classroom 50."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from autograder.course.roster import csv_rows
from autograder.errors import CallError
from autograder.fetching import is_elsewhere
from autograder.gathering import classroom50
from autograder.gathering.classroom50 import Submission
from autograder.gathering.git import without_secrets
from autograder.gathering.naming import apart, repository_name, same, student_of
from autograder.report import harmless

STUDENTS = ("student", "id", "roster_identifier", "github_username", "username", "owner")
REPOSITORIES = ("repository", "student_repository_url", "repo", "url", "path")
KINDS = "Give a folder of clones, a list of repositories (text or CSV), or a JSON of Classroom 50."


@dataclass(frozen=True)
class Source:
    """A student and their repository; `pushed` has the commits whose arrival an export tells."""

    student: str
    repository: str
    pushed: dict[str, datetime] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    usable: bool = True


def sources_of(path: Path, prefix: str = "") -> list[Source]:
    """Return the repositories, no two of the same name; raise `CallError` if there are none.

    Args:
        path: A clone, a folder of clones, a list or a JSON.
        prefix: Left out of names of repositories where they become names of students; of an export,
            only repositories with it are taken.
    """
    if path.is_dir():
        found = [clone(path, prefix)] if is_repository(path) else list(in_folder(path, prefix))
    elif path.is_file() and path.suffix.lower() == ".json":
        found = exported(classroom50.read_export(path), prefix)
    elif path.is_file():
        found = in_list(path, prefix)
    else:
        raise CallError(f"There is no {path}. {KINDS}")
    if not found:
        raise CallError(f"{path} holds no repository. {KINDS}")
    return sorted(each_by_its_name(found), key=lambda source: source.student)


def each_by_its_name(found: list[Source]) -> Iterator[Source]:
    """Yield the sources, those of one name under names of their own."""
    often = Counter(same(source.student) for source in found)
    for source, name in zip(found, apart([source.student for source in found]), strict=True):
        if often[same(source.student)] > 1:
            told = f"Another repository is {source.student}'s as well. Look which one counts."
            source = replace(source, student=name, problems=(*source.problems, told))
        yield source


def in_folder(folder: Path, prefix: str) -> Iterator[Source]:
    """Yield the clones in a folder, and what an export left beside them."""
    records: list[Submission] = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or not path.is_dir():
            continue
        told = [] if path.is_symlink() else classroom50.in_folder(path)
        if is_repository(path) and not path.is_symlink():
            yield clone(path, prefix)
        elif told:
            own = [s for s in told if repository_name(s.repository) == path.name]
            records += own
            if not own:
                yield unfitting(path, prefix)
        else:
            what = "a link" if path.is_symlink() else "no git repository"
            why = (f"{harmless(path.name)} is {what}. Clone it, or put its files into the folder of the "
                   "submission.")  # fmt: skip
            yield Source(student_of(path.name, prefix), str(path), problems=(why,), usable=False)
    yield from exported(records, prefix)


def unfitting(path: Path, prefix: str) -> Source:
    """Return the source of a folder whose records are of other repositories only."""
    why = (f"{harmless(path.name)} has no record of a repository of this name. Clone it, or give "
           "scores.json.")  # fmt: skip
    return Source(student_of(path.name, prefix), str(path), problems=(why,), usable=False)


def is_repository(path: Path) -> bool:
    """Tell whether a folder is a clone, or a bare repository."""
    return (path / ".git").exists() or ((path / "HEAD").is_file() and (path / "objects").is_dir())


def clone(path: Path, prefix: str) -> Source:
    """Return a clone, with what the files of an export in it say of its own commits."""
    path = path.resolve()
    own = [s for s in classroom50.in_folder(path) if repository_name(s.repository) == path.name]
    return Source(student_of(path.name, prefix), str(path), arrivals(own))


def arrivals(records: Iterable[Submission]) -> dict[str, datetime]:
    """Return when commits arrived; of one that was submitted twice, the first time counts."""
    known = [(s.pushed, s.commit) for s in records if s.pushed]
    return {commit: pushed for pushed, commit in sorted(known, reverse=True)}


def exported(records: list[Submission], prefix: str) -> list[Source]:
    """Return the repositories of an export; one that is not its owner's, or elsewhere, is refused."""
    by_repository: dict[tuple[str, str], list[Submission]] = {}
    for record in records:
        if not repository_name(record.repository).startswith(prefix):
            continue
        by_repository.setdefault((record.repository, record.owner), []).append(record)
    places = dict.fromkeys((url.rpartition("/")[0], repository_name(url)) for url, _ in by_repository)
    homes = Counter(home for home, _ in places)  # a name has one vote, however it is written
    home = homes.most_common(1)[0][0] if homes else ""
    found = []
    for (repository, owner), own in by_repository.items():
        name = student_of(owner or repository_name(repository))
        if classroom50.is_of_owner(own[0], prefix) and repository.rpartition("/")[0] == home:
            found.append(Source(name, repository, arrivals(own)))
        else:
            told = harmless(without_secrets(repository))[:200]
            why = (f"{told} is no repository of {name} in this classroom. Look at the record, and at "
                   "--prefix.")  # fmt: skip
            found.append(Source(name, repository, problems=(why,), usable=False))
    return found


def in_list(path: Path, prefix: str) -> list[Source]:
    """Return the repositories of a list: one in a line, or a table with a header."""
    rows = [(number, [cell.strip() for cell in row]) for number, row in csv_rows(path)]
    rows = [(number, row) for number, row in rows if not row[0].startswith("#")]
    header = [cell.lower() for cell in rows[0][1]] if rows else []
    if not any(name in header for name in REPOSITORIES):
        return [of_cells(*of_line(row), path.parent, prefix) for _, row in rows]
    below = [(f"{path.name}, line {n}", dict(zip(header, row, strict=False))) for n, row in rows[1:]]
    return [of_row(place, row, path.parent, prefix) for place, row in below]


def of_row(place: str, row: dict[str, str], beside: Path, prefix: str) -> Source:
    """Return the repository of a row below a header; the first column with a value counts."""
    where = next((row[name] for name in REPOSITORIES if row.get(name)), "")
    who = next((row[name] for name in STUDENTS if row.get(name)), "")
    if where:
        return of_cells(where, who, beside, prefix)
    why = f"{harmless(place)}: no repository. Look whether there is one."
    return Source(student_of(who), "", problems=(why,), usable=False)


def of_line(row: list[str]) -> tuple[str, str]:
    """Return the cell that looks like a repository, and the other one: the student."""
    cells = [cell for cell in row if cell]
    where = next((cell for cell in cells if "/" in cell or "\\" in cell), cells[-1])
    return where, next((cell for cell in cells if cell is not where), "")


def of_cells(where: str, who: str, beside: Path, prefix: str) -> Source:
    """Return a repository; a path is taken from the folder of the list."""
    name = student_of(who) if who else student_of(repository_name(where), prefix)
    if is_elsewhere(where):
        return Source(name, where)
    path = url2pathname(urlsplit(where).path) if where.startswith("file:") else where
    return Source(name, str((beside / path).resolve()))
