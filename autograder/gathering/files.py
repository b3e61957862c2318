"""Write the assignment of a commit as files: regular ones, below limits, byte for byte.

Files are written from git's objects, so no attribute or filter of the repository changes them.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.errors import CallError
from autograder.gathering.git import Scratch
from autograder.report import harmless

FOLDER = "assignment"
MB = 2**20
LARGEST = 100  # MB; GitHub takes no larger file
TOGETHER = 400  # MB
MOST = 500
REGULAR = ("100644", "100755", "100664")
KINDS = {"120000": "a link", "160000": "a submodule"}
FORMS = (".py", ".ipynb")
UNSAFE = re.compile(r'[\\:*?"<>|\x00-\x1f]')


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
    inside, told = placed(listed(scratch, commit), stems)
    folder.mkdir(parents=True)
    names, total = [], 0
    for name, entry in inside.items():
        if why := refused(name, entry, len(names), total):
            told.append(why)
            continue
        try:
            write(scratch, entry, folder / name)
        except (OSError, ValueError, CallError) as error:
            told.append(f"{shown(name)} cannot be written ({harmless(str(error))[:200]}). Look at it.")
            continue
        names.append(name)
        total += entry.size or 0
    return names, told


def listed(scratch: Scratch, commit: str) -> list[Entry]:
    """Return all files of a commit."""
    found = []
    for line in scratch.git("ls-tree", "-r", "-z", "-l", "--full-tree", commit).split(b"\0")[:-1]:
        about, _, name = line.partition(b"\t")
        mode, _, sha, size = about.decode("ascii").split()
        found.append(Entry(mode, sha, int(size) if size.isdigit() else None, os.fsdecode(name)))
    return found


def placed(entries: list[Entry], stems: list[str]) -> tuple[dict[str, Entry], list[str]]:
    """Return the files of the assignment by their names in it, and what to tell of its place."""
    own = {entry.name.removeprefix(f"{FOLDER}/"): entry
           for entry in entries if entry.name.startswith(f"{FOLDER}/")}  # fmt: skip
    if any(is_part(name, stems) for name in own):
        return own, []
    holding = sorted({parent(entry) for entry in entries if is_part(base(entry), stems)})
    if len(holding) == 1:
        where = "the top folder" if holding[0] == "." else shown(holding[0])
        told = f"The parts stand in {where}, not in {FOLDER}/, and are taken from there. Look at it."
        return {base(entry): entry for entry in entries if parent(entry) == holding[0]}, [told]
    if holding:
        told = (f"{FOLDER}/ holds no part, but {shown(', '.join(holding))} do. Put one of them into the "
                "folder of the submission.")  # fmt: skip
        return own, [told]
    return own, [] if own else [f"The commit holds no {FOLDER}/. Look at the repository."]


def parent(entry: Entry) -> str:
    """Return the folder of a file."""
    return str(PurePosixPath(entry.name).parent)


def base(entry: Entry) -> str:
    """Return the name of a file without its folder."""
    return PurePosixPath(entry.name).name


def is_part(name: str, stems: Iterable[str]) -> bool:
    """Tell whether this is the name of a part."""
    return name in {f"{stem}{form}" for stem in stems for form in FORMS}


def refused(name: str, entry: Entry, files: int, total: int) -> str | None:
    """Return why a file is left out, if it is."""
    if entry.mode not in REGULAR or entry.size is None:
        kind = KINDS.get(entry.mode, "no regular file")
        return f"{shown(name)} is {kind}, and was left out. Ask for the file itself."
    if UNSAFE.search(name) or any(unsafe(part) for part in name.split("/")):
        return f"{shown(name)} has a name that no file should have, and was left out. Look at it."
    if entry.size > LARGEST * MB:
        return f"{shown(name)} has {entry.size // MB} MB, and was left out. Ask for a smaller file."
    if files >= MOST or total + entry.size > TOGETHER * MB:
        return f"{shown(name)} is beyond {MOST} files or {TOGETHER} MB, and was left out. Look at it."
    return None


def unsafe(part: str) -> bool:
    """Tell whether a part of a path leads elsewhere on some system."""
    return part.strip(" .") == "" or part.lower() == ".git"


def write(scratch: Scratch, entry: Entry, path: Path) -> None:
    """Write the bytes of a file; the folders above it are new, so that none of them is a link."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        scratch.git("cat-file", "blob", entry.sha, stdout=file)


def shown(name: str) -> str:
    """Return a student's name of a file as harmless text of bounded length."""
    return harmless(name)[:120]
