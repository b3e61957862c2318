"""Put the course's graded cells among a student's own, where they stood in the released notebook."""

import re
from collections import defaultdict
from copy import deepcopy

from nbformat import NotebookNode

from autograder.collect import TEST_CELL
from autograder.course.handed import Handed, dashed

DEFINES = re.compile(r"^(?:def|class) +(\w+)", re.MULTILINE)
START = -1  # the place before the first cell


def arranged(
    released: NotebookNode,
    handed: list[Handed],
    answered: dict[str, Handed],
    shown: dict[str, list[NotebookNode]],
) -> list[NotebookNode]:
    """Return the student's cells with the graded cells where they belong.

    A graded cell follows the cell that it follows in the released notebook, wherever the student
    has moved that one; so a script, which has no test cells, shows them in the same places.
    """
    places, at = places_of(handed), START
    in_place = {n: id_ for id_, h in answered.items() for n, one in enumerate(handed) if one is h}
    code, after = {}, defaultdict(list)
    for cell in released.cells:
        id_ = grade_id(cell)
        if not is_graded(cell):
            at = places.get(dashed(id_), places.get(anchor(cell), at))
            code.setdefault(at, cell)
        elif id_ in in_place.values():
            at = next(n for n, there in in_place.items() if there == id_)
        else:
            after[at] += shown[id_]
    cells = after[START]
    for n, one in enumerate(handed):
        cells += shown[in_place[n]] if n in in_place else own(one, n, code.get(n))
        cells += after[n]
    return cells


def own(handed: Handed, number: int, released: NotebookNode | None) -> list[NotebookNode]:
    """Return a cell of the student's own; one that claims to be a test cell is left out.

    Code that was asked for keeps what nbgrader knows it by, so that a person can comment on it.
    """
    if handed.stands_for.startswith(TEST_CELL):
        return []
    cell = NotebookNode({**handed.cell, "id": f"handed-{number}"})
    if released is not None and grade_id(released) and cell.cell_type == released.cell_type:
        cell.metadata = deepcopy(released.metadata)
        if normal(handed.text) == normal(released.source):
            cell.source = released.source
    return [cell]


def places_of(handed: list[Handed]) -> dict[str, int]:
    """Return where the student has each id, each function, and each cell as it was handed out."""
    places: dict[str, int] = {}
    for number, one in enumerate(handed):
        names = DEFINES.findall(one.text) if one.cell.cell_type == "code" else []
        for name in [one.stands_for, *names, normal(one.text)]:
            places.setdefault(name, number)
    places.pop("", None)
    return places


def anchor(cell: NotebookNode) -> str:
    """Return by what a released cell is found again: the last name it defines, or its text."""
    names = DEFINES.findall(cell.source) if cell.cell_type == "code" else []
    return names[-1] if names else normal(cell.source)


def grade_id(cell: NotebookNode) -> str:
    """Return the id by which nbgrader knows a cell of ours, or ""."""
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def is_graded(cell: NotebookNode) -> bool:
    """Tell whether a cell of ours has points: a test cell, or a discussion."""
    return bool(cell.metadata.get("nbgrader", {}).get("grade"))


def normal(text: str) -> str:
    """Return a text without what editors change unasked."""
    return "\n".join(line.rstrip() for line in text.strip().split("\n"))
