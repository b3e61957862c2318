"""Names of students: what becomes a folder's name is safe to be one, and belongs to one student."""

import re
import unicodedata
from pathlib import PurePosixPath

STRANGE = re.compile(r"[^\w.@-]+")  # all others are those of a student's id in the course's roster
LONGEST = 80


def student_of(name: str, prefix: str = "") -> str:
    """Return the id of a student from what a repository, a folder or a table calls them."""
    bare = unicodedata.normalize("NFC", name).strip().removeprefix(prefix)
    return STRANGE.sub("_", bare).strip("._-")[:LONGEST] or "unnamed"


def repository_name(url: str) -> str:
    """Return the last name in a URL or path."""
    return PurePosixPath(re.split(r"[:/\\]", url.rstrip("/\\"))[-1]).name.removesuffix(".git")


def apart(names: list[str]) -> list[str]:
    """Return names of which no two are equal, not even where upper and lower case are the same."""
    taken: set[str] = set()
    found = []
    for name in names:
        number, new = 2, name
        while new.casefold() in taken:
            number, new = number + 1, f"{name}-{number}"
        taken.add(new.casefold())
        found.append(new)
    return found
