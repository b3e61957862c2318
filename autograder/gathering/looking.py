"""Look at gathered files: parts that are missing, and those that cannot be what the student meant."""

import re
from collections.abc import Iterator
from pathlib import Path

from autograder.gathering.files import FORMS, is_part
from autograder.gathering.naming import few

LOOKED_AT = 4 * 2**20
POINTER = b"version https://git-lfs.github.com/spec/"
UTF16 = (b"\xff\xfe", b"\xfe\xff")
MARKS = [re.compile(rb"^[ \t]*\"?" + mark, re.MULTILINE) for mark in (rb"<{7} ", rb"={7}", rb">{7} ")]


def looked_at(folder: Path, names: list[str], stems: list[str]) -> Iterator[str]:
    """Yield a sentence for each part that is missing or strange, of a folder that holds any file."""
    for stem in stems if names else ():
        yield from missing(names, stem, stems)
    for name in names:
        if is_part(name, stems):
            yield from strange(folder / name)


def missing(names: list[str], stem: str, stems: list[str]) -> Iterator[str]:
    """Yield that a part is missing, with the files that may be meant."""
    if is_part_there(names, stem):
        return
    begin = stem.partition("_")[0]
    others = [name for name in names if name.lower().endswith(FORMS) and not is_part(name, stems)]
    like = [name for name in others if begin in re.sub(r"[\s_-]", "", name.lower())]
    may = f"{few(like)} may be it: rename it in the folder" if like else "Ask the student"
    yield f"{stem} is missing, as .py and as .ipynb. {may}."


def is_part_there(names: list[str], stem: str) -> bool:
    """Tell whether a part is there in either form."""
    return any(f"{stem}{form}" in names for form in FORMS)


def strange(path: Path) -> Iterator[str]:
    """Yield what is wrong with the bytes of a part."""
    with path.open("rb") as file:
        data = file.read(LOOKED_AT)
    if data.startswith(POINTER):
        yield f"{path.name} is a pointer of Git LFS: the file itself is elsewhere. Ask for it."
    elif b"\0" in data and not data.startswith(UTF16):
        yield f"{path.name} is binary, no text. Ask the student for the script."
    elif line := conflict(data):
        yield f"{path.name} holds the marks of a merge conflict, from line {line}. Ask the student."


def conflict(data: bytes) -> int | None:
    """Return the line in which the three marks of a merge conflict begin, also in a notebook's text."""
    start = end = None
    for mark in MARKS:
        found = mark.search(data, end or 0)
        if not found:
            return None
        start, end = start if start is not None else found.start(), found.end()
    return data.count(b"\n", 0, start) + 1
