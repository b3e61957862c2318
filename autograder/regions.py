"""Find the solution regions and mark schemes of a course script; a misspelt marker is an error.

### BEGIN SOLUTION Task 1.2: what to do    in code; becomes raise NotImplementedError("Task …"),
### STUB code                              or the code of STUB lines that stand right after it,
### END SOLUTION                           or nothing where there is neither a task nor a STUB
# ### BEGIN SOLUTION … END SOLUTION        in markdown; becomes a place for the answer
# === BEGIN MARK SCHEME === … END …        in markdown; is removed
# %% checks="1.data 1.test_data"           the cell after which a notebook shows these checks
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from autograder.errors import CourseError

ANSWER = "# *Your answer here.*"
CELL = re.compile(r"# %%(?P<kind>.*)")
PLACED = re.compile(r'^(# %%.*?) checks="[^"\n]*"$', re.M)  # for notebooks that are graded in class
IN_CODE = re.compile(
    r"(?P<indent> *)### (?P<word>BEGIN SOLUTION(?= \S|$)|END SOLUTION(?=$)|STUB(?= |$))"
    r" ?(?P<rest>.*)"
)
IN_TEXT = re.compile(
    r"(?P<indent># )(?P<word>### BEGIN SOLUTION|### END SOLUTION"
    r"|=== BEGIN MARK SCHEME ===|=== END MARK SCHEME ===)(?P<rest>)"
)
SUSPECT = re.compile(r"\s*(# *)?(===|#{2,} *(BEGIN|END)\b)")
SPELLINGS = ("BEGINSOLUTION", "ENDSOLUTION", "BEGINMARKSCHEME", "ENDMARKSCHEME")
ALIKE = 0.8  # share of letters that two words have in common, in the same order

Kind = Literal["solution", "scheme"]


@dataclass(frozen=True)
class Region:
    """Lines `first` to `last` of a script, both markers included, counted from 0."""

    kind: Kind
    markdown: bool
    first: int
    last: int
    indent: str
    task: str = ""
    stub: tuple[str, ...] = ()

    def replacement(self) -> list[str]:
        """Return the lines that a student gets instead."""
        if self.kind == "scheme":
            return []
        if self.markdown:
            return [ANSWER]
        if self.stub:
            return [f"{self.indent}{line}".rstrip() for line in self.stub]
        error = f"raise NotImplementedError({json.dumps(self.task, ensure_ascii=False)})"
        return [self.indent + error] if self.task else []

    def body(self, lines: list[str]) -> list[str]:
        """Return the secret lines of a script's lines: neither markers nor stub."""
        return lines[self.first + 1 + len(self.stub) : self.last]


@dataclass(frozen=True)
class _Marker:
    index: int
    markdown: bool
    kind: Kind
    word: str
    indent: str
    rest: str


def regions(text: str, name: str) -> list[Region]:
    """Return the regions of a percent script in order.

    Raises:
        CourseError: A marker is misspelt, nested, alone, or its region leaves its cell.
    """
    found: list[Region] = []
    opened: list[_Marker] = []  # a BEGIN and the STUB lines after it
    for marker in _markers(text, name):
        if marker.word == "BEGIN":
            _demand(not opened, name, marker.index, "begins a region inside another one")
            opened = [marker]
        elif marker.word == "STUB":
            right_after = opened and marker.index == opened[0].index + len(opened)
            _demand(right_after, name, marker.index, "has a STUB that does not follow its BEGIN")
            opened.append(marker)
        elif marker.word == "CELL":
            _demand(not opened, name, marker.index, "starts a cell inside a region; END it before")
        else:
            fits = opened and opened[0].kind == marker.kind and opened[0].indent == marker.indent
            _demand(fits, name, marker.index, "ends a region that did not begin so")
            found.append(_region(opened, marker.index))
            opened = []
    return found


def _region(opened: list[_Marker], last: int) -> Region:
    begin, *stubs = opened
    stub = tuple(marker.rest for marker in stubs)
    return Region(begin.kind, begin.markdown, begin.index, last, begin.indent, begin.rest.strip(), stub)


def _markers(text: str, name: str) -> Iterator[_Marker]:
    """Yield every marker, and every start of a cell; the end of the text starts one as well."""
    markdown = False
    lines = text.splitlines()
    for index, line in enumerate([*lines, "# %%"]):
        if cell := CELL.match(line):
            markdown = cell["kind"].lstrip().startswith("[markdown]")
            yield _Marker(min(index, len(lines) - 1), markdown, "solution", "CELL", "", "")
        elif match := (IN_TEXT if markdown else IN_CODE).fullmatch(line):
            kind: Kind = "scheme" if "SCHEME" in match["word"] else "solution"
            word = next(w for w in ("BEGIN", "END", "STUB") if w in match["word"])
            yield _Marker(index, markdown, kind, word, match["indent"], match["rest"])
        else:
            _demand(not _suspect(line, markdown), name, index, "looks like a marker but is none")


def demand_no_marker(text: str, name: str) -> None:
    """Raise `CourseError` if a text that is not a script holds a marker."""
    for index, line in enumerate(text.splitlines()):
        _demand(not _suspect(line, True), name, index, "has a marker, but is no script")


def _suspect(line: str, markdown: bool) -> bool:
    """Tell whether a line that is no marker may have been meant as one."""
    if SUSPECT.match(line) or (not markdown and line.lstrip().startswith("###")):
        return True
    pieces = (re.sub("[^A-Z]", "", piece.upper()) for piece in re.split("[#=]+", line))
    return any(_alike(piece, word) for piece in pieces for word in SPELLINGS)


def _alike(piece: str, word: str) -> bool:
    return SequenceMatcher(None, piece[: len(word)], word).ratio() > ALIKE


def _demand(condition: object, name: str, index: int, problem: str) -> None:
    if not condition:
        how = "The markers are spelt out at the top of autograder/regions.py"
        raise CourseError(f"{name}, line {index + 1}: {problem}. {how}.")


def template_of(text: str, name: str) -> str:
    """Return what a student gets of a course script; raise `CourseError` on a wrong marker."""
    lines = PLACED.sub(r"\1", text).splitlines()
    for region in reversed(regions(text, name)):
        first = region.first
        while region.kind == "scheme" and lines[first - 1] == "#":
            first -= 1
        lines[first : region.last + 1] = region.replacement()
    return re.sub(r"\n{4,}", "\n\n\n", "\n".join(lines).rstrip() + "\n")


def secrets_of(text: str, name: str) -> set[str]:
    """Return the lines that stand inside regions, without indent and comment sign."""
    lines = text.splitlines()
    return {bare(line) for region in regions(text, name) for line in region.body(lines)}


def bare(line: str) -> str:
    """Return a line as it is compared: without indent, and without the # of a markdown cell."""
    return line.strip().removeprefix("#").strip()
