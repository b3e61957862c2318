"""Read what a student handed in as the cells that a grader sees: notebooks and percent scripts.

Nothing is run. What counts for the points is read by the engine; this is for the eyes of a person.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from autograder.collect import MAX_CELLS, MAX_NOTEBOOK, MAX_SCRIPT, decoded, safe_read
from autograder.course.harmless import code_cell, markdown_cell, text_of
from autograder.errors import SubmissionError
from autograder.regions import CELL

FORMS = ("py", "ipynb")
TOO_MUCH = "# Left out: more code than is graded."
DISCUSSION = re.compile(r"""\bdiscussion=["']([\w.-]+)["']""")
COMMENT = re.compile(r"^# ?", re.MULTILINE)


@dataclass(frozen=True)
class Handed:
    """One cell of a student: what is shown of it, its text as it came, and the cell it stands for.

    `stands_for` is the grade id of a discussion or of a test cell, dots as dashes, or "".
    """

    cell: NotebookNode
    text: str
    stands_for: str = ""


def dashed(grade_id: str) -> str:
    """Return a grade id as the id of a cell, which may hold no dots."""
    return grade_id.replace(".", "-")


def handed_in(folder: Path, stem: str, form: str) -> list[Handed]:
    """Return the cells of a part in one form, none if its file is missing or cannot be read."""
    limit = MAX_NOTEBOOK if form == "ipynb" else MAX_SCRIPT
    try:
        data = safe_read(folder / f"{stem}.{form}", limit)
    except SubmissionError:
        return []
    cells = notebook_cells(data) if form == "ipynb" else script_cells(data)
    return list(shortened(islice(cells, MAX_CELLS)))


def shortened(cells: Iterable[Handed]) -> Iterator[Handed]:
    """Yield cells, without the code that is more than is graded: no page could show it."""
    left = MAX_SCRIPT
    for one in cells:
        if one.cell.cell_type == "code":
            left -= len(one.text)
            yield one if left >= 0 else replace(one, cell=code_cell(TOO_MUCH))
        else:
            yield one


def notebook_cells(data: bytes) -> Iterator[Handed]:
    """Yield the cells of a notebook; what is no cell is left out."""
    try:
        cells = json.loads(data.decode("utf-8-sig"))["cells"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return
    for raw in cells if isinstance(cells, list) else ():
        if isinstance(raw, dict) and text_of(raw.get("source")).strip():
            yield notebook_cell(raw)


def notebook_cell(raw: dict[str, Any]) -> Handed:
    """Return one cell of a notebook."""
    text = text_of(raw.get("source"))
    if raw.get("cell_type") == "code":
        return Handed(code_cell(text, raw.get("outputs")), text, stands_for(raw))
    return Handed(markdown_cell(text, raw.get("attachments")), text, stands_for(raw))


def stands_for(raw: dict[str, Any]) -> str:
    """Return the grade id that a notebook's cell claims, by nbgrader's metadata, ours, or its id."""
    metadata = raw.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    nbgrader = metadata.get("nbgrader")
    claimed = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    discussion = metadata.get("discussion")
    claims = [claimed, f"discussion-{discussion}" if discussion else None, raw.get("id")]
    return next((dashed(claim) for claim in claims if isinstance(claim, str) and claim), "")


def script_cells(data: bytes) -> Iterator[Handed]:
    """Yield the cells of a percent script, also of one that Python cannot parse."""
    try:
        text = text_of(decoded(data))
    except (SyntaxError, UnicodeError, LookupError):
        text = text_of(data.decode("utf-8-sig", errors="replace"))
    kind, lines = "", []
    for line in [*text.split("\n"), "# %%"]:
        if match := CELL.fullmatch(line):
            if "\n".join(lines).strip():
                yield script_cell(kind, "\n".join(lines).strip("\n"))
            kind, lines = match["kind"], []
        else:
            lines.append(line)


def script_cell(kind: str, text: str) -> Handed:
    """Return one cell of a script; `kind` is what stands behind its percent signs."""
    if not kind.lstrip().startswith("[markdown]"):
        return Handed(code_cell(text), text)
    if quoted := re.fullmatch(r'\s*r?("""|\'\'\')(.*)\1\s*', text, re.DOTALL):
        text = quoted[2].strip("\n")
    else:
        text = COMMENT.sub("", text)
    match = DISCUSSION.search(kind)
    return Handed(markdown_cell(text), text, dashed(f"discussion-{match[1]}") if match else "")
