"""What a student's copy was handed out with, as hashes, and which of it was edited since.

Line ends do not count: git may change them. Edits are told, not punished: staff grade with files of
their own.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.errors import CourseError

NAME = "autograder/manifest.json"
FOLDERS = ("autograder", "data", ".github")
WORKFLOWS = ".github/workflows/"
FILES = ("Makefile", "requirements.txt", "pyproject.toml")
LEFT_BY_RUNS = ("__pycache__", ".ipynb_checkpoints", ".pytest_cache")
SHADOWS = (".py", ".pyc", ".so", ".pyd", ".ini", ".cfg", ".toml")  # Python or pytest takes these first


@dataclass(frozen=True)
class Edit:
    """A protected file that is not as it was handed out."""

    file: str
    how: str


@dataclass(frozen=True)
class HandedOut:
    """The hashes of what students get, by name."""

    files: dict[str, str]  # protected: they are to stay as they are
    others: dict[str, str]  # theirs to change

    @property
    def all(self) -> dict[str, str]:
        """Every file but the manifest."""
        return {**self.others, **self.files}


def manifest_text(files: dict[str, bytes], comment: str) -> str:
    """Return the manifest of some files."""
    hashes = {name: digest(data) for name, data in sorted(files.items()) if name != NAME}
    kinds = {"files": {name: hash_ for name, hash_ in hashes.items() if is_protected(name)}}
    kinds["others"] = {name: hash_ for name, hash_ in hashes.items() if not is_protected(name)}
    return json.dumps({"comment": comment, **kinds}, indent=1) + "\n"


def is_protected(name: str) -> bool:
    """Tell whether a file of a student's copy is to stay as it is."""
    return name != NAME and (name in FILES or name.split("/")[0] in FOLDERS)


def digest(data: bytes) -> str:
    """Return the hash of a file; of a text, with line ends as in the release."""
    text = data if b"\0" in data else data.replace(b"\r\n", b"\n")
    return hashlib.sha256(text).hexdigest()


def is_instructors(root: Path) -> bool:
    """Tell the instructor's repository from a copy, in which a student may have made a `solution/`."""
    return (root / "solution").is_dir() and not (root / NAME).exists()


def read_manifest(path: Path) -> dict[str, str]:
    """Return protected file -> hash; raise `CourseError` if the manifest is missing or damaged."""
    return read_handed_out(path).files


def read_handed_out(path: Path) -> HandedOut:
    """Return all that was handed out; raise `CourseError` if the manifest is missing or damaged."""
    try:
        return handed_out(path.read_bytes())
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise CourseError(f"{NAME} cannot be read. Run `git checkout {NAME}`.") from error


def handed_out(text: bytes) -> HandedOut:
    """Return what a manifest lists; raise `ValueError`, `KeyError` or `TypeError` if it is none."""
    raw = json.loads(text.decode("utf-8"))
    made = HandedOut(dict(raw["files"]), dict(raw.get("others", {})))
    strange = [name for name in made.all if not (isinstance(name, str) and stays_inside(name))]
    if strange:
        raise ValueError(f"{strange[0]!r} leads out of the copy")
    return made


def stays_inside(name: str) -> bool:
    """Tell whether a name is that of a file in the copy, on every system, and not of git's own."""
    parts = name.split("/")
    odd = any(not part.rstrip(". ") or part.lower() == ".git" for part in parts)
    return name.isprintable() and not odd and not set(name) & set('\\:*?"<>|')


def no_longer_listed(repository: Path, names: Iterable[str]) -> list[Path]:
    """Return the unedited files of a copy that its manifest lists and a newer one does not."""
    if not (repository / NAME).is_file():
        return []
    gone = read_handed_out(repository / NAME).all
    gone = {name: hash_ for name, hash_ in gone.items() if name not in set(names)}
    return [repository / name for name, hash_ in gone.items() if hash_of(repository / name) == hash_]


def edits(repository: Path, handed_out: dict[str, str]) -> list[Edit]:
    """Return what was edited, deleted or added in a repository, by name.

    Where there is no grader at all, one from outside grades: nothing was deleted, and the workflow
    that calls it is as it should be.
    """
    has_grader = (repository / FOLDERS[0]).is_dir()
    found = {name for name in names_in(repository) if is_protected(name) or shadows(name)}
    if not has_grader:
        found = {name for name in found if not name.startswith(WORKFLOWS)}
    edited = [Edit(name, "edited") for name in found & handed_out.keys()
              if hash_of(repository / name) != handed_out[name]]  # fmt: skip
    added = [Edit(name, "added") for name in found - handed_out.keys()]
    gone = handed_out.keys() - found if has_grader else ()
    deleted = [Edit(name, "deleted") for name in gone]
    return sorted(edited + added + deleted, key=lambda edit: edit.file)


def hash_of(path: Path) -> str:
    """Return the hash of a file; of what is no regular file, nothing that could be right."""
    try:
        return "" if path.is_symlink() or not path.is_file() else digest(path.read_bytes())
    except OSError:
        return ""


def shadows(name: str) -> bool:
    """Tell whether a file could be taken in place of a library or of pytest's settings."""
    path = PurePosixPath(name)
    if len(path.parts) == 1:
        return path.suffix in SHADOWS and name not in FILES
    package = path.name in ("__init__.py", "__init__.pyc")
    return len(path.parts) == 2 and package and path.parts[0] not in FOLDERS


def names_in(repository: Path) -> Iterator[str]:
    """Yield the files of the protected folders, and of the two upper levels; follow no links."""
    for folder, below, files in os.walk(repository):
        inside = Path(folder).relative_to(repository)
        links = [name for name in below if (Path(folder) / name).is_symlink()]
        below[:] = walked(inside, [name for name in below if name not in links])
        yield from ((inside / name).as_posix() for name in (*files, *links))


def walked(inside: Path, below: Iterable[str]) -> list[str]:
    """Return the folders to be walked into."""
    if not inside.parts:
        return [name for name in below if name in FOLDERS or not name.startswith(".")]
    deeper = inside.parts[0] in FOLDERS
    return [name for name in below if deeper and name not in LEFT_BY_RUNS]
