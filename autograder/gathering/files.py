"""Write the assignment of a commit as files: regular ones, below limits, byte for byte.

Files are written from git's objects, so no attribute or filter of the repository changes them.
"""

import errno
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.gathering.git import Scratch
from autograder.gathering.naming import RESERVED, few, same

FOLDER = "assignment"
MB = 2**20
LARGEST = 100  # MB; GitHub takes no larger file
TOGETHER = 400  # MB
MOST = 500
REGULAR = ("100644", "100755", "100664")
TREE = "040000"
KINDS = {"120000": "as links", "160000": "as submodules"}
FORMS = (".py", ".ipynb")
UNSAFE = re.compile(r'[\\:*?"<>|]|[ .]$')  # in a part of a path: Windows and macOS read it otherwise
OF_GIT = re.compile(r"\.git|git~\d", re.IGNORECASE)
OF_NAMES = (errno.ENAMETOOLONG, errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.EINVAL, errno.EILSEQ,
            errno.ENOENT)  # which Windows says of a path that is too long  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """A file of a commit, as git lists it; `size` is None for what is no file."""

    mode: str
    sha: str
    size: int | None
    name: str


def written(
    scratch: Scratch, commit: str, folder: Path, stems: list[str]
) -> tuple[list[str], list[str]]:
    """Write the assignment of a commit into a new folder.

    Returns:
        The names of the files, relative to the folder; and a sentence for all that was left out.
    """
    entries = assignment(scratch, commit, stems)
    left: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    total = 0
    folder.mkdir(parents=True)
    for entry in entries:
        name = entry.name.removeprefix(f"{FOLDER}/")
        why = refused(name, entry) or crowded(name, names, total + (entry.size or 0))
        why = why or write(scratch, entry, folder / name)
        if why:
            left.setdefault(why, []).append(name)
        else:
            names[same(name)] = name
            total += entry.size
    told = [f"Left out {why}: {few(which)}. Ask the student for what is needed."
            for why, which in left.items()]  # fmt: skip
    if not any(is_part(name, stems) for name in names.values()):
        told += astray(scratch, commit, stems)
    if not entries:
        told.append(f"The commit holds no {FOLDER}/. Look at the repository.")
    return sorted(names.values()), told


def assignment(scratch: Scratch, commit: str, stems: list[str]) -> list[Entry]:
    """Return what lies in the assignment: the parts first, then what is beside them, then the rest."""
    parts = [f"{FOLDER}/{stem}{form}" for stem in stems for form in FORMS]
    lists = ((FOLDER,), parts, (f"{FOLDER}/",), ("-r", f"{FOLDER}/"))
    found = {entry.name: entry for given in lists for entry in listed(scratch, commit, *given)}
    return list(found.values())


def listed(scratch: Scratch, commit: str, *given: str) -> list[Entry]:
    """Return entries of a commit, but no folders; `given` is what `git ls-tree` is asked.

    A list that is too long is cut: twenty lines of a tree can stand for a thousand million files.
    """
    options, paths = [g for g in given if g == "-r"], [g for g in given if g != "-r"]
    printed = scratch.beginning("ls-tree", "-z", "-l", "--full-tree", *options, commit, "--", *paths)
    found = []
    for line in printed.split(b"\0")[:-1]:
        about, _, name = line.partition(b"\t")
        mode, _, sha, size = about.decode("ascii").split()
        if mode != TREE:
            text = name.decode("utf-8", "surrogateescape")
            found.append(Entry(mode, sha, int(size) if size.isdigit() else None, text))
    return found


def is_part(name: str, stems: Iterable[str]) -> bool:
    """Tell whether this is the name of a part."""
    return name in {f"{stem}{form}" for stem in stems for form in FORMS}


def refused(name: str, entry: Entry) -> str | None:
    """Return why a file may not be written anywhere, if so."""
    if entry.name == FOLDER and entry.mode in REGULAR:
        return "as a file where the folder should be"
    if entry.mode not in REGULAR or entry.size is None:
        return KINDS.get(entry.mode, "as no regular files")
    if any(is_unsafe(part) for part in name.split("/")):
        return "for a name that some systems do not take"
    return f"as larger than {LARGEST} MB" if entry.size > LARGEST * MB else None


def is_unsafe(part: str) -> bool:
    """Tell whether a part of a path leads elsewhere, or means something else, on some system."""
    return not part or not part.isprintable() or any(
        rule(part) for rule in (UNSAFE.search, RESERVED.fullmatch, OF_GIT.fullmatch))  # fmt: skip


def crowded(name: str, names: dict[str, str], total: int) -> str | None:
    """Return why a file has no place beside those that were written, if so."""
    if same(name) in names:
        return "as only upper and lower case tell them from others"
    if len(names) >= MOST or total > TOGETHER * MB:
        return f"beyond {MOST} files or {TOGETHER} MB"
    return None


def write(scratch: Scratch, entry: Entry, path: Path) -> str | None:
    """Write a file; return why its name cannot be, if so. Folders above it are new, and no links.

    Raises:
        CallError: Git gives no content.
        OSError: The disk takes no more.
    """
    data = scratch.blob(entry.sha, entry.size)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("xb")
    except OSError as error:
        if error.errno not in OF_NAMES:
            raise
        return f"as not to be written ({error.strerror})"
    with file:
        file.write(data)
    return None


def astray(scratch: Scratch, commit: str, stems: list[str]) -> Iterator[str]:
    """Yield where parts are that are not in the assignment."""
    everywhere = [PurePosixPath(entry.name) for entry in listed(scratch, commit, "-r")]
    folders = {str(path.parent) for path in everywhere if is_part(path.name, stems)} - {FOLDER}
    where = ["the top folder" if folder == "." else folder for folder in sorted(folders)]
    if where:
        yield (f"Parts stand in {few(where)}, and only {FOLDER}/ is taken. Ask the student to move "
               "them, or put them into the folder of the submission.")  # fmt: skip
