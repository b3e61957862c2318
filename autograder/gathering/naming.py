"""Names of students and files: what becomes a name on a disk is safe on every system, and one's own."""

import re
import unicodedata
from collections import Counter
from pathlib import PurePosixPath

from autograder.gathering.git import without_secrets
from autograder.report import harmless

STRANGE = re.compile(r"[^\w.@-]+")  # all others are those of a student's id in the course's roster
RESERVED = re.compile(r"(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$)(\..*)?", re.IGNORECASE)
LONGEST = 80
TOLD = 3


def student_of(name: str, prefix: str = "") -> str:
    """Return the id of a student from what a repository, a folder or a table calls them."""
    bare = unicodedata.normalize("NFC", name).strip().removeprefix(prefix)
    id_ = STRANGE.sub("_", bare).lstrip("-.")[:LONGEST].rstrip(".") or "unnamed"
    ours = id_.lower().endswith((".json", ".csv"))  # names of what is written beside the students
    return f"_{id_}" if ours or RESERVED.fullmatch(id_) else id_


def repository_name(url: str) -> str:
    """Return the last name in a URL or path."""
    bare = without_secrets(url).rstrip("/\\")
    return PurePosixPath(re.split(r"[:/\\]", bare)[-1]).name.removesuffix(".git")


def few(names: list[str]) -> str:
    """Return a student's names of things as harmless text of bounded length."""
    told = ", ".join(harmless(name)[:120] for name in names[:TOLD])
    return told if len(names) <= TOLD else f"{told} and {len(names) - TOLD} more"


def same(name: str) -> str:
    """Return what is equal for two names that are one on some disk."""
    return unicodedata.normalize("NFC", name).casefold()


def apart(names: list[str]) -> list[str]:
    """Return names of which no two are the same on any disk; what was unique stays as it was."""
    often = Counter(map(same, names))
    taken = {name for name, times in often.items() if times == 1}
    found = []
    for name in names:
        number, new = 2, name
        while often[same(name)] > 1 and same(new) in taken:
            number, new = number + 1, f"{name}-{number}"
        taken.add(same(new))
        found.append(new)
    return found
