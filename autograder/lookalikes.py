"""Files and functions that stand under another name, or in another place, than the one asked for."""

import ast
import contextlib
import difflib
import itertools
import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from autograder.model import Location, Part
from autograder.syntax import parsed

DEPTH, MOST = 3, 1000  # how deep one looks, and at how many entries or names
ENDINGS = (".py", ".ipynb", ".txt")  # part1.py.txt is what some programs save
DEFINITION = re.compile(r"\s*(?:async )?def (\w+)")
COMMAND = re.compile(r"##(?=\w*\[)|::(?=[A-Za-z])")
NEAR = 0.8  # of all letters; createTestData for createSynData is as near, but asked for itself


def files_like(folder: Path, stem: str, number: int) -> list[str]:
    """Return the files in and below a folder that may be a part, as paths from there.

    What a link leads to elsewhere is not named: it may be another student's.
    """
    name = re.compile(rf"part[\W_]*{number}(?!\d)", re.IGNORECASE)
    found = []
    for path in itertools.islice(entries(folder), MOST):
        inner = path.relative_to(folder)
        itself = inner.parent == Path() and inner.stem == stem and inner.suffix in ENDINGS[:2]
        fits = name.search(path.name) and path.name.endswith(ENDINGS) and not itself
        if fits and lies_in(folder, path):
            found.append(inner.as_posix())
    return found


def entries(folder: Path) -> Iterator[Path]:
    """Yield what lies in a folder and, after it, below, but for hidden files and links to folders."""
    level = [folder]
    for _ in range(DEPTH):
        below = []
        for place in level:
            with contextlib.suppress(OSError), os.scandir(place) as found:
                for entry in sorted(found, key=lambda entry: entry.name):
                    if not entry.name.startswith((".", "__")):
                        yield Path(entry.path)
                        below += [Path(entry.path)] * entry.is_dir(follow_symlinks=False)
        level = below


def lies_in(folder: Path, path: Path) -> bool:
    """Tell whether a path, links followed, stays in a folder."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a link to itself
        return False


def printable(names: list[str]) -> str:
    """Return names in a row, without what a terminal or a workflow would obey."""
    return spaced("".join(filter(str.isprintable, ", ".join(names)))[:200])


def spaced(text: str) -> str:
    """Return a text in which no workflow finds a command, wherever its lines are broken."""
    return COMMAND.sub(lambda match: " ".join(match[0]), text)


def definitions(part: Part) -> list[tuple[str, Location, bool]]:
    """Return each function that a part defines: its name, where, and whether at the left margin."""
    lines = ((cell.file, n, line) for cell in part.cells
             for n, line in enumerate(cell.code.split("\n"), 1)
             if n not in in_strings(cell.code))  # fmt: skip
    found = ((DEFINITION.match(line), Location(file, n), line) for file, n, line in lines)
    return [(match[1], where, not line[0].isspace()) for match, where, line in found if match]


@lru_cache(maxsize=4096)  # more than cells are read
def in_strings(code: str) -> frozenset[int]:
    """Return the lines of code after the first of each string: what was put in quotes to be kept."""
    try:
        tree = parsed(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    strings = (node for node in ast.walk(tree) if isinstance(node, ast.Constant | ast.JoinedStr))
    spans = {(node.lineno, node.end_lineno) for node in strings}  # each part of an f-string has the same
    return frozenset(n for first, last in spans for n in range(first + 1, last + 1))


def defined_at(function: str | None, part: Part) -> Location | None:
    """Return where a part defines a function: the last place, which is the one that counts."""
    return next((where for name, where, _ in reversed(definitions(part)) if name == function), None)


def defined_again(functions: set[str | None], part: Part) -> list[str]:
    """Return a note on each of some functions that a part defines several times."""
    found: dict[str, list[Location]] = {}
    for name, where, at_margin in definitions(part):
        if at_margin and name in functions:
            found.setdefault(name, []).append(where)
    return [f"Part {part.number}: {name} is defined {len(places)} times; what counts is the last, in "
            f"{places[-1].file}, line {places[-1].line}, not that in {places[0].file}, line "
            f"{places[0].line}." for name, places in found.items() if len(places) > 1]  # fmt: skip


def function_like(name: str, part: Part, asked: frozenset[str]) -> tuple[str, Location] | None:
    """Return the function of a part whose name is nearest to one that is missing, if one is near."""
    there = {plain(own): (own, where) for own, where, _ in definitions(part)[:MOST] if own not in asked}
    near = difflib.get_close_matches(plain(name), there, 1, NEAR)
    return there[near[0]] if near else None


def plain(name: str) -> str:
    """Return a name in small letters, without underscores."""
    return name.replace("_", "").lower()
